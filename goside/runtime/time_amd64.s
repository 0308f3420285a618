#include "textflag.h"

// func timePackage() (localLoc, startNano, goFunc uintptr)
TEXT runtime·timePackage<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0
	LEAQ time·localLoc(SB), AX
	LEAQ time·startNano(SB), BX
	LEAQ time·goFunc<ABIInternal>(SB), CX
	RET
