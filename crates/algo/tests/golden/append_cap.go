//go:build ignore

// Command append_cap prints what cap() shows after an append that has to grow, for many element sizes and lengths:
//
//	go run append_cap.go > append_cap.txt
//
// Columns: element bytes, 1 if the elements hold no pointers, old capacity, appended elements, new capacity.
package main

import (
	"bufio"
	"fmt"
	"os"
	"reflect"
)

var (
	noscanSizes = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17, 24, 32, 40, 48, 56, 100, 128, 200, 512, 513, 1000, 1024, 4095, 8192, 10000, 32768, 40000}
	scanSizes   = []int{8, 16, 24, 32, 40, 48, 64, 72, 96, 128, 136, 248, 256, 504, 512, 520, 568, 1016, 1024, 4096, 8184, 8192, 16384, 32752, 32760, 32768, 40960}
	oldCaps     = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 20, 31, 32, 33, 50, 63, 64, 65, 100, 127, 128, 255, 256, 257, 300, 400, 511, 512, 513, 848, 1000, 1024, 1280, 2048, 4095, 4096, 5000, 8192, 10000, 65536, 100000}
	added       = []int{1, 2, 3, 5, 7, 64, 65, 300, 1000, 5000}
)

const maxBytes = 1 << 26

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, size := range noscanSizes {
		rows(out, reflect.ArrayOf(size, reflect.TypeFor[byte]()), 1)
	}
	for _, size := range scanSizes {
		rows(out, reflect.ArrayOf(size/8, reflect.TypeFor[*int]()), 0)
	}
}

// rows skips combinations that neighbouring rows cover, to keep the table short.
func rows(out *bufio.Writer, elem reflect.Type, noscan int) {
	for i, oldCap := range oldCaps {
		for j, n := range added {
			if (oldCap+n)*int(elem.Size()) > maxBytes || j > 0 && (i+j)%5 != 0 {
				continue
			}
			slice := reflect.SliceOf(elem)
			old := reflect.MakeSlice(slice, oldCap, oldCap)
			grown := reflect.AppendSlice(old, reflect.MakeSlice(slice, n, n))
			fmt.Fprintln(out, elem.Size(), noscan, oldCap, n, grown.Cap())
		}
	}
}
