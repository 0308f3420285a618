// Profiles, as runtime/pprof and programs read them. The kernel gathers them (its module profile).

package runtime

import (
	"internal/abi"
	"internal/profilerecord"
	"internal/runtime/atomic"
	"unsafe"
)

// MemProfileRate is how many bytes lie between two allocations that the heap profile records, on average. 1 records
// every allocation, 0 none. It is best set once, early: readers apply the present rate to all records.
var MemProfileRate int = 512 * 1024

// profStackDepth is the depth of stacks in profiles of runtime/pprof.
func profStackDepth() int {
	const most = 1024
	return min(max(int(kgodebugvalue("profstackdepth")), 0), most)
}

// StackRecord is one call stack.
type StackRecord struct {
	Stack0 [32]uintptr // return addresses, then zeros
}

// Stack is the used part of Stack0, innermost call first.
func (r *StackRecord) Stack() []uintptr {
	return upToZero(r.Stack0[:])
}

func upToZero(stack []uintptr) []uintptr {
	for i, pc := range stack {
		if pc == 0 {
			return stack[:i]
		}
	}
	return stack
}

// MemProfileRecord sums up what one call stack has allocated, as far as it was sampled.
type MemProfileRecord struct {
	AllocBytes, FreeBytes     int64       // sizes
	AllocObjects, FreeObjects int64       // counts
	Stack0                    [32]uintptr // return addresses, then zeros
}

// InUseBytes is the size of the objects that have not been freed.
func (r *MemProfileRecord) InUseBytes() int64 { return r.AllocBytes - r.FreeBytes }

// InUseObjects is their number.
func (r *MemProfileRecord) InUseObjects() int64 { return r.AllocObjects - r.FreeObjects }

// Stack is the used part of Stack0, innermost call first.
func (r *MemProfileRecord) Stack() []uintptr {
	return upToZero(r.Stack0[:])
}

// BlockProfileRecord sums up how often, and for how long, goroutines waited at one call stack. Cycles are nanoseconds
// in this implementation.
type BlockProfileRecord struct {
	Count  int64
	Cycles int64
	StackRecord
}

// MemProfile copies the heap profile to p, one record for each allocating call stack. n is the number of records; if p
// has room for fewer, nothing is copied and ok is false. Stacks whose objects have all been freed are left out unless
// inuseZero is set.
//
// The figures are those at the end of the last collection: garbage that no collection has seen would look like memory
// in use. For a profile in a file use [runtime/pprof] or go test -memprofile.
func MemProfile(p []MemProfileRecord, inuseZero bool) (n int, ok bool) {
	samples := memProfileInternal(inuseZero)
	if len(samples) > len(p) {
		return len(samples), false
	}
	for i := range samples {
		s, r := &samples[i], &p[i]
		r.AllocBytes, r.FreeBytes = s.figures[allocBytes], s.figures[freeBytes]
		r.AllocObjects, r.FreeObjects = s.figures[allocObjects], s.figures[freeObjects]
		clear(r.Stack0[copy(r.Stack0[:], s.stack()):])
	}
	return len(samples), true
}

// profileSample is a record as the kernel writes it; the layout is that of profile::buckets::Sample. The stack is kernel
// memory that never changes.
type profileSample struct {
	figures [4]int64
	depth   uintptr
	pcs     *uintptr
}

func (s *profileSample) stack() []uintptr {
	return unsafe.Slice(s.pcs, s.depth)
}

// Profiles by number, as the kernel knows them.
const (
	heapProfile = iota
	blockProfile
	mutexProfile
)

// readProfile copies all records of a profile.
func readProfile(which int) []profileSample {
	room := kprofile(which, nil, 0) + 16
	for {
		samples := make([]profileSample, room)
		n := kprofile(which, unsafe.SliceData(samples), room)
		if n <= room {
			return samples[:n]
		}
		room = n + 16
	}
}

