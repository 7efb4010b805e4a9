package relindex_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/datastore/options"
	core "github.com/authzed/spicedb/pkg/proto/core/v1"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/relindex"
)

// TestLikeMemdb asks a store and SpiceDB's own in-memory one the same questions
// after the same writes.
func TestLikeMemdb(t *testing.T) {
	rapid.Check(t, likeMemdb(t))
}

func likeMemdb(tb testing.TB) func(*rapid.T) {
	return func(rt *rapid.T) {
		p := &pair{ours: newStore(tb, relindex.Config{}), theirs: newMemdb(tb)}
		rt.Repeat(map[string]func(*rapid.T){
			"write":         p.write,
			"delete":        p.delete,
			"query":         p.query,
			"reverse query": p.reverseQuery,
			"pages":         p.pages,
		})
	}
}

// pair is two stores of the same content, and revisions at which they were equal.
type pair struct {
	ours, theirs datastore.Datastore
	revisions    [][2]datastore.Revision
}

// change runs fn on both stores. It must succeed on both, or fail on both.
func (p *pair) change(t *rapid.T, fn func(context.Context, datastore.ReadWriteTransaction) (uint64, error)) {
	var counts [2]uint64
	var errs [2]error
	var revisions [2]datastore.Revision
	for i, ds := range []datastore.Datastore{p.ours, p.theirs} {
		revisions[i], errs[i] = ds.ReadWriteTx(context.Background(),
			func(ctx context.Context, rwt datastore.ReadWriteTransaction) (err error) {
				counts[i], err = fn(ctx, rwt)
				return err
			})
	}
	require.Equal(t, errs[1] == nil, errs[0] == nil, "ours: %v, theirs: %v", errs[0], errs[1])
	require.Equal(t, counts[1], counts[0])
	if errs[0] == nil {
		p.revisions = append(p.revisions, revisions)
	}
}

func (p *pair) write(t *rapid.T) {
	updates := rapid.SliceOfNDistinct(rapid.Custom(drawUpdate), 1, 30, func(u tuple.RelationshipUpdate) string {
		return u.Relationship.RelationshipReference.String()
	}).Draw(t, "updates")
	p.change(t, func(ctx context.Context, rwt datastore.ReadWriteTransaction) (uint64, error) {
		return 0, rwt.WriteRelationships(ctx, updates)
	})
}

func (p *pair) delete(t *rapid.T) {
	filter := drawPublicFilter(t)
	p.change(t, func(ctx context.Context, rwt datastore.ReadWriteTransaction) (uint64, error) {
		deleted, _, err := rwt.DeleteRelationships(ctx, filter)
		return deleted, err
	})
}

func (p *pair) query(t *rapid.T) {
	filter, opts := drawFilter(t), drawOptions(t)
	p.compare(t, opts, func(r datastore.Reader) (datastore.RelationshipIterator, error) {
		return r.QueryRelationships(t.Context(), filter,
			options.WithSort(opts.sort), options.WithAfter(opts.after), options.WithLimit(opts.limit),
			options.WithSkipCaveats(opts.skipCaveats), options.WithSkipExpiration(opts.skipExpiration))
	})
}

func (p *pair) reverseQuery(t *rapid.T) {
	opts := drawOptions(t)
	filter := datastore.SubjectsFilter{
		SubjectType:        rapid.SampledFrom(types).Draw(t, "subject type"),
		OptionalSubjectIds: drawSome(ids).Draw(t, "subject ids"),
		RelationFilter:     drawRelationFilter(t),
	}
	var resource *options.ResourceRelation
	if rapid.Bool().Draw(t, "of a resource relation") {
		resource = &options.ResourceRelation{
			Namespace: rapid.SampledFrom(types).Draw(t, "resource type"),
			Relation:  rapid.SampledFrom(relations).Draw(t, "relation"),
		}
	}
	p.compare(t, opts, func(r datastore.Reader) (datastore.RelationshipIterator, error) {
		return r.ReverseQueryRelationships(t.Context(), filter, options.WithResRelation(resource),
			options.WithSortForReverse(opts.sort), options.WithAfterForReverse(opts.after),
			options.WithLimitForReverse(opts.limit),
			options.WithSkipCaveatsForReverse(opts.skipCaveats), options.WithSkipExpirationForReverse(opts.skipExpiration))
	})
}

