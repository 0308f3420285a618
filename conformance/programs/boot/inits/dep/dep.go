// Package dep is initialised before main.
package dep

import "fmt"

// Value is set by init.
var Value = func() int { fmt.Println("dep var"); return 1 }()

func init() {
	Value = 42
	fmt.Println("dep init")
}