// Figures of the heap profile.
const (
	allocBytes = iota
	freeBytes
	allocObjects
	freeObjects
)

// memProfileInternal is known to the linker: where it is unreachable, memory profiling is turned off.
func memProfileInternal(inuseZero bool) []profileSample {
	samples := readProfile(heapProfile)
	kept := samples[:0]
	for i := range samples {
		if s := &samples[i]; inuseZero || s.figures[allocBytes] != s.figures[freeBytes] {
			kept = append(kept, *s)
		}
	}
	return kept
}

//go:linkname pprof_memProfileInternal
func pprof_memProfileInternal(p []profilerecord.MemProfileRecord, inuseZero bool) (n int, ok bool) {
	samples := memProfileInternal(inuseZero)
	if len(samples) > len(p) {
		return len(samples), false
	}
	for i := range samples {
		s := &samples[i]
		p[i] = profilerecord.MemProfileRecord{
			AllocBytes:   s.figures[allocBytes],
			FreeBytes:    s.figures[freeBytes],
			AllocObjects: s.figures[allocObjects],
			FreeObjects:  s.figures[freeObjects],
			Stack:        append([]uintptr(nil), s.stack()...),
		}
	}
	return len(samples), true
}

// SetBlockProfileRate has the block profile record one wait for every rate nanoseconds that goroutines wait, on
// average. 1 records all waits, 0 or less none.
func SetBlockProfileRate(rate int) {
	kblockprofilerate(int64(rate))
}

var mutexProfileFraction atomic.Int64

// SetMutexProfileFraction has the mutex profile record one in rate contended unlocks, 0 none, and returns the rate
// until now. A negative rate changes nothing.
func SetMutexProfileFraction(rate int) int {
	if rate < 0 {
		return int(mutexProfileFraction.Load())
	}
	kmutexprofilefraction(int64(rate))
	return int(mutexProfileFraction.Swap(int64(rate)))
}

// BlockProfile copies the block profile to p. n is the number of records; if p has room for fewer, nothing is copied
// and ok is false. For a profile in a file use [runtime/pprof] or go test -blockprofile.
func BlockProfile(p []BlockProfileRecord) (n int, ok bool) {
	return waitProfile(blockProfile, p)
}

// MutexProfile is [BlockProfile] for the mutex profile: waits for locks, by the call stack that unlocked.
func MutexProfile(p []BlockProfileRecord) (n int, ok bool) {
	return waitProfile(mutexProfile, p)
}

// Figures of the block and mutex profiles: the kernel counts events in parts.
const (
	eventParts = iota
	waitNanoseconds

	partsPerEvent = 1024
)

func waitProfile(which int, p []BlockProfileRecord) (n int, ok bool) {
	samples := readProfile(which)
	if len(samples) > len(p) {
		return len(samples), false
	}
	for i := range samples {
		s, r := &samples[i], &p[i]
		r.Count, r.Cycles = s.figures[eventParts]/partsPerEvent, s.figures[waitNanoseconds]
		clear(r.Stack0[copy(r.Stack0[:], s.stack()):])
	}
	return len(samples), true
}

func waitProfileInternal(which int, p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	samples := readProfile(which)
	if len(samples) > len(p) {
		return len(samples), false
	}
	for i := range samples {
		s := &samples[i]
		p[i] = profilerecord.BlockProfileRecord{
			Count:  s.figures[eventParts] / partsPerEvent,
			Cycles: s.figures[waitNanoseconds],
			Stack:  append([]uintptr(nil), s.stack()...),
		}
	}
	return len(samples), true
}

//go:linkname pprof_blockProfileInternal
func pprof_blockProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return waitProfileInternal(blockProfile, p)
}

//go:linkname pprof_mutexProfileInternal
func pprof_mutexProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return waitProfileInternal(mutexProfile, p)
}

// Tests of runtime/pprof report blocking themselves. Cycles are nanoseconds here, see pprof_cyclesPerSecond.
//
//go:linkname blockevent
func blockevent(cycles int64, skip int) {
	kblockevent(cycles)
}

