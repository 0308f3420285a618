// The injector calls functions in a running program as debuggers do, but stops it anywhere: one thread at a time, at an
// instruction that chance picks, while the others go on.
//
//	injector PROGRAM CALLS SEED
//
// The program is ../busy. What comes out is how often each function was called, and how often each reason was given
// against a call.
package main

import (
	"bytes"
	"debug/dwarf"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

const (
	ptraceSeize      = 0x4206
	ptraceInterrupt  = 0x4207
	ptraceGetRegSet  = 0x4204
	ptraceSetRegSet  = 0x4205
	ptraceTraceClone = 0x8
	ptraceExitKill   = 0x100000
	eventStop        = 128
	waitAll          = 0x40000000
	xstate           = 0x202
	running          = 2 // state of a goroutine
	leastStack       = 256
	hang             = 30 * time.Second
)

// What R12 says at the protocol's breakpoints.
const (
	ready    = 0
	returned = 1
	panicked = 2
	refused  = 8
	restore  = 16
)

type program struct {
	symbols map[string]uint64
	ranges  []elf.Symbol // functions of the protocol
	status  uint64       // of a goroutine's state in its g
	names   []string     // functions to call
	pid     int
	threads map[int]*thread
	asked   *thread // asked to stop
	calls   map[string]int
	done    int
	told    bool // to end
	random  *rand.Rand
}

// thread is one of the program's, and the call that is being made on it.
type thread struct {
	tid     int
	calling bool
	signal  int  // to be passed on, but not to a handler in the middle of the way out
	leaving bool // debugCallV2, step by step
	regs    syscall.PtraceRegs
	vectors []byte
	name    string
	arg     uint64
	since   time.Time
}

func main() {
	runtime.LockOSThread()
	calls, err := strconv.Atoi(os.Args[2])
	try(err)
	seed, err := strconv.ParseInt(os.Args[3], 10, 64)
	try(err)
	fmt.Println("seed", seed)
	p := &program{threads: map[int]*thread{}, calls: map[string]int{}, random: rand.New(rand.NewSource(seed))}
	p.read(os.Args[1])
	p.start(os.Args[1])
	p.run(calls)
}

func try(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, args ...any) {
	fmt.Printf("injector: "+format+"\n", args...)
	os.Exit(1)
}

func (p *program) read(path string) {
	file, err := elf.Open(path)
	try(err)
	symbols, err := file.Symbols()
	try(err)
	p.symbols = map[string]uint64{}
	for _, s := range symbols {
		p.symbols[s.Name] = s.Value
		if strings.HasPrefix(strings.TrimPrefix(s.Name, "runtime."), "debugCall") {
			p.ranges = append(p.ranges, s)
		}
		if name, ok := strings.CutPrefix(s.Name, "main.Call"); ok && !strings.Contains(name, ".") {
			p.names = append(p.names, s.Name)
		}
	}
	slices.Sort(p.names)
	if p.symbols["runtime.debugCallV2"] == 0 {
		fail("the program has no runtime.debugCallV2")
	}
	info, err := file.DWARF()
	try(err)
	p.status = offset(info, "runtime.g", "atomicstatus")
}

func offset(info *dwarf.Data, structure, field string) uint64 {
	for r := info.Reader(); ; {
		entry, err := r.Next()
		try(err)
		if entry == nil {
			fail("no debug information about %s.%s", structure, field)
		}
		if entry.Tag == dwarf.TagStructType && entry.Val(dwarf.AttrName) == structure {
			typ, err := info.Type(entry.Offset)
			try(err)
			for _, f := range typ.(*dwarf.StructType).Field {
				if f.Name == field {
					return uint64(f.ByteOffset)
				}
			}
		}
	}
}

func (p *program) start(path string) {
	pid, err := syscall.ForkExec(path, []string{path}, &syscall.ProcAttr{Env: os.Environ(), Files: []uintptr{0, 1, 2}})
	try(err)
	p.pid = pid
	time.Sleep(100 * time.Millisecond)
	for before := -1; before != len(p.threads); {
		before = len(p.threads)
		tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
		try(err)
		for _, task := range tasks {
			tid, err := strconv.Atoi(filepath.Base(task))
			try(err)
			if p.threads[tid] == nil && ptrace(ptraceSeize, tid, 0, ptraceTraceClone|ptraceExitKill) == 0 {
				p.threads[tid] = &thread{tid: tid}
			}
		}
	}
}

func (p *program) run(calls int) {
	heard := time.Now()
	for {
		var status syscall.WaitStatus
		tid, err := syscall.Wait4(-1, &status, waitAll|syscall.WNOHANG, nil)
		if err != nil && err != syscall.EINTR {
			fail("wait: %v", err)
		}
		if tid <= 0 {
			if p.done >= calls && p.asked == nil && !p.calling() && !p.told {
				p.told = true
				p.poke(p.pid, p.symbols["main.over"], 1)
			} else if p.asked == nil && p.done < calls {
				p.ask()
			}
			if time.Since(heard) > hang {
				p.tellHang()
			}
			time.Sleep(20 * time.Microsecond)
			continue
		}
		heard = time.Now()
		if p.stopped(tid, status) {
			return
		}
	}
}

func (p *program) calling() bool {
	for _, t := range p.threads {
		if t.calling {
			return true
		}
	}
	return false
}

func (p *program) tellHang() {
	for _, t := range p.threads {
		if t.calling {
			fmt.Printf("thread %d: %s is not over after %v\n", t.tid, t.name, time.Since(t.since))
		}
	}
	fail("nothing happens after %d calls", p.done)
}

// ask has a thread stop wherever it is.
func (p *program) ask() {
	tids := slices.Sorted(maps.Keys(p.threads))
	t := p.threads[tids[p.random.Intn(len(tids))]]
	if !t.calling && ptrace(ptraceInterrupt, t.tid, 0, 0) == 0 {
		p.asked = t
	}
}

// stopped deals with what wait has told. True: the program has ended as it should.
func (p *program) stopped(tid int, status syscall.WaitStatus) bool {
	t := p.threads[tid]
	if t == nil {
		t = &thread{tid: tid}
		p.threads[tid] = t
	}
	if status.Exited() || status.Signaled() {
		delete(p.threads, tid)
		if p.asked == t {
			p.asked = nil
		}
		if tid == p.pid {
			p.report()
			if !status.Exited() || status.ExitStatus() != 0 {
				fail("the program ended with %v %d after %d calls", status.Signal(), status.ExitStatus(), p.done)
			}
			return true
		}
		return false
	}
	signal := 0
	switch event := int(status) >> 16; {
	case event == eventStop:
		if p.asked == t {
			p.asked = nil
			p.begin(t)
		}
	case event != 0:
	case status.StopSignal() == syscall.SIGTRAP && t.leaving:
		p.leave(t)
	case status.StopSignal() == syscall.SIGTRAP && t.calling:
		p.step(t)
	default:
		t.signal = int(status.StopSignal())
	}
	if !t.leaving {
		signal, t.signal = t.signal, 0
	}
	how := syscall.PTRACE_CONT
	if t.leaving {
		how = syscall.PTRACE_SINGLESTEP
	}
	ptrace(how, tid, 0, uintptr(signal))
	return false
}

// begin starts a call on a thread that runs a goroutine and has stopped at some instruction.
func (p *program) begin(t *thread) {
	try(syscall.PtraceGetRegs(t.tid, &t.regs))
	broken := int64(t.regs.Orig_rax) >= 0 && int64(t.regs.Rax) <= -512 && int64(t.regs.Rax) >= -516
	if t.regs.Fs_base == 0 || broken {
		return // no goroutine yet, or a system call that is to begin again at this PC
	}
	g := p.peek(t.tid, t.regs.Fs_base-8)
	if g == 0 || uint32(p.peek(t.tid, g+p.status)) != running {
		return
	}
	if lo := p.peek(t.tid, g); t.regs.Rsp >= lo && t.regs.Rsp < lo+leastStack {
		return
	}
	t.vectors = getVectors(t.tid)
	t.name = p.names[p.random.Intn(len(p.names))]
	t.arg = uint64(p.random.Intn(1000))
	t.calling, t.since = true, time.Now()
	regs := t.regs
	size := uint64(p.random.Intn(300))
	p.poke(t.tid, regs.Rsp-24, size)
	push(p, t.tid, &regs, regs.Rip)
	regs.Rip = p.symbols["runtime.debugCallV2"]
	try(syscall.PtraceSetRegs(t.tid, &regs))
}

// step does the debugger's part at a breakpoint of the protocol.
func (p *program) step(t *thread) {
	var regs syscall.PtraceRegs
	try(syscall.PtraceGetRegs(t.tid, &regs))
	if !p.inProtocol(regs.Rip) {
		fail("a breakpoint at %#x in %s", regs.Rip, t.name)
	}
	switch regs.R12 {
	case ready:
		regs.Rax = t.arg
		push(p, t.tid, &regs, regs.Rip)
		regs.Rip = p.symbols[t.name]
		try(syscall.PtraceSetRegs(t.tid, &regs))
	case returned:
		if regs.Rax != t.arg+1 {
			fail("%s(%d) returned %d", t.name, t.arg, regs.Rax)
		}
		p.calls["returned: "+t.name]++
		p.done++
	case panicked:
		p.panicked(t, p.peek(t.tid, regs.Rsp), p.peek(t.tid, regs.Rsp+8))
		p.calls["panicked: "+t.name]++
		p.done++
	case refused:
		text := make([]byte, p.peek(t.tid, regs.Rsp+8))
		_, err := syscall.PtracePeekData(t.tid, uintptr(p.peek(t.tid, regs.Rsp)), text)
		try(err)
		p.calls["refused: "+string(text)]++
	case restore:
		sp, pc := regs.Rsp, regs.Rip
		regs = t.regs
		regs.Rsp, regs.Rip = sp, pc
		try(syscall.PtraceSetRegs(t.tid, &regs))
		setVectors(t.tid, t.vectors)
		t.leaving = true
	default:
		fail("R12 is %d in %s", regs.R12, t.name)
	}
}

// panicked knows what the value of each function's panic is: nil if it has ended its goroutine.
func (p *program) panicked(t *thread, typ, data uint64) {
	switch {
	case t.name == "main.CallGoexit" && typ == 0:
	case t.name == "main.CallPanic" && typ != 0 && p.peek(t.tid, data) == t.arg:
	default:
		fail("%s(%d) panics with (%#x, %#x)", t.name, t.arg, typ, data)
	}
}

// leave puts the flags back a second time once the thread is where it was: the way out of debugCallV2 may change them.
func (p *program) leave(t *thread) {
	var regs syscall.PtraceRegs
	try(syscall.PtraceGetRegs(t.tid, &regs))
	if regs.Rip != t.regs.Rip {
		if !p.inProtocol(regs.Rip) {
			fail("%#x comes after a call at %#x", regs.Rip, t.regs.Rip)
		}
		return
	}
	after := regs
	after.Eflags, after.Orig_rax = t.regs.Eflags, t.regs.Orig_rax
	if after != t.regs {
		fail("registers were\n%+v and are\n%+v after %s", t.regs, regs, t.name)
	}
	regs.Eflags = t.regs.Eflags
	try(syscall.PtraceSetRegs(t.tid, &regs))
	t.calling, t.leaving = false, false
}

func (p *program) inProtocol(pc uint64) bool {
	return slices.ContainsFunc(p.ranges, func(s elf.Symbol) bool { return pc > s.Value && pc <= s.Value+s.Size })
}

func (p *program) report() {
	for _, what := range slices.Sorted(maps.Keys(p.calls)) {
		fmt.Printf("%6d %s\n", p.calls[what], what)
	}
}

func push(p *program, tid int, regs *syscall.PtraceRegs, word uint64) {
	regs.Rsp -= 8
	p.poke(tid, regs.Rsp, word)
}

func (p *program) peek(tid int, addr uint64) uint64 {
	word := make([]byte, 8)
	_, err := syscall.PtracePeekData(tid, uintptr(addr), word)
	try(err)
	return binary.LittleEndian.Uint64(word)
}

func (p *program) poke(tid int, addr, value uint64) {
	if _, err := syscall.PtracePokeData(tid, uintptr(addr), binary.LittleEndian.AppendUint64(nil, value)); err != nil {
		mem, err := os.OpenFile(fmt.Sprintf("/proc/%d/mem", p.pid), os.O_WRONLY, 0)
		try(err)
		defer mem.Close()
		_, err = mem.WriteAt(binary.LittleEndian.AppendUint64(nil, value), int64(addr))
		try(err)
	}
}

func ptrace(request, tid int, addr, data uintptr) syscall.Errno {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PTRACE, uintptr(request), uintptr(tid), addr, data, 0, 0)
	return errno
}

func getVectors(tid int) []byte {
	area := make([]byte, 16<<10)
	iov := syscall.Iovec{Base: &area[0], Len: uint64(len(area))}
	if errno := ptrace(ptraceGetRegSet, tid, xstate, uintptr(unsafe.Pointer(&iov))); errno != 0 {
		fail("vector registers: %v", errno)
	}
	return bytes.Clone(area[:iov.Len])
}

func setVectors(tid int, area []byte) {
	iov := syscall.Iovec{Base: &area[0], Len: uint64(len(area))}
	if errno := ptrace(ptraceSetRegSet, tid, xstate, uintptr(unsafe.Pointer(&iov))); errno != 0 {
		fail("vector registers: %v", errno)
	}
}
