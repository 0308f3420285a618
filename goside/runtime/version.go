// What this binary is: toolchain, platform, module. The variables are written by the linker.

package runtime

import (
	"internal/goarch"
	"internal/goos"
	_ "unsafe" // for go:linkname
)

// Compiler is the name of the compiler toolchain that built the running binary. Known toolchains are:
//
//	gc      The Go project's compiler, also called cmd/compile.
//	gccgo   The gccgo front end, part of the GCC compiler suite.
const Compiler = "gc"

// GOOS is the running program's operating system target.
const GOOS string = goos.GOOS

// GOARCH is the running program's architecture target.
const GOARCH string = goarch.GOARCH

var (
	// buildVersion is the version of the toolchain that built the binary.
	//
	//go:linkname buildVersion
	buildVersion string

	// defaultGOROOT is the GOROOT at build time, empty for -trimpath builds.
	defaultGOROOT string

	// modinfo is the framed module information that debug.ReadBuildInfo parses.
	modinfo string

	// godebugDefault holds the GODEBUG defaults of the main module.
	godebugDefault string

	// islibrary and isarchive tell builds of libraries, which this implementation does not support.
	islibrary bool
	isarchive bool

	// disableMemoryProfiling is set when no part of the program can read a memory profile.
	disableMemoryProfiling bool
)

// Version returns the Go tree's version string. It is either the commit hash and date at the time of the build or,
// when possible, a release tag like "go1.3".
func Version() string {
	return buildVersion
}

// GOROOT returns the root of the Go tree. It uses the GOROOT environment variable, if set at process start, or else
// the root used during the Go build.
//
// Deprecated: The root used during the Go build will not be meaningful if the binary is copied to another machine.
// Use the system path to locate the “go” binary, and use “go env GOROOT” to find its GOROOT.
func GOROOT() string {
	if s := gogetenv("GOROOT"); s != "" {
		return s
	}
	return defaultGOROOT
}

//go:linkname debug_modinfo runtime/debug.modinfo
func debug_modinfo() string {
	return modinfo
}
