// compress/gzip, flate, zlib, bzip2's reader, lzw; archive/zip and tar: round trips, levels, damaged input.
package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/lzw"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"sync"
)

func text(n int) []byte {
	var b bytes.Buffer
	x := uint32(1)
	words := strings.Fields("alpha beta gamma delta epsilon zeta eta theta iota kappa")
	for b.Len() < n {
		x = x*1664525 + 1013904223
		b.WriteString(words[x>>24%10%10])
		b.WriteByte(' ')
	}
	return b.Bytes()[:n]
}

func main() {
	for _, n := range []int{0, 1, 100, 70_000, 1_000_000} {
		for _, level := range []int{gzip.HuffmanOnly, gzip.NoCompression, 1, 5, 6, 9} {
			var z bytes.Buffer
			w, _ := gzip.NewWriterLevel(&z, level)
			w.Name = "name"
			w.Write(text(n))
			w.Close()
			r, err := gzip.NewReader(bytes.NewReader(z.Bytes()))
			if err != nil {
				panic(err)
			}
			back, err := io.ReadAll(r)
			fmt.Printf("%d %d %d %x %v %v\n", n, level, z.Len(), sha256.Sum256(z.Bytes()), bytes.Equal(back, text(n)), err)
		}
	}
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write(text(5000))
	w.Close()
	damaged := bytes.Clone(z.Bytes())
	damaged[len(damaged)-1] ^= 1
	r, _ := zlib.NewReader(bytes.NewReader(damaged))
	_, err := io.ReadAll(r)
	fmt.Println(err)
	_, err = gzip.NewReader(strings.NewReader("not gzip at all"))
	fmt.Println(err)
	_, err = io.ReadAll(flate.NewReader(bytes.NewReader(z.Bytes()[2:100])))
	fmt.Println(err)
	var l bytes.Buffer
	lw := lzw.NewWriter(&l, lzw.MSB, 8)
	lw.Write(text(3000))
	lw.Close()
	back, err := io.ReadAll(lzw.NewReader(&l, lzw.MSB, 8))
	fmt.Println(bytes.Equal(back, text(3000)), err)

	var za, ta bytes.Buffer
	zw, tw := zip.NewWriter(&za), tar.NewWriter(&ta)
	for i := range 20 {
		name := fmt.Sprintf("dir/file%d", i)
		f, _ := zw.Create(name)
		f.Write(text(i * 1000))
		tw.WriteHeader(&tar.Header{Name: name, Size: int64(i * 1000), Mode: 0o644})
		tw.Write(text(i * 1000))
	}
	zw.Close()
	tw.Close()
	zr, err := zip.NewReader(bytes.NewReader(za.Bytes()), int64(za.Len()))
	total := 0
	for _, f := range zr.File {
		rc, _ := f.Open()
		b, _ := io.ReadAll(rc)
		total += len(b)
	}
	tr := tar.NewReader(&ta)
	for {
		if _, err := tr.Next(); err != nil {
			fmt.Println(err)
			break
		}
		b, _ := io.ReadAll(tr)
		total -= len(b)
	}
	fmt.Println(len(zr.File), err, total)
	var wg sync.WaitGroup
	sizes := make([]int, 8)
	for g := range sizes {
		wg.Go(func() {
			var z bytes.Buffer
			w := gzip.NewWriter(&z)
			w.Write(text(200_000))
			w.Close()
			sizes[g] = z.Len()
		})
	}
	wg.Wait()
	fmt.Println(sizes)
}
