package relindex_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/datastore/options"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/relindex"
)

// FuzzLikeMemdb is the property test of SpiceDB's own store, led by what is covered.
func FuzzLikeMemdb(f *testing.F) {
	f.Fuzz(func(t *testing.T, input []byte) { rapid.MakeFuzz(likeMemdb(t))(t, input) })
}

// FuzzQuery asks questions with whatever ids, and compares with a look at every relationship.
func FuzzQuery(f *testing.F) {
	f.Add([]byte("abcabcabcabcabcabcabcabcabcabcabcabcabcabc"))
	f.Add([]byte("\x08\x00\x01a\x00\x00\x01b\x00\x01\x01a\x01\x01\x01b\x02\x00\x02a\xff\x00\x00\x01\xff\x00\x00\x01\x01\xff\x02\x02\x01"))
	f.Add([]byte("\x14\x01\x02\xff\xff\x00\x01\x01\xff\x00\x01\x02\xff\xfe\x00\x01\x00\x00\x00\x00\x01\x03\x02\xff\xff\x01\x01\x01\x02"))
	f.Fuzz(func(t *testing.T, input []byte) {
		d := &dice{input}
		ds := newStore(t, relindex.Config{})
		var held []tuple.Relationship
		for range 1 + d.roll(20) {
			r := d.relationship()
			if d.roll(5) == 0 && len(held) > 0 {
				r = held[d.roll(len(held))]
				write(t, ds, tuple.Delete(r))
				held = slices.DeleteFunc(held, func(h tuple.Relationship) bool { return h.RelationshipReference == r.RelationshipReference })
				continue
			}
			write(t, ds, tuple.Touch(r))
			if !slices.ContainsFunc(held, func(h tuple.Relationship) bool { return h.RelationshipReference == r.RelationshipReference }) {
				held = append(held, r)
			}
		}
		reader := ds.SnapshotReader(head(t, ds))
		filter := d.filter()
		sort := []options.SortOrder{options.ByResource, options.BySubject}[d.roll(2)]
		after, limit := d.relationship(), uint64(1+d.roll(8))
		found, err := reader.QueryRelationships(t.Context(), filter, options.WithSort(sort), options.WithAfter(options.ToCursor(after)), options.WithLimit(&limit))
		require.NoError(t, err)
		got, err := datastore.IteratorToSlice(found)
		require.NoError(t, err)
		require.Equal(t, naive(held, filter, sort, after, int(limit)), references(got))
	})
}

// naive looks at every relationship.
func naive(held []tuple.Relationship, filter datastore.RelationshipsFilter, sort options.SortOrder, after tuple.Relationship, limit int) []tuple.RelationshipReference {
	order := func(a, b tuple.RelationshipReference) int {
		if sort == options.BySubject {
			return cmp.Or(compareParts(a.Subject, b.Subject), compareParts(a.Resource, b.Resource))
		}
		return cmp.Or(compareParts(a.Resource, b.Resource), compareParts(a.Subject, b.Subject))
	}
	wanted := []tuple.RelationshipReference{}
	for _, r := range references(held) {
		if matches(r, filter) && order(r, after.RelationshipReference) > 0 {
			wanted = append(wanted, r)
		}
	}
	slices.SortFunc(wanted, order)
	return wanted[:min(limit, len(wanted))]
}

func compareParts(a, b tuple.ObjectAndRelation) int {
	return cmp.Or(cmp.Compare(a.ObjectType, b.ObjectType), cmp.Compare(a.ObjectID, b.ObjectID), cmp.Compare(a.Relation, b.Relation))
}

func matches(r tuple.RelationshipReference, f datastore.RelationshipsFilter) bool {
	anyOf := func(wanted []string, id string) bool { return len(wanted) == 0 || slices.Contains(wanted, id) }
	selected := func(s datastore.SubjectsSelector) bool {
		ellipsis := r.Subject.Relation == tuple.Ellipsis
		relation := s.RelationFilter.IsEmpty() || s.RelationFilter.IncludeEllipsisRelation && ellipsis ||
			s.RelationFilter.NonEllipsisRelation == r.Subject.Relation
		if s.RelationFilter.OnlyNonEllipsisRelations {
			relation = !ellipsis
		}
		return relation && anyOf(s.OptionalSubjectIds, r.Subject.ObjectID) &&
			(s.OptionalSubjectType == "" || s.OptionalSubjectType == r.Subject.ObjectType)
	}
	return (f.OptionalResourceType == "" || f.OptionalResourceType == r.Resource.ObjectType) &&
		(f.OptionalResourceRelation == "" || f.OptionalResourceRelation == r.Resource.Relation) &&
		anyOf(f.OptionalResourceIds, r.Resource.ObjectID) && strings.HasPrefix(r.Resource.ObjectID, f.OptionalResourceIDPrefix) &&
		(len(f.OptionalSubjectsSelectors) == 0 || slices.ContainsFunc(f.OptionalSubjectsSelectors, selected))
}

func references(relationships []tuple.Relationship) []tuple.RelationshipReference {
	list := []tuple.RelationshipReference{}
	for _, r := range relationships {
		list = append(list, r.RelationshipReference)
	}
	return list
}

// dice makes choices of an input, and of zeros behind its end.
type dice struct{ input []byte }

func (d *dice) roll(sides int) int {
	if len(d.input) == 0 {
		return 0
	}
	rolled := int(d.input[0]) % sides
	d.input = d.input[1:]
	return rolled
}

// id is of whatever bytes, and short: so that ids begin with each other.
func (d *dice) id() string {
	id := []byte{}
	for range 1 + d.roll(3) {
		id = append(id, []byte("\x01ab\xfe\xff")[d.roll(5)])
	}
	return string(id)
}

func (d *dice) of(names ...string) string { return names[d.roll(len(names))] }

func (d *dice) relationship() tuple.Relationship {
	return tuple.Relationship{RelationshipReference: tuple.RelationshipReference{
		Resource: tuple.ONR(d.of("doc", "folder"), d.id(), d.of("viewer", "editor")),
		Subject:  tuple.ONR(d.of("group", "user"), d.id(), d.of(tuple.Ellipsis, "member")),
	}}
}

func (d *dice) ids() (ids []string) {
	for range d.roll(3) {
		ids = append(ids, d.id())
	}
	return ids
}

func (d *dice) filter() datastore.RelationshipsFilter {
	f := datastore.RelationshipsFilter{
		OptionalResourceType: d.of("", "doc", "folder"), OptionalResourceRelation: d.of("", "viewer", "editor"),
	}
	if d.roll(2) == 0 {
		f.OptionalResourceIDPrefix = d.id()
	} else {
		f.OptionalResourceIds = d.ids()
	}
	for range d.roll(3) {
		none := datastore.SubjectRelationFilter{}
		f.OptionalSubjectsSelectors = append(f.OptionalSubjectsSelectors, datastore.SubjectsSelector{
			OptionalSubjectType: d.of("", "group", "user"), OptionalSubjectIds: d.ids(),
			RelationFilter: []datastore.SubjectRelationFilter{
				none, none.WithEllipsisRelation(), none.WithNonEllipsisRelation("member"), none.WithOnlyNonEllipsisRelations(),
			}[d.roll(4)],
		})
	}
	return f
}
