// A goroutine locked to its thread waits for a descriptor while nothing else is there to look at the poller.
package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
)

func init() {
	// Initialisation runs locked to the main thread.
	for range 3 {
		r, w, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		cmd := exec.Command("sh", "-c", "sleep 0.02; echo ready")
		cmd.Stdout = w
		if err := cmd.Start(); err != nil {
			panic(err)
		}
		w.Close()
		buf := make([]byte, 16)
		n, err := r.Read(buf)
		fmt.Printf("init %q %v %v\n", buf[:n], err, cmd.Wait())
		r.Close()
	}
}

func main() {
	runtime.LockOSThread()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		runtime.LockOSThread()
		c, _ := l.Accept()
		buf := make([]byte, 8)
		for {
			n, err := c.Read(buf)
			if err != nil {
				c.Close()
				return
			}
			c.Write(buf[:n])
		}
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	buf := make([]byte, 8)
	total := 0
	for range 200 {
		c.Write([]byte("ping"))
		n, err := c.Read(buf)
		if err != nil {
			panic(err)
		}
		total += n
	}
	c.Close()
	fmt.Println("main", total)
}
