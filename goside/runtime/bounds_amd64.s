// Failed bounds checks. Compiled code leaves index and bound in registers that depend on the kind of check; the Go
// function that raises the panic wants them in AX and BX. Callers reserve room to spill both.

#include "textflag.h"

#define BOUNDS_AX_CX(name, target) \
TEXT name<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-16 \
	MOVQ CX, BX \
	JMP  target<ABIInternal>(SB)

#define BOUNDS_CX_DX(name, target) \
TEXT name<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-16 \
	MOVQ CX, AX \
	MOVQ DX, BX \
	JMP  target<ABIInternal>(SB)

#define BOUNDS_DX_BX(name, target) \
TEXT name<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-16 \
	MOVQ DX, AX \
	JMP  target<ABIInternal>(SB)

BOUNDS_AX_CX(runtime·panicIndex, runtime·goPanicIndex)
BOUNDS_AX_CX(runtime·panicIndexU, runtime·goPanicIndexU)
BOUNDS_CX_DX(runtime·panicSliceAlen, runtime·goPanicSliceAlen)
BOUNDS_CX_DX(runtime·panicSliceAlenU, runtime·goPanicSliceAlenU)
BOUNDS_CX_DX(runtime·panicSliceAcap, runtime·goPanicSliceAcap)
BOUNDS_CX_DX(runtime·panicSliceAcapU, runtime·goPanicSliceAcapU)
BOUNDS_AX_CX(runtime·panicSliceB, runtime·goPanicSliceB)
BOUNDS_AX_CX(runtime·panicSliceBU, runtime·goPanicSliceBU)
BOUNDS_DX_BX(runtime·panicSlice3Alen, runtime·goPanicSlice3Alen)
BOUNDS_DX_BX(runtime·panicSlice3AlenU, runtime·goPanicSlice3AlenU)
BOUNDS_DX_BX(runtime·panicSlice3Acap, runtime·goPanicSlice3Acap)
BOUNDS_DX_BX(runtime·panicSlice3AcapU, runtime·goPanicSlice3AcapU)
BOUNDS_CX_DX(runtime·panicSlice3B, runtime·goPanicSlice3B)
BOUNDS_CX_DX(runtime·panicSlice3BU, runtime·goPanicSlice3BU)
BOUNDS_AX_CX(runtime·panicSlice3C, runtime·goPanicSlice3C)
BOUNDS_AX_CX(runtime·panicSlice3CU, runtime·goPanicSlice3CU)
BOUNDS_DX_BX(runtime·panicSliceConvert, runtime·goPanicSliceConvert)
