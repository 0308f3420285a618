// regexp: matching, groups, replacement, the backtracker and the automaton, concurrent use.
package main

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

func main() {
	re := regexp.MustCompile(`(?P<year>\d{4})-(?P<month>\d\d)(?:-(?P<day>\d\d))?`)
	text := "from 2024-01-15 to 2025-02, not 99-1"
	fmt.Println(re.FindAllString(text, -1), re.FindAllStringSubmatchIndex(text, -1))
	fmt.Println(re.ReplaceAllString(text, "${day}.${month}.$year"), re.SubexpNames(), re.NumSubexp())
	fmt.Println(re.ReplaceAllStringFunc(text, strings.ToUpper), re.Split(text, -1))
	for _, p := range []string{`a(b`, `*`, `[z-a]`, `(?P<n>a)(?P<n>b)`, `\8`, `a{1001}`, `(?<x>a)`} {
		_, err := regexp.Compile(p)
		fmt.Println(err)
	}
	tests := [][2]string{
		{`^$`, ""}, {`a*?b`, "aaab"}, {`(a|ab)(c|bcd)(d*)`, "abcd"}, {`(?i)straße`, "STRASSE straße"}, {`\bfoo\b`, "a foo b"}, {`[^\x00-\x7f]+`, "abc日本"},
		{`(?s)a.b`, "a\nb"}, {`(?m)^b$`, "a\nb\nc"}, {`x*`, "axxb"}, {`\p{Greek}+`, "abγδ"}, {`(a+)(b+)?`, "aab aa"}, {`(?U)a+`, "aaa"},
	}
	for _, t := range tests {
		re := regexp.MustCompile(t[0])
		fmt.Println(t[0], re.FindStringSubmatchIndex(t[1]), re.ReplaceAllString(t[1], "<$0>"), re.MatchString(t[1]))
		re.Longest()
		fmt.Println(re.FindString(t[1]))
	}
	long := strings.Repeat("a", 30)
	fmt.Println(regexp.MustCompile(strings.Repeat("a?", 30) + long).MatchString(long))
	var wg sync.WaitGroup
	counts := make([]int, 10)
	doc := strings.Repeat("lorem ipsum 2020-10-10 dolor ", 500)
	for g := range counts {
		wg.Go(func() {
			for range 5 {
				counts[g] += len(re.FindAllString(doc, -1))
			}
		})
	}
	wg.Wait()
	fmt.Println(counts, regexp.QuoteMeta("a.b*c"))
}
