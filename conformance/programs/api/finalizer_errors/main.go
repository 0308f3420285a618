// Misuse of SetFinalizer ends the process with Go's texts.
package main

import (
	"os"
	"runtime"
)

type t struct{ a, b *int }

func main() {
	x := &t{}
	switch os.Args[1] {
	case "nil":
		runtime.SetFinalizer(nil, func(*t) {})
	case "notpointer":
		runtime.SetFinalizer(1, func(int) {})
	case "middle":
		runtime.SetFinalizer(&x.b, func(**int) {})
	case "notfunc":
		runtime.SetFinalizer(x, 1)
	case "arguments":
		runtime.SetFinalizer(x, func(*t, int) {})
	case "dotdotdot":
		runtime.SetFinalizer(x, func(...*t) {})
	case "type":
		runtime.SetFinalizer(x, func(*int) {})
	case "twice":
		runtime.SetFinalizer(x, func(*t) {})
		runtime.SetFinalizer(x, func(*t) {})
	}
	runtime.KeepAlive(x)
}
