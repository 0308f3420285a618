// Small hooks of std packages that have no home elsewhere, and the marks that let packages pull symbols by linkname.

package runtime

import "unsafe"

//go:linkname fips_getIndicator crypto/internal/fips140.getIndicator
func fips_getIndicator() uint8 {
	return getg().fipsIndicator
}

//go:linkname fips_setIndicator crypto/internal/fips140.setIndicator
func fips_setIndicator(indicator uint8) {
	getg().fipsIndicator = indicator
}

//go:linkname fips_fatal crypto/internal/fips140.fatal
func fips_fatal(s string) {
	fatal(s)
}

//go:linkname rand_fatal crypto/rand.fatal
func rand_fatal(s string) {
	fatal(s)
}

//go:linkname sysrand_fatal crypto/internal/sysrand.fatal
func sysrand_fatal(s string) {
	fatal(s)
}

//go:linkname godebug_registerMetric internal/godebug.registerMetric
func godebug_registerMetric(name string, read func() uint64) {
	registerGodebugMetric(name, read)
}

// Entries of the kernel that other packages call directly.
//
//go:linkname entersyscall
//go:linkname exitsyscall
//go:linkname entersyscallblock
//go:linkname nanotime
//go:linkname rand
//go:linkname growslice

// Arenas (GOEXPERIMENT=arenas) are not supported: package arena does not build without the experiment.

//go:linkname arena_newArena arena.runtime_arena_newArena
func arena_newArena() unsafe.Pointer {
	panic(plainError("arenas are not supported by goxide"))
}

//go:linkname arena_arena_New arena.runtime_arena_arena_New
func arena_arena_New(arena unsafe.Pointer, typ any) any {
	panic(plainError("arenas are not supported by goxide"))
}

//go:linkname arena_arena_Slice arena.runtime_arena_arena_Slice
func arena_arena_Slice(arena unsafe.Pointer, slice any, cap int) {
	panic(plainError("arenas are not supported by goxide"))
}

//go:linkname arena_arena_Free arena.runtime_arena_arena_Free
func arena_arena_Free(arena unsafe.Pointer) {
	panic(plainError("arenas are not supported by goxide"))
}

//go:linkname arena_heapify arena.runtime_arena_heapify
func arena_heapify(s any) any {
	return s
}

// Plugins need dynamic linking, which goxide's static binaries do not have.
//
//go:linkname plugin_lastmoduleinit plugin.lastmoduleinit
func plugin_lastmoduleinit() (path string, syms map[string]any, initTasks []*initTask, errstr string) {
	return "", nil, nil, "plugins are not supported by goxide"
}

//go:linkname sync_fatal sync.fatal
func sync_fatal(s string) {
	fatal(s)
}

//go:linkname sync_throw sync.throw
func sync_throw(s string) {
	throw(s)
}

//go:linkname internal_sync_fatal internal/sync.fatal
func internal_sync_fatal(s string) {
	fatal(s)
}

//go:linkname internal_sync_throw internal/sync.throw
func internal_sync_throw(s string) {
	throw(s)
}
