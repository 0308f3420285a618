// os.File: create, write, seek, read, truncate, append, sync, stat, errors.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func main() {
	dir := must(os.MkdirTemp("", "conf"))
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "a ü.txt")
	f := must(os.Create(name))
	fmt.Println(must(f.WriteString("hello, ")), must(f.Write([]byte("world\n"))), must(f.WriteAt([]byte("H"), 0)))
	fmt.Println(must(f.Seek(0, io.SeekStart)), string(must(io.ReadAll(f))))
	fmt.Println(f.Truncate(5), must(f.Stat()).Size(), must(f.Seek(-2, io.SeekEnd)), f.Sync(), f.Close(), f.Close() != nil)
	fmt.Printf("%q\n", must(os.ReadFile(name)))
	g := must(os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0))
	fmt.Fprintf(g, "%05d", 42)
	_, err := g.Read(make([]byte, 1))
	fmt.Println(strings.Contains(err.Error(), "bad file descriptor"), g.Close())
	fmt.Printf("%q\n", must(os.ReadFile(name)))
	_, err = os.Open(filepath.Join(dir, "none"))
	var pe *fs.PathError
	fmt.Println(errors.Is(err, fs.ErrNotExist), errors.As(err, &pe), pe.Op, pe.Err)
	_, err = os.OpenFile(name, os.O_CREATE|os.O_EXCL, 0o600)
	fmt.Println(os.IsExist(err))
	fmt.Println(os.WriteFile(filepath.Join(dir, "m"), nil, 0o640), must(os.Stat(filepath.Join(dir, "m"))).Mode())

	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			n := filepath.Join(dir, fmt.Sprint("p", i))
			data := strings.Repeat(fmt.Sprint(i, ","), 20000)
			if err := os.WriteFile(n, []byte(data), 0o600); err != nil {
				panic(err)
			}
			if string(must(os.ReadFile(n))) != data {
				panic("content differs")
			}
		})
	}
	wg.Wait()
	fmt.Println(len(must(os.ReadDir(dir))))
	s := must(os.Open(name))
	fmt.Println(io.Copy(io.Discard, io.NewSectionReader(s, 1, 3)))
	s.Close()
	big := must(os.Create(filepath.Join(dir, "big")))
	n, err := io.Copy(big, io.LimitReader(zeros{}, 10<<20))
	fmt.Println(n, err, must(big.Stat()).Size())
	src := must(os.Open(big.Name()))
	dst := must(os.Create(filepath.Join(dir, "copy")))
	fmt.Println(io.Copy(dst, src))
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
