// suite measures the runtime it was built with. Without arguments it lists its benchmarks, `family/name` a line; with
// one such name it runs that benchmark and prints `metric<TAB>unit<TAB>value` lines. One benchmark a process, so that
// CPU time and peak memory of the process are the benchmark's own. `cargo xtask bench` builds it, runs it, and compares.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
)

// A benchmark belongs to a family, whose ratios are summed up as one figure.
type benchmark struct {
	family, name string
	run          func(*meter)
}

var suite = slices.Concat(startUp, allocation, collector, pauses, latency, memory, stacks, values, calls)

// What is there before a program does anything; the rest of this family is measured from outside.
var startUp = []benchmark{{"start-up", "memory", func(*meter) {}}}

func main() {
	quick := flag.Bool("quick", false, "do less of everything")
	src := flag.String("src", "", "directory of Go files to parse")
	flag.Parse()
	name := flag.Arg(0)
	for _, b := range suite {
		switch full := b.family + "/" + b.name; name {
		case "":
			fmt.Println(full)
		case full:
			m := &meter{quick: *quick, src: *src}
			b.run(m)
			m.report("peak RSS", "MB", peakResident())
			return
		}
	}
	if name != "" {
		fmt.Fprintln(os.Stderr, "no such benchmark:", name)
		os.Exit(2)
	}
}
