// Package runtime is what a Go program runs on: goroutines, memory and its collection, panics, profiles. Its exported
// part lets a program look at that and steer it.
//
// This implementation is goxide: the state and the decisions live in a kernel written in Rust; what is here is the
// exported API, the entry points that compiled code and std packages know by name, and what has to run on a
// goroutine's stack. Where a function here is called from std through a linkname, its comment names the caller.
//
// # Environment variables
//
// GOGC sets the heap growth at which a collection starts, in percent of the live heap (default 100, off for none).
//
// GOMEMLIMIT sets a soft limit on memory, in bytes or with a suffix B, KiB, MiB, GiB or TiB.
//
// GOMAXPROCS sets how many threads may run Go code at the same time.
//
// GOTRACEBACK (none, single, all, system, crash) sets what a dying program prints.
//
// GODEBUG holds comma-separated name=value pairs; the options are those of the Go release. Options that only make
// sense for another implementation are accepted and have no effect.
package runtime
