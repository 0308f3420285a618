// os/exec: pipes, environment, exit codes, signals, many children at once.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
)

func child() {
	switch os.Args[2] {
	case "echo":
		io.Copy(os.Stdout, os.Stdin)
	case "exit":
		os.Exit(7)
	case "env":
		fmt.Print(os.Getenv("CHILD_VALUE"))
	case "die":
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "mask":
		// A child starts with default dispositions and an empty mask.
		data, _ := os.ReadFile("/proc/self/status")
		for _, line := range strings.Split(string(data), "\n") {
			if strings.HasPrefix(line, "SigBlk") {
				fmt.Print(strings.Fields(line)[1])
			}
		}
	}
}

func run(arg string, in string, env ...string) (string, error) {
	cmd := exec.Command(os.Args[0], "child", arg)
	cmd.Stdin = strings.NewReader(in)
	cmd.Env = append(os.Environ(), env...)
	var out bytes.Buffer
	cmd.Stdout = &out
	err := cmd.Run()
	return out.String(), err
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == "child" {
		child()
		return
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGUSR1)
	out, err := run("echo", strings.Repeat("data ", 100000))
	fmt.Println(len(out), err)
	_, err = run("exit", "")
	var exit *exec.ExitError
	fmt.Println(errors.As(err, &exit), exit.ExitCode())
	out, err = run("env", "", "CHILD_VALUE=hello")
	fmt.Println(out, err)
	_, err = run("die", "")
	fmt.Println(err)
	out, err = run("mask", "")
	fmt.Println(out, err)
	_, err = exec.Command("/no/such/program").Output()
	fmt.Println(err)

	var wg sync.WaitGroup
	results := make([]string, 20)
	for i := range results {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results[i], _ = run("echo", fmt.Sprint(i))
		}()
	}
	wg.Wait()
	fmt.Println(results)

	p, err := os.StartProcess("/bin/sh", []string{"sh", "-c", "exit 3"}, &os.ProcAttr{Files: []*os.File{os.Stdin, os.Stdout, os.Stderr}})
	if err != nil {
		fmt.Println(err)
		return
	}
	state, err := p.Wait()
	fmt.Println(state, err)
}
