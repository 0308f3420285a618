// A program that runs with rights its caller lacks (set-user-ID) tells nothing of its memory: no tracebacks, whatever
// GOTRACEBACK says, and standard files that were closed are open before its own.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

func child(what string) {
	if os.Geteuid() == os.Getuid() {
		fmt.Println("not run with other rights")
		return
	}
	switch what {
	case "environment":
		fmt.Println(os.Getenv("GOTRACEBACK"), os.Getenv("OTHER"), len(os.Environ()))
	case "panic":
		panic("a message")
	case "fatal":
		new(sync.Mutex).Unlock()
	case "signal":
		syscall.Kill(os.Getpid(), syscall.SIGQUIT)
		select {}
	case "closed":
		f, err := os.Open("/")
		fmt.Println(err, f.Fd() > 2)
	}
}

func main() {
	if len(os.Args) > 1 {
		child(os.Args[1])
		return
	}
	if os.Getuid() != 0 {
		fmt.Println("only root can try this")
		return
	}
	dir, err := os.MkdirTemp("", "setuid")
	check(err)
	defer os.RemoveAll(dir)
	check(os.Chmod(dir, 0o755))
	program := filepath.Join(dir, "program")
	from, err := os.Open(os.Args[0])
	check(err)
	to, err := os.OpenFile(program, os.O_CREATE|os.O_WRONLY, 0o755)
	check(err)
	_, err = io.Copy(to, from)
	check(err)
	check(to.Close())
	const nobody = 65534
	check(os.Chown(program, nobody, nobody))
	check(os.Chmod(program, 0o755|os.ModeSetuid))

	for _, what := range []string{"environment", "panic", "fatal", "signal"} {
		for _, env := range []string{"GOTRACEBACK=system", "X=y"} {
			var out bytes.Buffer
			cmd := exec.Command(program, what)
			cmd.Env = []string{env, "OTHER=o"}
			cmd.Stdout, cmd.Stderr = &out, &out
			err := cmd.Run()
			fmt.Println(what, err, strings.Count(out.String(), "\n"))
			fmt.Print(out.String())
		}
	}

	pr, pw, err := os.Pipe()
	check(err)
	p, err := os.StartProcess(program, []string{program, "closed"}, &os.ProcAttr{Files: []*os.File{nil, pw}})
	check(err)
	pw.Close()
	out, _ := io.ReadAll(pr)
	state, err := p.Wait()
	fmt.Println("closed", state, err, string(out))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
