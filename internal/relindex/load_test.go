package relindex_test

import (
	"context"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/datastore/options"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/relindex"
)

// sequence yields the given relationships, then the error if there is one.
func sequence(err error, texts ...string) iter.Seq2[tuple.Relationship, error] {
	return func(yield func(tuple.Relationship, error) bool) {
		for _, text := range texts {
			if !yield(tuple.MustParse(text), nil) {
				return
			}
		}
		if err != nil {
			yield(tuple.Relationship{}, err)
		}
	}
}

// mixed are relationships of several classes, with and without traits, in order.
var mixed = []string{
	"doc:a#reader@user:*",
	"doc:a#reader@user:alice",
	"doc:a#reader@user:bob[expiration:2201-01-01T00:00:00Z]",
	"doc:b#parent@folder:x",
	`doc:b#reader@group:g#member[inside:{"place":"here"}]`,
	"doc:b#reader@user:alice",
	"group:g#member@user:alice",
}

func TestLoadedIsLikeWritten(t *testing.T) {
	written := newStore(t, relindex.Config{})
	touch(t, written, mixed...)
	backwards := slices.Clone(mixed)
	slices.Reverse(backwards)

	for name, load := range map[string]func(*relindex.Datastore) (uint64, error){
		"sorted": func(ds *relindex.Datastore) (uint64, error) {
			count, _, err := ds.Load(t.Context(), sequence(nil, mixed...))
			return count, err
		},
		"unsorted": func(ds *relindex.Datastore) (uint64, error) {
			count, _, err := ds.Load(t.Context(), sequence(nil, backwards...))
			return count, err
		},
		"onto others": func(ds *relindex.Datastore) (uint64, error) {
			touch(t, ds, mixed[1], mixed[3])
			rest := append([]string{mixed[0], mixed[2]}, mixed[4:]...)
			count, _, err := ds.Load(t.Context(), sequence(nil, rest...))
			return count + 2, err
		},
		"in bulk": func(ds *relindex.Datastore) (uint64, error) { return bulkLoad(t, ds, sequence(nil, backwards...)) },
	} {
		t.Run(name, func(t *testing.T) {
			ds := newStore(t, relindex.Config{})
			count, err := load(ds)
			require.NoError(t, err)
			require.EqualValues(t, len(mixed), count)
			for _, order := range []options.SortOrder{options.ByResource, options.BySubject} {
				require.Equal(t, sortedTexts(t, written, order), sortedTexts(t, ds, order))
			}
		})
	}
}

func bulkLoad(t *testing.T, ds datastore.Datastore, seq iter.Seq2[tuple.Relationship, error]) (count uint64, err error) {
	t.Helper()
	_, err = ds.ReadWriteTx(t.Context(), func(ctx context.Context, rwt datastore.ReadWriteTransaction) (err error) {
		count, err = rwt.BulkLoad(ctx, source(t, seq))
		return err
	}, options.WithDisableRetries(true))
	return count, err
}

func sortedTexts(t *testing.T, ds datastore.Datastore, order options.SortOrder) []string {
	t.Helper()
	found, err := ds.SnapshotReader(head(t, ds)).QueryRelationships(t.Context(), everything, options.WithSort(order))
	require.NoError(t, err)
	relationships, err := datastore.IteratorToSlice(found)
	require.NoError(t, err)
	var texts []string
	for _, r := range relationships {
		texts = append(texts, tuple.MustString(r))
	}
	return texts
}

func TestLoadIsAllOrNothing(t *testing.T) {
	var exists datastore.CreateRelationshipExistsError
	for name, c := range map[string]struct {
		seq   iter.Seq2[tuple.Relationship, error]
		check func(error)
	}{
		"source fails":   {sequence(errUnwilling, mixed...), func(err error) { require.ErrorIs(t, err, errUnwilling) }},
		"comes twice":    {sequence(nil, bobReads, bobReads), func(err error) { require.ErrorAs(t, err, &exists) }},
		"already stored": {sequence(nil, bobReads, aliceReads), func(err error) { require.ErrorAs(t, err, &exists) }},
	} {
		t.Run(name, func(t *testing.T) {
			ds := newStore(t, relindex.Config{})
			before := touch(t, ds, aliceReads)
			_, _, err := ds.Load(t.Context(), c.seq)
			c.check(err)
			_, err = bulkLoad(t, ds, c.seq)
			c.check(err)
			require.Equal(t, before, head(t, ds))
			require.Equal(t, []string{aliceReads}, at(t, ds, before, everything))
		})
	}
}

func TestLoadBeginsHistoryAnew(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	before := touch(t, ds, aliceReads)
	changes, errs := ds.Watch(t.Context(), before, datastore.WatchJustRelationships())
	_, loaded, err := ds.Load(t.Context(), sequence(nil, bobReads))
	require.NoError(t, err)

	requireInvalid(t, ds.CheckRevision(t.Context(), before), datastore.RevisionStale)
	require.ErrorAs(t, <-errs, &datastore.WatchDisconnectedError{}, "the watch can't tell what was loaded")
	_, more := <-changes
	require.False(t, more)

	changes, _ = ds.Watch(t.Context(), loaded, datastore.WatchJustRelationships())
	touch(t, ds, "doc:b#reader@user:bob")
	require.Equal(t, []string{"TOUCH(doc:b#reader@user:bob)"}, updates(<-changes))
}

func updates(changes datastore.RevisionChanges) []string {
	var texts []string
	for _, change := range changes.RelationshipChanges {
		texts = append(texts, change.DebugString())
	}
	slices.Sort(texts)
	return texts
}
