// The execution tracer's API. The kernel writes the events (trace/mod.rs); here is who begins, ends and reads a trace.

package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// What ktraceswitch does.
const (
	traceStart = iota
	traceNext
	traceStop
)

var (
	// traceLock is a semaphore: held while a generation begins or ends, until the ended one has been read.
	traceLock uint32 = 1
	// traceEpoch counts starts and stops, for the goroutine that ends generations.
	traceEpoch atomic.Uint32
)

// StartTrace starts the execution trace, which [ReadTrace] hands out. Programs use [runtime/trace] or go test -trace,
// which end up here. It returns an error if a trace is running.
func StartTrace() error {
	ksemacquire(&traceLock, false, semWait)
	started := ktraceswitch(traceStart)
	if started {
		traceIntroduce()
		epoch := traceEpoch.Add(1)
		ticker := func() { traceTicker(epoch) }
		knewsystemproc(*(**funcval)(unsafe.Pointer(&ticker)))
	}
	ksemrelease(&traceLock, false)
	if !started {
		return errorString("tracing is already enabled")
	}
	return nil
}

// StopTrace ends the trace and returns when all of it has been read. Without a trace it does nothing.
func StopTrace() {
	traceAdvance(true)
}

// traceAdvance ends the current generation, and with it the trace if stopTrace is set, and waits until it has been read.
//
//go:linkname traceAdvance
func traceAdvance(stopTrace bool) {
	what := uintptr(traceNext)
	if stopTrace {
		what = traceStop
	}
	ksemacquire(&traceLock, false, semWait)
	if ktraceswitch(what) {
		if stopTrace {
			traceEpoch.Add(1)
		} else {
			traceIntroduce()
		}
		for ktracedump() {
		}
		ktracedone()
		ktracewait()
	}
	ksemrelease(&traceLock, false)
}

// traceIntroduce writes down what every goroutine was doing when the generation began.
func traceIntroduce() {
	for at := ktraceintroduce(0); at != 0; {
		at = ktraceintroduce(at)
	}
}

// traceStandIn is what traces show where the collector stops the world on a thread that runs no goroutine.
func traceStandIn() {}

// traceTicker ends generations: each holds about a second of the program's life, or what GODEBUG=traceadvanceperiod
// says.
func traceTicker(epoch uint32) {
	const step = 100_000_000
	for {
		for rest := int64(kgodebugvalue("traceadvanceperiod")); rest > 0; rest -= step {
			timeSleep(min(rest, step))
			if traceEpoch.Load() != epoch {
				return
			}
		}
		traceAdvance(false)
		if traceEpoch.Load() != epoch {
			return
		}
	}
}

// ReadTrace waits for a piece of the trace and returns it; the piece is valid until the next call. After the last piece,
// or without a trace, it returns nil. One goroutine reads.
func ReadTrace() []byte {
	for {
		data := trace_readTrace()
		// The mark between generations is for runtime/trace only.
		if len(data) != 1 {
			return data
		}
	}
}

//go:linkname trace_readTrace runtime/trace.runtime_readTrace
func trace_readTrace() []byte {
	piece, n := ktraceread()
	if n == 0 {
		return nil
	}
	return unsafe.Slice(piece, n)
}

//go:linkname traceClockNow
func traceClockNow() uint64 {
	return uint64(nanotime()) / traceClockUnitNs
}

// traceClockUnitNs is the resolution of time in a trace.
const traceClockUnitNs = 64

//go:linkname trace_clockUnitsPerSecond runtime/trace.runtime_traceClockUnitsPerSecond
func trace_clockUnitsPerSecond() uint64 {
	return 1_000_000_000 / traceClockUnitNs
}

//go:linkname trace_userTaskCreate runtime/trace.userTaskCreate
func trace_userTaskCreate(id, parentID uint64, taskType string) {
	ktracetaskbegin(id, parentID, taskType)
}

//go:linkname trace_userTaskEnd runtime/trace.userTaskEnd
func trace_userTaskEnd(id uint64) {
	ktracetaskend(id)
}

//go:linkname trace_userRegion runtime/trace.userRegion
func trace_userRegion(id, mode uint64, name string) {
	ktraceregion(id, mode, name)
}

//go:linkname trace_userLog runtime/trace.userLog
func trace_userLog(id uint64, category, message string) {
	ktracelog(id, category, message)
}
