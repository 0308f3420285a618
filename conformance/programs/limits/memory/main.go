// The system refuses memory: Go's fatal error, exit code 2, not a crash.
package main

import (
	"fmt"
	"os"
	"runtime/debug"
)

var keep [][]byte

func main() {
	fmt.Println("started")
	switch os.Args[1] {
	case "large":
		keep = append(keep, make([]byte, 1<<40))
	case "larger":
		keep = append(keep, make([]byte, 1<<45))
	case "blocks":
		for {
			b := make([]byte, 16<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			keep = append(keep, b)
		}
	case "small":
		debug.SetGCPercent(-1)
		for {
			keep = append(keep, make([]byte, 1000))
		}
	}
	fmt.Println("not reached", len(keep))
}
