// Signals that end a Go program, and those that do not.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

func main() {
	switch what := os.Args[1]; what {
	case "bad-address":
		fmt.Println(*(*int)(unsafe.Pointer(uintptr(0xdeadbeef000))))
	case "bad-address-recovered":
		defer func() { fmt.Println(recover()) }()
		fmt.Println(*(*int)(unsafe.Pointer(uintptr(0xdeadbeef000))))
	case "divide-trap":
		zero := len(os.Args) - 2
		fmt.Println(1 / zero)
	case "ignore":
		signal.Ignore(syscall.SIGTERM)
		syscall.Kill(os.Getpid(), syscall.SIGTERM)
		time.Sleep(5 * time.Millisecond)
		fmt.Println("still here", signal.Ignored(syscall.SIGTERM))
	case "notify":
		c := make(chan os.Signal, 8)
		signal.Notify(c, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGINT)
		for _, s := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGTERM, syscall.SIGINT} {
			syscall.Kill(os.Getpid(), s)
			fmt.Println("got", <-c)
		}
		signal.Reset(syscall.SIGTERM)
		syscall.Kill(os.Getpid(), syscall.SIGTERM)
		time.Sleep(time.Minute)
	case "stop":
		c := make(chan os.Signal, 1)
		signal.Notify(c, syscall.SIGTERM)
		signal.Stop(c)
		syscall.Kill(os.Getpid(), syscall.SIGTERM)
		time.Sleep(time.Minute)
	case "pipe-stdout":
		r, w, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		r.Close()
		syscall.Dup2(int(w.Fd()), 1)
		_, err = fmt.Println("nobody reads this")
		fmt.Fprintln(os.Stderr, "not reached:", err)
	case "pipe-other":
		r, w, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		r.Close()
		_, err = w.Write([]byte("x"))
		fmt.Println(err)
	default:
		n, err := strconv.Atoi(what)
		if err != nil {
			panic(err)
		}
		fmt.Println("sending", syscall.Signal(n))
		syscall.Kill(os.Getpid(), syscall.Signal(n))
		time.Sleep(200 * time.Millisecond)
		fmt.Println("survived")
	}
}
