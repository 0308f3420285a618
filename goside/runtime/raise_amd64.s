// Where the kernel lets a goroutine go on that it raises a panic in.

#include "textflag.h"
#include "funcdata.h"
#include "zlayout.h"

// The kernel makes it look as if the caller of a kernel call had called this function, with the arguments of kpanic in
// AX, BX and CX. That caller has no room for kpanic to spill them, which it does whenever its prologue finds the stack
// too small or a request to yield: the room is here.
TEXT runtime·kpanicroom<ABIInternal>(SB), NOSPLIT, $24-0
	NO_LOCAL_POINTERS
	CALL runtime·kpanic<ABIInternal>(SB)
	UNDEF

// The kernel makes it look as if the caller of an allocating kernel call had called this function instead: a collection
// begins, then the caller gets the results of the allocation.
TEXT runtime·collectroom<ABIInternal>(SB), NOSPLIT, $0-0
	NO_LOCAL_POINTERS
	CALL runtime·collect<ABIInternal>(SB)
	MOVQ off_g_kept(R14), AX
	MOVQ (off_g_kept+8)(R14), BX
	MOVQ (off_g_kept+16)(R14), CX
	// Used up: what they point to may die.
	XORPS X15, X15
	MOVUPS X15, off_g_kept(R14)
	MOVQ X15, (off_g_kept+16)(R14)
	RET
