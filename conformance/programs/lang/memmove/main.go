// copy and clear for all small sizes, all overlaps, and a few large ones, against byte loops.
package main

import (
	"bytes"
	"fmt"
)

func fill(b []byte) {
	for i := range b {
		b[i] = byte(i*7 + i>>8)
	}
}

//go:noinline
func clearBytes(b []byte) { clear(b) }

func check(size, from, to, n int) bool {
	a := make([]byte, size)
	want := make([]byte, size)
	fill(a)
	fill(want)
	tmp := make([]byte, n)
	for i := range n {
		tmp[i] = want[from+i]
	}
	for i := range n {
		want[to+i] = tmp[i]
	}
	copy(a[to:to+n], a[from:from+n])
	return bytes.Equal(a, want)
}

type words [33]uintptr

func main() {
	bad := 0
	for n := range 300 {
		for _, d := range []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257} {
			if !check(700, 20, 20+d, n) || !check(700, 20+d, 20, n) {
				bad++
				fmt.Println("copy", n, d)
			}
		}
	}
	for _, n := range []int{511, 512, 1023, 1024, 2047, 2048, 2049, 4096, 5000, 10000, 65536, 100001, 1 << 20} {
		for _, d := range []int{0, 1, 8, 40, 64, 100, 4096, n / 2, n, n + 13} {
			for _, off := range []int{0, 1, 5} {
				if !check(2*n+5000, off, off+d, n) || !check(2*n+5000, off+d, off, n) {
					bad++
					fmt.Println("copy", n, d, off)
				}
			}
		}
	}
	for n := range 400 {
		for off := range 9 {
			b := make([]byte, 450)
			fill(b)
			w := bytes.Clone(b)
			clearBytes(b[off : off+n])
			for i := range n {
				w[off+i] = 0
			}
			if !bytes.Equal(b, w) {
				bad++
				fmt.Println("clear", n, off)
			}
		}
	}
	for _, n := range []int{1000, 2047, 2048, 2049, 3000, 10000, 100003} {
		for off := range 70 {
			b := bytes.Repeat([]byte{1}, n+200)
			clearBytes(b[off : off+n])
			if bytes.Count(b, []byte{0}) != n || b[off+n] != 1 || off > 0 && b[off-1] != 1 {
				bad++
				fmt.Println("clear", n, off)
			}
		}
	}
	// Beyond the caches.
	for _, n := range []int{5<<20 + 3, 9 << 20} {
		for _, d := range []int{n + 1, n + 64, 3, 1 << 20} {
			if !check(2*n+100, 5, 5+d, n) || !check(2*n+100, 5+d, 5, n) {
				bad++
				fmt.Println("copy", n, d)
			}
		}
	}
	b := bytes.Repeat([]byte{1}, 40<<20)
	clearBytes(b[3 : len(b)-7])
	fmt.Println(bytes.Count(b, []byte{1}), b[2], b[len(b)-7])

	var ws [8]words
	for i := range ws {
		for j := range ws[i] {
			ws[i][j] = uintptr(i*100 + j)
		}
	}
	cp := ws
	x := cp[3]
	cp[3] = cp[4]
	cp[4] = x
	fmt.Println(bad, cp[3] == ws[4], cp[4] == ws[3], cp == ws, cp[7][32])
}
