#include "textflag.h"
#include "zlayout.h"

// The process begins here: argc at 0(SP), argv behind it. The kernel never returns.
TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	JMP	runtime·rt0_go(SB)

// The same for -buildmode=c-archive and c-shared, which are refused.
TEXT _rt0_amd64_linux_lib(SB), NOSPLIT|NOFRAME, $0
	JMP	runtime·rt0_go(SB)

// Entry when a C start-up file calls it: argc in DI, argv in SI.
TEXT main(SB), NOSPLIT|NOFRAME, $0
	XORL	BP, BP
	MOVQ	$runtime·gotab(SB), DX
	MOVQ	SP, CX
	ANDQ	$~15, SP
	CALL	gx_boot(SB)
	INT	$3
	RET

// What cmd/go defines for GOAMD64=v2 and higher: such a program says so where it cannot run. The system's stack is aligned.
#ifdef GOAMD64_v2
#define CHECK_LEVEL MOVL $2, DI; CALL gx_check_amd64(SB)
#endif
#ifdef GOAMD64_v3
#define CHECK_LEVEL MOVL $3, DI; CALL gx_check_amd64(SB)
#endif
#ifdef GOAMD64_v4
#define CHECK_LEVEL MOVL $4, DI; CALL gx_check_amd64(SB)
#endif
#ifndef CHECK_LEVEL
#define CHECK_LEVEL
#endif

TEXT runtime·rt0_go(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	XORL	BP, BP
	CHECK_LEVEL
	MOVQ	0(SP), DI
	LEAQ	8(SP), SI
	MOVQ	$runtime·gotab(SB), DX
	ANDQ	$~15, SP
	MOVQ	SP, CX
	CALL	gx_boot(SB)
	INT	$3
	RET

// A prologue found no room, or was asked to come in. 0(SP) is the PC behind the call in the prologue, DX the closure.
// The kernel grows or yields and continues there.
TEXT runtime·morestack(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ	0(SP), R13
	LEAQ	8(SP), R12
	MOVQ	R13, off_g_sched_pc(R14)
	MOVQ	R12, off_g_sched_sp(R14)
	MOVQ	BP, off_g_sched_bp(R14)
	MOVQ	DX, off_g_sched_ctxt(R14)
	MOVQ	off_g_m(R14), R12
	MOVQ	off_m_g0_sp(R12), SP
	CALL	gx_newstack(SB)
	INT	$3
	RET

TEXT runtime·morestack_noctxt(SB), NOSPLIT|NOFRAME, $0-0
	XORL	DX, DX
	JMP	runtime·morestack(SB)

TEXT runtime·morestackc(SB), NOSPLIT|NOFRAME, $0-0
	INT	$3
	RET

// A kernel call has ended and the goroutine was asked to give way: it continues behind the call later.
TEXT runtime·kgiveway(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ	AX, off_g_ret(R14)
	MOVQ	BX, (off_g_ret+8)(R14)
	MOVQ	CX, (off_g_ret+16)(R14)
	MOVQ	off_g_m(R14), R13
	MOVQ	off_m_g0_sp(R13), SP
	CALL	gx_kgiveway(SB)
	INT	$3
	RET

// The return address at the bottom of every goroutine is goexit+1: unwinders look at the byte before it.
TEXT runtime·goexit(SB), NOSPLIT|TOPFRAME|NOFRAME, $0-0
	BYTE	$0x90
	CALL	runtime·goexit1<ABIInternal>(SB)
	BYTE	$0x90
	RET

// Names that the unwinder's tables and debuggers know; nothing runs through them.
TEXT runtime·mstart(SB), NOSPLIT|TOPFRAME|NOFRAME, $0
	INT	$3
	RET

// The signal handler made the goroutine call this: restores what compiled Go code expects.
TEXT runtime·sigpanic0(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ	(TLS), R14
	XORPS	X15, X15
	JMP	runtime·sigpanic<ABIInternal>(SB)

// What the system calls when a signal comes, on the thread's signal stack. Debuggers know the name.
TEXT runtime·sigtramp(SB), NOSPLIT|NOFRAME, $0
	ADJSP	$8
	CALL	gx_signal(SB)
	ADJSP	$-8
	RET

// The preemption signal made the goroutine call this between two instructions: every register is as it was when it
// returns. The collector reads this frame, and the one below it, conservatively.
TEXT runtime·asyncPreempt(SB), NOSPLIT|NOFRAME, $0-0
	PUSHQ	BP
	MOVQ	SP, BP
	PUSHFQ
	ADJSP	$368
	MOVQ	AX, 0(SP)
	MOVQ	CX, 8(SP)
	MOVQ	DX, 16(SP)
	MOVQ	BX, 24(SP)
	MOVQ	SI, 32(SP)
	MOVQ	DI, 40(SP)
	MOVQ	R8, 48(SP)
	MOVQ	R9, 56(SP)
	MOVQ	R10, 64(SP)
	MOVQ	R11, 72(SP)
	MOVQ	R12, 80(SP)
	MOVQ	R13, 88(SP)
	MOVQ	R14, 96(SP)
	MOVQ	R15, 104(SP)
	MOVUPS	X0, 112(SP)
	MOVUPS	X1, 128(SP)
	MOVUPS	X2, 144(SP)
	MOVUPS	X3, 160(SP)
	MOVUPS	X4, 176(SP)
	MOVUPS	X5, 192(SP)
	MOVUPS	X6, 208(SP)
	MOVUPS	X7, 224(SP)
	MOVUPS	X8, 240(SP)
	MOVUPS	X9, 256(SP)
	MOVUPS	X10, 272(SP)
	MOVUPS	X11, 288(SP)
	MOVUPS	X12, 304(SP)
	MOVUPS	X13, 320(SP)
	MOVUPS	X14, 336(SP)
	MOVUPS	X15, 352(SP)
	MOVQ	(TLS), R14
	XORPS	X15, X15
	CALL	runtime·kpreempt<ABIInternal>(SB)
	MOVUPS	352(SP), X15
	MOVUPS	336(SP), X14
	MOVUPS	320(SP), X13
	MOVUPS	304(SP), X12
	MOVUPS	288(SP), X11
	MOVUPS	272(SP), X10
	MOVUPS	256(SP), X9
	MOVUPS	240(SP), X8
	MOVUPS	224(SP), X7
	MOVUPS	208(SP), X6
	MOVUPS	192(SP), X5
	MOVUPS	176(SP), X4
	MOVUPS	160(SP), X3
	MOVUPS	144(SP), X2
	MOVUPS	128(SP), X1
	MOVUPS	112(SP), X0
	MOVQ	104(SP), R15
	MOVQ	96(SP), R14
	MOVQ	88(SP), R13
	MOVQ	80(SP), R12
	MOVQ	72(SP), R11
	MOVQ	64(SP), R10
	MOVQ	56(SP), R9
	MOVQ	48(SP), R8
	MOVQ	40(SP), DI
	MOVQ	32(SP), SI
	MOVQ	24(SP), BX
	MOVQ	16(SP), DX
	MOVQ	8(SP), CX
	MOVQ	0(SP), AX
	ADJSP	$-368
	POPFQ
	POPQ	BP
	RET
