// Misuse of finalizers, cleanups, Pinner, limits and lengths, of every kind: Go's texts and exit codes.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"
	"unsafe"
)

type t struct{ a, b *int }
type tiny struct{ x byte }
type empty struct{}
type I interface{ M() }

func (t *t) M() {}

var global t
var sink any

type A [4]int

func pinned() {
	p := new(runtime.Pinner)
	p.Pin(new([100]int))
}

func pinned2() {
	p := new(runtime.Pinner)
	p.Pin(new([100]int))
	runtime.SetFinalizer(p, nil)
}

func try(f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Printf("%T %v\n", r, r)
		}
	}()
	f()
}

var cases = map[string]func(x *t){
	"nilobj":    func(x *t) { runtime.SetFinalizer(nil, func(*t) {}) },
	"nilptr":    func(x *t) { runtime.SetFinalizer((*t)(nil), func(*t) {}) },
	"notptr":    func(x *t) { runtime.SetFinalizer(1, func(int) {}) },
	"struct":    func(x *t) { runtime.SetFinalizer(*x, func(t) {}) },
	"map":       func(x *t) { runtime.SetFinalizer(map[int]int{}, func(map[int]int) {}) },
	"chan":      func(x *t) { runtime.SetFinalizer(make(chan int), func(chan int) {}) },
	"slice":     func(x *t) { runtime.SetFinalizer([]int{1}, func([]int) {}) },
	"func":      func(x *t) { runtime.SetFinalizer(func() {}, func(func()) {}) },
	"string":    func(x *t) { runtime.SetFinalizer("x", func(string) {}) },
	"unsafeptr": func(x *t) { runtime.SetFinalizer(unsafe.Pointer(x), func(unsafe.Pointer) {}) },
	"global":    func(x *t) { runtime.SetFinalizer(&global, func(*t) {}); fmt.Println("ok") },
	"literal":   func(x *t) { runtime.SetFinalizer(&[]int{1}[0], func(*int) {}); fmt.Println("ok") },
	"stack":     func(x *t) { var l t; runtime.SetFinalizer(&l, func(*t) {}); fmt.Println("ok") },
	"middle":    func(x *t) { runtime.SetFinalizer(&x.b, func(**int) {}) },
	"first":     func(x *t) { runtime.SetFinalizer(&x.a, func(**int) {}); fmt.Println("ok") },
	"arrmiddle": func(x *t) { a := new([10]int); sink = a; runtime.SetFinalizer(&a[3], func(*int) {}) },
	"arrfirst":  func(x *t) { a := new([10]int); sink = a; runtime.SetFinalizer(&a[0], func(*int) {}); fmt.Println("ok") },
	"tiny": func(x *t) {
		for range 20 {
			y := new(tiny)
			sink = y
			runtime.SetFinalizer(y, func(*tiny) {})
		}
		fmt.Println("ok")
	},
	"empty":   func(x *t) { runtime.SetFinalizer(new(empty), func(*empty) {}); fmt.Println("ok") },
	"notfunc": func(x *t) { runtime.SetFinalizer(x, 1) },
	"nilfunc": func(x *t) {
		var f func(*t)
		runtime.SetFinalizer(x, f)
		runtime.KeepAlive(x)
		x = nil
		sink = nil
		for range 3 {
			runtime.GC()
			time.Sleep(10 * time.Millisecond)
		}
		fmt.Println("ok")
	},
	"funcptr":   func(x *t) { f := func(*t) {}; runtime.SetFinalizer(x, &f) },
	"noargs":    func(x *t) { runtime.SetFinalizer(x, func() {}) },
	"twoargs":   func(x *t) { runtime.SetFinalizer(x, func(*t, int) {}) },
	"variadic":  func(x *t) { runtime.SetFinalizer(x, func(...*t) {}) },
	"wrongtype": func(x *t) { runtime.SetFinalizer(x, func(*int) {}) },
	"iface":     func(x *t) { runtime.SetFinalizer(x, func(I) {}); fmt.Println("ok") },
	"any":       func(x *t) { runtime.SetFinalizer(x, func(any) {}); fmt.Println("ok") },
	"badiface":  func(x *t) { runtime.SetFinalizer(x, func(error) {}) },
	"namedptr":  func(x *t) { type P *t; runtime.SetFinalizer(x, func(P) {}); fmt.Println("ok") },
	"namedptr2": func(x *t) { type P *t; runtime.SetFinalizer(P(x), func(*t) {}); fmt.Println("ok") },
	"namedboth": func(x *t) { type P *t; type Q *t; runtime.SetFinalizer(P(x), func(Q) {}) },
	"results": func(x *t) {
		runtime.SetFinalizer(x, func(*t) (int, string, [10]int) { return 1, "", [10]int{} })
		fmt.Println("ok")
	},
	"twice": func(x *t) { runtime.SetFinalizer(x, func(*t) {}); runtime.SetFinalizer(x, func(*t) {}) },
	"clear": func(x *t) {
		runtime.SetFinalizer(x, func(*t) {})
		runtime.SetFinalizer(x, nil)
		runtime.SetFinalizer(x, nil)
		runtime.SetFinalizer(x, func(*t) {})
		fmt.Println("ok")
	},
	"foreign": func(x *t) { runtime.SetFinalizer((*t)(unsafe.Pointer(uintptr(0x7000_0000_0000))), func(*t) {}) },
	"freed":   func(x *t) { runtime.SetFinalizer((*t)(unsafe.Pointer(uintptr(0xc0_0390_0000))), func(*t) {}) },
	"panics": func(x *t) {
		runtime.SetFinalizer(new(t), func(*t) { panic("in finalizer") })
		runtime.GC()
		time.Sleep(5 * time.Second)
	},
	"goexits": func(x *t) {
		runtime.SetFinalizer(new(t), func(*t) { runtime.Goexit() })
		runtime.GC()
		time.Sleep(100 * time.Millisecond)
		fmt.Println("ok")
	},
	"cleanup-self":   func(x *t) { try(func() { runtime.AddCleanup(x, func(*t) {}, x) }); fmt.Println("ok") },
	"cleanup-nil":    func(x *t) { try(func() { runtime.AddCleanup((*t)(nil), func(int) {}, 1) }); fmt.Println("ok") },
	"cleanup-global": func(x *t) { try(func() { runtime.AddCleanup(&global, func(int) {}, 1) }); fmt.Println("ok") },
	"cleanup-stack":  func(x *t) { var l t; try(func() { runtime.AddCleanup(&l, func(int) {}, 1) }); fmt.Println("ok") },
	"cleanup-middle": func(x *t) { try(func() { runtime.AddCleanup(&x.b, func(int) {}, 1) }); fmt.Println("ok") },
	"cleanup-foreign": func(x *t) {
		try(func() { runtime.AddCleanup((*t)(unsafe.Pointer(uintptr(0x7000_0000_0000))), func(int) {}, 1) })
		fmt.Println("ok")
	},
	"cleanup-ptrself": func(x *t) { try(func() { runtime.AddCleanup(x, func(**int) {}, &x.b) }); fmt.Println("ok") },
	"cleanup-panics": func(x *t) {
		runtime.AddCleanup(new(t), func(int) { panic("in cleanup") }, 1)
		runtime.GC()
		time.Sleep(5 * time.Second)
	},
	"pin-leak": func(x *t) {
		pinned()
		for range 10 {
			runtime.GC()
			time.Sleep(20 * time.Millisecond)
		}
		fmt.Println("no")
	},
	"pin-twice": func(x *t) {
		pinned2()
		for range 3 {
			runtime.GC()
			time.Sleep(20 * time.Millisecond)
		}
		fmt.Println("ok")
	},
	"pin-copy": func(x *t) {
		var p runtime.Pinner
		p.Pin(x)
		q := p
		try(q.Unpin)
		try(p.Unpin)
		fmt.Println("ok")
	},
	"pin-nil": func(x *t) {
		var p runtime.Pinner
		try(func() { p.Pin(nil) })
		try(func() { p.Pin(1) })
		try(func() { p.Pin("s") })
		try(func() { p.Pin(func() {}) })
		try(func() { p.Pin(map[int]int{}) })
		try(func() { p.Pin(&global) })
		try(func() { p.Pin((*t)(nil)) })
	},
	"maxstack":  func(x *t) { debug.SetMaxStack(100000); deep(0) },
	"maxstack0": func(x *t) { fmt.Println(debug.SetMaxStack(0)); deep(0) },
	"maxstackneg": func(x *t) {
		fmt.Println(debug.SetMaxStack(-1))
		fmt.Println(debug.SetMaxStack(1 << 50))
		fmt.Println(debug.SetMaxStack(1 << 20))
		deep(0)
	},
	"maxthreads0":   func(x *t) { fmt.Println(debug.SetMaxThreads(0)) },
	"maxthreadsneg": func(x *t) { fmt.Println(debug.SetMaxThreads(-1)) },
	"maxthreads2":   func(x *t) { fmt.Println(debug.SetMaxThreads(2)); fmt.Println("here") },
	"maxthreadsbig": func(x *t) { fmt.Println(debug.SetMaxThreads(1 << 40)); fmt.Println(debug.SetMaxThreads(100)) },
	"setgc":         func(x *t) { fmt.Println(debug.SetGCPercent(-5), debug.SetGCPercent(1<<40), debug.SetGCPercent(3)) },
	"setlimit": func(x *t) {
		fmt.Println(debug.SetMemoryLimit(-5), debug.SetMemoryLimit(0), debug.SetMemoryLimit(1<<62), debug.SetMemoryLimit(-1))
	},
	"gomaxprocs": func(x *t) {
		fmt.Println(runtime.GOMAXPROCS(-1), runtime.GOMAXPROCS(3), runtime.GOMAXPROCS(2000), runtime.GOMAXPROCS(0))
	},
	"makeslice": func(x *t) {
		for _, s := range []string{"-1", "4611686018427387904", "1099511627776000"} {
			n, _ := strconv.Atoi(s)
			try(func() { sink = make([]int, n) })
			try(func() { sink = make([]int, 0, n) })
			try(func() { sink = make(chan int, n) })
			try(func() { sink = make([]byte, 1, n) })
		}
	},
	"makemap": func(x *t) { n, _ := strconv.Atoi("-1"); try(func() { m := make(map[int]int, n); fmt.Println(len(m)) }) },
	"oom":     func(x *t) { n, _ := strconv.Atoi("100000000000000"); sink = make([]byte, n) },
	"oomappend": func(x *t) {
		n, _ := strconv.Atoi("70000000000000")
		b := make([]byte, 1)
		try(func() { sink = append(b, unsafe.Slice(&b[0], n)...) })
	},
	"unsafeslice": func(x *t) {
		n, _ := strconv.Atoi("-1")
		b := byte(1)
		try(func() { sink = unsafe.Slice(&b, n) })
		try(func() { sink = unsafe.String(&b, n) })
		try(func() { sink = unsafe.Slice((*byte)(nil), 1-n) })
	},
}

//go:noinline
func deep(n int) int { var b [100]int; b[n%100] = n; return deep(n+1) + b[(n+1)%100] }

func main() {
	x := &t{}
	f := cases[os.Args[1]]
	f(x)
	runtime.KeepAlive(x)
}
