// Ways to end: exit codes, with and without other goroutines, deferred calls that do or do not run.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
)

func main() {
	defer fmt.Println("deferred")
	switch what := os.Args[1]; what {
	case "return":
		go func() {
			for {
				runtime.Gosched()
			}
		}()
	case "spinning":
		for range 4 {
			go func() {
				for {
				}
			}()
		}
		time.Sleep(2 * time.Millisecond)
	case "goroutine":
		go os.Exit(5)
		time.Sleep(time.Minute)
	case "goexit":
		go func() {
			time.Sleep(3 * time.Millisecond)
			os.Exit(6)
		}()
		runtime.Goexit()
	default:
		code, err := strconv.Atoi(what)
		if err != nil {
			panic(err)
		}
		os.Exit(code)
	}
}
