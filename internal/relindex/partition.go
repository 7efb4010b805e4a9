package relindex

import (
	"cmp"
	"strings"

	"github.com/authzed/spicedb/pkg/tuple"
)

// side is the end of a relationship by which an index, or an answer, is ordered.
type side int

const (
	resourceSide side = iota
	subjectSide
)

func (s side) opposite() side {
	return subjectSide - s
}

// class is what a relationship is apart from its two object ids. A schema
// allows few classes, and a query tells most of them apart without looking at
// any relationship.
type class struct {
	resourceType, relation       string
	subjectType, subjectRelation string
}

func classOf(ref tuple.RelationshipReference) *class {
	return &class{
		resourceType:    ref.Resource.ObjectType,
		relation:        ref.Resource.Relation,
		subjectType:     ref.Subject.ObjectType,
		subjectRelation: ref.Subject.Relation,
	}
}

func (c *class) compare(other *class) int {
	return cmp.Or(
		strings.Compare(c.resourceType, other.resourceType),
		strings.Compare(c.relation, other.relation),
		strings.Compare(c.subjectType, other.subjectType),
		strings.Compare(c.subjectRelation, other.subjectRelation),
	)
}

// clone returns a class that pins no memory of the caller.
func (c *class) clone() *class {
	return &class{
		resourceType:    strings.Clone(c.resourceType),
		relation:        strings.Clone(c.relation),
		subjectType:     strings.Clone(c.subjectType),
		subjectRelation: strings.Clone(c.subjectRelation),
	}
}

// reference names the relationship of this class between two objects.
func (c *class) reference(resourceID, subjectID string) tuple.RelationshipReference {
	return tuple.RelationshipReference{
		Resource: tuple.ObjectAndRelation{ObjectType: c.resourceType, ObjectID: resourceID, Relation: c.relation},
		Subject:  tuple.ObjectAndRelation{ObjectType: c.subjectType, ObjectID: subjectID, Relation: c.subjectRelation},
	}
}

// relationship returns the relationship of this class that e stands for in an
// index of side s.
func (c *class) relationship(s side, e edge) tuple.Relationship {
	resourceID, subjectID := e.major, e.minor
	if s == subjectSide {
		resourceID, subjectID = e.minor, e.major
	}
	return tuple.Relationship{
		RelationshipReference: c.reference(resourceID, subjectID),
		OptionalCaveat:        e.traits.caveatOf(),
		OptionalExpiration:    e.traits.expirationOf(),
		OptionalIntegrity:     e.traits.integrityOf(),
	}
}

// partition holds the relationships of one class, once in each order. It is
// immutable: with and without return another.
type partition struct {
	*class

	byResource, bySubject tree
}

func (p *partition) size() int {
	return p.byResource.size
}

func (p *partition) index(s side) tree {
	if s == resourceSide {
		return p.byResource
	}
	return p.bySubject
}

func (p *partition) find(resourceID, subjectID string) (*traits, bool) {
	e, found := p.byResource.find(resourceID, subjectID)
	return e.traits, found
}

// with returns the partition with a relationship added or replaced. Ids that
// the partition has already are shared and not stored again.
func (p *partition) with(resourceID, subjectID string, t *traits) *partition {
	resourceID = p.byResource.canonical(resourceID)
	subjectID = p.bySubject.canonical(subjectID)
	return &partition{
		class:      p.class,
		byResource: p.byResource.with(edge{resourceID, subjectID, t}),
		bySubject:  p.bySubject.with(edge{subjectID, resourceID, t}),
	}
}

// without returns the partition without a relationship that is in it.
func (p *partition) without(resourceID, subjectID string) *partition {
	return &partition{
		class:      p.class,
		byResource: p.byResource.without(edge{major: resourceID, minor: subjectID}),
		bySubject:  p.bySubject.without(edge{major: subjectID, minor: resourceID}),
	}
}

// canonical returns the stored string that equals id, or a copy of id that pins
// no memory of the caller.
func (t tree) canonical(id string) string {
	stored := ""
	t.ascend(edge{major: id}, func(e edge) bool {
		stored = e.major
		return false
	})
	if stored == id {
		return stored
	}
	return strings.Clone(id)
}
