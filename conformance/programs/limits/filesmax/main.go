// Out of file descriptors is an error, not the end.
package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

func main() {
	var open []*os.File
	for {
		f, err := os.Open("/dev/null")
		if err != nil {
			fmt.Println(errors.Is(err, syscall.EMFILE), len(open) > 10)
			break
		}
		open = append(open, f)
	}
	time.Sleep(time.Millisecond)
	for _, f := range open {
		f.Close()
	}
	r, w, err := os.Pipe()
	fmt.Println(err)
	go w.Write([]byte("x"))
	b := make([]byte, 1)
	fmt.Println(r.Read(b))
}
