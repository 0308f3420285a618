// weak.Pointer: goes nil with its object, compares equal for one object, survives its death.
package main

import (
	"fmt"
	"runtime"
	"weak"
)

type blob struct {
	id  int
	pad [64]byte
}

//go:noinline
func fresh(id int) weak.Pointer[blob] { return weak.Make(&blob{id: id}) }

func main() {
	w := fresh(1)
	kept := &blob{id: 2}
	k1, k2 := weak.Make(kept), weak.Make(kept)
	other := weak.Make(&blob{id: 3})
	fmt.Println(k1 == k2, k1 == other, k1.Value() == kept)
	for range 3 {
		runtime.GC()
	}
	fmt.Println(w.Value() == nil, k1.Value().id, weak.Make(kept) == k1)
	var zero weak.Pointer[blob]
	fmt.Println(zero.Value() == nil, zero == weak.Make[blob](nil))

	var all []weak.Pointer[blob]
	var strong []*blob
	for i := range 1000 {
		b := &blob{id: i}
		all = append(all, weak.Make(b))
		if i%2 == 0 {
			strong = append(strong, b)
		}
	}
	for range 3 {
		runtime.GC()
	}
	alive := 0
	for i, p := range all {
		if b := p.Value(); b != nil {
			alive++
			if b.id != i {
				fmt.Println("wrong object")
			}
		}
	}
	fmt.Println("alive", alive, len(strong))
	runtime.KeepAlive(strong)
	runtime.KeepAlive(kept)
}
