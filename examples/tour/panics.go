package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
)

var (
	none   *planet
	noMap  map[string]int
	three  = []int{1, 2, 3}
	zero   int
	anyInt any = 7
)

// panics fails in every usual way and recovers each time.
func panics() {
	try("nil pointer", func() { say("%s", none.Name) })
	try("nil map", func() { noMap["a"] = 1 })
	try("index", func() { say("%d", three[zero+5]) })
	try("slice", func() { say("%d", three[zero+4:]) })
	try("division", func() { say("%d", 1/zero) })
	try("assertion", func() { say("%s", anyInt.(string)) })
	try("channel", func() { c := make(chan int); close(c); close(c) })
	try("own error", func() { panic(errors.New("mine")) })

	var order []string
	func() {
		defer func() { order = append(order, fmt.Sprint(recover())) }()
		for i := range 3 {
			defer func() { order = append(order, fmt.Sprint("deferred ", i)) }()
		}
		panic("the panic")
	}()
	say("order: %s", strings.Join(order, ", "))

	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer say("Goexit runs deferred calls too")
		runtime.Goexit()
	}()
	wg.Wait()
}

func try(name string, f func()) {
	defer func() {
		r := recover()
		var runtimeError runtime.Error
		err, _ := r.(error)
		say("%-12s %v (a runtime.Error: %v)", name+":", r, errors.As(err, &runtimeError))
	}()
	f()
}
