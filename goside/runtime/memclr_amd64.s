// memclrNoHeapPointers: overlapping stores for small sizes, a loop over 64 bytes, with AVX2 over 128.

#include "textflag.h"
#include "go_asm.h"

#define STREAM_BYTES 33554432

// func memclrNoHeapPointers(ptr unsafe.Pointer, n uintptr), AX = ptr, BX = n, X15 = 0
TEXT runtime·memclrNoHeapPointers<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-16
	CMPQ BX, $16
	JHI  over16
	CMPQ BX, $8
	JHS  from8
	XORL DX, DX
	CMPQ BX, $4
	JHS  from4
	TESTQ BX, BX
	JEQ  done
	MOVQ BX, CX
	SHRQ $1, CX
	MOVB DX, (AX)
	MOVB DX, (AX)(CX*1)
	MOVB DX, -1(AX)(BX*1)
done:
	RET
from4:
	MOVL DX, (AX)
	MOVL DX, -4(AX)(BX*1)
	RET
from8:
	XORL DX, DX
	MOVQ DX, (AX)
	MOVQ DX, -8(AX)(BX*1)
	RET
over16:
	CMPQ  BX, $32
	JHI   over32
	MOVOU X15, (AX)
	MOVOU X15, -16(AX)(BX*1)
	RET
over32:
	CMPQ  BX, $64
	JHI   over64
	MOVOU X15, (AX)
	MOVOU X15, 16(AX)
	MOVOU X15, -32(AX)(BX*1)
	MOVOU X15, -16(AX)(BX*1)
	RET
over64:
	CMPQ BX, $256
	JHS  large
blocks:
	LEAQ -64(AX)(BX*1), DX // where the last 64 bytes begin
	PCALIGN $16
loop:
	MOVOU X15, (AX)
	MOVOU X15, 16(AX)
	MOVOU X15, 32(AX)
	MOVOU X15, 48(AX)
	ADDQ  $64, AX
	CMPQ  AX, DX
	JLO   loop
	MOVOU X15, (DX)
	MOVOU X15, 16(DX)
	MOVOU X15, 32(DX)
	MOVOU X15, 48(DX)
	RET
large:
	CMPB internal∕cpu·X86+const_offsetX86HasAVX2(SB), $1
	JNE  blocks
	LEAQ  -128(AX)(BX*1), DX // where the last 128 bytes begin
	VPXOR Y0, Y0, Y0
	VMOVDQU Y0, (AX)
	LEAQ  32(AX), AX // at least one byte of progress, then aligned
	ANDQ  $~31, AX
	CMPQ  BX, $STREAM_BYTES
	JHS   streamLoop
	PCALIGN $16
loopAVX:
	VMOVDQA Y0, (AX)
	VMOVDQA Y0, 32(AX)
	VMOVDQA Y0, 64(AX)
	VMOVDQA Y0, 96(AX)
	SUBQ    $-128, AX
	CMPQ    AX, DX
	JLO     loopAVX
last:
	VMOVDQU Y0, (DX)
	VMOVDQU Y0, 32(DX)
	VMOVDQU Y0, 64(DX)
	VMOVDQU Y0, 96(DX)
	VZEROUPPER
	RET
	PCALIGN $16
streamLoop: // more than the caches should hold: past them
	VMOVNTDQ Y0, (AX)
	VMOVNTDQ Y0, 32(AX)
	VMOVNTDQ Y0, 64(AX)
	VMOVNTDQ Y0, 96(AX)
	SUBQ     $-128, AX
	CMPQ     AX, DX
	JLO      streamLoop
	SFENCE
	JMP      last
