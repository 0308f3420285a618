// A stock Go program around the converted payload: prints its report, or makes it panic.
package main

import (
	"fmt"
	"os"
	"strconv"

	"example.com/payload/kernel"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "panic" {
		index, _ := strconv.Atoi(os.Args[2])
		fmt.Println(kernel.Panic(index))
		return
	}
	if kernel.Same(99) {
		fmt.Print(kernel.Report())
	}
}
