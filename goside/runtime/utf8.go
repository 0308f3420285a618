// Runes in strings: what range loops and conversions need of UTF-8.

package runtime

const (
	runeError = '\uFFFD'
	utf8Max   = 4
)

// cont is the payload of a continuation byte, or -1.
func cont(b byte) rune {
	if b&0xC0 != 0x80 {
		return -1
	}
	return rune(b & 0x3F)
}

// decoderune reads the rune at s[k:] and says where the next one starts. Invalid bytes are U+FFFD, one byte each.
func decoderune(s string, k int) (r rune, pos int) {
	if k >= len(s) {
		return runeError, k + 1
	}
	b := s[k]
	left := len(s) - k
	switch {
	case b < 0x80:
		return rune(b), k + 1
	case 0xC2 <= b && b < 0xE0 && left > 1:
		if c := cont(s[k+1]); c >= 0 {
			return rune(b&0x1F)<<6 | c, k + 2
		}
	case 0xE0 <= b && b < 0xF0 && left > 2:
		c, d := cont(s[k+1]), cont(s[k+2])
		r = rune(b&0x0F)<<12 | c<<6 | d
		if c >= 0 && d >= 0 && r >= 0x800 && !surrogate(r) {
			return r, k + 3
		}
	case 0xF0 <= b && b < 0xF5 && left > 3:
		c, d, e := cont(s[k+1]), cont(s[k+2]), cont(s[k+3])
		r = rune(b&0x07)<<18 | c<<12 | d<<6 | e
		if c >= 0 && d >= 0 && e >= 0 && 0x10000 <= r && r <= 0x10FFFF {
			return r, k + 4
		}
	}
	return runeError, k + 1
}

func surrogate(r rune) bool {
	return 0xD800 <= r && r < 0xE000
}

// runelen is the number of bytes that encoderune writes.
func runelen(r rune) int {
	switch {
	case 0 <= r && r < 0x80:
		return 1
	case 0 <= r && r < 0x800:
		return 2
	case 0x10000 <= r && r <= 0x10FFFF:
		return 4
	}
	return 3
}

// encoderune writes r to p and returns the number of bytes. What is not a rune becomes U+FFFD.
func encoderune(p *[utf8Max]byte, r rune) uintptr {
	if uint32(r) > 0x10FFFF || surrogate(r) {
		r = runeError
	}
	switch runelen(r) {
	case 1:
		p[0] = byte(r)
		return 1
	case 2:
		p[0] = 0xC0 | byte(r>>6)
		p[1] = 0x80 | byte(r)&0x3F
		return 2
	case 3:
		p[0] = 0xE0 | byte(r>>12)
		p[1] = 0x80 | byte(r>>6)&0x3F
		p[2] = 0x80 | byte(r)&0x3F
		return 3
	}
	p[0] = 0xF0 | byte(r>>18)
	p[1] = 0x80 | byte(r>>12)&0x3F
	p[2] = 0x80 | byte(r>>6)&0x3F
	p[3] = 0x80 | byte(r)&0x3F
	return 4
}

// countrunes is len([]rune(s)).
func countrunes(s string) int {
	n := 0
	for range s {
		n++
	}
	return n
}
