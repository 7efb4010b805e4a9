package embedded

import (
	core "github.com/authzed/spicedb/pkg/proto/core/v1"
	"github.com/authzed/spicedb/pkg/tuple"
)

// term is a relation or a permission of a type.
type term struct{ objectType, name string }

// arrow is tupleset->target: what is held on the subjects of the relation tupleset. An arrow
// of a term that is computed without one has no tupleset.
type arrow struct{ tupleset, target string }

// place is where a term of other objects follows from: a permission by an arrow along the
// relation, or the relation itself, whose subjects include sets.
type place struct {
	term
	relation string
}

// model is the schema as a graph of what follows from what. That something is in it twice,
// or under a condition, does not matter: it tells where to look, and not what holds.
type model struct {
	// made are the parts of each permission; a relation has none.
	made map[term][]arrow
	// along are the permissions of the same type that go along a relation, by an arrow.
	along map[term][]string
	// computed are the permissions of the same type that have the term as a part.
	computed map[term][]string
	// above are the places where a term of another object counts.
	above map[term][]place
}

func newModel(definitions []*core.NamespaceDefinition) *model {
	m := &model{made: map[term][]arrow{}, along: map[term][]string{}, computed: map[term][]string{}, above: map[term][]place{}}
	admitted := map[term][]*core.AllowedRelation{}
	var terms []term // in the order of the schema, so that a walk is the same each time
	for _, definition := range definitions {
		for _, relation := range definition.GetRelation() {
			t := term{definition.GetName(), relation.GetName()}
			terms = append(terms, t)
			admitted[t] = relation.GetTypeInformation().GetAllowedDirectRelations()
			if rewrite := relation.GetUsersetRewrite(); rewrite != nil {
				m.made[t] = partsOf(rewrite)
			}
		}
	}
	for _, t := range terms {
		m.connect(t, m.made[t], admitted)
		m.connectSets(t, admitted[t])
	}
	return m
}

// connect notes from where the permission t follows.
func (m *model) connect(t term, parts []arrow, admitted map[term][]*core.AllowedRelation) {
	for _, part := range parts {
		if part.tupleset == "" {
			from := term{t.objectType, part.target}
			m.computed[from] = append(m.computed[from], t.name)
			continue
		}
		tupleset := term{t.objectType, part.tupleset}
		m.along[tupleset] = append(m.along[tupleset], t.name)
		for _, subject := range admitted[tupleset] {
			from := term{subject.GetNamespace(), part.target}
			m.above[from] = append(m.above[from], place{t, part.tupleset})
		}
	}
}

// connectSets notes that the relation t has sets of subjects.
func (m *model) connectSets(t term, subjects []*core.AllowedRelation) {
	for _, subject := range subjects {
		if name := subject.GetRelation(); name != "" && name != tuple.Ellipsis {
			from := term{subject.GetNamespace(), name}
			m.above[from] = append(m.above[from], place{t, t.name})
		}
	}
}

// partsOf lists what a permission is computed from.
func partsOf(rewrite *core.UsersetRewrite) (parts []arrow) {
	for _, operation := range []*core.SetOperation{rewrite.GetUnion(), rewrite.GetIntersection(), rewrite.GetExclusion()} {
		for _, child := range operation.GetChild() {
			if computed := child.GetComputedUserset(); computed != nil {
				parts = append(parts, arrow{target: computed.GetRelation()})
			}
			if a := child.GetTupleToUserset(); a != nil {
				parts = append(parts, arrow{a.GetTupleset().GetRelation(), a.GetComputedUserset().GetRelation()})
			}
			if a := child.GetFunctionedTupleToUserset(); a != nil {
				parts = append(parts, arrow{a.GetTupleset().GetRelation(), a.GetComputedUserset().GetRelation()})
			}
			if inner := child.GetUsersetRewrite(); inner != nil {
				parts = append(parts, partsOf(inner)...)
			}
		}
	}
	return parts
}
