/* The payload in an ordinary program: what the converted one is compared with. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

size_t gx_test(unsigned char *out, size_t len);
uint64_t twice(uint64_t a) __asm__("gxs.twice");

int32_t gomaxprocs __asm__("runtime.gomaxprocs") = 1;
void systemstack_switch(void) __asm__("runtime.systemstack_switch");

void systemstack_switch(void) {}
uint64_t twice(uint64_t a) { return a + a; }

/* Named by libcore's unwind tables; nothing here unwinds. */
void rust_eh_personality(void) {}

int main(void) {
    static unsigned char out[8192];
    size_t n = gx_test(out, sizeof out);
    return fwrite(out, 1, n, stdout) == n && n != 0 ? 0 : 1;
}
