// Standard input by words, lines and bytes.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
)

func main() {
	switch os.Args[1] {
	case "words":
		s := bufio.NewScanner(os.Stdin)
		s.Split(bufio.ScanWords)
		for s.Scan() {
			fmt.Printf("%q ", s.Text())
		}
		fmt.Println(s.Err())
	case "scan":
		var a, b int
		var s string
		n, err := fmt.Scan(&a, &s, &b)
		fmt.Println(n, err, a, b, s)
		n, err = fmt.Scanf("%d", &a)
		fmt.Println(n, err)
	default:
		b, err := io.ReadAll(os.Stdin)
		fmt.Println(len(b), err)
		os.Stdout.Write(b)
		fmt.Fprint(os.Stderr, "to standard error\n")
		println("println", 1, -2, 'x', true, 1.5, "s")
		print("print", uint8(3), "\n")
	}
}
