package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"

	"github.com/tenantry/tenantry/internal/proof"
)

// chosenBy is the variable of the environment that names the mutant at work. Without it a
// woven program does what the unaltered one does.
const chosenBy = "TENANTRY_MUTANT"

// errNotFound says that a mutant's text is not, or not only once, in its file: the code has
// moved on, and the mutant has to follow.
var errNotFound = errors.New("its text is not where it was, exactly once")

// alter puts one mutant into a text.
func alter(text string, m proof.Mutant) (string, error) {
	if strings.Count(text, m.From) != 1 {
		return "", errNotFound
	}
	return strings.Replace(text, m.From, m.To, 1), nil
}

// weave puts many mutants into the text of one Go file, each behind the question whether it
// is the one at work: so one build serves them all. The altered function stands as a literal
// at the beginning of the one that it alters. It also names the package of the file.
func weave(text string, mutants []proof.Mutant) (woven, name string, err error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if err != nil {
		return "", "", err
	}
	inserted := map[int]string{} // by offset
	for _, m := range mutants {
		f, err := functionOf(file, m)
		if err != nil {
			return "", "", fmt.Errorf("%s: %w", m.ID, err)
		}
		begin, end := fset.Position(f.Body.Lbrace).Offset, fset.Position(f.Body.Rbrace).Offset+1
		body, err := alter(text[begin:end], m)
		if err != nil {
			return "", "", fmt.Errorf("%s: %w", m.ID, err)
		}
		inserted[begin+1] += branch(m.ID, results(fset, f, text), body)
	}
	var out strings.Builder
	for i := range len(text) {
		out.WriteString(inserted[i])
		out.WriteByte(text[i])
	}
	return out.String(), file.Name.Name, nil
}

// functionOf finds the one function that the mutant alters.
func functionOf(file *ast.File, m proof.Mutant) (found *ast.FuncDecl, err error) {
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil || m.Function != f.Name.Name && m.Function != receiverOf(f)+"."+f.Name.Name {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("there are several functions %s", m.Function)
		}
		found = f
	}
	if found == nil {
		return nil, fmt.Errorf("there is no function %s", m.Function)
	}
	return found, nil
}

// receiverOf is the name of the type that the function is a method of, "" for none.
func receiverOf(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	of := f.Recv.List[0].Type
	if pointer, ok := of.(*ast.StarExpr); ok {
		of = pointer.X
	}
	name, _ := of.(*ast.Ident)
	if name == nil {
		return "" // of a type with parameters
	}
	return name.Name
}

func results(fset *token.FileSet, f *ast.FuncDecl, text string) string {
	if f.Type.Results == nil {
		return ""
	}
	begin, end := fset.Position(f.Type.Results.Pos()).Offset, fset.Position(f.Type.Results.End()).Offset
	return text[begin:end]
}

// branch is what does the work of a mutant when it is at work, on one line with what follows.
func branch(id, results, body string) string {
	if results == "" {
		return fmt.Sprintf(" if mutantAtWork == %q { func() %s(); return };", id, body)
	}
	return fmt.Sprintf(" if mutantAtWork == %q { return func() %s %s() };", id, results, body)
}

// chooser is the file that each woven package gets.
func chooser(name string) string {
	return fmt.Sprintf(`package %s

import "os"

var mutantAtWork = os.Getenv(%q)

func unrefused(error) error { return nil }
`, name, chosenBy)
}
