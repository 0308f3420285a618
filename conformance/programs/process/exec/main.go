// os/exec: output, input, exit codes, signals, environment, pipes, contexts, many children at once.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	out, err := exec.Command("echo", "hello", "wörld").Output()
	fmt.Printf("%q %v\n", out, err)
	cmd := exec.Command("cat")
	cmd.Stdin = strings.NewReader(strings.Repeat("line\n", 50_000))
	out, err = cmd.Output()
	fmt.Println(len(out), err)
	err = exec.Command("sh", "-c", "exit 7").Run()
	var ee *exec.ExitError
	fmt.Println(errors.As(err, &ee), err, ee.ExitCode())
	out, err = exec.Command("sh", "-c", "echo out; echo err >&2; kill -TERM $$").CombinedOutput()
	fmt.Printf("%q %v\n", out, err)
	_, err = exec.LookPath("surely-not-there")
	fmt.Println(err)
	fmt.Println(exec.Command("/surely/not/there").Run())
	cmd = exec.Command("sh", "-c", "echo $A $B; pwd")
	cmd.Env, cmd.Dir = []string{"A=1", "B=two"}, "/"
	out, err = cmd.Output()
	fmt.Printf("%q %v\n", out, err)

	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	err = exec.CommandContext(ctx, "sleep", "100").Run()
	fmt.Println(err, ctx.Err())

	cmd = exec.Command("tr", "a-z", "A-Z")
	in, _ := cmd.StdinPipe()
	res, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	io.WriteString(in, "through the pipe")
	in.Close()
	b, _ := io.ReadAll(res)
	fmt.Println(string(b), cmd.Wait(), cmd.ProcessState.Success())

	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[string]int{}
	for i := range 30 {
		wg.Go(func() {
			var buf bytes.Buffer
			c := exec.Command("sh", "-c", fmt.Sprint("echo ", i%3))
			c.Stdout = &buf
			if err := c.Run(); err != nil {
				panic(err)
			}
			mu.Lock()
			got[strings.TrimSpace(buf.String())]++
			mu.Unlock()
		})
	}
	wg.Wait()
	fmt.Println(got)
	p, err := os.StartProcess("/bin/sleep", []string{"sleep", "50"}, &os.ProcAttr{})
	fmt.Println(err, p.Signal(syscall.SIGKILL))
	st, err := p.Wait()
	fmt.Println(st, err, p.Signal(syscall.SIGKILL))
	if len(os.Args) > 1 {
		fmt.Println(syscall.Exec("/bin/echo", []string{"echo", "replaced"}, nil))
	}
}
