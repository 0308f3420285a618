package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// mapsAtWork counts, groups, deletes while ranging, and uses keys of several types.
func mapsAtWork() {
	squares := map[int]int{}
	for i := range 100_000 {
		squares[i] = i * i
	}
	for i := range 50_000 {
		delete(squares, 2*i)
	}
	say("%d left of 100000 after every second was deleted; 777² = %d", len(squares), squares[777])

	words := strings.Fields("the quick brown fox jumps over the lazy dog and the cat")
	byLength := map[int][]string{}
	for _, w := range words {
		byLength[len(w)] = append(byLength[len(w)], w)
	}
	for _, n := range slices.Sorted(maps.Keys(byLength)) {
		say("%d letters: %s", n, strings.Join(byLength[n], " "))
	}

	type point struct{ x, y int }
	mixed := map[any]string{1: "int", "1": "string", 1.5: "float", point{1, 2}: "struct", [2]bool{true}: "array"}
	say("keys of any comparable type: %s %s %s", mixed["1"], mixed[point{1, 2}], mixed[[2]bool{true, false}])

	orders := map[string]bool{}
	for range 100 {
		orders[fmt.Sprint(slices.Collect(maps.Keys(byLength)))] = true
	}
	say("the order of a range is not always the same: %v", len(orders) > 1)
}
