// testing from a program: Benchmark, AllocsPerRun, quick, iotest, fstest.
package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"testing/quick"
)

func main() {
	var sink []byte
	fmt.Println(testing.AllocsPerRun(100, func() {}), testing.AllocsPerRun(100, func() { sink = make([]byte, 64) }), len(sink))
	r := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			sink = append(sink[:0], "x"...)
		}
	})
	fmt.Println(r.N > 0, r.AllocsPerOp(), r.NsPerOp() >= 0)
	fmt.Println(quick.Check(func(a, b int) bool { return a+b == b+a }, nil))
	b, err := io.ReadAll(iotest.OneByteReader(strings.NewReader("one by one")))
	fmt.Println(string(b), err)
	_, err = io.ReadAll(iotest.ErrReader(errors.New("reader")))
	fmt.Println(err)
	fsys := fstest.MapFS{"a/b.txt": {Data: []byte("x")}}
	fmt.Println(fstest.TestFS(fsys, "a/b.txt"))
}
