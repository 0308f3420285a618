// Millions of small writes and reads through bufio to a file, checked by hash.
package main

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	name := filepath.Join(os.TempDir(), "f")
	f, err := os.Create(name)
	if err != nil {
		panic(err)
	}
	h := sha256.New()
	w := bufio.NewWriter(io.MultiWriter(f, h))
	for i := range 500_000 {
		fmt.Fprintf(w, "%d:%x\n", i, i*i)
	}
	w.Flush()
	f.Close()
	want := h.Sum(nil)
	f, _ = os.Open(name)
	h = sha256.New()
	r := bufio.NewReader(io.TeeReader(f, h))
	lines, longest := 0, 0
	for {
		s, err := r.ReadString('\n')
		if err != nil {
			fmt.Println(err)
			break
		}
		lines++
		longest = max(longest, len(s))
	}
	fmt.Printf("%d %d %x %v\n", lines, longest, want, string(want) == string(h.Sum(nil)))
}
