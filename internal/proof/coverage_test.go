package proof_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/proof"
)

// refusing are the methods of the domain by which it refuses whoever may not do something.
var refusing = []string{
	"require", "requireOnAll", "requireOnGroup", "requireOnTenantGroup", "requireClaims", "requireEnterprise",
	"requireInviter", "requireEraser", "targetOrganization", "managedGroup", "managedKey", "managedResources",
	"administeredTenantGroup", "sameTreeAsCurrent", "mayGive", "mayAsk", "mayAskAtAll", "mayAskAboutItself", "hasWhatHeGives",
}

// passing are functions that refuse by another one alone, whose own mutants are noticed by
// tests of both.
var passing = map[string]string{
	"PatchGroup":            "managedGroup",
	"DeleteGroup":           "managedGroup",
	"PatchTenantGroup":      "administeredTenantGroup",
	"PutTenantGroupUser":    "administeredTenantGroup, hasWhatHeGives",
	"RemoveTenantGroupUser": "administeredTenantGroup",
	"RotateAccessKey":       "managedKey",
	"RevokeAccessKey":       "managedKey",
	"EraseUser":             "requireEraser",
	"EraseAddress":          "requireEraser",
	"mayAsk":                "mayAskAtAll, mayAskAbout",
	"Resources":             "viewableTypes",
}

// Every function of the domain that refuses has a mutant, or says whose it shares.
func TestEveryRefusalHasAMutant(t *testing.T) {
	has := map[string]bool{}
	for _, m := range proof.Mutants() {
		has[path.Base(m.File)+" "+m.Function] = true
	}
	files, err := filepath.Glob(filepath.Join(root, "internal/tenancy/*.go"))
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !refuses(f) || passing[f.Name.Name] != "" || has[filepath.Base(file)+" "+f.Name.Name] {
				continue
			}
			t.Errorf("%s: %s refuses, and has no mutant", filepath.Base(file), f.Name.Name)
		}
	}
}

func refuses(f *ast.FuncDecl) (does bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if method, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains(refusing, method.Sel.Name) {
				does = true
			}
		}
		return !does
	})
	return does
}
