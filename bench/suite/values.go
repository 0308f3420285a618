package main

import (
	"strconv"
	"strings"
)

var sinkString string

var values = []benchmark{
	{"values", "append to 1000 ints", func(m *meter) {
		m.loop(60_000_000, func(n int) {
			for range n / 1000 {
				var s []int
				for i := range 1000 {
					s = append(s, i)
				}
				sinkInt += len(s)
			}
		})
	}},
	{"values", "append to a million pointers", func(m *meter) {
		p := new(int)
		m.loop(16_000_000, func(n int) {
			for range max(n/1_000_000, 1) {
				var s []*int
				for range 1_000_000 {
					s = append(s, p)
				}
				sinkInt += len(s)
			}
		})
	}},
	{"values", "concat", func(m *meter) {
		a, b := strings.Repeat("a", 20), strings.Repeat("b", 30)
		m.loop(10_000_000, func(n int) {
			for range n {
				sinkString = a + b
			}
		})
	}},
	{"values", "bytes to string", func(m *meter) {
		text := []byte(strings.Repeat("x", 40))
		m.loop(10_000_000, func(n int) {
			for range n {
				sinkString = string(text)
			}
		})
	}},
	{"values", "map growth, int", func(m *meter) {
		m.loop(4_000_000, func(n int) {
			for range max(n/10_000, 1) {
				found := map[int]int{}
				for i := range 10_000 {
					found[i] = i
				}
				sinkInt += len(found)
			}
		})
	}},
	{"values", "map growth, string", func(m *meter) {
		var keys [10_000]string
		for i := range keys {
			keys[i] = "key " + strconv.Itoa(i)
		}
		m.loop(3_000_000, func(n int) {
			for range max(n/len(keys), 1) {
				found := map[string]*int{}
				for _, key := range keys {
					found[key] = nil
				}
				sinkInt += len(found)
			}
		})
	}},
	{"values", "map assign and find", func(m *meter) {
		found := map[int]int{}
		m.loop(10_000_000, func(n int) {
			for i := range n {
				found[i&0xffff] = i
				sinkInt += found[i>>1&0xffff]
			}
		})
	}},
}
