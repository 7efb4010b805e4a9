package authn

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Attack 24: how long a comparison takes tells nothing of a secret. A clock could not prove
// that, so this reads the source: what is kept of a secret is handed to
// subtle.ConstantTimeCompare and to nothing else, and is never an operand.
func TestSecretsAreComparedInConstantTime(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	comparisons := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if isConstantTime(n) {
					comparisons++
				} else if anyHash(n.Args) {
					t.Errorf("%s: a secret's hash is handed to something else", fset.Position(n.Pos()))
				}
			case *ast.BinaryExpr:
				if isSecret(n.X) || isSecret(n.Y) {
					t.Errorf("%s: a secret's hash is compared in a time that tells", fset.Position(n.Pos()))
				}
			}
			return true
		})
	}
	require.Equal(t, 3, comparisons, "the bootstrap key, service keys, access keys")
}

func isConstantTime(call *ast.CallExpr) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	return ok && f.Sel.Name == "ConstantTimeCompare"
}

func anyHash(expressions []ast.Expr) bool {
	for _, e := range expressions {
		if isHash(e) {
			return true
		}
	}
	return false
}

// isHash reports whether an expression is what is kept of a secret.
func isHash(e ast.Expr) bool {
	field, ok := e.(*ast.SelectorExpr)
	return ok && (field.Sel.Name == "Hash" || field.Sel.Name == "bootstrap")
}

// isSecret reports whether it is that, or what a caller has presented.
func isSecret(e ast.Expr) bool {
	name, ok := e.(*ast.Ident)
	return isHash(e) || ok && name.Name == "presented"
}
