package relindex_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/datastore/options"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/relindex"
)

// longest is the length of the longest object id that SpiceDB accepts.
const longest = 1024

func TestLongestIDs(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	resource, subject := strings.Repeat("r", longest), strings.Repeat("s", longest)
	sibling := resource[:longest-1] + "q"
	revision := write(t, ds,
		tuple.Touch(rel("doc", resource, "reader", "user", subject)),
		tuple.Touch(rel("doc", sibling, "reader", "user", subject)))

	require.Len(t, at(t, ds, revision, datastore.RelationshipsFilter{OptionalResourceIds: []string{resource}}), 1)
	require.Len(t, at(t, ds, revision, datastore.RelationshipsFilter{OptionalResourceIDPrefix: resource[:longest-1]}), 2)
	found, err := ds.SnapshotReader(revision).ReverseQueryRelationships(t.Context(),
		datastore.SubjectsFilter{SubjectType: "user", OptionalSubjectIds: []string{subject}},
		options.WithSortForReverse(options.ByResource),
		options.WithAfterForReverse(cursor(rel("doc", sibling, "reader", "user", subject))))
	require.NoError(t, err)
	after, err := datastore.IteratorToSlice(found)
	require.NoError(t, err)
	require.Equal(t, []tuple.Relationship{rel("doc", resource, "reader", "user", subject)}, after)
}

func cursor(r tuple.Relationship) options.Cursor {
	return options.ToCursor(r)
}

// TestLargeGroup asks of 200,000 members: is she one, who comes next on a late
// page, in what is he. None may take the time of a walk through the group.
func TestLargeGroup(t *testing.T) {
	const members = 200_000
	ds := newStore(t, relindex.Config{})
	_, revision, err := ds.Load(t.Context(), func(yield func(tuple.Relationship, error) bool) {
		for i := range members {
			if !yield(member(i), nil) {
				return
			}
		}
	})
	require.NoError(t, err)
	reader := ds.SnapshotReader(revision)

	walk := timeOf(func() { require.Equal(t, members, count(t, reader)) })
	questions := timeOf(func() {
		for i := range 100 {
			asked := member(i * 1999)
			for _, order := range []options.SortOrder{options.ByResource, options.BySubject} {
				require.Equal(t, 1, count(t, reader, options.WithLimit(options.LimitOne),
					options.WithSort(order), options.WithAfter(cursor(asked))))
			}
			found, err := reader.QueryRelationships(t.Context(), datastore.RelationshipsFilter{
				OptionalResourceType:     "group",
				OptionalResourceIds:      []string{"all"},
				OptionalResourceRelation: "member",
				OptionalSubjectsSelectors: []datastore.SubjectsSelector{
					{OptionalSubjectType: "user", OptionalSubjectIds: []string{asked.Subject.ObjectID}},
				},
			})
			require.NoError(t, err)
			first, ok, err := datastore.FirstRelationshipIn(found)
			require.NoError(t, err)
			require.True(t, ok)
			require.Equal(t, asked, first)
		}
	})
	require.Less(t, questions, 2*walk, "300 questions must not take as long as 2 walks")
}

func member(i int) tuple.Relationship {
	return rel("group", "all", "member", "user", fmt.Sprintf("u%06d", i))
}

func count(t *testing.T, reader datastore.Reader, opts ...options.QueryOptionsOption) int {
	t.Helper()
	found, err := reader.QueryRelationships(t.Context(), datastore.RelationshipsFilter{OptionalResourceType: "group"}, opts...)
	require.NoError(t, err)
	n := 0
	for _, err := range found {
		require.NoError(t, err)
		n++
	}
	return n
}

func timeOf(fn func()) time.Duration {
	start := time.Now()
	fn()
	return time.Since(start)
}

// TestResourceWithManyLinks pages through 10,000 links of one organization and
// deletes them in one write.
func TestResourceWithManyLinks(t *testing.T) {
	const links, pageSize = 10_000, uint64(1000)
	ds := newStore(t, relindex.Config{})
	var written []tuple.RelationshipUpdate
	for i := range links {
		written = append(written, tuple.Touch(rel("organization", "large", "linked", "group", id("grup", i))))
	}
	revision := write(t, ds, written...)

	filter := datastore.RelationshipsFilter{OptionalResourceType: "organization", OptionalResourceIds: []string{"large"}}
	seen, after := 0, options.Cursor(nil)
	for {
		found, err := ds.SnapshotReader(revision).QueryRelationships(t.Context(), filter,
			options.WithSort(options.ByResource), options.WithLimit(new(pageSize)), options.WithAfter(after))
		require.NoError(t, err)
		page, err := datastore.IteratorToSlice(found)
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		seen += len(page)
		after = cursor(page[len(page)-1])
	}
	require.Equal(t, links, seen)

	for i := range written {
		written[i].Operation = tuple.UpdateOperationDelete
	}
	require.Empty(t, at(t, ds, write(t, ds, written...), everything))
}
