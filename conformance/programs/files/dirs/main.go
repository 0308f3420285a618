// Directories: make, list, walk, rename, link, remove; os.Root; path/filepath.
package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	dir, err := os.MkdirTemp("", "conf")
	check(err)
	defer os.RemoveAll(dir)
	check(os.Chdir(dir))
	check(os.MkdirAll("a/b/c", 0o755))
	for i := range 300 {
		check(os.WriteFile(fmt.Sprintf("a/b/f%03d", i), []byte{byte(i)}, 0o644))
	}
	check(os.Symlink("b/f000", "a/link"))
	check(os.Link("a/b/f001", "a/hard"))
	count := map[string]int{}
	check(filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		check(err)
		count[d.Type().String()]++
		if d.Name() == "c" {
			return fs.SkipDir
		}
		return nil
	}))
	fmt.Println(count)
	m, err := filepath.Glob("a/b/f00?")
	fmt.Println(m, err)
	t, err := os.Readlink("a/link")
	fmt.Println(t, err)
	check(os.Rename("a/b", "a/d"))
	_, err = os.Stat("a/link")
	fmt.Println(os.IsNotExist(err))
	fmt.Println(os.Remove("a/d"))
	check(os.RemoveAll("a/d"))
	e, err := os.ReadDir("a")
	fmt.Println(e, err)
	f, err := os.Open("a")
	check(err)
	names, err := f.Readdirnames(1)
	fmt.Println(len(names), err)
	root, err := os.OpenRoot("a")
	check(err)
	_, err = root.Open("../outside")
	fmt.Println(err)
	sub, err := root.Create("inside")
	fmt.Println(filepath.Base(sub.Name()), err)
	fmt.Println(filepath.Rel("/a/b", "/a/c/d"))
	fmt.Println(filepath.Match("*.g?", "x.go"))
	sys := os.DirFS("a")
	data, err := fs.ReadFile(sys, "hard")
	fmt.Println(data, err)
}
