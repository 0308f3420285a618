// Weak pointers: alive while the object is, nil afterwards, equal when made from equal pointers.
package main

import (
	"fmt"
	"runtime"
	"time"
	"weak"
)

type blob struct {
	name string
	data [100]int
}

var static blob

//go:noinline
func dying() (weak.Pointer[blob], weak.Pointer[int]) {
	b := &blob{name: "dying"}
	return weak.Make(b), weak.Make(&b.data[3])
}

//go:noinline
func finalized(ch chan string) weak.Pointer[blob] {
	b := &blob{name: "finalized"}
	w := weak.Make(b)
	runtime.SetFinalizer(b, func(b *blob) {
		if w.Value() != nil {
			ch <- "weak still there"
			return
		}
		ch <- b.name
	})
	return w
}

func main() {
	b := &blob{name: "kept"}
	w := weak.Make(b)
	inner := weak.Make(&b.data[1])
	fmt.Println(w.Value().name, w == weak.Make(b), inner == weak.Make(&b.data[1]), inner == weak.Make(&b.data[2]))
	runtime.GC()
	fmt.Println(w.Value() == b, inner.Value() == &b.data[1])
	runtime.KeepAlive(b)

	d, di := dying()
	for i := 0; i < 100 && (d.Value() != nil || di.Value() != nil); i++ {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	fmt.Println(d.Value() == nil, di.Value() == nil)

	ch := make(chan string, 1)
	f := finalized(ch)
	for len(ch) == 0 {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	fmt.Println(<-ch, f.Value() == nil)

	s := weak.Make(&static)
	runtime.GC()
	fmt.Println(s.Value() == &static, s == weak.Make(&static))

	var zero weak.Pointer[int]
	fmt.Println(zero.Value() == nil, weak.Make[int](nil) == zero)

	// Many handles, most of which die.
	var all []weak.Pointer[blob]
	var keep []*blob
	for i := range 10000 {
		b := &blob{name: fmt.Sprint(i)}
		all = append(all, weak.Make(b))
		if i%100 == 0 {
			keep = append(keep, b)
		}
	}
	runtime.GC()
	runtime.GC()
	alive, wrong := 0, 0
	for i, w := range all {
		if v := w.Value(); v != nil {
			alive++
			if v.name != fmt.Sprint(i) {
				wrong++
			}
		}
	}
	fmt.Println(alive >= len(keep), alive < len(all)/2, wrong)
	runtime.KeepAlive(keep)
}
