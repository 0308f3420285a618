// GODEBUG at start, from the source, and changed by the program.
//
//go:debug panicnil=1
package main

import (
	"fmt"
	"os"
	"runtime/metrics"
)

func try() (v any) {
	defer func() { v = recover() }()
	panic(nil)
}

func main() {
	fmt.Println(os.Getenv("GODEBUG"))
	fmt.Printf("%T %v\n", try(), try() == nil)
	os.Setenv("GODEBUG", "panicnil=0")
	fmt.Printf("%T\n", try())
	os.Setenv("GODEBUG", "panicnil=0,panicnil=1")
	fmt.Printf("%T\n", try())
	os.Unsetenv("GODEBUG")
	fmt.Printf("%T\n", try())
	s := []metrics.Sample{{Name: "/godebug/non-default-behavior/panicnil:events"}}
	metrics.Read(s)
	fmt.Println(s[0].Value.Uint64())
}
