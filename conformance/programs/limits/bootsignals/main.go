// Signals while a process starts, and while it ends: this program starts itself again and again and sends them at every
// moment. A child either ends as if nothing had come, or by the signal, or with Go's words for it; it never hangs.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

const children = 40

func child() {
	for range 4 {
		go func() { runtime.Gosched() }()
	}
	fmt.Println("child")
}

// harmless signals are ignored by a Go program that does not ask for them; the child must not notice.
var harmless = []syscall.Signal{
	syscall.SIGURG, syscall.SIGWINCH, syscall.SIGCHLD, syscall.SIGIO, syscall.SIGCONT, syscall.SIGUSR1,
	syscall.SIGUSR2, syscall.SIGALRM, syscall.SIGPROF, syscall.SIGVTALRM, syscall.SIGPIPE,
}

// early reports whether the child has not left its first instructions: until the runtime has installed its handlers,
// the system ends a process by such a signal. Nobody can tell from outside, so both ends are right then.
func early(sig syscall.Signal) bool {
	switch sig {
	case syscall.SIGURG, syscall.SIGWINCH, syscall.SIGCHLD, syscall.SIGCONT:
		return false
	}
	return true
}

func try(sig syscall.Signal, after time.Duration) string {
	cmd := exec.Command("/proc/self/exe", "child")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		return err.Error()
	}
	for start := time.Now(); time.Since(start) < after; {
	}
	done := make(chan int)
	go func() {
		// As many as fit in: at the start, in the middle, at the end.
		for range 200 {
			if cmd.Process.Signal(sig) != nil {
				break
			}
			time.Sleep(20 * time.Microsecond)
		}
		close(done)
	}()
	hangs := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
	err := cmd.Wait()
	<-done
	if !hangs.Stop() {
		return fmt.Sprint(sig, ": hangs")
	}
	status := cmd.ProcessState.Sys().(syscall.WaitStatus)
	switch {
	case err == nil && out.String() == "child\n" && errs.Len() == 0:
		return ""
	case status.Signaled() && status.Signal() == sig && errs.Len() == 0:
		if ends(sig) || early(sig) {
			return ""
		}
	case status.ExitStatus() == 2 && strings.HasPrefix(errs.String(), "SIG"):
		if words(sig) {
			return ""
		}
	}
	return fmt.Sprintf("%v after %v: %v, output %q, errors %q", sig, after, err, out.String(), errs.String())
}

func ends(sig syscall.Signal) bool {
	return sig == syscall.SIGTERM || sig == syscall.SIGINT || sig == syscall.SIGHUP || words(sig)
}

func words(sig syscall.Signal) bool {
	return sig == syscall.SIGQUIT || sig == syscall.SIGABRT || sig == syscall.SIGTRAP
}

func main() {
	if len(os.Args) > 1 {
		child()
		return
	}
	deadly := []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGABRT}
	var wg sync.WaitGroup
	var mu sync.Mutex
	wrong := 0
	slots := make(chan int, 2)
	for _, sig := range append(deadly, harmless...) {
		for i := range children / 4 {
			slots <- 1
			wg.Go(func() {
				defer func() { <-slots }()
				if what := try(sig, time.Duration(i)*150*time.Microsecond); what != "" {
					mu.Lock()
					defer mu.Unlock()
					wrong++
					fmt.Println(what)
				}
			})
		}
	}
	wg.Wait()
	fmt.Println("wrong:", wrong)
}
