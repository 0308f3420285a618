// A stack moves while others hold pointers to things on it: channels, select, sync, results of calls, defers.
package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
)

//go:noinline
func grow(n int) int {
	var pad [64]int
	pad[n%64] = n
	if n == 0 {
		return pad[0]
	}
	return grow(n-1) + pad[n%64] - n
}

// The receiver's slot is on its stack, which has grown before and grows after.
func channels() {
	c := make(chan [16]int)
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 300 {
			grow(i)
			var v [16]int
			v[15] = i
			c <- v
		}
		close(c)
	})
	sum := 0
	for i := 0; ; i++ {
		var slot [16]int
		var ok bool
		select {
		case slot, ok = <-c:
		}
		if !ok {
			break
		}
		grow(300 - i)
		sum += slot[15]
	}
	wg.Wait()
	fmt.Println("channels", sum)
}

type reader struct {
	n   *int
	buf []byte
}

func (r *reader) Read(p []byte) (int, error) {
	if *r.n == 0 {
		return 0, io.EOF
	}
	*r.n--
	grow(*r.n)
	return copy(p, r.buf), nil
}

func callbacks() {
	n := 200
	r := reader{&n, []byte("0123456789")}
	var b bytes.Buffer
	_, err := b.ReadFrom(&r)
	fmt.Println("callbacks", b.Len(), n, err)
	out := strings.Map(func(c rune) rune { n++; grow(n * 10); return c + 1 }, "HAL")
	fmt.Println(out, n)
}

func deferred() (result []int) {
	var local [8]int
	for i := range local {
		defer func(p *int) {
			grow(100 * i)
			*p += i
			result = append(result, *p)
		}(&local[i])
	}
	grow(2000)
	local[3] = 100
	return nil
}

func multi() (a int, b string, c error, d [4]int) {
	p, q := &a, &d
	grow(3000)
	*p = 7
	q[3] = 9
	b = "b"
	grow(5000)
	return *p + 1, b + "!", io.EOF, *q
}

func main() {
	channels()
	callbacks()
	fmt.Println(deferred())
	fmt.Println(multi())
	results := make(chan int)
	for i := range 50 {
		go func() {
			x := i
			p := &x
			for k := range 20 {
				grow(k * 100)
				*p++
			}
			results <- x
		}()
	}
	sum := 0
	for range 50 {
		sum += <-results
	}
	fmt.Println(sum)
}
