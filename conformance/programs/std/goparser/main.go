// go/parser, go/ast, go/printer, go/format, go/scanner: this file and broken ones.
package main

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
)

//go:embed main.go
var self string

func main() {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "main.go", self, parser.ParseComments|parser.SkipObjectResolution)
	fmt.Println(file.Name, err, len(file.Decls), len(file.Comments))
	counts := map[string]int{}
	ast.Inspect(file, func(n ast.Node) bool {
		if n != nil {
			counts[reflect.TypeOf(n).String()]++
		}
		return true
	})
	fmt.Println(counts)
	out, err := format.Source([]byte(self))
	fmt.Println(string(out) == self, err)
	out, err = format.Source([]byte("package  x\nfunc  f( )  {if x{y( 1,2 )}}"))
	fmt.Printf("%s %v\n", out, err)
	for _, bad := range []string{"", "package", "package x; func {", "package x; var = 1", "package x\nfunc f() { a b }\n}", "package x; import \"unclosed"} {
		_, err := parser.ParseFile(set, "bad.go", bad, parser.AllErrors)
		fmt.Println(err)
	}
	e, err := parser.ParseExpr("a.b[c](d, func() {}) + <-ch")
	var b strings.Builder
	ast.Fprint(&b, nil, e, nil)
	fmt.Println(b.String(), err)
}
