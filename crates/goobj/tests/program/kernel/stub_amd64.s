#include "textflag.h"

// Rust needs an aligned stack of ordinary size: one of our own, for there is only one caller.
GLOBL stack<>(SB), NOPTR, $262144

// CALLRUST calls fn on the private stack. R12 is callee-saved in the System V convention.
#define CALLRUST(fn) \
	MOVQ	SP, R12; \
	MOVQ	$stack<>(SB), AX; \
	LEAQ	262144(AX), SP; \
	ANDQ	$~63, SP; \
	CALL	fn(SB); \
	MOVQ	R12, SP

TEXT ·callTest(SB), NOSPLIT, $0-24
	MOVQ	out+0(FP), DI
	MOVQ	n+8(FP), SI
	CALLRUST(gx_test)
	MOVQ	AX, ret+16(FP)
	RET

TEXT ·callSame(SB), NOSPLIT, $0-24
	MOVQ	x+0(FP), DI
	CALLRUST(gx_same_a)
	MOVQ	AX, a+8(FP)
	MOVQ	x+0(FP), DI
	CALLRUST(gx_same_b)
	MOVQ	AX, b+16(FP)
	RET

TEXT ·callPanic(SB), NOSPLIT, $0-16
	MOVQ	index+0(FP), DI
	CALLRUST(gx_panic)
	MOVQ	AX, ret+8(FP)
	RET

// Called by Rust, in the System V convention.
TEXT gxs·twice(SB), NOSPLIT, $0
	LEAQ	(DI)(DI*1), AX
	RET
