package failpoint_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/failpoint"
)

// TestEveryPointIsListed reads the constants from the source.
func TestEveryPointIsListed(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "failpoint.go", nil, 0)
	require.NoError(t, err)
	var declared []failpoint.Point
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Point" {
			name, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			declared = append(declared, failpoint.Point(name))
		}
		return true
	})
	require.NotEmpty(t, declared)
	require.Equal(t, declared, failpoint.Points())
}

// TestAnOrdinaryBuildPassesForNothing has the compiler say that it leaves nothing of a point
// in its caller.
func TestAnOrdinaryBuildPassesForNothing(t *testing.T) {
	text, err := exec.CommandContext(t.Context(), "go", "build", "-gcflags=-m=2", ".").CombinedOutput()
	require.NoError(t, err)
	require.Contains(t, string(text), "can inline Pass with cost 0 ")
	require.Contains(t, string(text), "can inline Err with cost 2 ")
}
