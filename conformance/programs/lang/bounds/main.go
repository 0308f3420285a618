// Every failed index and slice expression, with its text.
package main

import (
	"fmt"
	"runtime"
)

func try(name string, f func()) {
	defer func() {
		e := recover()
		_, isErr := e.(runtime.Error)
		fmt.Printf("%s: %v %v %T\n", name, e, isErr, e)
	}()
	f()
}

var sink any

func main() {
	s := []int{1, 2, 3}
	sc := make([]int, 3, 10)
	str := "hello"
	arr := [4]int{}
	p := &arr
	for _, i := range []int{-1, -9223372036854775808, 3, 5, 11, 1 << 40} {
		j := i
		try("index", func() { sink = s[j] })
		try("index string", func() { sink = str[j] })
		try("index array", func() { sink = p[j] })
		try("to len", func() { sink = str[:j] })
		try("to cap", func() { sink = sc[:j] })
		try("array to", func() { sink = p[:j] })
		try("from", func() { sink = s[j:] })
		try("from to", func() { sink = s[j:2] })
		try("from string", func() { sink = str[j:] })
		try("3 cap", func() { sink = sc[0:1:j] })
		try("3 mid", func() { sink = sc[0:j:2] })
		try("3 low", func() { sink = sc[j:2:3] })
		try("3 array", func() { sink = p[0:1:j] })
	}
	for _, i := range []uint64{4, 11, 1 << 63, 1<<64 - 1} {
		j := i
		try("u index", func() { sink = s[j] })
		try("u to", func() { sink = sc[:j] })
		try("u to string", func() { sink = str[:j] })
		try("u from", func() { sink = str[j:] })
		try("u 3 cap", func() { sink = sc[0:1:j] })
		try("u 3 mid", func() { sink = sc[0:j:2] })
		try("u 3 low", func() { sink = sc[j:2:3] })
		try("u 3 array", func() { sink = p[0:1:j] })
	}
	try("convert", func() { sink = [4]int(s) })
	try("convert pointer", func() { sink = (*[9]int)(s) })
	zero, m := 0, -3
	try("divide", func() { sink = 5 / zero })
	try("modulo", func() { sink = 5 % zero })
	try("shift", func() { sink = 5 << m })
	var np *[4]int
	try("nil array", func() { sink = np[1] })
	var nm map[string]int
	try("nil map", func() { nm["x"] = 1 })
	var nf func()
	try("nil func", func() { nf() })
	try("int8", func() { var i int8 = -7; sink = s[i] })
	try("uint8", func() { var i uint8 = 200; sink = s[i] })
}
