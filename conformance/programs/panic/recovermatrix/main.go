// Who may recover: every way to call recover, and what is left of the panic afterwards.
package main

import (
	"errors"
	"fmt"
	"runtime"
)

func direct() (r any) {
	defer func() { r = recover() }()
	panic("direct")
}

func helper() any { return recover() }

func viaHelper() (r any) {
	defer func() { r = fmt.Sprint("outer ", recover()) }()
	defer func() { helper() }() // not called by the panic itself: nothing
	panic("helper")
}

func helperDeferred() (r any) {
	defer func() { r = "continued" }()
	defer helper() // called by the panic itself
	panic("deferred helper")
}

func nestedClosure() (r any) {
	defer func() { r = fmt.Sprint("outer ", recover()) }()
	defer func() {
		func() { recover() }()
	}()
	panic("nested")
}

func deferInDeferred() (r any) {
	defer func() { r = fmt.Sprint("outer ", recover()) }()
	defer func() {
		defer func() { fmt.Println("inner sees", recover()) }() // deferred by a deferred call: not the panic's
	}()
	panic("defer in deferred")
}

type T struct{ name string }

func (t T) Value()    { fmt.Println("value", t.name, recover()) }
func (t *T) Pointer() { fmt.Println("pointer", t.name, recover()) }

type I interface{ Value() }

func methodValue() { f := T{"mv"}.Value; defer f(); panic("method value") }
func methodExpr()  { defer T.Value(T{"me"}); panic("method expression") }
func wrapperPtr()  { t := &T{"wrapped"}; defer I(t).Value(); panic("wrapper") }
func iface()       { var i I = T{"iface"}; defer i.Value(); panic("interface") }
func pointer()     { t := &T{"ptr"}; defer t.Pointer(); panic("pointer") }

type E struct{ T }

func embedded() { var i I = &E{T{"embedded"}}; defer i.Value(); panic("promoted") }

func builtinRecover() { defer recover(); panic("never seen by anyone else") }

func twice() {
	defer func() { fmt.Println("second", recover()) }()
	defer func() { fmt.Println("first", recover(), recover()) }()
	panic("twice")
}

func replaced() {
	defer func() { fmt.Println("got", recover()) }()
	defer func() { panic("second") }()
	panic("first")
}

func innerRecovered() {
	defer func() { fmt.Println("outer", recover()) }()
	defer func() {
		defer func() { fmt.Println("inner", recover()) }()
		panic("inner")
	}()
	panic("outer")
}

func repanic() {
	defer func() { fmt.Println("again", recover()) }()
	defer func() { panic(recover()) }()
	panic("again")
}

func deep(n int) {
	defer func() {
		if n%10 == 0 {
			fmt.Print(n, " ")
		}
	}()
	if n == 0 {
		panic("bottom")
	}
	deep(n - 1)
}

func deepRecover() {
	defer func() { fmt.Println(recover()) }()
	deep(50)
}

func named() (x int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
			x *= 2
		}
	}()
	x = 21
	panic("named")
}

func noPanic() (r any) {
	defer func() { r = recover() }()
	return "unchanged"
}

func loop() (n int) {
	for i := range 5 {
		func() {
			defer func() {
				if recover() != nil {
					n += i
				}
			}()
			if i%2 == 1 {
				panic(i)
			}
		}()
	}
	return
}

func runtimeErrors() {
	try := func(name string, f func()) {
		defer func() {
			r := recover()
			var re runtime.Error
			err, _ := r.(error)
			fmt.Printf("%s: %v (runtime.Error %v)\n", name, r, errors.As(err, &re))
		}()
		f()
	}
	var m map[string]int
	var p *T
	var s []int
	var a any = "text"
	zero := 0
	try("map", func() { m["x"] = 1 })
	try("nil", func() { fmt.Println(p.name) })
	try("index", func() { fmt.Println(s[len(s)+3]) })
	try("slice", func() { fmt.Println(s[zero+2 : 1]) })
	try("divide", func() { fmt.Println(1 / zero) })
	try("assert", func() { fmt.Println(a.(int)) })
	try("assert interface", func() { fmt.Println(a.(fmt.Stringer)) })
	try("shift", func() { fmt.Println(1 << (zero - 1)) })
	try("make", func() { fmt.Println(len(make([]int, zero-1))) })
	try("nil func", func() { var f func(); f() })
	try("defer nil func", func() { var f func(); defer fmt.Println("runs before"); defer f(); fmt.Println("body") })
	try("defer nil func in panic", func() { var f func(); defer f(); panic("replaced") })
	try("nil value method", func() { var i I = p; i.Value() })
	try("panic nil", func() { panic(nil) })
	try("close nil", func() { var c chan int; close(c) })
	try("compare", func() { fmt.Println(any(s) == any(s)) })
	try("hash", func() { fmt.Println(map[any]int{s: 1}) })
	try("array", func() { _ = [4]int(s) })
}

func main() {
	fmt.Println(direct(), viaHelper(), helperDeferred(), nestedClosure(), deferInDeferred(), noPanic())
	for _, f := range []func(){methodValue, methodExpr, wrapperPtr, iface, pointer, embedded, twice, replaced, innerRecovered, repanic, deepRecover} {
		f()
	}
	func() {
		defer func() { fmt.Println("built-in:", recover()) }()
		builtinRecover()
	}()
	fmt.Println(named())
	fmt.Println(loop())
	runtimeErrors()
}
