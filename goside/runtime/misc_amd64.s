// Single instructions with a name.

#include "textflag.h"

// func procyield(cycles uint32)
TEXT runtime·procyield(SB), NOSPLIT, $0-4
	MOVL cycles+0(FP), AX
again:
	PAUSE
	SUBL $1, AX
	JHI  again
	RET

// func cputicks() int64
TEXT runtime·cputicks(SB), NOSPLIT, $0-8
	RDTSC
	SHLQ $32, DX
	ORQ  DX, AX
	MOVQ AX, ret+0(FP)
	RET

// Stores are seen in order on this machine.
TEXT runtime·publicationBarrier<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0
	RET

// The linker puts it in the place of initialisers of maps that nobody uses.
TEXT runtime·mapinitnoop<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0
	RET

// func getfp() uintptr
TEXT runtime·getfp<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ BP, AX
	RET

// Debuggers look for the one-byte instruction; INT $3 is two.
TEXT runtime·breakpoint(SB), NOSPLIT, $0-0
	BYTE $0xcc
	RET

TEXT runtime·abort(SB), NOSPLIT, $0-0
	INT $3
	JMP 0(PC)
