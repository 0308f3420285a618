// Package unique: equal values have equal handles, also across collections.
package main

import (
	"fmt"
	"runtime"
	"unique"
)

type key struct {
	host string
	port int
}

func main() {
	a, b := unique.Make("hello"), unique.Make("hel"+string([]byte("lo")))
	fmt.Println(a == b, a.Value(), a == unique.Make("world"))
	k := unique.Make(key{"localhost", 80})
	for range 3 {
		runtime.GC()
	}
	fmt.Println(k == unique.Make(key{"localhost", 80}), k.Value().host)
	for i := range 100000 {
		if unique.Make(fmt.Sprint(i)).Value() != fmt.Sprint(i) {
			fmt.Println("wrong", i)
		}
	}
	runtime.GC()
	fmt.Println(a == unique.Make("hello"))
	fmt.Println(unique.Make(struct{}{}) == unique.Make(struct{}{}))
}
