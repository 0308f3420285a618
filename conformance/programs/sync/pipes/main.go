// Pipes, loopback sockets and child processes: goroutines wait in the poller, not in threads.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
)

func main() {
	osPipe()
	tcp()
	unix()
	children()
	closed()
}

func check(err error) {
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

func osPipe() {
	r, w, err := os.Pipe()
	check(err)
	go func() {
		for i := range 1000 {
			fmt.Fprintln(w, i)
		}
		w.Close()
	}()
	data, err := io.ReadAll(r)
	check(err)
	fmt.Println("pipe", len(data), bytes.Count(data, []byte("\n")))
	// Larger than a pipe's buffer, both directions at once.
	r1, w1, _ := os.Pipe()
	r2, w2, _ := os.Pipe()
	go func() {
		io.Copy(w2, r1)
		w2.Close()
	}()
	payload := bytes.Repeat([]byte("0123456789abcdef"), 64<<10)
	go func() {
		w1.Write(payload)
		w1.Close()
	}()
	back, err := io.ReadAll(r2)
	check(err)
	fmt.Println("echo", bytes.Equal(back, payload))
}

func tcp() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				io.Copy(c, c)
				c.Close()
			}()
		}
	}()
	var wg sync.WaitGroup
	var mu sync.Mutex
	good := 0
	for i := range 50 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c, err := net.Dial("tcp", l.Addr().String())
			check(err)
			rd := bufio.NewReader(c)
			for k := range 50 {
				msg := fmt.Sprintf("%d-%d\n", i, k)
				io.WriteString(c, msg)
				line, err := rd.ReadString('\n')
				if err != nil || line != msg {
					fmt.Println("echo", line, err)
					return
				}
			}
			c.(*net.TCPConn).CloseWrite()
			rest, _ := io.ReadAll(rd)
			mu.Lock()
			if len(rest) == 0 {
				good++
			}
			mu.Unlock()
			c.Close()
		}()
	}
	wg.Wait()
	l.Close()
	fmt.Println("tcp", good)
	_, err = net.Dial("tcp", l.Addr().String())
	fmt.Println("refused", err != nil)
}

func unix() {
	dir, err := os.MkdirTemp("", "pipes")
	check(err)
	defer os.RemoveAll(dir)
	l, err := net.Listen("unix", dir+"/s")
	check(err)
	go func() {
		c, err := l.Accept()
		check(err)
		io.WriteString(c, "hello from the socket")
		c.Close()
	}()
	c, err := net.Dial("unix", dir+"/s")
	check(err)
	data, err := io.ReadAll(c)
	fmt.Println(string(data), err)
}

func children() {
	out, err := exec.Command("echo", "hi", "there").Output()
	fmt.Printf("%q %v\n", out, err)
	var wg sync.WaitGroup
	results := make([]string, 8)
	for i := range results {
		wg.Add(1)
		go func() {
			defer wg.Done()
			cmd := exec.Command("cat")
			cmd.Stdin = strings.NewReader(strings.Repeat(fmt.Sprint(i), 100000))
			out, err := cmd.Output()
			results[i] = fmt.Sprint(len(out), err)
		}()
	}
	wg.Wait()
	fmt.Println(results)
	err = exec.Command("sh", "-c", "exit 3").Run()
	var ee *exec.ExitError
	fmt.Println(errors.As(err, &ee), err)
}

func closed() {
	r, w, _ := os.Pipe()
	done := make(chan error)
	go func() {
		_, err := r.Read(make([]byte, 1))
		done <- err
	}()
	go r.Close()
	err := <-done
	fmt.Println("read of closed", errors.Is(err, os.ErrClosed), err)
	_, err = w.Write([]byte("x"))
	fmt.Println("broken", err != nil)
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	go func() {
		_, err := l.Accept()
		done <- err
	}()
	l.Close()
	fmt.Println(errors.Is(<-done, net.ErrClosed))
}
