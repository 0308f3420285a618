// What this binary is: toolchain, platform, module. The variables are written by the linker.

package runtime

import (
	"internal/goarch"
	"internal/goos"
	_ "unsafe" // for go:linkname
)

// Compiler tells who compiled the program: "gc" is cmd/compile, which goxide uses. (Elsewhere it may be "gccgo".)
const Compiler = "gc"

// GOOS is the operating system that the program was built for.
const GOOS string = goos.GOOS

// GOARCH is the processor architecture that it was built for.
const GOARCH string = goarch.GOARCH

var (
	// buildVersion names the Go release, as go version prints it.
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

// Version is the Go release that the program was built with, like "go1.25.3", or commit and date where it was none.
func Version() string {
	return buildVersion
}

// GOROOT is where the Go tree is: what the environment variable said at start, or else the place at build time.
//
// Deprecated: On another machine than the builder's there may be no such place. Ask go env GOROOT.
func GOROOT() string {
	if s := gogetenv("GOROOT"); s != "" {
		return s
	}
	return defaultGOROOT
}

// modinfoFrame is the length of the mark on either side of the module information.
const modinfoFrame = 16

// debug_modinfo adds a build setting: which kernel the program runs on.
//
//go:linkname debug_modinfo runtime/debug.modinfo
func debug_modinfo() string {
	end := len(modinfo) - modinfoFrame
	if end < modinfoFrame {
		return modinfo
	}
	return modinfo[:end] + "build\tgoxide=" + kernelName() + "\n" + modinfo[end:]
}

// kernelName is the kernel's version, kind and hash, as goxide version shows them, with dashes in between.
func kernelName() string {
	const prefix = "goxide-kernel "
	name := []byte(gostringnocopy(kernel_ident())[len(prefix):])
	for i, c := range name {
		if c == ' ' {
			name[i] = '-'
		}
	}
	return string(name)
}
