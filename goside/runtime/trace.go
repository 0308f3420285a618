// The execution tracer's API. goxide does not trace yet: starting a trace fails with an error that says so, and the
// annotations of runtime/trace are no-ops, as they are without a running trace.

package runtime

import _ "unsafe" // for go:linkname

// errNoTracer is what StartTrace returns.
var errNoTracer = error(plainError("execution tracing is not supported by this version of goxide"))

// StartTrace starts the execution trace, which [ReadTrace] hands out. Programs use [runtime/trace] or go test -trace,
// which end up here. It returns an error if a trace is running, and always where traces are not supported.
func StartTrace() error {
	return errNoTracer
}

// StopTrace ends the trace and returns when all of it has been read. Without a trace it does nothing.
func StopTrace() {}

// ReadTrace waits for a piece of the trace and returns it. After the last piece, or without a trace, it returns nil.
func ReadTrace() []byte {
	return nil
}

//go:linkname trace_readTrace runtime/trace.runtime_readTrace
func trace_readTrace() []byte {
	return nil
}

//go:linkname traceAdvance
func traceAdvance(stopTrace bool) {}

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
func trace_userTaskCreate(id, parentID uint64, taskType string) {}

//go:linkname trace_userTaskEnd runtime/trace.userTaskEnd
func trace_userTaskEnd(id uint64) {}

//go:linkname trace_userRegion runtime/trace.userRegion
func trace_userRegion(id, mode uint64, name string) {}

//go:linkname trace_userLog runtime/trace.userLog
func trace_userLog(id uint64, category, message string) {}
