// A timer signal every half millisecond, delivered to any thread, while files, pipes, sockets, processes, timers and the
// collector are at work: nothing may fail with EINTR, nothing may be lost.
package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

const rounds = 30

// storm starts ITIMER_REAL: SIGALRM for the process, again and again.
func storm(every time.Duration) {
	const realTimer = 0
	value := [4]int64{0, every.Microseconds(), 0, every.Microseconds()}
	_, _, errno := syscall.RawSyscall(syscall.SYS_SETITIMER, realTimer, uintptr(unsafe.Pointer(&value)), 0)
	if errno != 0 {
		panic(errno)
	}
}

func must(what string, err error) {
	if err != nil {
		panic(fmt.Sprint(what, ": ", err))
	}
}

func files(dir string) {
	for i := range rounds {
		name := filepath.Join(dir, fmt.Sprint("f", i))
		data := bytes.Repeat([]byte{byte(i)}, 200_000)
		must("write", os.WriteFile(name, data, 0o644))
		f, err := os.OpenFile(name, os.O_RDWR|os.O_APPEND, 0)
		must("open", err)
		_, err = f.Write(data[:10])
		must("append", err)
		must("sync", f.Sync())
		must("truncate", f.Truncate(1000))
		must("chmod", f.Chmod(0o600))
		must("close", f.Close())
		got, err := os.ReadFile(name)
		must("read", err)
		if len(got) != 1000 {
			panic(len(got))
		}
		must("rename", os.Rename(name, name+"x"))
		must("mkdir", os.MkdirAll(name+"/d", 0o755))
		_, err = os.ReadDir(name)
		must("readdir", err)
		must("remove", os.RemoveAll(name))
	}
}

func pipes() {
	for range rounds {
		r, w, err := os.Pipe()
		must("pipe", err)
		sum := make(chan [32]byte)
		go func() {
			all, err := io.ReadAll(r)
			must("pipe read", err)
			sum <- sha256.Sum256(all)
		}()
		data := make([]byte, 300_000)
		for i := range data {
			data[i] = byte(i * 7)
		}
		_, err = w.Write(data)
		must("pipe write", err)
		must("pipe close", w.Close())
		if <-sum != sha256.Sum256(data) {
			panic("pipe: data differ")
		}
		r.Close()
	}
}

func sockets(network, address string) {
	l, err := net.Listen(network, address)
	must("listen", err)
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { io.Copy(c, c); c.Close() }()
		}
	}()
	for range rounds {
		c, err := net.Dial(network, l.Addr().String())
		must("dial", err)
		data := bytes.Repeat([]byte("socket"), 10_000)
		go func() {
			_, err := c.Write(data)
			must("send", err)
		}()
		got := make([]byte, len(data))
		c.SetDeadline(time.Now().Add(20 * time.Second))
		_, err = io.ReadFull(c, got)
		must("receive", err)
		if !bytes.Equal(got, data) {
			panic("socket: data differ")
		}
		c.Close()
	}
}

func processes() {
	for range rounds / 2 {
		cmd := exec.Command("cat")
		cmd.Stdin = bytes.NewReader(bytes.Repeat([]byte("x"), 100_000))
		out, err := cmd.Output()
		must("exec", err)
		if len(out) != 100_000 {
			panic(len(out))
		}
	}
}

// blocking makes plain system calls that wait; they may be interrupted, std's callers would try again.
func blocking() {
	for range rounds {
		start := time.Now()
		for left := 5 * time.Millisecond; left > 0; left = 5*time.Millisecond - time.Since(start) {
			ts := syscall.NsecToTimespec(int64(left))
			if err := syscall.Nanosleep(&ts, nil); err != nil && err != syscall.EINTR {
				panic(err)
			}
		}
	}
}

func timers() {
	for range rounds {
		start := time.Now()
		time.Sleep(3 * time.Millisecond)
		if time.Since(start) < 3*time.Millisecond {
			panic("woken early")
		}
		<-time.After(time.Millisecond)
	}
}

var sink [][]byte

func garbage() {
	for i := range rounds {
		sink = nil
		for range 200 {
			sink = append(sink, make([]byte, 1000))
		}
		if i%10 == 0 {
			runtime.GC()
		}
	}
}

func threads() {
	for range rounds {
		done := make(chan int)
		go func() { runtime.LockOSThread(); runtime.Gosched(); close(done) }()
		<-done
	}
}

func main() {
	alarms := make(chan os.Signal, 1)
	signal.Notify(alarms, syscall.SIGALRM)
	storm(500 * time.Microsecond)
	dir, err := os.MkdirTemp("", "eintr")
	must("temp", err)
	defer os.RemoveAll(dir)
	var wg sync.WaitGroup
	work := map[string]func(){
		"files": func() { files(dir) }, "pipes": pipes, "tcp": func() { sockets("tcp", "127.0.0.1:0") },
		"unix":      func() { sockets("unix", filepath.Join(dir, "s")) },
		"processes": processes, "blocking": blocking, "timers": timers, "garbage": garbage, "threads": threads,
	}
	for _, f := range work {
		wg.Go(f)
	}
	seen := 0
	done := make(chan int)
	go func() { wg.Wait(); close(done) }()
	for {
		select {
		case <-alarms:
			seen++
			continue
		case <-done:
		}
		break
	}
	fmt.Println("all work done, alarms came:", seen > 10)
	storm(0)
}
