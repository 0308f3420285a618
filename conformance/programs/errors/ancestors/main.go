// GODEBUG=tracebackancestors=N: where goroutines were started, and those that started them.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
)

func level(n int, wg *sync.WaitGroup) {
	if n == 0 {
		switch os.Args[1] {
		case "panic":
			panic("deep")
		case "stack":
			b := make([]byte, 10000)
			fmt.Println(string(b[:runtime.Stack(b, false)]))
		}
		wg.Done() // not deferred: main would go on while the panic is printed
		return
	}
	helper(n, wg)
}

//go:noinline
func helper(n int, wg *sync.WaitGroup) {
	func() {
		go level(n-1, wg)
	}()
}

func deep(n int, f func()) {
	if n == 0 {
		f()
		return
	}
	deep(n-1, f)
}

func main() {
	var wg sync.WaitGroup
	wg.Add(1)
	deep(3, func() { go level(4, &wg) })
	wg.Wait()
	wg.Add(1)
	deep(150, func() { go level(0, &wg) })
	wg.Wait()
}
