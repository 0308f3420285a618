// Function values that the kernel starts goroutines with: words that hold a code address.

#include "textflag.h"

DATA  runtime·mainPC+0(SB)/8, $runtime·main<ABIInternal>(SB)
GLOBL runtime·mainPC(SB), RODATA, $8

DATA  runtime·finprocPC+0(SB)/8, $runtime·runFinalizers<ABIInternal>(SB)
GLOBL runtime·finprocPC(SB), RODATA, $8

DATA  runtime·injectedCallPC+0(SB)/8, $runtime·injectedCall<ABIInternal>(SB)
GLOBL runtime·injectedCallPC(SB), RODATA, $8
