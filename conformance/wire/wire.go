// Package wire reads the bytes and numbers that traces consist of.
package wire

import "encoding/binary"

// A Reader takes them from the front of B.
type Reader struct{ B []byte }

// Byte takes a byte.
func (r *Reader) Byte() byte {
	c := r.B[0]
	r.B = r.B[1:]
	return c
}

// Number takes an unsigned number of variable length.
func (r *Reader) Number() uint64 {
	n, size := binary.Uvarint(r.B)
	if size <= 0 {
		panic("bad number")
	}
	r.B = r.B[size:]
	return n
}

// Data takes n bytes.
func (r *Reader) Data(n uint64) []byte {
	d := r.B[:n]
	r.B = r.B[n:]
	return d
}
