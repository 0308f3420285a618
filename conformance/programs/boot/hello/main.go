// The smallest programs: println before anything else, and fmt.
package main

import "fmt"

func init() { println("from init") }

func main() {
	println("hello", 1, true)
	fmt.Println("hello, world")
}
