package main

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// files writes, compresses and reads, talks through a pipe, and runs another program.
func files() {
	dir, err := os.MkdirTemp("", "tour")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := zipAndBack(filepath.Join(dir, "numbers.gz")); err != nil {
		panic(err)
	}

	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	go func() {
		for i := range 1000 {
			fmt.Fprintln(w, "line", i)
		}
		w.Close()
	}()
	lines := 0
	for s := bufio.NewScanner(r); s.Scan(); {
		lines++
	}
	say("%d lines came through a pipe", lines)

	cmd := exec.Command("tr", "a-z", "A-Z")
	cmd.Stdin = strings.NewReader("another program")
	out, err := cmd.Output()
	say("%s answered, error %v", out, err)
}

func zipAndBack(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	written := sha256.New()
	z := gzip.NewWriter(f)
	for i := range 50_000 {
		fmt.Fprintln(io.MultiWriter(z, written), i)
	}
	z.Close()
	f.Close()
	f, err = os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	g, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	read := sha256.New()
	n, err := io.Copy(read, g)
	say("%d bytes through gzip and a file, the same before and after: %v", n, string(written.Sum(nil)) == string(read.Sum(nil)))
	return err
}
