// Indirect jumps that speculation cannot follow: with -spectre=ret the assembler calls retpolineREG instead of
// jumping through REG. The CALL pushes an address at which speculation spins; the real target replaces it.

#include "textflag.h"

// call +4; spin: pause; jmp spin; mov REG, (SP); ret
#define RETPOLINE(name, rex, modrm) \
TEXT name(SB), NOSPLIT|NOFRAME, $0 \
	BYTE $0xE8; LONG $4                                \
	BYTE $0xF3; BYTE $0x90                             \
	BYTE $0xEB; BYTE $0xFC                             \
	BYTE $rex; BYTE $0x89; BYTE $modrm; BYTE $0x24 \
	BYTE $0xC3

RETPOLINE(runtime·retpolineAX, 0x48, 0x04)
RETPOLINE(runtime·retpolineCX, 0x48, 0x0C)
RETPOLINE(runtime·retpolineDX, 0x48, 0x14)
RETPOLINE(runtime·retpolineBX, 0x48, 0x1C)
RETPOLINE(runtime·retpolineBP, 0x48, 0x2C)
RETPOLINE(runtime·retpolineSI, 0x48, 0x34)
RETPOLINE(runtime·retpolineDI, 0x48, 0x3C)
RETPOLINE(runtime·retpolineR8, 0x4C, 0x04)
RETPOLINE(runtime·retpolineR9, 0x4C, 0x0C)
RETPOLINE(runtime·retpolineR10, 0x4C, 0x14)
RETPOLINE(runtime·retpolineR11, 0x4C, 0x1C)
RETPOLINE(runtime·retpolineR12, 0x4C, 0x24)
RETPOLINE(runtime·retpolineR13, 0x4C, 0x2C)
RETPOLINE(runtime·retpolineR14, 0x4C, 0x34)
RETPOLINE(runtime·retpolineR15, 0x4C, 0x3C)
