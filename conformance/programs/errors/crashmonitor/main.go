// What a crash monitor does: it takes the PCs of a crashed process from its traceback, at the level "system", and asks
// CallersFrames for the calls, inlined ones included.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

var pointer *int

func inlined3(kind string) {
	if kind == "panic" {
		panic("oops")
	}
	*pointer = 42
}

func inlined2(kind string) { inlined3(kind) }

func inlined1(kind string) { inlined2(kind) }

//go:noinline
func outer(kind string) {
	inlined1(kind)
}

func crash(kind string) {
	debug.SetTraceback("system")
	go func() {
		// The calls of the crash have a goroutine of their own, as nothing above them is the same in all runtimes.
		outer(kind)
	}()
	select {}
}

func entry() uint64 {
	return uint64(reflect.ValueOf(entry).Pointer())
}

func main() {
	if len(os.Args) > 1 {
		fmt.Fprintln(os.Stderr, entry())
		crash(os.Args[1])
	}
	for _, kind := range []string{"panic", "fault"} {
		out, err := exec.Command(os.Args[0], kind).CombinedOutput()
		fmt.Println(kind, err)
		first, rest, _ := strings.Cut(string(out), "\n")
		base, _ := strconv.ParseUint(first, 10, 64)
		var pcs []uintptr
		_, rest, _ = strings.Cut(rest, " [running]:\n")
		rest, _, _ = strings.Cut(rest, "\ncreated by ")
		after := ""
		lines := strings.Split(rest, "\n")
		for i := 1; i < len(lines); i += 2 {
			_, text, ok := strings.Cut(lines[i], " pc=")
			if !ok {
				continue
			}
			pc, err := strconv.ParseUint(text, 0, 64)
			if err != nil {
				fmt.Println(err)
			}
			if after == "runtime.sigpanic()" {
				pc++
			}
			pcs = append(pcs, uintptr(pc-base+entry()))
			after = lines[i-1]
		}
		frames := runtime.CallersFrames(pcs)
		for {
			frame, more := frames.Next()
			if strings.HasPrefix(frame.Function, "runtime.") {
				fmt.Println(frame.Function)
			} else {
				fmt.Println(frame.Function, filepath.Base(frame.File), frame.Line)
			}
			if !more {
				break
			}
		}
	}
}