// pages reads an answer of ours page by page, and theirs at once.
func (p *pair) pages(t *rapid.T) {
	at, filter := p.drawRevisions(t), drawFilter(t)
	sort := options.WithSort(rapid.SampledFrom([]options.SortOrder{options.ByResource, options.BySubject}).Draw(t, "sort"))
	limit := rapid.Uint64Range(1, 5).Draw(t, "page size")

	whole := answer(t, p.theirs.SnapshotReader(at[1]), func(r datastore.Reader) (datastore.RelationshipIterator, error) {
		return r.QueryRelationships(t.Context(), filter, sort)
	})
	paged := []string{}
	for after := options.Cursor(nil); ; {
		found, err := p.ours.SnapshotReader(at[0]).QueryRelationships(t.Context(), filter, sort,
			options.WithAfter(after), options.WithLimit(&limit))
		require.NoError(t, err)
		page, err := datastore.IteratorToSlice(found)
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		for _, r := range page {
			paged = append(paged, tuple.MustString(r))
		}
		require.LessOrEqual(t, len(paged), len(whole))
		after = options.ToCursor(page[len(page)-1])
	}
	require.Equal(t, whole, paged)
}

func (p *pair) drawRevisions(t *rapid.T) [2]datastore.Revision {
	if len(p.revisions) == 0 {
		t.Skip("nothing written yet")
	}
	return rapid.SampledFrom(p.revisions).Draw(t, "revisions")
}

// compare asks both stores at one of the revisions that they share. Where a
// store may choose what comes first, only what every order has in common is
// compared.
func (p *pair) compare(t *rapid.T, opts queryOptions, ask func(datastore.Reader) (datastore.RelationshipIterator, error)) {
	at := p.drawRevisions(t)
	ours := answer(t, p.ours.SnapshotReader(at[0]), ask)
	theirs := answer(t, p.theirs.SnapshotReader(at[1]), ask)
	if opts.sort == options.Unsorted {
		slices.Sort(ours)
		slices.Sort(theirs)
		if opts.limit != nil {
			require.Len(t, ours, len(theirs))
			return
		}
	}
	require.Equal(t, theirs, ours)
}

func answer(
	t *rapid.T, reader datastore.Reader, ask func(datastore.Reader) (datastore.RelationshipIterator, error),
) []string {
	found, err := ask(reader)
	if err != nil {
		return []string{err.Error()}
	}
	texts := []string{}
	for rel, err := range found {
		require.NoError(t, err)
		texts = append(texts, tuple.MustString(rel))
	}
	return texts
}

var (
	types            = []string{"doc", "folder", "group"}
	relations        = []string{"editor", "member", "viewer"}
	subjectRelations = []string{tuple.Ellipsis, "member", "viewer"}
	ids              = []string{"a", "aa", "ab", "b", "b/c", "c", "d", "z_9"}
	caveats          = []string{"inside", "outside"}
	instants         = []time.Time{
		time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC),
		time.Date(2201, 2, 3, 4, 5, 6, 0, time.UTC),
	}
)

func drawRelationship(t *rapid.T) tuple.Relationship {
	subjectIDs := append([]string{tuple.PublicWildcard}, ids...)
	r := tuple.Relationship{RelationshipReference: tuple.RelationshipReference{
		Resource: tuple.ONR(
			rapid.SampledFrom(types).Draw(t, "type"),
			rapid.SampledFrom(ids).Draw(t, "id"),
			rapid.SampledFrom(relations).Draw(t, "relation")),
		Subject: tuple.ONR(
			rapid.SampledFrom(types).Draw(t, "subject type"),
			rapid.SampledFrom(subjectIDs).Draw(t, "subject id"),
			rapid.SampledFrom(subjectRelations).Draw(t, "subject relation")),
	}}
	switch rapid.IntRange(0, 5).Draw(t, "traits") {
	case 0:
		r.OptionalCaveat = &core.ContextualizedCaveat{CaveatName: rapid.SampledFrom(caveats).Draw(t, "caveat")}
	case 1:
		instant := rapid.SampledFrom(instants).Draw(t, "expiration")
		r.OptionalExpiration = &instant
	}
	return r
}

func drawUpdate(t *rapid.T) tuple.RelationshipUpdate {
	r := drawRelationship(t)
	switch rapid.IntRange(0, 9).Draw(t, "operation") {
	case 0:
		return tuple.Create(r)
	case 1, 2:
		return tuple.Delete(r)
	default:
		return tuple.Touch(r)
	}
}

