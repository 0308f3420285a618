// memmove: up to 256 bytes load everything, then store everything, so overlap does not matter. Larger copies run in
// steps of 64 or 128 bytes away from the overlap; the bytes of the last, partial step are loaded before the first
// store. No string instructions: on some processors they are ten times slower for certain distances modulo 4096.
// Words that are aligned in source and destination are always moved by one instruction: the collector may look.

#include "textflag.h"
#include "go_asm.h"

#define STREAM_BYTES 4194304

// func memmove(to, from unsafe.Pointer, n uintptr), AX = to, BX = from, CX = n
TEXT runtime·memmove<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	CMPQ CX, $16
	JHI  over16
	CMPQ CX, $8
	JHS  from8
	CMPQ CX, $4
	JHS  from4
	TESTQ CX, CX
	JEQ  done
	// 1 to 3 bytes: first, middle, last.
	MOVQ    CX, DX
	SHRQ    $1, DX
	MOVBLZX (BX), SI
	MOVBLZX (BX)(DX*1), DI
	MOVBLZX -1(BX)(CX*1), R8
	MOVB    SI, (AX)
	MOVB    DI, (AX)(DX*1)
	MOVB    R8, -1(AX)(CX*1)
done:
	RET
from4:
	MOVL (BX), SI
	MOVL -4(BX)(CX*1), DI
	MOVL SI, (AX)
	MOVL DI, -4(AX)(CX*1)
	RET
from8:
	MOVQ (BX), SI
	MOVQ -8(BX)(CX*1), DI
	MOVQ SI, (AX)
	MOVQ DI, -8(AX)(CX*1)
	RET

over16:
	CMPQ CX, $32
	JHI  over32
	MOVOU (BX), X0
	MOVOU -16(BX)(CX*1), X1
	MOVOU X0, (AX)
	MOVOU X1, -16(AX)(CX*1)
	RET
over32:
	CMPQ CX, $64
	JHI  over64
	MOVOU (BX), X0
	MOVOU 16(BX), X1
	MOVOU -32(BX)(CX*1), X2
	MOVOU -16(BX)(CX*1), X3
	MOVOU X0, (AX)
	MOVOU X1, 16(AX)
	MOVOU X2, -32(AX)(CX*1)
	MOVOU X3, -16(AX)(CX*1)
	RET
over64:
	CMPQ CX, $128
	JHI  over128
	MOVOU (BX), X0
	MOVOU 16(BX), X1
	MOVOU 32(BX), X2
	MOVOU 48(BX), X3
	MOVOU -64(BX)(CX*1), X4
	MOVOU -48(BX)(CX*1), X5
	MOVOU -32(BX)(CX*1), X6
	MOVOU -16(BX)(CX*1), X7
	MOVOU X0, (AX)
	MOVOU X1, 16(AX)
	MOVOU X2, 32(AX)
	MOVOU X3, 48(AX)
	MOVOU X4, -64(AX)(CX*1)
	MOVOU X5, -48(AX)(CX*1)
	MOVOU X6, -32(AX)(CX*1)
	MOVOU X7, -16(AX)(CX*1)
	RET
over128:
	CMPQ CX, $256
	JHI  large
	MOVOU (BX), X0
	MOVOU 16(BX), X1
	MOVOU 32(BX), X2
	MOVOU 48(BX), X3
	MOVOU 64(BX), X4
	MOVOU 80(BX), X5
	MOVOU 96(BX), X6
	MOVOU 112(BX), X7
	MOVOU -128(BX)(CX*1), X8
	MOVOU -112(BX)(CX*1), X9
	MOVOU -96(BX)(CX*1), X10
	MOVOU -80(BX)(CX*1), X11
	MOVOU -64(BX)(CX*1), X12
	MOVOU -48(BX)(CX*1), X13
	MOVOU -32(BX)(CX*1), X14
	MOVOU -16(BX)(CX*1), X15
	MOVOU X0, (AX)
	MOVOU X1, 16(AX)
	MOVOU X2, 32(AX)
	MOVOU X3, 48(AX)
	MOVOU X4, 64(AX)
	MOVOU X5, 80(AX)
	MOVOU X6, 96(AX)
	MOVOU X7, 112(AX)
	MOVOU X8, -128(AX)(CX*1)
	MOVOU X9, -112(AX)(CX*1)
	MOVOU X10, -96(AX)(CX*1)
	MOVOU X11, -80(AX)(CX*1)
	MOVOU X12, -64(AX)(CX*1)
	MOVOU X13, -48(AX)(CX*1)
	MOVOU X14, -32(AX)(CX*1)
	MOVOU X15, -16(AX)(CX*1)
	XORPS X15, X15
	RET

