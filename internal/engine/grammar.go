package engine

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	caveattypes "github.com/authzed/spicedb/pkg/caveats/types"
	core "github.com/authzed/spicedb/pkg/proto/core/v1"
	"github.com/authzed/spicedb/pkg/schemadsl/compiler"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/schema"
)

// Definitions compiles [schema.Text]: what SpiceDB makes of it, in the order of the text.
func Definitions() ([]*core.NamespaceDefinition, error) { return compile(schema.Text) }

func compile(text string) ([]*core.NamespaceDefinition, error) {
	compiled, err := compileSchema(text)
	if err != nil {
		return nil, err
	}
	return compiled.ObjectDefinitions, nil
}

func compileSchema(text string) (*compiler.CompiledSchema, error) {
	source := compiler.InputSchema{Source: "tenantry.zed", SchemaString: text}
	return compiler.Compile(source, compiler.AllowUnprefixedObjectType(), compiler.CaveatTypeSet(caveattypes.Default.TypeSet))
}

// term is a relation or a permission of a type.
type term struct{ objectType, name string }

// definition is a permission, by its rewrite, or else a relation, by whom it admits.
type definition struct {
	rewrite  *core.UsersetRewrite
	admitted []*core.AllowedRelation
}

// grammar is the schema as an explanation reads it.
type grammar map[term]definition

// ownGrammar is that of the schema of the product, compiled when it is first asked for.
var ownGrammar = sync.OnceValues(func() (grammar, error) {
	definitions, err := Definitions()
	if err != nil {
		return nil, err
	}
	return newGrammar(definitions)
})

// newGrammar refuses a schema that an explanation could not follow to the end: nothing is
// explained by half.
func newGrammar(definitions []*core.NamespaceDefinition) (grammar, error) {
	g := termsOf(definitions)
	for t, d := range g {
		if err := g.follow(t, d); err != nil {
			return nil, fmt.Errorf("%s#%s: %w", t.objectType, t.name, err)
		}
	}
	return g, nil
}

// termsOf takes any schema, also one that can't be followed.
func termsOf(definitions []*core.NamespaceDefinition) grammar {
	g := grammar{}
	for _, d := range definitions {
		for _, relation := range d.GetRelation() {
			g[term{d.GetName(), relation.GetName()}] = definition{
				relation.GetUsersetRewrite(), relation.GetTypeInformation().GetAllowedDirectRelations(),
			}
		}
	}
	return g
}

// admits reports whether the schema knows a relationship.
func (g grammar) admits(r tenancy.Relationship) bool {
	relation := cmp.Or(r.SubjectRelation, tuple.Ellipsis)
	return slices.ContainsFunc(g[term{r.Resource.Type, r.Relation}].admitted, func(a *core.AllowedRelation) bool {
		return a.GetNamespace() == r.Subject.Type && a.GetRelation() == relation
	})
}

func (g grammar) follow(t term, d definition) error {
	for _, subject := range d.admitted {
		if subject.GetPublicWildcard() != nil || subject.GetRequiredCaveat() != nil || subject.GetRequiredExpiration() != nil {
			return fmt.Errorf("the relation admits %s under a condition, or as everybody", subject.GetNamespace())
		}
	}
	for _, part := range partsOf(d.rewrite) {
		a, ok := arrowOf(part)
		if !ok {
			switch part.GetChildType().(type) {
			case *core.SetOperation_Child_ComputedUserset, *core.SetOperation_Child_UsersetRewrite, *core.SetOperation_Child_XNil:
				continue
			}
			return fmt.Errorf("%v can't be followed", part)
		}
		for _, subject := range g[term{t.objectType, a.tupleset}].admitted {
			if subject.GetRelation() != tuple.Ellipsis {
				return fmt.Errorf("the arrow along %s leads to sets", a.tupleset)
			}
		}
	}
	return nil
}

// partsOf are the parts of a permission, at whichever depth.
func partsOf(rewrite *core.UsersetRewrite) (parts []*core.SetOperation_Child) {
	for _, operation := range []*core.SetOperation{rewrite.GetUnion(), rewrite.GetIntersection(), rewrite.GetExclusion()} {
		for _, child := range operation.GetChild() {
			parts = append(append(parts, child), partsOf(child.GetUsersetRewrite())...)
		}
	}
	return parts
}

// arrow is tupleset->target.
type arrow struct{ tupleset, target string }

// arrowOf takes the two ways in which an arrow to any of several objects is written.
func arrowOf(part *core.SetOperation_Child) (a arrow, ok bool) {
	if t := part.GetTupleToUserset(); t != nil {
		return arrow{t.GetTupleset().GetRelation(), t.GetComputedUserset().GetRelation()}, true
	}
	t := part.GetFunctionedTupleToUserset()
	if t == nil || t.GetFunction() != core.FunctionedTupleToUserset_FUNCTION_ANY {
		return arrow{}, false
	}
	return arrow{t.GetTupleset().GetRelation(), t.GetComputedUserset().GetRelation()}, true
}
