// os/signal: delivery, Stop, Ignore, Reset, and death by a signal nobody handles.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func kill(s syscall.Signal) { syscall.Kill(os.Getpid(), s) }

// receive skips the signal with which runtimes preempt: a channel that wants everything gets it too.
func receive(c <-chan os.Signal) string {
	timeout := time.After(5 * time.Second)
	for {
		select {
		case s := <-c:
			if s != syscall.SIGURG {
				return s.String()
			}
		case <-timeout:
			return "nothing"
		}
	}
}

func main() {
	c := make(chan os.Signal, 10)
	signal.Notify(c, syscall.SIGUSR1, syscall.SIGHUP)
	kill(syscall.SIGUSR1)
	fmt.Println(receive(c))
	kill(syscall.SIGHUP)
	fmt.Println(receive(c))

	d := make(chan os.Signal, 10)
	signal.Notify(d) // everything
	kill(syscall.SIGUSR2)
	fmt.Println(receive(d))
	kill(syscall.SIGUSR1)
	fmt.Println(receive(c), receive(d))
	signal.Stop(d)
	for len(d) > 0 {
		<-d
	}

	signal.Ignore(syscall.SIGUSR2)
	fmt.Println(signal.Ignored(syscall.SIGUSR2), signal.Ignored(syscall.SIGUSR1))
	kill(syscall.SIGUSR2)
	time.Sleep(10 * time.Millisecond)
	fmt.Println(len(d), len(c))

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT)
	kill(syscall.SIGINT)
	<-ctx.Done()
	fmt.Println(ctx.Err())
	stop()

	signal.Reset()
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "term":
			kill(syscall.SIGTERM)
		case "int":
			kill(syscall.SIGINT)
		case "hup":
			kill(syscall.SIGHUP)
		}
		time.Sleep(10 * time.Second)
	}
	// Harmless without a handler.
	kill(syscall.SIGWINCH)
	kill(syscall.SIGCHLD)
	kill(syscall.SIGURG)
	time.Sleep(10 * time.Millisecond)
	fmt.Println("end")
}
