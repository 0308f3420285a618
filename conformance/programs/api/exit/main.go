// The ways a program ends.
package main

import (
	"fmt"
	"os"
	"runtime"
	"time"
)

func main() {
	defer fmt.Println("deferred")
	switch os.Args[1] {
	case "return":
	case "exit":
		os.Exit(3)
	case "goexit":
		go func() {
			time.Sleep(10 * time.Millisecond)
			fmt.Println("last words")
			os.Exit(4)
		}()
		runtime.Goexit()
	case "other":
		go os.Exit(5)
		select {}
	}
}
