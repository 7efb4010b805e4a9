package relindex_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/relindex"
)

// newStore returns a store that is closed with the test.
func newStore(tb testing.TB, config relindex.Config) *relindex.Datastore {
	tb.Helper()
	ds, err := relindex.New(config)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, ds.Close()) })
	return ds
}

// touch writes relationships in one transaction and returns its revision.
func touch(tb testing.TB, ds datastore.Datastore, texts ...string) datastore.Revision {
	tb.Helper()
	var updates []tuple.RelationshipUpdate
	for _, text := range texts {
		updates = append(updates, tuple.Touch(tuple.MustParse(text)))
	}
	return write(tb, ds, updates...)
}

func write(tb testing.TB, ds datastore.Datastore, updates ...tuple.RelationshipUpdate) datastore.Revision {
	tb.Helper()
	revision, err := ds.ReadWriteTx(tb.Context(), func(ctx context.Context, rwt datastore.ReadWriteTransaction) error {
		return rwt.WriteRelationships(ctx, updates)
	})
	require.NoError(tb, err)
	return revision
}

// at returns the relationships that a filter matches at a revision.
func at(tb testing.TB, ds datastore.Datastore, revision datastore.Revision, filter datastore.RelationshipsFilter) []string {
	tb.Helper()
	return texts(tb.Context(), tb, ds.SnapshotReader(revision), filter)
}

func texts(
	ctx context.Context, tb testing.TB, reader datastore.Reader, filter datastore.RelationshipsFilter,
) []string {
	tb.Helper()
	found, err := reader.QueryRelationships(ctx, filter)
	require.NoError(tb, err)
	relationships, err := datastore.IteratorToSlice(found)
	require.NoError(tb, err)
	var texts []string
	for _, r := range relationships {
		texts = append(texts, tuple.MustString(r))
	}
	return texts
}

func head(tb testing.TB, ds datastore.Datastore) datastore.Revision {
	tb.Helper()
	h, err := ds.HeadRevision(tb.Context())
	require.NoError(tb, err)
	return h.Revision
}

// everything matches all relationships.
var everything = datastore.RelationshipsFilter{}

// clock stands still unless it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func requireInvalid(tb testing.TB, err error, reason datastore.InvalidRevisionReason) {
	tb.Helper()
	var invalid datastore.InvalidRevisionError
	require.ErrorAs(tb, err, &invalid)
	require.Equal(tb, reason, invalid.Reason())
}
