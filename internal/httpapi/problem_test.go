package httpapi

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Every code that the domain has is mapped to a status.
func TestEveryCodeHasAStatus(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../tenancy/error.go", nil, 0)
	require.NoError(t, err)
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Code") {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		require.NoError(t, err)
		require.NotZero(t, kinds[tenancy.Code(code)].status, code)
		require.NotEmpty(t, kinds[tenancy.Code(code)].title, code)
		found++
		return true
	})
	require.Equal(t, len(kinds)-1, found, "all but the code of our own faults")
}

func TestProblemAdds(t *testing.T) {
	p := (&call{id: "r"}).problemOf(&tenancy.Error{
		Code: tenancy.CodeNotFresh, Detail: "d", RetryAfter: 1001 * time.Millisecond,
		Fields:    []tenancy.FieldError{{Field: "f", Message: "m"}},
		ManagedAt: &tenancy.ManagedAt{Kind: "group", ID: "g", OrganizationID: "o"},
	})
	require.Equal(t, problem{
		Type: "urn:tenantry:problem:not-fresh", Title: "Fresh facts can't be had now.", Status: http.StatusServiceUnavailable,
		Detail: "d", Code: tenancy.CodeNotFresh, RequestID: "r",
		Errors:     []tenancy.FieldError{{Field: "f", Message: "m"}},
		ManagedAt:  &tenancy.ManagedAt{Kind: "group", ID: "g", OrganizationID: "o"},
		RetryAfter: 2,
	}, p)
}
