package engine

import (
	"context"
	"fmt"
	"slices"

	core "github.com/authzed/spicedb/pkg/proto/core/v1"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// What one explanation may cost. What is beyond is cut off, and that is said.
const (
	maxWays  = 100
	maxSteps = 20_000 // terms looked at, and relationships read
)

// node is a relation or a permission of one object.
type node struct {
	object tenancy.Object
	name   string
}

func (n node) term() term { return term{n.object.Type, n.name} }

// walk finds every way that leads from a resource to one subject, by what the schema says
// of relationships at one state.
type walk struct {
	grammar grammar
	read    reading
	known   map[wanted][]tenancy.Relationship
	subject tenancy.Object
	on      map[node]bool // the walk stands on these
	left    int
	cut     bool
}

func newWalk(g grammar, read reading, subject tenancy.Object) *walk {
	return &walk{
		grammar: g, read: read, known: map[wanted][]tenancy.Relationship{},
		subject: subject, on: map[node]bool{}, left: maxSteps,
	}
}

// from are the ways from a node. A circle adds none: what leads through a node twice leads
// through it once. That bounds the depth, too.
func (w *walk) from(ctx context.Context, n node) ([]tenancy.Way, error) {
	d, known := w.grammar[n.term()]
	if !known || w.on[n] || !w.afford(1) {
		return nil, nil
	}
	w.on[n] = true
	defer delete(w.on, n)
	if d.rewrite != nil {
		return w.rewritten(ctx, n.object, d.rewrite)
	}
	return w.related(ctx, n, d.admitted)
}

// afford takes steps from what is left.
func (w *walk) afford(steps int) bool {
	w.left -= steps
	if w.left < 0 {
		w.cut = true
	}
	return w.left >= 0
}

// related are the ways by the relationships of a relation: to the subject himself, and to
// sets in which he may be.
func (w *walk) related(ctx context.Context, n node, admitted []*core.AllowedRelation) (ways []tenancy.Way, err error) {
	for _, who := range admitted {
		what := wanted{n, who.GetNamespace(), "", who.GetRelation()}
		if who.GetRelation() == tuple.Ellipsis {
			if who.GetNamespace() != w.subject.Type {
				continue
			}
			what.subjectID, what.subjectRelation = w.subject.ID, ""
		}
		if ways, err = w.along(ctx, what, who.GetRelation(), ways); err != nil {
			return nil, err
		}
	}
	return ways, nil
}

// along adds the ways that begin with one of the relationships, and go on with a term of its
// subject; with the ellipsis they have arrived.
func (w *walk) along(ctx context.Context, what wanted, next string, ways []tenancy.Way) ([]tenancy.Way, error) {
	first, err := w.relationships(ctx, what)
	if err != nil {
		return nil, err
	}
	for _, r := range first {
		rest := []tenancy.Way{nil}
		if next != tuple.Ellipsis {
			if rest, err = w.from(ctx, node{r.Subject, next}); err != nil {
				return nil, err
			}
		}
		for _, way := range rest {
			ways = w.add(ways, slices.Concat(tenancy.Way{r}, way))
		}
	}
	return ways, nil
}

// relationships reads each once.
func (w *walk) relationships(ctx context.Context, what wanted) ([]tenancy.Relationship, error) {
	found, known := w.known[what]
	if !known {
		var err error
		if found, err = w.read(ctx, what); err != nil {
			return nil, err
		}
		w.known[what] = found
	}
	if !w.afford(len(found)) {
		return nil, nil
	}
	return found, nil
}

// add keeps a way once, and so many ways as may be told.
func (w *walk) add(ways []tenancy.Way, way tenancy.Way) []tenancy.Way {
	if slices.ContainsFunc(ways, func(known tenancy.Way) bool { return slices.Equal(known, way) }) {
		return ways
	}
	if len(ways) == maxWays {
		w.cut = true
		return ways
	}
	return append(ways, way)
}

// rewritten are the ways by a permission.
func (w *walk) rewritten(ctx context.Context, o tenancy.Object, rewrite *core.UsersetRewrite) ([]tenancy.Way, error) {
	switch operation := rewrite.GetRewriteOperation().(type) {
	case *core.UsersetRewrite_Union:
		return w.either(ctx, o, operation.Union.GetChild())
	case *core.UsersetRewrite_Intersection:
		return w.all(ctx, o, operation.Intersection.GetChild())
	case *core.UsersetRewrite_Exclusion:
		return w.except(ctx, o, operation.Exclusion.GetChild())
	}
	return nil, fmt.Errorf("%v can't be followed", rewrite)
}

func (w *walk) either(ctx context.Context, o tenancy.Object, parts []*core.SetOperation_Child) (ways []tenancy.Way, err error) {
	for _, part := range parts {
		some, err := w.part(ctx, o, part)
		if err != nil {
			return nil, err
		}
		for _, way := range some {
			ways = w.add(ways, way)
		}
	}
	return ways, nil
}

// all are the ways that have a way of each part in them.
func (w *walk) all(ctx context.Context, o tenancy.Object, parts []*core.SetOperation_Child) ([]tenancy.Way, error) {
	ways := []tenancy.Way{nil}
	for _, part := range parts {
		some, err := w.part(ctx, o, part)
		if err != nil {
			return nil, err
		}
		var both []tenancy.Way
		for _, way := range ways {
			for _, more := range some {
				both = w.add(both, slices.Concat(way, more))
			}
		}
		ways = both
	}
	return ways, nil
}

// except are the ways of the first part, if no other one has any.
func (w *walk) except(ctx context.Context, o tenancy.Object, parts []*core.SetOperation_Child) ([]tenancy.Way, error) {
	ways, err := w.part(ctx, o, parts[0])
	if err != nil || len(ways) == 0 {
		return nil, err
	}
	taken, err := w.either(ctx, o, parts[1:])
	if err != nil || len(taken) > 0 {
		return nil, err
	}
	return ways, nil
}

func (w *walk) part(ctx context.Context, o tenancy.Object, part *core.SetOperation_Child) ([]tenancy.Way, error) {
	if a, ok := arrowOf(part); ok {
		return w.along(ctx, wanted{node: node{o, a.tupleset}}, a.target, nil)
	}
	if computed := part.GetComputedUserset(); computed != nil {
		return w.from(ctx, node{o, computed.GetRelation()})
	}
	if inner := part.GetUsersetRewrite(); inner != nil {
		return w.rewritten(ctx, o, inner)
	}
	return nil, nil // the part that is nothing
}
