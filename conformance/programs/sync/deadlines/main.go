// Deadlines of connections and pipes.
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"sync"
	"time"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	server := make(chan net.Conn, 1)
	go func() {
		c, _ := l.Accept()
		server <- c
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	s := <-server
	buf := make([]byte, 16)

	start := time.Now()
	c.SetReadDeadline(start.Add(20 * time.Millisecond))
	_, err = c.Read(buf)
	d := time.Since(start)
	fmt.Println("timeout", errors.Is(err, os.ErrDeadlineExceeded), d >= 20*time.Millisecond && d < 2*time.Second)
	_, err = c.Read(buf)
	fmt.Println("still", errors.Is(err, os.ErrDeadlineExceeded))
	c.SetReadDeadline(time.Time{})
	s.Write([]byte("data"))
	n, err := c.Read(buf)
	fmt.Println("cleared", n, err)

	c.SetDeadline(time.Now().Add(-time.Second))
	_, err = c.Read(buf)
	_, werr := c.Write(buf)
	fmt.Println("past", errors.Is(err, os.ErrDeadlineExceeded), errors.Is(werr, os.ErrDeadlineExceeded))
	c.SetDeadline(time.Time{})

	// Moved while somebody waits.
	done := make(chan error)
	go func() {
		_, err := c.Read(buf)
		done <- err
	}()
	time.Sleep(2 * time.Millisecond)
	c.SetReadDeadline(time.Now().Add(time.Hour))
	time.Sleep(2 * time.Millisecond)
	c.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
	fmt.Println("moved", errors.Is(<-done, os.ErrDeadlineExceeded))
	c.SetReadDeadline(time.Time{})
	go func() {
		_, err := c.Read(buf)
		done <- err
	}()
	time.Sleep(2 * time.Millisecond)
	c.SetReadDeadline(time.Now())
	fmt.Println("now", errors.Is(<-done, os.ErrDeadlineExceeded))

	// A write that fills the buffers.
	c.SetWriteDeadline(time.Now().Add(30 * time.Millisecond))
	total := 0
	for {
		n, err = c.Write(make([]byte, 1<<20))
		total += n
		if err != nil {
			break
		}
	}
	runtime.KeepAlive(s) // unreachable connections are closed by their finalizers
	fmt.Println("write", errors.Is(err, os.ErrDeadlineExceeded), total > 0)

	r, w, _ := os.Pipe()
	r.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
	_, err = r.Read(buf)
	w.Close()
	fmt.Println("pipe", errors.Is(err, os.ErrDeadlineExceeded))

	ln := l.(*net.TCPListener)
	ln.SetDeadline(time.Now().Add(5 * time.Millisecond))
	_, err = ln.Accept()
	fmt.Println("accept", errors.Is(err, os.ErrDeadlineExceeded))

	// Many deadlines that are set again and again.
	var wg sync.WaitGroup
	for range 20 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			a, b := net.Pipe()
			r, w, _ := os.Pipe()
			for i := range 200 {
				r.SetReadDeadline(time.Now().Add(time.Duration(i%5) * time.Millisecond))
				if i%50 == 49 {
					r.Read(make([]byte, 1))
				}
			}
			a.Close()
			b.Close()
			r.Close()
			w.Close()
		}()
	}
	wg.Wait()
	fmt.Println("again and again")
}
