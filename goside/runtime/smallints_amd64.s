// The numbers 0 to 255 as 64-bit words, in read-only memory: interface values of small numbers point here, and reflect
// hands out slices of it.

#include "textflag.h"

#define WORD(n) DATA runtime·staticuint64s+(8*(n))(SB)/8, $(n)
#define WORDS4(n) WORD(n); WORD(n+1); WORD(n+2); WORD(n+3)
#define WORDS16(n) WORDS4(n); WORDS4(n+4); WORDS4(n+8); WORDS4(n+12)

WORDS16(0)
WORDS16(16)
WORDS16(32)
WORDS16(48)
WORDS16(64)
WORDS16(80)
WORDS16(96)
WORDS16(112)
WORDS16(128)
WORDS16(144)
WORDS16(160)
WORDS16(176)
WORDS16(192)
WORDS16(208)
WORDS16(224)
WORDS16(240)

GLOBL runtime·staticuint64s(SB), RODATA|NOPTR, $2048
