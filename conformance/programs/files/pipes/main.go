// os.Pipe and io.Pipe: blocking both ways, deadlines, closing while blocked, many at once.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

func main() {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	go func() {
		for i := range 50_000 {
			fmt.Fprintln(w, i)
		}
		w.Close()
	}()
	sum, lines := 0, 0
	for s := bufio.NewScanner(r); s.Scan(); lines++ {
		var n int
		fmt.Sscan(s.Text(), &n)
		sum += n
	}
	fmt.Println(lines, sum)

	r, w, _ = os.Pipe()
	r.SetReadDeadline(time.Now().Add(3 * time.Millisecond))
	_, err = r.Read(make([]byte, 1))
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
	r.SetReadDeadline(time.Time{})
	go func() {
		time.Sleep(2 * time.Millisecond)
		r.Close()
	}()
	_, err = r.Read(make([]byte, 1))
	fmt.Println(errors.Is(err, os.ErrClosed))
	_, err = w.Write(make([]byte, 1))
	fmt.Println(err)

	r, w, _ = os.Pipe()
	w.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
	n, err := w.Write(make([]byte, 10<<20))
	fmt.Println(n > 0, errors.Is(err, os.ErrDeadlineExceeded))
	r.Close()

	pr, pw := io.Pipe()
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			for range 100 {
				io.WriteString(pw, "0123456789")
			}
		})
	}
	go func() { wg.Wait(); pw.CloseWithError(errors.New("ended")) }()
	k, err := io.Copy(io.Discard, pr)
	fmt.Println(k, err)
}
