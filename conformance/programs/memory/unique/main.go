// unique.Make: one handle per value, whatever way it was made, and entries that die with their last handle.
package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"unique"
)

type pair struct {
	a string
	b int
}

func main() {
	a, b := unique.Make("hello"), unique.Make(strings.Join([]string{"hel", "lo"}, ""))
	fmt.Println(a == b, a.Value(), a == unique.Make("other"))
	p, q := unique.Make(pair{"x", 1}), unique.Make(pair{strings.ToLower("X"), 1})
	fmt.Println(p == q, p.Value(), p == unique.Make(pair{"x", 2}))
	var wg sync.WaitGroup
	handles := make([][]unique.Handle[string], 8)
	for g := range handles {
		wg.Go(func() {
			for i := range 2000 {
				handles[g] = append(handles[g], unique.Make(fmt.Sprint("v", i)))
			}
		})
	}
	wg.Wait()
	same := true
	for _, h := range handles {
		for i := range h {
			same = same && h[i] == handles[0][i]
		}
	}
	fmt.Println("same", same)
	handles = nil
	for range 3 {
		runtime.GC()
	}
	fmt.Println(unique.Make("v1").Value(), a.Value())
}
