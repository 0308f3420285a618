// Calls that a debugger makes in a goroutine it has stopped: what debuggers find by name, and the breakpoints between which
// they do their part. R12 says at each breakpoint what is the case.
//
//	debugger: pushes the PC, leaves the bytes of arguments below it, goes to debugCallV2
//	                            8  debugCallV2        refused: the reason is the string at 0(SP)
//	                            0  debugCall32, …     there is room at 0(SP): puts arguments there and calls
//	                            1  debugCall32, …     the function has returned
//	                            2  debugCallPanicked  it has panicked: the value is the interface at 0(SP)
//	                           16  debugCallV2        the end: puts all registers back but PC and SP
//
// The function runs on a goroutine of its own (debugcall.go), so the stopped one needs little stack and does not move.

#include "textflag.h"
#include "funcdata.h"
#include "zlayout.h"

// Debuggers look for the one-byte instruction in front of the PC; the assembler makes two of INT $3.
#define BREAK(what)	\
	MOVQ $what, R12;	\
	BYTE $0xcc

// The registers lie in this frame, which the collector reads conservatively together with the one below it, as it does for
// asyncPreempt. The flags and the vector registers are the debugger's to keep. Debuggers see to it that 256 bytes are free;
// 184 are used.
TEXT runtime·debugCallV2<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0
	PUSHQ BP
	MOVQ SP, BP
	ADJSP $8 // the debugger's number of bytes
	PUSHQ R15
	PUSHQ R14
	PUSHQ R13
	PUSHQ R12
	PUSHQ R11
	PUSHQ R10
	PUSHQ R9
	PUSHQ R8
	PUSHQ DI
	PUSHQ SI
	PUSHQ DX
	PUSHQ CX
	PUSHQ BX
	PUSHQ AX
	ADJSP $16
	CLD
	XORPS X15, X15
	MOVQ (TLS), R14
	// Stopped in the kernel, whose stack must not be used a second time?
	MOVQ off_g_m(R14), R13
	CMPQ off_m_curg(R13), R14
	JNE inKernel
	CMPQ SP, off_g_stack_lo(R14)
	JLS inKernel
	CMPQ SP, off_g_stack_hi(R14)
	JHI inKernel
	// Stopped in a stub, these are half of a kernel call that is still to come if this one is refused.
	MOVQ 144(SP), AX
	MOVQ 128(SP), BX
	PUSHQ off_g_sched_pc(R14)
	PUSHQ off_g_sched_sp(R14)
	PUSHQ off_g_sched_bp(R14)
	CALL runtime·kdebugcheck<ABIInternal>(SB)
	POPQ off_g_sched_bp(R14)
	POPQ off_g_sched_sp(R14)
	POPQ off_g_sched_pc(R14)
	TESTQ AX, AX
	JNE refused
	LEAQ debugCallRooms<>(SB), CX
	MOVQ (CX)(BX*8), AX
	CALL runtime·kdebugcall<ABIInternal>(SB)
	JMP done
inKernel:
	LEAQ debugCallInKernel<>(SB), AX
	MOVQ $29, BX
refused:
	MOVQ AX, 0(SP)
	MOVQ BX, 8(SP)
	BREAK(8)
done:
	BREAK(16)
	// The flags are the interrupted code's from here on, and debuggers take these instructions one by one.
	POPQ AX
	POPQ AX
	POPQ AX
	POPQ BX
	POPQ CX
	POPQ DX
	POPQ SI
	POPQ DI
	POPQ R8
	POPQ R9
	POPQ R10
	POPQ R11
	POPQ R12
	POPQ R13
	POPQ R14
	POPQ R15
	POPQ BP
	POPQ BP
	RET

DATA  debugCallInKernel<>+0(SB)/29, $"executing on Go runtime stack"
GLOBL debugCallInKernel<>(SB), RODATA, $29

// func debugCallPanicked(val any)
TEXT runtime·debugCallPanicked(SB), NOSPLIT, $16-16
	MOVQ val_type+0(FP), AX
	MOVQ val_data+8(FP), BX
	MOVQ AX, 0(SP)
	MOVQ BX, 8(SP)
	BREAK(2)
	RET

// Room for the arguments and results of one call, which the debugger makes between the breakpoints. Its prologue sees to
// the stack. The kernel picks one of the table; debuggers may stop in it and make another call from there.
#define ROOM(name, bytes)	\
TEXT name<>(SB), WRAPPER, $bytes-0;	\
	NO_LOCAL_POINTERS;	\
	BREAK(0);	\
	BREAK(1);	\
	RET

ROOM(debugCall32, 32)
ROOM(debugCall64, 64)
ROOM(debugCall128, 128)
ROOM(debugCall256, 256)
ROOM(debugCall512, 512)
ROOM(debugCall1024, 1024)
ROOM(debugCall2048, 2048)
ROOM(debugCall4096, 4096)
ROOM(debugCall8192, 8192)
ROOM(debugCall16384, 16384)
ROOM(debugCall32768, 32768)
ROOM(debugCall65536, 65536)

DATA  debugCallRooms<>+0(SB)/8, $debugCall32<>(SB)
DATA  debugCallRooms<>+8(SB)/8, $debugCall64<>(SB)
DATA  debugCallRooms<>+16(SB)/8, $debugCall128<>(SB)
DATA  debugCallRooms<>+24(SB)/8, $debugCall256<>(SB)
DATA  debugCallRooms<>+32(SB)/8, $debugCall512<>(SB)
DATA  debugCallRooms<>+40(SB)/8, $debugCall1024<>(SB)
DATA  debugCallRooms<>+48(SB)/8, $debugCall2048<>(SB)
DATA  debugCallRooms<>+56(SB)/8, $debugCall4096<>(SB)
DATA  debugCallRooms<>+64(SB)/8, $debugCall8192<>(SB)
DATA  debugCallRooms<>+72(SB)/8, $debugCall16384<>(SB)
DATA  debugCallRooms<>+80(SB)/8, $debugCall32768<>(SB)
DATA  debugCallRooms<>+88(SB)/8, $debugCall65536<>(SB)
GLOBL debugCallRooms<>(SB), RODATA, $96
