// embed: string, bytes and file systems.
package main

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed data/a.txt
var text string

//go:embed data/a.txt
var raw []byte

//go:embed data
var tree embed.FS

func main() {
	fmt.Printf("%q %d\n", text, len(raw))
	raw[0] = 'X'
	fmt.Printf("%q %q\n", text[:5], raw[:5])
	fs.WalkDir(tree, ".", func(p string, d fs.DirEntry, err error) error {
		info, _ := d.Info()
		fmt.Println(p, d.IsDir(), info.Size(), info.Mode(), err)
		return nil
	})
	b, err := tree.ReadFile("data/sub/b.bin")
	fmt.Println(b, err)
	_, err = tree.Open("data/none")
	fmt.Println(err)
}
