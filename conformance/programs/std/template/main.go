// text/template: pipelines, ranges, blocks, functions, methods by reflection, errors.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"text/template"
)

type user struct {
	Name  string
	Age   int
	Tags  []string
	Attrs map[string]int
	Boss  *user
}

func (u user) Greeting(s string) string { return s + ", " + u.Name }
func (u *user) Pointer() string         { return "pointer " + u.Name }
func (u user) Fails() (string, error)   { return "", errors.New("method failed") }
func (u user) Each(yield func(int, string) bool) {
	for i, t := range u.Tags {
		if !yield(i, t) {
			return
		}
	}
}

const text = `{{define "tag"}}<{{.}}>{{end -}}
{{with $u := .}}{{$u.Name | printf "%-8s|" }} {{.Greeting "Hi"}} {{.Pointer}}
{{- range $i, $t := .Tags}} {{$i}}:{{template "tag" $t}}{{else}} none{{end}}
{{- range $k, $v := .Attrs}} {{$k}}={{$v}}{{end}}
{{- if and (gt .Age 17) (lt .Age 65)}} adult{{else if eq .Age 0}} newborn{{else}} other{{end}}
{{- with .Boss}} boss {{.Name}}{{end}} {{len .Tags}} {{index .Attrs "a"}} {{html "<b>"}} {{js "'"}} {{not true}} {{slice "abcdef" 1 3}}
{{- range 3}}{{.}}{{if eq . 1}}{{break}}{{end}}{{end}} {{upper "x"}}{{end}} {{range $i, $t := .Each}}{{$i}}{{$t}}{{end}}
`

func main() {
	t := template.Must(template.New("t").Funcs(template.FuncMap{"upper": strings.ToUpper, "boom": func() string { panic("boom") }}).Parse(text))
	for _, u := range []*user{{"Ann", 30, []string{"x", "y"}, map[string]int{"b": 2, "a": 1}, &user{Name: "Bob"}}, {Name: "Cy"}, {"Old", 99, nil, nil, nil}} {
		if err := t.Execute(os.Stdout, u); err != nil {
			fmt.Println(err)
		}
	}
	for _, bad := range []string{"{{", "{{.X", "{{end}}", "{{range}}", "{{nofunc 1}}", "{{template \"none\"}}", "{{.Missing}}", "{{.Name.X}}", "{{index .Tags 5}}", "{{.Fails}}", "{{boom}}", "{{call .Name}}", "{{.Greeting}}", "{{1 | 2}}", "{{eq .Tags .Tags}}"} {
		x, err := template.New("bad").Funcs(template.FuncMap{"boom": func() string { panic("boom") }}).Parse(bad)
		if err == nil {
			err = x.Execute(&strings.Builder{}, &user{})
		}
		fmt.Println(err)
	}
}
