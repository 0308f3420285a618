// Every form the compiler gives to defer: open-coded, in the frame, in a loop, conditional, many, with panics between.
package main

import (
	"fmt"
	"strings"
)

var log strings.Builder

func note(args ...any) { fmt.Fprint(&log, fmt.Sprint(args...), ";") }

func flush(name string) {
	fmt.Println(name+":", log.String())
	log.Reset()
}

func openCoded(fail int) {
	defer note("a")
	defer note("b")
	if fail == 1 {
		panic("1")
	}
	x := fail * 10
	defer func() { note("c", x) }()
	if fail == 2 {
		panic("2")
	}
	defer note("d")
	x++
	if fail == 3 {
		panic("3")
	}
}

func openRecover(fail bool) (s string) {
	defer note("last")
	defer func() {
		if r := recover(); r != nil {
			s = fmt.Sprint("recovered ", r)
		}
	}()
	defer note("first")
	if fail {
		panic("x")
	}
	return "fine"
}

func conditional(mask int) {
	for bit := range 3 {
		if mask>>bit&1 == 1 {
			defer note("bit", bit)
		}
	}
	if mask&1 == 1 {
		defer note("one")
	}
	if mask&2 == 2 {
		defer func() { note("two", mask) }()
	}
}

func inLoop(n int, fail bool) {
	defer func() { note("end", recover()) }()
	for i := range n {
		defer func() { note(i) }()
	}
	if fail {
		var p *int
		*p = n
	}
}

func panicsInside() {
	defer func() { note("r1", recover()) }()
	defer func() { panic("p3") }()
	defer func() {
		defer func() { note("r2", recover()) }()
		panic("p2")
	}()
	panic("p1")
}

func many() {
	defer note(1)
	defer note(2)
	defer note(3)
	defer note(4)
	defer note(5)
	defer note(6)
	defer note(7)
	defer note(8)
	defer note(9)
	defer note(10)
}

func resume() (order []int) {
	defer func() { order = append(order, 1) }()
	defer func() { order = append(order, 2); recover() }()
	defer func() { order = append(order, 3) }()
	defer func() { order = append(order, 4); panic("second") }()
	defer func() { order = append(order, 5) }()
	panic("first")
}

func closures() {
	var fs []func()
	for i := range 3 {
		x := i * i
		fs = append(fs, func() { note("f", x); x++ })
	}
	for _, f := range fs {
		defer f()
		defer f()
	}
}

func argsAreEvaluated() {
	x := 1
	defer note("arg", x)
	defer func(y int) { note("param", y, x) }(x)
	x = 2
	defer note("arg", x)
}

func results() (a int, b string) {
	defer func() { a++; b += "!" }()
	return 41, "ok"
}

func recursive(n int) {
	if n == 0 {
		panic("deep")
	}
	defer note(n)
	recursive(n - 1)
}

func main() {
	for fail := range 4 {
		func() {
			defer func() { note("got", recover()) }()
			openCoded(fail)
		}()
		flush(fmt.Sprint("open ", fail))
	}
	note(openRecover(true))
	note(openRecover(false))
	flush("openRecover")
	for mask := range 8 {
		conditional(mask)
		flush(fmt.Sprint("conditional ", mask))
	}
	inLoop(5, false)
	inLoop(5, true)
	flush("loop")
	panicsInside()
	flush("inside")
	many()
	flush("many")
	note(resume())
	flush("resume")
	closures()
	flush("closures")
	argsAreEvaluated()
	flush("args")
	note(results())
	flush("results")
	func() {
		defer func() { recover() }()
		recursive(30)
	}()
	flush("recursive")
}
