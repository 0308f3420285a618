// Where the kernel lets a goroutine go on that it raises a panic in.

#include "textflag.h"
#include "funcdata.h"

// The kernel makes it look as if the caller of a kernel call had called this function, with the arguments of kpanic in
// AX, BX and CX. That caller has no room for kpanic to spill them, which it does whenever its prologue finds the stack
// too small or a request to yield: the room is here.
TEXT runtime·kpanicroom<ABIInternal>(SB), NOSPLIT, $24-0
	NO_LOCAL_POINTERS
	CALL runtime·kpanic<ABIInternal>(SB)
	UNDEF
