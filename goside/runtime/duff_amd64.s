// Unrolled zeroing and copying that compiled code enters in the middle. The encoding is contract: 16 blocks of 23
// bytes and 64 blocks of 14 bytes.

#include "textflag.h"

#define ZERO64 \
	MOVUPS X15, (DI)   \
	MOVUPS X15, 16(DI) \
	MOVUPS X15, 32(DI) \
	MOVUPS X15, 48(DI) \
	LEAQ   64(DI), DI

#define ZERO256 ZERO64; ZERO64; ZERO64; ZERO64

// DI = start, X15 = 0.
TEXT runtime·duffzero<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0
	ZERO256
	ZERO256
	ZERO256
	ZERO256
	RET

#define COPY16 \
	MOVUPS (SI), X0 \
	ADDQ   $16, SI  \
	MOVUPS X0, (DI) \
	ADDQ   $16, DI

#define COPY64 COPY16; COPY16; COPY16; COPY16
#define COPY256 COPY64; COPY64; COPY64; COPY64

// SI = source, DI = destination.
TEXT runtime·duffcopy<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-0
	COPY256
	COPY256
	COPY256
	COPY256
	RET
