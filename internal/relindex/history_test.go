package relindex_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/datastore/revisionparsing"

	"github.com/tenantry/tenantry/internal/relindex"
)

const (
	aliceReads = "doc:a#reader@user:alice"
	bobReads   = "doc:a#reader@user:bob"
)

func TestHeadStaysUntilAWrite(t *testing.T) {
	c := newClock()
	ds := newStore(t, relindex.Config{Now: c.Now})
	written := touch(t, ds, aliceReads)
	c.advance(time.Hour)
	require.Equal(t, written, head(t, ds))

	read, err := ds.ReadWriteTx(t.Context(), func(context.Context, datastore.ReadWriteTransaction) error { return nil })
	require.NoError(t, err)
	require.Equal(t, written, read, "a transaction that writes nothing must make no revision")
}

func TestRevisionsRiseThoughTheClockDoesNot(t *testing.T) {
	c := newClock()
	ds := newStore(t, relindex.Config{Now: c.Now})
	first := touch(t, ds, aliceReads)
	c.advance(-time.Hour)
	second := touch(t, ds, bobReads)
	require.True(t, second.GreaterThan(first))
	require.NoError(t, ds.CheckRevision(t.Context(), second))
}

func TestRevisionsSurviveText(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	written := touch(t, ds, aliceReads)
	parsed, err := ds.RevisionFromString(written.String())
	require.NoError(t, err)
	require.True(t, parsed.Equal(written))

	_, err = ds.RevisionFromString("no number")
	require.Error(t, err)
}

func TestRevisionsOfAnotherKindAreUnrelated(t *testing.T) {
	own, other := relindex.Revision(5), revisionparsing.MustParseRevisionForTest("5")
	require.False(t, own.Equal(other) || own.LessThan(other) || own.GreaterThan(other))
	require.True(t, own.GreaterThan(datastore.NoRevision))

	ds := newStore(t, relindex.Config{})
	requireInvalid(t, ds.CheckRevision(t.Context(), other), datastore.CouldNotDetermineRevision)
}

func TestUnknownRevisionsAreRefused(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	now, ok := head(t, ds).(relindex.Revision)
	require.True(t, ok)
	requireInvalid(t, ds.CheckRevision(t.Context(), now+1), datastore.CouldNotDetermineRevision)
	requireInvalid(t, ds.CheckRevision(t.Context(), now-1), datastore.RevisionStale)
	_, err := ds.SnapshotReader(now+1).QueryRelationships(t.Context(), everything)
	requireInvalid(t, err, datastore.CouldNotDetermineRevision)
}

func TestOldRevisionsReadAsTheyWere(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	empty := head(t, ds)
	first := touch(t, ds, aliceReads)
	second := touch(t, ds, bobReads)
	require.Empty(t, at(t, ds, empty, everything))
	require.Equal(t, []string{aliceReads}, at(t, ds, first, everything))
	require.Equal(t, []string{aliceReads, bobReads}, at(t, ds, second, everything))
}

func TestWindow(t *testing.T) {
	c := newClock()
	ds := newStore(t, relindex.Config{Now: c.Now, Window: time.Minute})
	old := touch(t, ds, aliceReads)
	c.advance(time.Hour)
	require.NoError(t, ds.CheckRevision(t.Context(), old), "the head has no age")

	touch(t, ds, bobReads)
	requireInvalid(t, ds.CheckRevision(t.Context(), old), datastore.RevisionStale)
	require.Equal(t, []string{aliceReads}, at(t, ds, old, everything), "requests that began on it must end on it")

	c.advance(time.Hour)
	touch(t, ds, "doc:b#reader@user:bob")
	_, err := ds.SnapshotReader(old).QueryRelationships(t.Context(), everything)
	requireInvalid(t, err, datastore.RevisionStale)
	require.Equal(t, 2, ds.KeptRevisions())
}

func TestMaxRevisions(t *testing.T) {
	ds := newStore(t, relindex.Config{MaxRevisions: 3})
	first := touch(t, ds, aliceReads)
	second := touch(t, ds, bobReads)
	touch(t, ds, "doc:b#reader@user:bob")
	touch(t, ds, "doc:c#reader@user:bob")
	require.Equal(t, 3, ds.KeptRevisions())
	requireInvalid(t, ds.CheckRevision(t.Context(), first), datastore.RevisionStale)
	require.NoError(t, ds.CheckRevision(t.Context(), second))
}

// What a revision took is free once it is dropped, also if later ones were made on it.
func TestDroppedRevisionsAreFreed(t *testing.T) {
	ds := newStore(t, relindex.Config{MaxRevisions: 2})
	touch(t, ds, aliceReads)
	held := ds.Oldest()
	touch(t, ds, bobReads)
	touch(t, ds, "doc:b#reader@user:bob")
	runtime.GC()
	require.False(t, held())

	held = ds.Oldest()
	runtime.GC()
	require.True(t, held(), "it is kept")
	runtime.KeepAlive(ds)
}

func TestMaxChanges(t *testing.T) {
	ds := newStore(t, relindex.Config{MaxChanges: 3})
	first := touch(t, ds, aliceReads)
	second := touch(t, ds, bobReads, "doc:b#reader@user:bob")
	require.NoError(t, ds.CheckRevision(t.Context(), first))

	third := touch(t, ds, "doc:c#reader@user:bob")
	requireInvalid(t, ds.CheckRevision(t.Context(), first), datastore.RevisionStale)
	require.NoError(t, ds.CheckRevision(t.Context(), second))

	large := touch(t, ds, "doc:d#reader@user:bob", "doc:e#reader@user:bob", "doc:f#reader@user:bob", "doc:g#reader@user:bob")
	requireInvalid(t, ds.CheckRevision(t.Context(), third), datastore.RevisionStale)
	require.NoError(t, ds.CheckRevision(t.Context(), large), "the head is kept whatever its size")
}

func TestNegativeLimitsAreRefused(t *testing.T) {
	_, err := relindex.New(relindex.Config{MaxChanges: -1})
	require.Error(t, err)
}

func TestClosed(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	revision := touch(t, ds, aliceReads)
	open, err := ds.SnapshotReader(revision).QueryRelationships(t.Context(), everything)
	require.NoError(t, err)
	changes, errs := ds.Watch(t.Context(), revision, datastore.WatchJustRelationships())
	require.NoError(t, ds.Close())

	require.ErrorIs(t, <-errs, relindex.ErrClosed)
	_, more := <-changes
	require.False(t, more)
	found, err := datastore.IteratorToSlice(open)
	require.NoError(t, err)
	require.Len(t, found, 1, "an open iterator reads on")

	_, err = ds.HeadRevision(t.Context())
	require.ErrorIs(t, err, relindex.ErrClosed)
	_, err = ds.Statistics(t.Context())
	require.ErrorIs(t, err, relindex.ErrClosed)
	require.ErrorIs(t, ds.CheckRevision(t.Context(), revision), relindex.ErrClosed)
	_, err = ds.SnapshotReader(revision).LookupCounters(t.Context())
	require.ErrorIs(t, err, relindex.ErrClosed)
	_, err = ds.ReadWriteTx(t.Context(), func(context.Context, datastore.ReadWriteTransaction) error { return nil })
	require.ErrorIs(t, err, relindex.ErrClosed)
	_, _, err = ds.Load(t.Context(), worldOf(1).relationships())
	require.ErrorIs(t, err, relindex.ErrClosed)
	_, err = ds.ReadyState(t.Context())
	require.ErrorIs(t, err, relindex.ErrClosed)
}
