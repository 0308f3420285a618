// The execution tracer's API. goxide does not trace yet: starting a trace fails with an error that says so, and the
// annotations of runtime/trace are no-ops, as they are without a running trace.

package runtime

import _ "unsafe" // for go:linkname

// errNoTracer is what StartTrace returns.
var errNoTracer = error(plainError("execution tracing is not supported by this version of goxide"))

// StartTrace enables tracing for the current process. While tracing, the data will be buffered and available via
// [ReadTrace]. StartTrace returns an error if tracing is already enabled, or if it is not supported. Most clients
// should use the [runtime/trace] package or the [testing] package's -test.trace flag instead of calling StartTrace
// directly.
func StartTrace() error {
	return errNoTracer
}

// StopTrace stops tracing, if it was previously enabled. StopTrace only returns after all the reads for the trace have
// completed.
func StopTrace() {}

// ReadTrace returns the next chunk of binary tracing data, blocking until data is available. If tracing is turned off
// and all the data accumulated while it was on has been returned, ReadTrace returns nil.
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