large:
	MOVQ AX, DI
	SUBQ BX, DI // to - from, unsigned: below n means that the copy must run backward
	JEQ  done
	CMPQ DI, CX
	JLO  backward
	CMPB internal∕cpu·X86+const_offsetX86HasAVX2(SB), $1
	JEQ  forwardAVX
	MOVOU -64(BX)(CX*1), X4
	MOVOU -48(BX)(CX*1), X5
	MOVOU -32(BX)(CX*1), X6
	MOVOU -16(BX)(CX*1), X7
	LEAQ  -64(AX)(CX*1), DX // where the last 64 bytes go
	PCALIGN $16
forwardLoop:
	MOVOU (BX), X0
	MOVOU 16(BX), X1
	MOVOU 32(BX), X2
	MOVOU 48(BX), X3
	ADDQ  $64, BX
	MOVOU X0, (AX)
	MOVOU X1, 16(AX)
	MOVOU X2, 32(AX)
	MOVOU X3, 48(AX)
	ADDQ  $64, AX
	CMPQ  AX, DX
	JLO   forwardLoop
	MOVOU X4, (DX)
	MOVOU X5, 16(DX)
	MOVOU X6, 32(DX)
	MOVOU X7, 48(DX)
	RET

forwardAVX:
	CMPQ CX, $STREAM_BYTES
	JHS  stream
forwardCached:
	VMOVDQU -128(BX)(CX*1), Y4
	VMOVDQU -96(BX)(CX*1), Y5
	VMOVDQU -64(BX)(CX*1), Y6
	VMOVDQU -32(BX)(CX*1), Y7
	LEAQ    -128(AX)(CX*1), DX
	PCALIGN $16
forwardLoopAVX:
	VMOVDQU (BX), Y0
	VMOVDQU 32(BX), Y1
	VMOVDQU 64(BX), Y2
	VMOVDQU 96(BX), Y3
	SUBQ    $-128, BX
	VMOVDQU Y0, (AX)
	VMOVDQU Y1, 32(AX)
	VMOVDQU Y2, 64(AX)
	VMOVDQU Y3, 96(AX)
	SUBQ    $-128, AX
	CMPQ    AX, DX
	JLO     forwardLoopAVX
	VMOVDQU Y4, (DX)
	VMOVDQU Y5, 32(DX)
	VMOVDQU Y6, 64(DX)
	VMOVDQU Y7, 96(DX)
	VZEROUPPER
	RET

// More than the caches should hold: the stores go past them. They need an aligned destination, and an order at the end.
stream:
	NEGQ DI // from - to: below n means overlap, for which this is not made
	CMPQ DI, CX
	JLO  forwardCached
	VMOVDQU -128(BX)(CX*1), Y4
	VMOVDQU -96(BX)(CX*1), Y5
	VMOVDQU -64(BX)(CX*1), Y6
	VMOVDQU -32(BX)(CX*1), Y7
	LEAQ    -128(AX)(CX*1), DX
	VMOVDQU (BX), Y0
	VMOVDQU Y0, (AX)
	LEAQ    32(AX), DI
	ANDQ    $~31, DI
	SUBQ    AX, DI // 1 to 32 bytes are done
	ADDQ    DI, AX
	ADDQ    DI, BX
	PCALIGN $16
streamLoop:
	PREFETCHNTA 512(BX)
	PREFETCHNTA 576(BX)
	VMOVDQU (BX), Y0
	VMOVDQU 32(BX), Y1
	VMOVDQU 64(BX), Y2
	VMOVDQU 96(BX), Y3
	SUBQ     $-128, BX
	VMOVNTDQ Y0, (AX)
	VMOVNTDQ Y1, 32(AX)
	VMOVNTDQ Y2, 64(AX)
	VMOVNTDQ Y3, 96(AX)
	SUBQ     $-128, AX
	CMPQ     AX, DX
	JLO      streamLoop
	SFENCE
	VMOVDQU Y4, (DX)
	VMOVDQU Y5, 32(DX)
	VMOVDQU Y6, 64(DX)
	VMOVDQU Y7, 96(DX)
	VZEROUPPER
	RET

backward:
	MOVOU (BX), X4
	MOVOU 16(BX), X5
	MOVOU 32(BX), X6
	MOVOU 48(BX), X7
	LEAQ  (BX)(CX*1), SI
	LEAQ  (AX)(CX*1), DI
	LEAQ  64(AX), DX
	PCALIGN $16
backwardLoop:
	MOVOU -16(SI), X0
	MOVOU -32(SI), X1
	MOVOU -48(SI), X2
	MOVOU -64(SI), X3
	SUBQ  $64, SI
	MOVOU X0, -16(DI)
	MOVOU X1, -32(DI)
	MOVOU X2, -48(DI)
	MOVOU X3, -64(DI)
	SUBQ  $64, DI
	CMPQ  DI, DX
	JHI   backwardLoop
	MOVOU X4, (AX)
	MOVOU X5, 16(AX)
	MOVOU X6, 32(AX)
	MOVOU X7, 48(AX)
	RET
