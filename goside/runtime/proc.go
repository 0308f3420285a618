// The main goroutine: initialisation in the linker's order, main.main, the end of the process.
//
// The linker looks for the file proc.go of package runtime and tells gdb to load runtime-gdb.py from its directory. None
// here may be called main.go: gdb would take it for the program's.

package runtime

import (
	"internal/runtime/atomic"
	"internal/runtime/exithook"
	"unsafe"
)

//go:linkname main_main main.main
func main_main()

// runtimeInitTime is the monotonic clock when initialisation began.
//
//go:linkname runtimeInitTime
var runtimeInitTime int64

// exiting is set once the process is on its way out through main's return or os.Exit.
var exiting atomic.Uint32

// main is the first goroutine. The kernel starts it by mainPC.
func main() {
	// Before anything else: byte and hash functions choose their code by CPU features.
	langinit(gogetenv("GODEBUG"))
	if faketime {
		kplayback()
	}
	runtimeInitTime = nanotime()
	parseSettings()
	kbootphase(0)

	// Programs may rely on initialisation running on the main thread, and on keeping it by LockOSThread.
	lockosthread()
	doInit(runtime_inittasks)
	kbootphase(1)
	unlock := true
	defer func() {
		if unlock {
			unlockosthread()
		}
	}()
	exithook.Gosched = Gosched
	exithook.Goid = func() uint64 { return getg().goid }
	exithook.Throw = throw
	vdsoInit()
	keepSched()
	startMaxProcs()

	doInit(firstmoduledata.inittasks)
	countMaxProcsSettings()
	kbootphase(2)
	inittrace.on = false
	unlock = false
	unlockosthread()

	fn := main_main // indirect: the linker learns of package main after it has laid out this one
	fn()

	waitForPanics()
	runExitHooks(0)
	kexit(0)
}

func runExitHooks(code int) {
	exithook.Run(code)
}

// os.Exit and log.Fatal end here before they exit.
//
//go:linkname os_beforeExit os.runtime_beforeExit
func os_beforeExit(exitCode int) {
	exiting.Store(1)
	runExitHooks(exitCode)
}

//go:linkname syscall_Exit syscall.Exit
//go:nosplit
func syscall_Exit(code int) {
	kexit(int32(code))
}

// inittrace is the state of GODEBUG=inittrace=1.
var inittrace struct {
	on bool
}

// States of an initTask, shared with the linker's and the plugin loader's view of it.
const (
	initPending = 0
	initRunning = 1
	initDone    = 2
)

// doInit runs initialisation tasks that have not run.
//
//go:linkname doInit
func doInit(tasks []*initTask) {
	for _, t := range tasks {
		doInit1(t)
	}
}

func doInit1(t *initTask) {
	switch t.state {
	case initDone:
		return
	case initRunning:
		throw("recursive call during initialization - linker skew")
	}
	t.state = initRunning
	if t.nfns == 0 {
		throw("inittask with no functions")
	}
	fns := unsafe.Slice((*uintptr)(unsafe.Add(unsafe.Pointer(t), 8)), t.nfns)
	var before initStats
	if inittrace.on {
		before = readInitStats()
	}
	for i := range fns {
		// A func value is a pointer to a word that holds the code address: the table's entry serves as that word.
		entry := &fns[i]
		(*(*func())(unsafe.Pointer(&entry)))()
	}
	if inittrace.on {
		before.report(fns[0])
	}
	t.state = initDone
}

// initStats is what GODEBUG=inittrace=1 compares before and after a package's initialisation.
type initStats struct {
	at     int64
	bytes  uint64
	allocs uint64
}

func readInitStats() initStats {
	var m MemStats
	kreadmemstats(&m)
	return initStats{at: nanotime(), bytes: m.TotalAlloc, allocs: m.Mallocs}
}

// report prints the line of a package whose first initialiser is at pc.
func (before initStats) report(pc uintptr) {
	end := nanotime()
	after := readInitStats()
	pkg := packageOf(FuncForPC(pc).Name())
	print("init ", pkg, " @", msText(before.at-runtimeInitTime), " ms, ", msText(end-before.at), " ms clock, ",
		after.bytes-before.bytes, " bytes, ", after.allocs-before.allocs, " allocs\n")
}

// packageOf cuts a function's name behind its package path.
func packageOf(name string) string {
	slash := 0
	for i := range len(name) {
		if name[i] == '/' {
			slash = i
		}
	}
	for i := slash; i < len(name); i++ {
		if name[i] == '.' {
			return name[:i]
		}
	}
	return name
}

// msText is ns in milliseconds: two digits and at most three places behind the point; from 10 ms on, whole ones.
func msText(ns int64) string {
	us := uint64(ns) / 1000
	if us == 0 {
		return "0"
	}
	places := 3
	if us >= 10_000 {
		us, places = us/1000, 0
	}
	for ; places > 0 && us >= 100; places-- {
		us /= 10
	}
	var buf [24]byte
	i := len(buf)
	for digits := 0; us > 0 || places > 0 && digits <= places; digits++ {
		if places > 0 && digits == places {
			i--
			buf[i] = '.'
		}
		i--
		buf[i] = byte('0' + us%10)
		us /= 10
	}
	return string(buf[i:])
}
