// What an unrecovered panic prints, by the kind of its value and the history of its recovery.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
)

type (
	myInt    int
	myString string
	myErr    struct{ code int }
	named    struct{ a, b int }
	stringer struct{ s string }
	badErr   struct{}
)

func (e myErr) Error() string     { return fmt.Sprint("code ", e.code) }
func (s stringer) String() string { return "stringer " + s.s }
func (badErr) Error() string      { panic("error of the error") }

func rethrow() {
	defer func() {
		r := recover()
		panic(r)
	}()
	panic("again")
}

func replace() {
	defer func() { panic(fmt.Sprint("instead of ", recover())) }()
	panic("original")
}

func chain() {
	defer panic("third")
	defer panic("second")
	panic("first")
}

//go:noinline
func deep(n int) {
	if n == 0 {
		panic("deep")
	}
	deep(n - 1)
}

var cases = map[string]func(){
	"string":    func() { panic("text") },
	"newline":   func() { panic("one\ntwo\ngoroutine 1 [running]:") },
	"empty":     func() { panic("") },
	"int":       func() { panic(42) },
	"negative":  func() { panic(int8(-8)) },
	"uint":      func() { panic(uint64(1 << 63)) },
	"float":     func() { panic(1.5) },
	"complex":   func() { panic(complex(1, -2)) },
	"bool":      func() { panic(true) },
	"rune":      func() { panic('x') },
	"myint":     func() { panic(myInt(7)) },
	"mystring":  func() { panic(myString("seven")) },
	"struct":    func() { panic(named{1, 2}) },
	"pointer":   func() { panic(&named{1, 2}) },
	"slice":     func() { panic([]int{1}) },
	"func":      func() { panic(func() {}) },
	"error":     func() { panic(errors.New("an error")) },
	"myerror":   func() { panic(myErr{3}) },
	"errorptr":  func() { panic(&myErr{3}) },
	"stringer":  func() { panic(stringer{"s"}) },
	"baderror":  func() { panic(badErr{}) },
	"nil":       func() { panic(nil) },
	"rethrow":   rethrow,
	"replace":   replace,
	"chain":     chain,
	"deep":      func() { deep(5) },
	"very-deep": func() { deep(200) },
	"goroutine": func() {
		var wg sync.WaitGroup
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer time.Sleep(time.Millisecond)
			panic("in a goroutine")
		}()
		wg.Wait()
		time.Sleep(time.Hour)
	},
	"goexit-defer": func() {
		done := make(chan bool)
		go func() {
			defer close(done)
			defer func() { panic("during Goexit") }()
			runtime.Goexit()
		}()
		<-done
		time.Sleep(time.Hour)
	},
	"recover-elsewhere": func() {
		defer recover()
		defer func() { func() { fmt.Println("not direct:", recover()) }() }()
		panic("stays")
	},
	"method": func() { named{1, 2}.fail("arg", 3) },
	"closure": func() {
		f := func(n int) { panic(n) }
		f(9)
	},
	"generic": func() { generic([]string{"a"}) },
	"init":    func() { panic("not init") },
}

//go:noinline
func (n named) fail(s string, k int) { panic(s) }

//go:noinline
func generic[T any](v []T) { panic(fmt.Sprintf("%T", v)) }

func main() {
	defer fmt.Println("deferred in main")
	cases[os.Args[1]]()
}
