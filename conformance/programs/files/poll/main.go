// Sockets of both kinds through the poller: many connections, deadlines, closing, half-closing, datagrams.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

func echo(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			io.Copy(c, c)
		}()
	}
}

func talk(network, addr string, clients int) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for i := range clients {
		wg.Go(func() {
			c, err := net.Dial(network, addr)
			if err != nil {
				panic(err)
			}
			defer c.Close()
			msg := make([]byte, 1000+i*10)
			for range 20 {
				go c.Write(msg)
				n, err := io.ReadFull(c, make([]byte, len(msg)))
				if err != nil {
					panic(err)
				}
				mu.Lock()
				total += n
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	fmt.Println(network, total)
}

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go echo(l)
	talk("tcp", l.Addr().String(), 50)
	u, err := net.Listen("unix", filepath.Join(os.TempDir(), "s"))
	if err != nil {
		panic(err)
	}
	go echo(u)
	talk("unix", u.Addr().String(), 50)

	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	c.SetDeadline(time.Now().Add(2 * time.Millisecond))
	_, err = c.Read(make([]byte, 1))
	var ne net.Error
	fmt.Println(errors.As(err, &ne) && ne.Timeout(), errors.Is(err, os.ErrDeadlineExceeded))
	c.SetDeadline(time.Time{})
	c.Write([]byte("bye"))
	c.(*net.TCPConn).CloseWrite()
	b, err := io.ReadAll(c)
	fmt.Println(string(b), err)
	go func() { time.Sleep(time.Millisecond); l.Close() }()
	_, err = net.Dial("tcp", "127.0.0.1:1")
	fmt.Println(err != nil)
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go pc.WriteTo([]byte("datagram"), pc.LocalAddr())
	buf := make([]byte, 100)
	n, _, err := pc.ReadFrom(buf)
	fmt.Println(string(buf[:n]), err)
	a, d := net.Pipe()
	go a.Write([]byte("in memory"))
	n, err = d.Read(buf)
	fmt.Println(string(buf[:n]), err)
}