// ThreadCreateProfile copies the profile of thread creation to p: for every thread of the process the stack of the
// goroutine for which it was made, empty if it was made for none. n is the number of records; if p has room for fewer,
// nothing is copied and ok is false. [runtime/pprof] has it as the profile "threadcreate".
func ThreadCreateProfile(p []StackRecord) (n int, ok bool) {
	samples := threadStacks()
	if len(samples) > len(p) {
		return len(samples), false
	}
	for i := range samples {
		s := &samples[i]
		clear(p[i].Stack0[copy(p[i].Stack0[:], s.stack()):])
	}
	return len(samples), true
}

//go:linkname pprof_threadCreateInternal
func pprof_threadCreateInternal(p []profilerecord.StackRecord) (n int, ok bool) {
	samples := threadStacks()
	if len(samples) > len(p) {
		return len(samples), false
	}
	for i := range samples {
		s := &samples[i]
		p[i].Stack = append([]uintptr(nil), s.stack()...)
	}
	return len(samples), true
}

// threadStacks has a stack for every thread.
func threadStacks() []stackSample {
	for room := kthreadprofile(nil, 0); ; {
		samples := newStackSamples(room)
		n := kthreadprofile(unsafe.SliceData(samples), room)
		if n <= room {
			return samples[:n]
		}
		room = n
	}
}

// golang.org/x/sync reports contention of its own locks.
//
//go:linkname mutexevent sync.event
func mutexevent(cycles int64, skip int) {}

// GoroutineProfile copies the stacks of all goroutines to p, as they are at one moment. n is the number of goroutines;
// if p has room for fewer, nothing is copied and ok is false. [runtime/pprof] also gives their labels.
func GoroutineProfile(p []StackRecord) (n int, ok bool) {
	stacks, n := goroutineStacks(len(p))
	if n > len(p) {
		return n, false
	}
	for i, s := range stacks {
		rest := p[i].Stack0[copy(p[i].Stack0[:], s.Stack):]
		clear(rest)
	}
	return len(stacks), true
}

//go:linkname pprof_goroutineProfileWithLabels
func pprof_goroutineProfileWithLabels(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	stacks, n := goroutineStacks(len(p))
	if n > len(p) {
		return n, false
	}
	for i, s := range stacks {
		p[i].Stack = s.Stack
		if labels != nil {
			labels[i] = s.labels
		}
	}
	return len(stacks), true
}

// goroutineStack is one goroutine of a profile.
type goroutineStack struct {
	profilerecord.StackRecord
	labels unsafe.Pointer
}

// stackSample is a goroutine's stack as the kernel writes it; the layout is that of profile::goroutine::Sample.
type stackSample struct {
	n      uintptr // before: words at pcs; afterwards: calls
	labels unsafe.Pointer
	pcs    *uintptr
}

// newStackSamples makes room for n stacks.
func newStackSamples(n int) []stackSample {
	const profiler = 3 // calls of the profile's own, which the kernel leaves out
	words := profStackDepth() + profiler
	samples, pcs := make([]stackSample, n), make([]uintptr, n*words)
	for i := range samples {
		samples[i].n, samples[i].pcs = uintptr(words), &pcs[i*words]
	}
	return samples
}

func (s *stackSample) stack() []uintptr {
	return unsafe.Slice(s.pcs, s.n)
}

// goroutineStacks takes the stacks of all goroutines of the program at one moment, unless there are more than room of
// them; n is their number.
func goroutineStacks(room int) (stacks []goroutineStack, n int) {
	if room == 0 {
		return nil, NumGoroutine()
	}
	// Whoever brings room wants a stop of the world, and it shows in metrics and traces, whether the room suffices or not.
	samples := newStackSamples(room)
	n = kgoroutineprofile(unsafe.SliceData(samples), room)
	if n > room {
		return nil, n
	}
	stacks = make([]goroutineStack, n)
	for i := range stacks {
		s := &samples[i]
		stacks[i].Stack = append([]uintptr(nil), s.stack()...)
		stacks[i].labels = s.labels
	}
	return stacks, n
}

