// Time of the playground: built with the tag faketime, a program begins in 2009, its clock stands still while anything
// runs and jumps when all sleep, and its output is framed with it.
package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

func main() {
	start := time.Now()
	println("begin")
	fmt.Println(start.UTC())
	fmt.Fprintln(os.Stderr, "another descriptor")

	year := time.After(365 * 24 * time.Hour)
	ticker := time.NewTicker(time.Hour)
	for range 3 {
		fmt.Println((<-ticker.C).UTC())
	}
	ticker.Stop()
	time.AfterFunc(time.Minute, func() { fmt.Println("a minute later", time.Since(start)) })
	for n := 0; n < 1<<20; n++ {
		_ = strings.Repeat("x", n%10)
	}
	fmt.Println("no time for work", time.Since(start))
	fmt.Println((<-year).UTC())

	pipe, end, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	defer end.Close()
	pipe.SetReadDeadline(time.Now().Add(10 * time.Second))
	_, err = pipe.Read(make([]byte, 1))
	fmt.Println(err, time.Since(start))

	done := make(chan time.Duration)
	for i := range 3 {
		go func() {
			time.Sleep(time.Duration(3-i) * time.Second)
			done <- time.Since(start)
		}()
	}
	for range 3 {
		fmt.Println(<-done)
	}
	if len(os.Args) > 1 {
		panic("the traceback is framed too")
	}
}
