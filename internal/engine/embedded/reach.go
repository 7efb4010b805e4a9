package embedded

import (
	"context"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/datastore/options"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// node is a relation or a permission of one object.
type node struct {
	object tenancy.Object
	name   string
}

func (n node) term() term { return term{n.object.Type, n.name} }

// reach finds whom a relationship may give what. Whoever holds something by a relationship
// is below its subject, and what he holds is above its resource: so what it may change is
// among the pairs of both. It walks relationships and decides nothing.
type reach struct {
	model  *model
	reader datastore.Reader
	// left is how many more relationships may be read. Below 0 the answers are not whole.
	left  int
	above map[node][]node
	below map[node][]tenancy.Object
}

func newReach(m *model, reader datastore.Reader, limit int) *reach {
	return &reach{model: m, reader: reader, left: limit, above: map[node][]node{}, below: map[node][]tenancy.Object{}}
}

// resources are the permissions, of whichever object, that may follow from a relationship.
func (r *reach) resources(ctx context.Context, relationship tenancy.Relationship) ([]node, error) {
	start := node{relationship.Resource, relationship.Relation}
	if known, ok := r.above[start]; ok {
		return known, nil
	}
	found := []node{start}
	for _, permission := range r.model.along[start.term()] {
		found = append(found, node{start.object, permission})
	}
	seen := setOf(found)
	for i := 0; i < len(found); i++ {
		next, err := r.oneUp(ctx, found[i])
		if err != nil {
			return nil, err
		}
		found = appendNew(found, next, seen)
	}
	r.above[start] = found
	return found, nil
}

// oneUp are the nodes that follow from a node directly.
func (r *reach) oneUp(ctx context.Context, n node) (next []node, err error) {
	for _, permission := range r.model.computed[n.term()] {
		next = append(next, node{n.object, permission})
	}
	for _, place := range r.model.above[n.term()] {
		relation := tuple.Ellipsis
		if place.relation == place.name {
			relation = n.name // a set of subjects
		}
		resources, err := r.holders(ctx, place, n.object, relation)
		if err != nil {
			return nil, err
		}
		for _, object := range resources {
			next = append(next, node{object, place.name})
		}
	}
	return next, nil
}

// holders are the objects that have an object, or a set of its subjects, at a place.
func (r *reach) holders(ctx context.Context, at place, subject tenancy.Object, relation string) ([]tenancy.Object, error) {
	filter := datastore.SubjectsFilter{SubjectType: subject.Type, OptionalSubjectIds: []string{subject.ID}}
	if relation == tuple.Ellipsis {
		filter.RelationFilter = filter.RelationFilter.WithEllipsisRelation()
	} else {
		filter.RelationFilter = filter.RelationFilter.WithNonEllipsisRelation(relation)
	}
	found, err := r.reader.ReverseQueryRelationships(ctx, filter,
		options.WithResRelation(&options.ResourceRelation{Namespace: at.objectType, Relation: at.relation}))
	if err != nil {
		return nil, err
	}
	var objects []tenancy.Object
	for relationship, err := range found {
		if err != nil {
			return nil, err
		}
		if r.left--; r.left < 0 {
			break
		}
		objects = append(objects, tenancy.Object{Type: relationship.Resource.ObjectType, ID: relationship.Resource.ObjectID})
	}
	return objects, nil
}

// subjects are those who may hold something by a relationship.
func (r *reach) subjects(ctx context.Context, relationship tenancy.Relationship) ([]tenancy.Object, error) {
	if relationship.SubjectRelation != "" {
		return r.under(ctx, node{relationship.Subject, relationship.SubjectRelation})
	}
	subjects := []tenancy.Object{relationship.Subject}
	along := term{relationship.Resource.Type, relationship.Relation}
	for _, permission := range r.model.along[along] {
		for _, part := range r.model.made[term{along.objectType, permission}] {
			if part.tupleset != along.name {
				continue
			}
			more, err := r.under(ctx, node{relationship.Subject, part.target})
			if err != nil {
				return nil, err
			}
			subjects = append(subjects, more...)
		}
	}
	return subjects, nil
}

// under are the subjects of a relation or permission of an object.
func (r *reach) under(ctx context.Context, start node) ([]tenancy.Object, error) {
	if known, ok := r.below[start]; ok {
		return known, nil
	}
	var subjects []tenancy.Object
	nodes := []node{start}
	seen := setOf(nodes)
	for i := 0; i < len(nodes); i++ {
		next, direct, err := r.oneDown(ctx, nodes[i])
		if err != nil {
			return nil, err
		}
		nodes = appendNew(nodes, next, seen)
		subjects = append(subjects, direct...)
	}
	r.below[start] = subjects
	return subjects, nil
}

// oneDown are the nodes from which a node follows, and the subjects that stand in it.
func (r *reach) oneDown(ctx context.Context, n node) (next []node, direct []tenancy.Object, err error) {
	parts, isPermission := r.model.made[n.term()]
	if !isPermission {
		return r.standing(ctx, n)
	}
	for _, part := range parts {
		if part.tupleset == "" {
			next = append(next, node{n.object, part.target})
			continue
		}
		_, objects, err := r.standing(ctx, node{n.object, part.tupleset})
		if err != nil {
			return nil, nil, err
		}
		for _, object := range objects {
			next = append(next, node{object, part.target})
		}
	}
	return next, nil, nil
}

// standing are those who stand in a relation: sets of subjects, and objects themselves.
func (r *reach) standing(ctx context.Context, n node) (sets []node, objects []tenancy.Object, err error) {
	found, err := r.reader.QueryRelationships(ctx, datastore.RelationshipsFilter{
		OptionalResourceType: n.object.Type, OptionalResourceIds: []string{n.object.ID}, OptionalResourceRelation: n.name,
	})
	if err != nil {
		return nil, nil, err
	}
	for relationship, err := range found {
		if err != nil {
			return nil, nil, err
		}
		if r.left--; r.left < 0 {
			break
		}
		object := tenancy.Object{Type: relationship.Subject.ObjectType, ID: relationship.Subject.ObjectID}
		if relationship.Subject.Relation == tuple.Ellipsis {
			objects = append(objects, object)
		} else {
			sets = append(sets, node{object, relationship.Subject.Relation})
		}
	}
	return sets, objects, nil
}

func setOf(nodes []node) map[node]bool {
	set := map[node]bool{}
	for _, n := range nodes {
		set[n] = true
	}
	return set
}

func appendNew(found, more []node, seen map[node]bool) []node {
	for _, n := range more {
		if !seen[n] {
			seen[n] = true
			found = append(found, n)
		}
	}
	return found
}
