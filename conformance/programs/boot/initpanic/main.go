// A panic while the package is initialised.
package main

import "fmt"

var values = []int{1, 2}

var broken = values[len(values)+1]

func main() { fmt.Println("not reached", broken) }
