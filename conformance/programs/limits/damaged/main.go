// A damaged executable: the program makes bad copies of itself and runs them. A damaged function table is reported in
// Go's words; a file that was cut short ends by a signal or an error, and never hangs.
package main

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func run(what string, data []byte) (words string) {
	name := filepath.Join(os.Getenv("TMPDIR"), "damaged")
	if err := os.WriteFile(name, data, 0o755); err != nil {
		panic(err)
	}
	defer os.Remove(name)
	cmd := exec.Command(name, "child")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		return "does not start"
	}
	hangs := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	cmd.Wait()
	if !hangs.Stop() {
		return what + ": hangs"
	}
	if cmd.ProcessState.Success() {
		return what + ": works"
	}
	message, _, _ := strings.Cut(errs.String(), "\n\n")
	message, _, _ = strings.Cut(message, "\nruntime: panic before")
	return fmt.Sprint(what, ": ", cmd.ProcessState, "\n", strings.TrimSpace(message))
}

func section(name string) (offset, size int) {
	f, err := elf.Open("/proc/self/exe")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	s := f.Section(name)
	return int(s.Offset), int(s.Size)
}

func main() {
	if len(os.Args) > 1 {
		os.Exit(0)
	}
	whole, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		panic(err)
	}
	change := func(at int, to byte) []byte {
		data := bytes.Clone(whole)
		data[at] = to
		return data
	}
	table, _ := section(".gopclntab")
	fmt.Println(run("unchanged", whole))
	fmt.Println(run("other magic", change(table, 0x77)))
	fmt.Println(run("other instruction size", change(table+6, 4)))
	fmt.Println(run("other pointer size", change(table+7, 4)))
	fmt.Println(run("other padding", change(table+4, 1)))
	fmt.Println(run("not an executable", change(1, 'X')))
	fmt.Println(run("another machine", change(18, 0x28)))
	text, size := section(".text")
	for _, part := range []int{0, 10, 40, 90} {
		fmt.Println(strings.Contains(run("cut", whole[:text+size*part/100]), "hangs"))
	}
}
