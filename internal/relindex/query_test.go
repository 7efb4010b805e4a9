package relindex_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/datastore/options"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/relindex"
)

// TestRangeBetweenCursors reads a part of the store, as a parallel export does.
// SpiceDB's in-memory store knows no upper end, so TestLikeMemdb can't ask.
func TestRangeBetweenCursors(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	reader := ds.SnapshotReader(touch(t, ds, mixed...))
	for first := range mixed {
		for last := first; last < len(mixed); last++ {
			found, err := reader.QueryRelationships(t.Context(), everything,
				options.WithSort(options.ByResource),
				options.WithAfter(cursor(tuple.MustParse(mixed[first]))),
				options.WithBeforeOrEqual(cursor(tuple.MustParse(mixed[last]))))
			require.NoError(t, err)
			part, err := datastore.IteratorToSlice(found)
			require.NoError(t, err)
			require.Len(t, part, last-first)
		}
	}
}

func TestCursorsNeedAnOrder(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	reader := ds.SnapshotReader(touch(t, ds, aliceReads))
	at := cursor(tuple.MustParse(aliceReads))
	for _, option := range []options.QueryOptionsOption{options.WithAfter(at), options.WithBeforeOrEqual(at)} {
		_, err := reader.QueryRelationships(t.Context(), everything, option)
		require.ErrorIs(t, err, datastore.ErrCursorsWithoutSorting)
	}
	_, err := reader.QueryRelationships(t.Context(), everything, options.WithSort(99))
	require.Error(t, err)
}
