// Calls with computed arguments: reflect.Value.Call and method values end here.
//
//	reflectcall ─▶ callN, the smallest N that holds the frame ─▶ fn ─▶ reflectcallmove copies results back
//
// callN has a frame of N bytes at the bottom of which fn finds its stack arguments. The collector sees them through
// fn's own argument map.

#include "textflag.h"
#include "funcdata.h"

// Argument registers to and from the *abi.RegArgs in R12: nine integer words, then fifteen floating-point ones.

TEXT runtime·spillArgs(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ AX, 0(R12)
	MOVQ BX, 8(R12)
	MOVQ CX, 16(R12)
	MOVQ DI, 24(R12)
	MOVQ SI, 32(R12)
	MOVQ R8, 40(R12)
	MOVQ R9, 48(R12)
	MOVQ R10, 56(R12)
	MOVQ R11, 64(R12)
	MOVQ X0, 72(R12)
	MOVQ X1, 80(R12)
	MOVQ X2, 88(R12)
	MOVQ X3, 96(R12)
	MOVQ X4, 104(R12)
	MOVQ X5, 112(R12)
	MOVQ X6, 120(R12)
	MOVQ X7, 128(R12)
	MOVQ X8, 136(R12)
	MOVQ X9, 144(R12)
	MOVQ X10, 152(R12)
	MOVQ X11, 160(R12)
	MOVQ X12, 168(R12)
	MOVQ X13, 176(R12)
	MOVQ X14, 184(R12)
	RET

TEXT runtime·unspillArgs(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ 0(R12), AX
	MOVQ 8(R12), BX
	MOVQ 16(R12), CX
	MOVQ 24(R12), DI
	MOVQ 32(R12), SI
	MOVQ 40(R12), R8
	MOVQ 48(R12), R9
	MOVQ 56(R12), R10
	MOVQ 64(R12), R11
	MOVQ 72(R12), X0
	MOVQ 80(R12), X1
	MOVQ 88(R12), X2
	MOVQ 96(R12), X3
	MOVQ 104(R12), X4
	MOVQ 112(R12), X5
	MOVQ 120(R12), X6
	MOVQ 128(R12), X7
	MOVQ 136(R12), X8
	MOVQ 144(R12), X9
	MOVQ 152(R12), X10
	MOVQ 160(R12), X11
	MOVQ 168(R12), X12
	MOVQ 176(R12), X13
	MOVQ 184(R12), X14
	RET

#define DISPATCH(name, max) \
	CMPQ CX, $max; \
	JHI  3(PC); \
	MOVQ $name(SB), AX; \
	JMP  AX

// func reflectcall(stackArgsType *_type, fn, stackArgs unsafe.Pointer, stackArgsSize, stackRetOffset, frameSize uint32, regArgs *abi.RegArgs)
TEXT runtime·reflectcall(SB), NOSPLIT, $0-48
	MOVLQZX frameSize+32(FP), CX
	DISPATCH(runtime·call16, 16)
	DISPATCH(runtime·call32, 32)
	DISPATCH(runtime·call64, 64)
	DISPATCH(runtime·call128, 128)
	DISPATCH(runtime·call256, 256)
	DISPATCH(runtime·call512, 512)
	DISPATCH(runtime·call1024, 1024)
	DISPATCH(runtime·call2048, 2048)
	DISPATCH(runtime·call4096, 4096)
	DISPATCH(runtime·call8192, 8192)
	DISPATCH(runtime·call16384, 16384)
	DISPATCH(runtime·call32768, 32768)
	DISPATCH(runtime·call65536, 65536)
	DISPATCH(runtime·call131072, 131072)
	DISPATCH(runtime·call262144, 262144)
	DISPATCH(runtime·call524288, 524288)
	DISPATCH(runtime·call1048576, 1048576)
	DISPATCH(runtime·call2097152, 2097152)
	DISPATCH(runtime·call4194304, 4194304)
	DISPATCH(runtime·call8388608, 8388608)
	DISPATCH(runtime·call16777216, 16777216)
	DISPATCH(runtime·call33554432, 33554432)
	DISPATCH(runtime·call67108864, 67108864)
	DISPATCH(runtime·call134217728, 134217728)
	DISPATCH(runtime·call268435456, 268435456)
	DISPATCH(runtime·call536870912, 536870912)
	DISPATCH(runtime·call1073741824, 1073741824)
	MOVQ $runtime·badreflectcall(SB), AX
	JMP  AX

#define CALLFN(name, max) \
TEXT name(SB), WRAPPER, $max-48 \
	NO_LOCAL_POINTERS; \
	MOVQ    stackArgs+16(FP), SI; \
	MOVLQZX stackArgsSize+24(FP), CX; \
	MOVQ    SP, DI; \
	REP; MOVSB; \
	MOVQ    regArgs+40(FP), R12; \
	CALL    runtime·unspillArgs(SB); \
	MOVQ    fn+8(FP), DX; \
	PCDATA  $PCDATA_StackMapIndex, $0; \
	MOVQ    (DX), R12; \
	CALL    R12; \
	MOVQ    regArgs+40(FP), R12; \
	CALL    runtime·spillArgs(SB); \
	MOVQ    stackArgsType+0(FP), R8; \
	MOVQ    stackArgs+16(FP), DI; \
	MOVLQZX stackArgsSize+24(FP), CX; \
	MOVLQZX stackRetOffset+28(FP), BX; \
	MOVQ    SP, SI; \
	ADDQ    BX, DI; \
	ADDQ    BX, SI; \
	SUBQ    BX, CX; \
	CALL    callret<>(SB); \
	RET

// R8 = type, DI = to, SI = from, CX = bytes, R12 = registers. Leaves the frame of callN and hands all to Go code.
TEXT callret<>(SB), NOSPLIT, $40-0
	NO_LOCAL_POINTERS
	MOVQ R8, 0(SP)
	MOVQ DI, 8(SP)
	MOVQ SI, 16(SP)
	MOVQ CX, 24(SP)
	MOVQ R12, 32(SP)
	CALL runtime·reflectcallmove(SB)
	RET

CALLFN(runtime·call16, 16)
CALLFN(runtime·call32, 32)
CALLFN(runtime·call64, 64)
CALLFN(runtime·call128, 128)
CALLFN(runtime·call256, 256)
CALLFN(runtime·call512, 512)
CALLFN(runtime·call1024, 1024)
CALLFN(runtime·call2048, 2048)
CALLFN(runtime·call4096, 4096)
CALLFN(runtime·call8192, 8192)
CALLFN(runtime·call16384, 16384)
CALLFN(runtime·call32768, 32768)
CALLFN(runtime·call65536, 65536)
CALLFN(runtime·call131072, 131072)
CALLFN(runtime·call262144, 262144)
CALLFN(runtime·call524288, 524288)
CALLFN(runtime·call1048576, 1048576)
CALLFN(runtime·call2097152, 2097152)
CALLFN(runtime·call4194304, 4194304)
CALLFN(runtime·call8388608, 8388608)
CALLFN(runtime·call16777216, 16777216)
CALLFN(runtime·call33554432, 33554432)
CALLFN(runtime·call67108864, 67108864)
CALLFN(runtime·call134217728, 134217728)
CALLFN(runtime·call268435456, 268435456)
CALLFN(runtime·call536870912, 536870912)
CALLFN(runtime·call1073741824, 1073741824)
