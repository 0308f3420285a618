// Recursion to a depth of millions, and back; the limit can be set.
package main

import (
	"fmt"
	"os"
	"runtime/debug"
)

//go:noinline
func depth(n int) int {
	if n == 0 {
		return 0
	}
	return depth(n-1) + 1
}

//go:noinline
func tree(n int) int {
	if n == 0 {
		return 1
	}
	return tree(n-1) + tree(n-1)
}

func main() {
	if len(os.Args) > 1 {
		fmt.Println("limit was", debug.SetMaxStack(1<<20))
		fmt.Println(depth(1000))
		depth(10_000_000)
	}
	fmt.Println(depth(5_000_000))
	done := make(chan int)
	go func() { done <- depth(3_000_000) }()
	fmt.Println(<-done, tree(18))
}
