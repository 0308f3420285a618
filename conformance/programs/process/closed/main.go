// Started with standard streams closed: files opened later must not take their numbers by accident.
package main

import (
	"fmt"
	"os"
	"syscall"
)

func main() {
	f, err := os.CreateTemp("", "f")
	if err != nil {
		os.Exit(50)
	}
	fmt.Fprintln(f, "in the file")
	n, err := fmt.Println("to standard output")
	fmt.Fprintln(os.Stderr, "to standard error", n, err)
	b := make([]byte, 10)
	k, err := os.Stdin.Read(b)
	fmt.Fprintln(os.Stderr, k, err)
	content, _ := os.ReadFile(f.Name())
	if string(content) != "in the file\n" {
		os.Exit(51)
	}
	var st syscall.Stat_t
	for fd := range 3 {
		if syscall.Fstat(fd, &st) != nil {
			os.Exit(60 + fd)
		}
	}
	if len(os.Args) > 1 {
		panic("with closed streams")
	}
	if f.Fd() < 3 {
		os.Exit(70 + int(f.Fd()))
	}
}
