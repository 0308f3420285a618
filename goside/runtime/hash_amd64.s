// Hashing with AES rounds. A state starts from seed, length and a process-wide key; every 16 bytes of input get two
// rounds, one with the data and one with a key; three rounds finish. Loads never leave the input.

#include "textflag.h"
#include "go_asm.h"

#define KEY(n) runtime·aeskeys+(16*n)(SB)

// func memhash(p unsafe.Pointer, h, size uintptr) uintptr
TEXT runtime·memhash<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-32
	CMPB runtime·useAeshash(SB), $0
	JEQ  noaes
	JMP  aesbody<>(SB)
noaes:
	JMP  runtime·memhashFallback<ABIInternal>(SB)

// func strhash(p unsafe.Pointer, h uintptr) uintptr
TEXT runtime·strhash<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	CMPB runtime·useAeshash(SB), $0
	JEQ  noaes
	MOVQ 8(AX), CX
	MOVQ (AX), AX
	JMP  aesbody<>(SB)
noaes:
	JMP  runtime·strhashFallback<ABIInternal>(SB)

// func memhash32(p unsafe.Pointer, h uintptr) uintptr
TEXT runtime·memhash32<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	CMPB runtime·useAeshash(SB), $0
	JEQ  noaes
	MOVL   (AX), CX
	MOVQ   BX, X0
	PINSRQ $1, CX, X0
	MOVOU  KEY(0), X1
	MOVOU  KEY(1), X2
	AESENC X1, X0
	AESENC X2, X0
	AESENC X1, X0
	MOVQ   X0, AX
	RET
noaes:
	JMP  runtime·memhash32Fallback<ABIInternal>(SB)

// func memhash64(p unsafe.Pointer, h uintptr) uintptr
TEXT runtime·memhash64<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	CMPB runtime·useAeshash(SB), $0
	JEQ  noaes
	MOVQ   BX, X0
	PINSRQ $1, (AX), X0
	MOVOU  KEY(0), X1
	MOVOU  KEY(1), X2
	AESENC X1, X0
	AESENC X2, X0
	AESENC X1, X0
	MOVQ   X0, AX
	RET
noaes:
	JMP  runtime·memhash64Fallback<ABIInternal>(SB)

// AX = data, BX = seed, CX = length; hash in AX. X0 is the seeded state.
TEXT aesbody<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ   BX, X0
	PINSRQ $1, CX, X0
	MOVOU  KEY(0), X14
	MOVOU  KEY(1), X13
	AESENC X14, X0
	CMPQ   CX, $16
	JHI    over16
	CMPQ   CX, $8
	JLO    below8
	MOVQ   (AX), X1
	PINSRQ $1, -8(AX)(CX*1), X1
	JMP    one
below8:
	CMPQ   CX, $4
	JLO    below4
	MOVL   (AX), DX
	MOVL   -4(AX)(CX*1), SI
	SHLQ   $32, SI
	ORQ    SI, DX
	MOVQ   DX, X1
	JMP    one
below4:
	TESTQ  CX, CX
	JEQ    finish
	MOVQ    CX, DI
	SHRQ    $1, DI
	MOVBLZX (AX), DX
	MOVBLZX (AX)(DI*1), SI
	MOVBLZX -1(AX)(CX*1), R8
	SHLL    $8, SI
	SHLL    $16, R8
	ORL     SI, DX
	ORL     R8, DX
	MOVQ    DX, X1
one:
	PXOR   X1, X0
	AESENC X14, X0
finish:
	AESENC X13, X0
	AESENC X14, X0
	AESENC X13, X0
	MOVQ   X0, AX
	RET

over16:
	CMPQ   CX, $32
	JHI    over32
	MOVOU  (AX), X1
	MOVOU  -16(AX)(CX*1), X2
	MOVO   X0, X3
	PXOR   X1, X0
	PXOR   X14, X3
	PXOR   X2, X3
	AESENC X14, X0
	AESENC X13, X3
	AESENC X13, X0
	AESENC X14, X3
	PXOR   X3, X0
	JMP    finish

over32:
	// Four lanes, each with its own start.
	MOVO   X0, X1
	MOVO   X0, X2
	MOVO   X0, X3
	MOVOU  KEY(2), X4
	MOVOU  KEY(3), X5
	MOVOU  KEY(4), X6
	MOVOU  KEY(5), X7
	PXOR   X4, X0
	PXOR   X5, X1
	PXOR   X6, X2
	PXOR   X7, X3
	CMPQ   CX, $64
	JHI    over64
	MOVOU  (AX), X8
	MOVOU  16(AX), X9
	MOVOU  -32(AX)(CX*1), X10
	MOVOU  -16(AX)(CX*1), X11
	AESENC X8, X0
	AESENC X9, X1
	AESENC X10, X2
	AESENC X11, X3
	AESENC X4, X0
	AESENC X5, X1
	AESENC X6, X2
	AESENC X7, X3
four:
	AESENC X13, X0
	AESENC X13, X1
	AESENC X13, X2
	AESENC X13, X3
	PXOR   X1, X0
	PXOR   X3, X2
	AESENC X14, X0
	PXOR   X2, X0
	JMP    finish

// 64 bytes at off(base) into four lanes; the second round of each waits while the others have their first.
#define ABSORB64(base, off, a, b, c, d) \
	MOVOU  off+0(base), X12  \
	MOVOU  off+16(base), X15 \
	AESENC X12, a            \
	AESENC X15, b            \
	MOVOU  off+32(base), X12 \
	MOVOU  off+48(base), X15 \
	AESENC X12, c            \
	AESENC X15, d            \
	AESENC X4, a             \
	AESENC X5, b             \
	AESENC X6, c             \
	AESENC X7, d

over64:
	// Four more lanes.
	MOVO X0, X8
	MOVO X1, X9
	MOVO X2, X10
	MOVO X3, X11
	PXOR X13, X8
	PXOR X13, X9
	PXOR X13, X10
	PXOR X13, X11
	LEAQ -64(AX)(CX*1), SI // the last 64 bytes
	CMPQ CX, $128
	JLS  last
	LEAQ -64(SI), DX       // the 64 before them
	PCALIGN $16
loop:
	ABSORB64(AX, 0, X0, X1, X2, X3)
	ABSORB64(AX, 64, X8, X9, X10, X11)
	SUBQ $-128, AX
	CMPQ AX, DX
	JLO  loop
	MOVQ DX, AX
last:
	ABSORB64(AX, 0, X0, X1, X2, X3)
	ABSORB64(SI, 0, X8, X9, X10, X11)
	XORPS  X15, X15
	AESENC X14, X8
	AESENC X14, X9
	AESENC X14, X10
	AESENC X14, X11
	PXOR   X8, X0
	PXOR   X9, X1
	PXOR   X10, X2
	PXOR   X11, X3
	JMP    four
