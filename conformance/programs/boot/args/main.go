// Arguments as the system gave them.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	fmt.Println(len(os.Args), filepath.Base(os.Args[0]))
	for _, a := range os.Args[1:] {
		fmt.Printf("%q\n", a)
	}
	fmt.Println(os.Getenv("GOMAXPROCS") != "", os.Getpagesize())
}
