// flag: kinds, usage, errors, exit code 2.
package main

import (
	"flag"
	"fmt"
	"strings"
	"time"
)

type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

func main() {
	n := flag.Int("n", 5, "a `number`")
	s := flag.String("s", "def", "a string")
	b := flag.Bool("b", false, "a bool")
	d := flag.Duration("d", time.Second, "a duration")
	f := flag.Float64("f", 0.5, "a float")
	var l list
	flag.Var(&l, "l", "a list")
	flag.Func("even", "an even number", func(s string) error {
		if len(s)%2 != 0 {
			return fmt.Errorf("odd")
		}
		return nil
	})
	flag.Parse()
	fmt.Println(*n, *s, *b, *d, *f, l, flag.Args(), flag.NFlag())
	flag.VisitAll(func(f *flag.Flag) { fmt.Println(f.Name, f.Value, f.DefValue) })
}
