// go/types: checks a package with generics, methods and errors; go/constant.
package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"sort"
)

const good = `package p
type Number interface{ ~int | ~float64 }
type List[T any] struct { head *node[T]; n int }
type node[T any] struct { v T; next *node[T] }
func (l *List[T]) Push(v T) { l.head = &node[T]{v, l.head}; l.n++ }
func Map[T, U any](l *List[T], f func(T) U) *List[U] { r := new(List[U]); for n := l.head; n != nil; n = n.next { r.Push(f(n.v)) }; return r }
func Sum[T Number](v ...T) (s T) { for _, x := range v { s += x }; return }
const Big = 1 << 100 >> 98
var X = Map(&List[int]{}, func(i int) string { return "s" })
var Y = Sum(1, 2.5)
type Stringer interface { String() string }
type I int
func (i I) String() string { return "i" }
var _ Stringer = I(0)
`

const bad = `package p
func f() int { }
var a int = "s"
var b = undefined
type T struct { T }
func g(x int) { x.y(); x = nil; for range 1.5 {}; return 1 }
import "nothing"
var unused = Sum[string]
func Sum[T ~int](T) {}
const c = 1 / 0
var d int8 = 300
type J interface { M(); M() }
`

func main() {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "good.go", good, 0)
	if err != nil {
		panic(err)
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{}}
	pkg, err := (&types.Config{}).Check("p", set, []*ast.File{file}, info)
	fmt.Println(pkg, err, len(info.Defs), len(info.Types), len(info.Instances))
	for _, name := range pkg.Scope().Names() {
		fmt.Println(pkg.Scope().Lookup(name))
	}
	var values []string
	for _, tv := range info.Types {
		if tv.Value != nil {
			values = append(values, tv.Value.ExactString()+" "+tv.Type.String())
		}
	}
	sort.Strings(values)
	fmt.Println(values)
	file, _ = parser.ParseFile(set, "bad.go", bad, parser.AllErrors)
	conf := &types.Config{Error: func(err error) { fmt.Println(err) }}
	_, err = conf.Check("p", set, []*ast.File{file}, nil)
	fmt.Println("first:", err)
	x := constant.BinaryOp(constant.MakeInt64(1<<62), token.MUL, constant.MakeInt64(1<<62))
	fmt.Println(x, constant.BitLen(x), constant.ToFloat(x))
	tv, err := types.Eval(set, pkg, token.NoPos, "Sum[int](Big, 3)")
	fmt.Println(tv.Type, err)
}
