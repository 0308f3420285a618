// The write barrier's fast path: words of the P's buffer for compiled code to fill in.

#include "textflag.h"
#include "zlayout.h"

#define RESERVE(name, bytes) \
TEXT name<ABIInternal>(SB), NOSPLIT|NOFRAME, $0 \
	MOVL $bytes, R11 \
	JMP  reserve<>(SB)

RESERVE(runtime·gcWriteBarrier1, 8)
RESERVE(runtime·gcWriteBarrier2, 16)
RESERVE(runtime·gcWriteBarrier3, 24)
RESERVE(runtime·gcWriteBarrier4, 32)
RESERVE(runtime·gcWriteBarrier5, 40)
RESERVE(runtime·gcWriteBarrier6, 48)
RESERVE(runtime·gcWriteBarrier7, 56)
RESERVE(runtime·gcWriteBarrier8, 64)

// R11 = bytes wanted; returns their address in R11. Changes no other general register.
TEXT reserve<>(SB), NOSPLIT|NOFRAME, $0
	PUSHQ R12
	PUSHQ R13
again:
	MOVQ  off_g_m(R14), R13
	MOVQ  off_m_p(R13), R13
	MOVQ  off_p_wbNext(R13), R12
	ADDQ  R11, R12
	CMPQ  R12, off_p_wbEnd(R13)
	JLS   room
	CALL  flush<>(SB)
	JMP   again
room:
	MOVQ  R12, off_p_wbNext(R13)
	NEGQ  R11
	ADDQ  R12, R11
	POPQ  R13
	POPQ  R12
	RET

// Has the kernel empty the buffer. Preserves all general registers.
TEXT flush<>(SB), NOSPLIT|NOFRAME, $0
	PUSHQ AX
	PUSHQ BX
	PUSHQ CX
	PUSHQ DX
	PUSHQ SI
	PUSHQ DI
	PUSHQ R8
	PUSHQ R9
	PUSHQ R10
	PUSHQ R11
	PUSHQ R12
	PUSHQ R13
	PUSHQ R15
	PUSHQ BP
	CALL  runtime·kwbflush<ABIInternal>(SB)
	POPQ  BP
	POPQ  R15
	POPQ  R13
	POPQ  R12
	POPQ  R11
	POPQ  R10
	POPQ  R9
	POPQ  R8
	POPQ  DI
	POPQ  SI
	POPQ  DX
	POPQ  CX
	POPQ  BX
	POPQ  AX
	RET
