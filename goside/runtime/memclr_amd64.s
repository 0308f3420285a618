// memclrNoHeapPointers: overlapping stores for small sizes, a loop over 64 bytes, string instructions beyond 2 KiB.

#include "textflag.h"
#include "go_asm.h"

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
	CMPQ BX, $2048
	JHS  huge
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
huge:
	CMPB internal∕cpu·X86+const_offsetX86HasERMS(SB), $1
	JNE  blocks
	MOVOU X15, (AX)
	MOVOU X15, 16(AX)
	MOVOU X15, 32(AX)
	MOVOU X15, 48(AX)
	LEAQ  64(AX), DI
	ANDQ  $~63, DI
	LEAQ  (AX)(BX*1), CX
	SUBQ  DI, CX // bytes left behind the cleared ones
	XORL  AX, AX
	REP; STOSB
	RET
