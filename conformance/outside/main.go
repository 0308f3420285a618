// Outside makes, from the external tests of package runtime, those that any runtime can run: what refers to a name
// that only stock's test files export is taken out, declaration by declaration.
//
//	*_test.go ─▶ parse ─▶ type-check against the exported API ─▶ blank the declarations with errors ─▶ again, until none
//
// A declaration that is taken out becomes blank, so lines keep their numbers. The result goes to the directory that is
// named, and to standard output as JSON: the files, and each test that was taken out with the first reason.
//
//	outside GOROOT/src/runtime OUT
package main

import (
	"encoding/json"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Rounds after which what is left does not settle.
const roundsMax = 50

// A Report is what the runner reads.
type Report struct {
	// Base names of the files written.
	Files []string `json:"files"`
	// How many tests are left.
	Kept int `json:"kept"`
	// What was taken out, by file and name.
	Dropped []Dropped `json:"dropped"`
}

// A Dropped test is one that was taken out.
type Dropped struct {
	File string `json:"file"`
	Name string `json:"name"`
	Why  string `json:"why"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: outside DIR OUT")
	}
	s := read(os.Args[1])
	for round := 0; s.takeOut(); round++ {
		if round == roundsMax {
			log.Fatal("the tests do not settle")
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(s.write(os.Args[2])); err != nil {
		log.Fatal(err)
	}
}

// A source is one test file.
type source struct {
	name string
	text []byte
	file *ast.File
}

// The suite is the external test package.
type suite struct {
	fset     *token.FileSet
	sources  []*source
	internal []Dropped
	importer types.Importer
	// Why a name is gone.
	gone    map[string]string
	dropped []Dropped
}

// read parses the test files that this platform builds. Tests that are inside the package are internals by definition.
func read(dir string) *suite {
	s := &suite{fset: token.NewFileSet(), gone: map[string]string{}}
	s.importer = importer.ForCompiler(s.fset, "source", nil)
	paths, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	check(err)
	for _, path := range paths {
		dir, name := filepath.Split(path)
		if match, err := build.Default.MatchFile(dir, name); err != nil || !match {
			continue
		}
		text, err := os.ReadFile(path)
		check(err)
		file := parse(s.fset, path, text)
		src := &source{name, text, file}
		if strings.HasSuffix(file.Name.Name, "_test") {
			s.sources = append(s.sources, src)
		} else {
			s.takeInside(src)
		}
	}
	return s
}

func parse(fset *token.FileSet, path string, text []byte) *ast.File {
	file, err := parser.ParseFile(fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
	check(err)
	return file
}

func (s *suite) takeInside(src *source) {
	for _, decl := range src.file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && isTest(fn) {
			s.drop(src, fn.Name.Name, "is inside package runtime")
		}
	}
}

// takeOut type-checks, blanks what has errors, and says whether there was anything.
func (s *suite) takeOut() bool {
	errs := s.check()
	for _, err := range errs {
		s.blame(err)
	}
	for _, src := range s.sources {
		src.file = parse(s.fset, src.name, src.text)
	}
	return len(errs) > 0
}

// check returns the errors of one type-check, bodies that are missing among them.
func (s *suite) check() []types.Error {
	var errs []types.Error
	config := types.Config{
		Importer: s.importer,
		Error:    func(err error) { errs = append(errs, err.(types.Error)) },
	}
	var files []*ast.File
	for _, src := range s.sources {
		files = append(files, src.file)
		for _, decl := range src.file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body == nil {
				errs = append(errs, types.Error{Fset: s.fset, Pos: fn.Pos(), Msg: "linkname " + linkname(fn)})
			}
		}
	}
	config.Check("runtime_test", s.fset, files, nil)
	return errs
}

// linkname is the symbol that a function without a body stands for.
func linkname(fn *ast.FuncDecl) string {
	if fn.Doc != nil {
		for _, line := range fn.Doc.List {
			if words := strings.Fields(line.Text); len(words) == 3 && words[0] == "//go:linkname" {
				return words[2]
			}
		}
	}
	return fn.Name.Name
}

// blame takes out the declaration, specification or import in which the error lies.
func (s *suite) blame(err types.Error) {
	for _, src := range s.sources {
		if err.Pos < src.file.FileStart || err.Pos > src.file.FileEnd {
			continue
		}
		for _, decl := range src.file.Decls {
			if from(decl) <= err.Pos && err.Pos < decl.End() {
				s.blank(src, decl, err)
				return
			}
		}
	}
	log.Fatalf("an error outside of all declarations: %v", err)
}

func (s *suite) blank(src *source, decl ast.Decl, err types.Error) {
	why := s.reason(err.Msg)
	group, ok := decl.(*ast.GenDecl)
	if !ok {
		fn := decl.(*ast.FuncDecl)
		if fn.Recv == nil && fn.Name.Name == "init" && s.blankStatement(src, fn, err, why) {
			return
		}
		if fn.Recv == nil {
			s.forget(src, fn.Name.Name, why, isTest(fn))
		}
		src.blank(s.fset, from(fn), fn.End())
		return
	}
	if !group.Lparen.IsValid() || group.Tok == token.CONST {
		for _, spec := range group.Specs {
			s.forgetSpec(src, spec, why)
		}
		src.blank(s.fset, from(group), group.End())
		return
	}
	for _, spec := range group.Specs {
		if spec.Pos() <= err.Pos && err.Pos < spec.End() {
			s.forgetSpec(src, spec, why)
			src.blank(s.fset, spec.Pos(), spec.End())
		}
	}
}

// blankStatement takes out only that statement of an init function in which the error lies. If it makes the test binary a
// child that some test starts, by an environment variable, that test goes too: its child would be itself, for ever.
func (s *suite) blankStatement(src *source, fn *ast.FuncDecl, err types.Error, why string) bool {
	for _, stmt := range fn.Body.List {
		if err.Pos < stmt.Pos() || stmt.End() <= err.Pos {
			continue
		}
		for _, name := range variables(stmt) {
			s.dropStarters(name, why)
		}
		src.blank(s.fset, stmt.Pos(), stmt.End())
		return true
	}
	return false
}

var variableName = regexp.MustCompile(`^"([A-Z]+_[A-Z_]+)["=]`)

// variables are the names of environment variables in a node.
func variables(node ast.Node) []string {
	var names []string
	ast.Inspect(node, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok {
			if match := variableName.FindStringSubmatch(lit.Value); match != nil {
				names = append(names, match[1])
			}
		}
		return true
	})
	return names
}

// dropStarters takes out the functions, init functions excepted, that name the environment variable.
func (s *suite) dropStarters(variable, why string) {
	for _, src := range s.sources {
		for _, decl := range src.file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if ok && fn.Name.Name != "init" && slices.Contains(variables(fn), variable) {
				s.forget(src, fn.Name.Name, why+", by way of "+variable, isTest(fn))
				src.blank(s.fset, from(fn), fn.End())
			}
		}
	}
}

func (s *suite) forgetSpec(src *source, spec ast.Spec, why string) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		s.forget(src, spec.Name.Name, why, false)
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			s.forget(src, name.Name, why, false)
		}
	}
}

// forget remembers why a name is gone; a test is also told of.
func (s *suite) forget(src *source, name, why string, test bool) {
	if _, known := s.gone[name]; known {
		return
	}
	s.gone[name] = why
	if test {
		s.drop(src, name, why)
	}
}

func (s *suite) drop(src *source, name, why string) {
	s.dropped = append(s.dropped, Dropped{src.name, name, why})
}

var undefined = regexp.MustCompile(`^undefined: (\S+)$`)

// reason turns the checker's words into the cause: the name that only stock's own test files export.
func (s *suite) reason(msg string) string {
	match := undefined.FindStringSubmatch(msg)
	if match == nil {
		return msg
	}
	if why, ok := s.gone[match[1]]; ok {
		cause, _, _ := strings.Cut(why, ", by way of ")
		return cause + ", by way of " + match[1]
	}
	return "refers to " + match[1]
}

// from is where the declaration begins, its comment included.
func from(decl ast.Decl) token.Pos {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Doc != nil {
			return decl.Doc.Pos()
		}
	case *ast.GenDecl:
		if decl.Doc != nil {
			return decl.Doc.Pos()
		}
	}
	return decl.Pos()
}

// blank overwrites a part of the file, line ends excepted.
func (src *source) blank(fset *token.FileSet, from, to token.Pos) {
	file := fset.File(from)
	for i := file.Offset(from); i < file.Offset(to); i++ {
		if src.text[i] != '\n' {
			src.text[i] = ' '
		}
	}
}

var testName = regexp.MustCompile(`^(Test|Fuzz|Example)([^a-z]|$)`)

func isTest(fn *ast.FuncDecl) bool {
	return fn.Recv == nil && testName.MatchString(fn.Name.Name) && fn.Name.Name != "TestMain"
}

// write writes the files that still declare something.
func (s *suite) write(out string) Report {
	report := Report{Dropped: s.dropped}
	check(os.MkdirAll(out, 0o755))
	for _, src := range s.sources {
		if len(src.file.Decls) == 0 {
			continue
		}
		check(os.WriteFile(filepath.Join(out, src.name), src.text, 0o644))
		report.Files = append(report.Files, src.name)
		for _, decl := range src.file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && isTest(fn) {
				report.Kept++
			}
		}
	}
	slices.SortFunc(report.Dropped, func(a, b Dropped) int {
		return strings.Compare(a.File+"\x00"+a.Name, b.File+"\x00"+b.Name)
	})
	return report
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