func drawFilter(t *rapid.T) datastore.RelationshipsFilter {
	filter := datastore.RelationshipsFilter{
		OptionalResourceType:     drawMaybe(types).Draw(t, "type"),
		OptionalResourceRelation: drawMaybe(relations).Draw(t, "relation"),
		OptionalExpirationOption: rapid.SampledFrom([]datastore.ExpirationFilterOption{
			datastore.ExpirationFilterOptionNone, datastore.ExpirationFilterOptionNone,
			datastore.ExpirationFilterOptionHasExpiration, datastore.ExpirationFilterOptionNoExpiration,
		}).Draw(t, "expiration filter"),
		OptionalCaveatNameFilter: rapid.SampledFrom([]datastore.CaveatNameFilter{
			{}, {}, datastore.WithNoCaveat(), datastore.WithCaveatName(caveats[0]),
		}).Draw(t, "caveat filter"),
	}
	if rapid.Bool().Draw(t, "by prefix") {
		filter.OptionalResourceIDPrefix = rapid.SampledFrom([]string{"a", "aa", "b", "x"}).Draw(t, "prefix")
	} else {
		filter.OptionalResourceIds = drawSome(ids).Draw(t, "ids")
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "selectors") {
		label := fmt.Sprintf("selector %d", i)
		filter.OptionalSubjectsSelectors = append(filter.OptionalSubjectsSelectors, datastore.SubjectsSelector{
			OptionalSubjectType: drawMaybe(types).Draw(t, label),
			OptionalSubjectIds:  drawSome(ids).Draw(t, label),
			RelationFilter:      drawRelationFilter(t),
		})
	}
	return filter
}

func drawRelationFilter(t *rapid.T) datastore.SubjectRelationFilter {
	none := datastore.SubjectRelationFilter{}
	return rapid.SampledFrom([]datastore.SubjectRelationFilter{
		none,
		none.WithOnlyNonEllipsisRelations(),
		none.WithEllipsisRelation(),
		none.WithNonEllipsisRelation("member"),
		none.WithEllipsisRelation().WithNonEllipsisRelation("viewer"),
		none.WithNonEllipsisRelation(tuple.Ellipsis),
	}).Draw(t, "relation filter")
}

func drawPublicFilter(t *rapid.T) *v1.RelationshipFilter {
	filter := &v1.RelationshipFilter{
		ResourceType:       rapid.SampledFrom(types).Draw(t, "type"),
		OptionalResourceId: drawMaybe(ids).Draw(t, "id"),
		OptionalRelation:   drawMaybe(relations).Draw(t, "relation"),
	}
	if rapid.Bool().Draw(t, "with subject") {
		filter.OptionalSubjectFilter = &v1.SubjectFilter{
			SubjectType:       rapid.SampledFrom(types).Draw(t, "subject type"),
			OptionalSubjectId: drawMaybe(ids).Draw(t, "subject id"),
		}
		if rapid.Bool().Draw(t, "with subject relation") {
			filter.OptionalSubjectFilter.OptionalRelation = &v1.SubjectFilter_RelationFilter{
				Relation: rapid.SampledFrom([]string{"", "member"}).Draw(t, "subject relation"),
			}
		}
	}
	return filter
}

type queryOptions struct {
	sort                        options.SortOrder
	after                       options.Cursor
	limit                       *uint64
	skipCaveats, skipExpiration bool
}

func drawOptions(t *rapid.T) queryOptions {
	opts := queryOptions{
		sort: rapid.SampledFrom([]options.SortOrder{
			options.Unsorted, options.ByResource, options.BySubject, options.ChooseEfficient,
		}).Draw(t, "sort"),
		skipCaveats:    rapid.IntRange(0, 9).Draw(t, "skip caveats") == 0,
		skipExpiration: rapid.IntRange(0, 9).Draw(t, "skip expiration") == 0,
	}
	if rapid.Bool().Draw(t, "with limit") {
		limit := rapid.Uint64Range(0, 8).Draw(t, "limit")
		opts.limit = &limit
	}
	if opts.sort != options.Unsorted && rapid.Bool().Draw(t, "with cursor") {
		opts.after = options.ToCursor(drawRelationship(t))
	}
	return opts
}

// drawMaybe draws one of the values, or none.
func drawMaybe(values []string) *rapid.Generator[string] {
	return rapid.SampledFrom(append([]string{"", ""}, values...))
}

// drawSome draws a few of the values, or none, maybe one twice.
func drawSome(values []string) *rapid.Generator[[]string] {
	return rapid.OneOf(rapid.Just([]string(nil)), rapid.SliceOfN(rapid.SampledFrom(values), 0, 4))
}
