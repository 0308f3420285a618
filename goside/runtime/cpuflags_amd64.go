package runtime

import (
	"internal/cpu"
	"unsafe"
)

// Features that compiled code tests before it uses the instructions.
var (
	x86HasPOPCNT bool
	x86HasSSE41  bool
	x86HasFMA    bool
)

// Where assembly finds the feature bit of internal/cpu.
const offsetX86HasAVX2 = unsafe.Offsetof(cpu.X86.HasAVX2)

// langinit prepares what every compiled function may rely on. runtime.main calls it first, with the value of GODEBUG.
func langinit(godebug string) {
	cpu.DebugOptions = true
	cpu.Initialize(godebug)
	x86HasPOPCNT = cpu.X86.HasPOPCNT
	x86HasSSE41 = cpu.X86.HasSSE41
	x86HasFMA = cpu.X86.HasFMA
	hashinit()
}
