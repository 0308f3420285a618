// GODEBUG=checkfinalizers=1: finalizers and cleanups that keep their own object alive, or that a tiny block does.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"runtime/debug"
	"unsafe"
)

type node struct {
	next *node
	name string
}

type tiny uint8

var cases = []struct {
	name string
	run  func()
}{
	{"fine", fine},
	{"closure", closure},
	{"argument", argument},
	{"finalizer", finalizer},
	{"cycle", cycle},
	{"indirect", indirect},
	{"two cleanups", twoCleanups},
	{"tiny", inTinyBlock},
	{"several", several},
}

//go:noinline
func fine() {
	n := &node{next: &node{name: "other"}}
	runtime.AddCleanup(n, func(int) {}, 1)
	runtime.AddCleanup(n, func(*node) {}, n.next)
	runtime.AddCleanup(n, func(int) { n.name = "" }, 2).Stop()
	f := &node{next: n}
	runtime.SetFinalizer(f, func(f *node) { f.name = "" })
	g := &node{}
	runtime.SetFinalizer(g, func(*node) { g.name = "" })
	runtime.SetFinalizer(g, nil)
	runtime.GC()
	runtime.KeepAlive(f)
	runtime.KeepAlive(g)
}

//go:noinline
func closure() {
	n := new(node)
	runtime.AddCleanup(n, func(int) { n.name = "" }, 1)
	runtime.GC()
}

//go:noinline
func argument() {
	n := new(node)
	runtime.AddCleanup(n, func(struct{ n *node }) {}, struct{ n *node }{n})
	runtime.GC()
}

//go:noinline
func finalizer() {
	n := new(node)
	runtime.SetFinalizer(n, func(*node) { n.name = "" })
	runtime.GC()
}

//go:noinline
func cycle() {
	n := &node{next: new(node)}
	n.next.next = n
	runtime.SetFinalizer(n, func(*node) {})
	runtime.GC()
}

//go:noinline
func indirect() {
	n := new([]string)
	m := map[string]*[]string{"n": n}
	runtime.AddCleanup(n, func(map[string]*[]string) {}, m)
	runtime.GC()
}

//go:noinline
func twoCleanups() {
	n := new(node)
	runtime.AddCleanup(n, func(int) { n.name = "" }, 1)
	runtime.AddCleanup(n, func(**node) {}, &n)
	runtime.GC()
}

// On one P (see main): with two it is chance which block a tiny object shares. An int as argument may share it, too.
//
//go:noinline
func inTinyBlock() {
	t := new(tiny)
	for uintptr(unsafe.Pointer(t))%2 == 0 {
		t = new(tiny)
	}
	runtime.AddCleanup(t, func(*node) {}, nil)
	runtime.GC()
}

//go:noinline
func several() {
	for range 60 {
		n := new(node)
		runtime.AddCleanup(n, func(int) { n.name = "" }, 1)
	}
	runtime.GC()
}

var numbers = regexp.MustCompile(`0x[0-9a-f]+`)

func main() {
	if len(os.Args) > 1 {
		debug.SetGCPercent(-1)
		for _, c := range cases {
			if c.name == os.Args[1] {
				c.run()
			}
		}
		fmt.Println("lives")
		return
	}
	for _, c := range cases {
		cmd := exec.Command(os.Args[0], c.name)
		cmd.Env = append(os.Environ(), "GODEBUG=checkfinalizers=1", "GOTRACEBACK=none", "GOMAXPROCS=1")
		out, err := cmd.CombinedOutput()
		if at := bytes.Index(out, []byte("fatal error: ")); at >= 0 {
			line, _, _ := bytes.Cut(out[at:], []byte("\n")) // then stacks
			out = out[:at+len(line)]
		}
		fmt.Printf("== %s: %v\n%s\n", c.name, err, numbers.ReplaceAll(out, []byte("0x…")))
	}
}
