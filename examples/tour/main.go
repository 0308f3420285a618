// The tour walks through the parts of a Go runtime and shows each one at work. It prints the same whichever runtime it
// is built with, so two builds can be compared byte for byte; numbers that depend on the machine or on chance are
// turned into statements about them.
package main

import "fmt"

// A stop is one part of the runtime, shown by one file.
type stop struct {
	title string
	show  func()
}

var stops = []stop{
	{"goroutines on several threads", goroutines},
	{"channels and select", channels},
	{"a worker pool", workerPool},
	{"package sync", synchronisation},
	{"context", contexts},
	{"timers", timers},
	{"maps", mapsAtWork},
	{"JSON and reflection", jsonAndReflection},
	{"generics and iterators", generics},
	{"defer, panic, recover", panics},
	{"stacks that grow", stacks},
	{"memory and the collector", memory},
	{"files, pipes and processes", files},
}

func main() {
	for i, s := range stops {
		fmt.Printf("%2d. %s\n", i+1, s.title)
		s.show()
		fmt.Println()
	}
	fmt.Println("the tour ends here")
}

// say prints one indented line about what happened.
func say(format string, args ...any) {
	fmt.Printf("    "+format+"\n", args...)
}