//go:linkname runtime_setProfLabel runtime/pprof.runtime_setProfLabel
func runtime_setProfLabel(labels unsafe.Pointer) {
	atomicstorep(unsafe.Pointer(&getg().labels), labels)
}

//go:linkname runtime_getProfLabel runtime/pprof.runtime_getProfLabel
func runtime_getProfLabel() unsafe.Pointer {
	return getg().labels
}

// cpuProfile is the state of a CPU profile, as runtime/pprof sees it: a header, then samples, then the end.
var cpuProfile struct {
	hz       atomic.Int64
	header   atomic.Uint32 // the header is still to be read
	finished atomic.Uint32
}

// maxProfileHz is the highest rate: a timer of the system has a resolution.
const maxProfileHz = 10000

// Names that stand in CPU profiles for what has no Go frame: code outside of the binary (the vDSO), the change from a
// goroutine's stack to the kernel's, and the prologue's call for a larger stack. The functions are never called.

func _ExternalCode() {}

func systemstack() {}

func newstack() {}

// SetCPUProfileRate starts the CPU profile with hz samples per second of processor time, at most 10000; with 0 or less
// it stops it. While it runs, another rate is refused with a message on standard error. Use [runtime/pprof] or go test
// -cpuprofile, which also collect the samples.
func SetCPUProfileRate(hz int) {
	if hz <= 0 {
		if cpuProfile.hz.Swap(0) != 0 {
			kcpurate(0, nil)
			cpuProfile.finished.Store(1)
		}
		return
	}
	hz = min(hz, maxProfileHz)
	if !cpuProfile.hz.CompareAndSwap(0, int64(hz)) {
		print("runtime: cannot set CPU profile rate until previous profile has finished.\n")
		return
	}
	cpuProfile.finished.Store(0)
	cpuProfile.header.Store(uint32(hz))
	kcpurate(uint32(hz), &[3]uintptr{
		abi.FuncPCABIInternal(_ExternalCode), abi.FuncPCABIInternal(systemstack), abi.FuncPCABIInternal(newstack),
	})
}

// CPUProfile panics. Samples are no longer to be had from here.
//
// Deprecated: Use [runtime/pprof], [net/http/pprof] or go test -cpuprofile.
func CPUProfile() []byte {
	panic("CPUProfile no longer available")
}

// readProfile hands runtime/pprof what has been sampled since the last call: first a header of three words.
//
//go:linkname pprof_readProfile runtime/pprof.readProfile
func pprof_readProfile() (data []uint64, tags []unsafe.Pointer, eof bool) {
	if hz := cpuProfile.header.Swap(0); hz != 0 {
		data, tags = []uint64{3, 0, uint64(hz)}, []unsafe.Pointer{nil}
	}
	// Samples that come after this load are those of a profile that goes on.
	eof = cpuProfile.finished.Load() != 0
	buf, labels := make([]uint64, 1<<14), make([]unsafe.Pointer, 256)
	for {
		words, records := kcpuread(unsafe.SliceData(buf), len(buf), unsafe.SliceData(labels), len(labels))
		if records == 0 {
			return data, tags, eof
		}
		data, tags = append(data, buf[:words]...), append(tags, labels[:records]...)
	}
}

// pprof_cyclesPerSecond is the rate of the clock that waits are measured with: nanoseconds.
//
//go:linkname pprof_cyclesPerSecond runtime/pprof.runtime_cyclesPerSecond
func pprof_cyclesPerSecond() int64 {
	return 1_000_000_000
}

//go:linkname pprof_makeProfStack
func pprof_makeProfStack() []uintptr {
	return make([]uintptr, profStackDepth())
}
