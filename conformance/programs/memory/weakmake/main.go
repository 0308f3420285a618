// A second weak pointer to the same object is the first one, and costs no allocation.
package main

import (
	"fmt"
	"runtime"
	"testing"
	"weak"
)

type pair struct{ a, b *int }

var global pair

func main() {
	p := &pair{a: new(int)}
	first := weak.Make(p)
	allocs := testing.AllocsPerRun(100, func() {
		if weak.Make(p) != first {
			panic("not the same")
		}
	})
	fmt.Println("heap object:", allocs)

	weak.Make(&global)
	allocs = testing.AllocsPerRun(100, func() { weak.Make(&global) })
	fmt.Println("global:", allocs)

	fmt.Println("inside:", weak.Make(&p.a).Value() == &p.a, weak.Make(&p.b).Value() == &p.b)
	runtime.KeepAlive(p)
}
