// hello is what start-up time and binary size are measured with.
package main

import "fmt"

func main() { fmt.Println("hello, world") }
