package relindex_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/authzed/spicedb/pkg/datastore"
	core "github.com/authzed/spicedb/pkg/proto/core/v1"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/relindex"
)

func TestWatchReportsNetChanges(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	start := touch(t, ds, aliceReads, bobReads)
	changes, _ := ds.Watch(t.Context(), start, datastore.WatchJustRelationships())
	const carol = "doc:a#reader@user:carol"
	write(t, ds,
		tuple.Touch(tuple.MustParse(aliceReads)),                                        // as it was
		tuple.Delete(tuple.MustParse(bobReads)), tuple.Touch(tuple.MustParse(bobReads)), // taken back
		tuple.Create(tuple.MustParse(carol)), tuple.Delete(tuple.MustParse(carol)), // taken back
		tuple.Create(tuple.MustParse("doc:b#reader@user:bob")), tuple.Delete(tuple.MustParse(carol)), // news
	)
	require.Equal(t, []string{"TOUCH(doc:b#reader@user:bob)"}, updates(<-changes))
}

func TestWatchReportsUnifiedSchema(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	writeSchema(t, ds, "definition user {}\ndefinition doc {}\ndefinition old {}")
	changes, _ := ds.Watch(t.Context(), head(t, ds), datastore.WatchJustSchema())
	writeSchema(t, ds, "definition user {}\ndefinition doc {\n\trelation reader: user\n}\ndefinition young {}")

	change := <-changes
	var changed []string
	for _, definition := range change.ChangedDefinitions {
		changed = append(changed, definition.GetName())
	}
	slices.Sort(changed)
	require.Equal(t, []string{"doc", "young"}, changed)
	require.Equal(t, []string{"old"}, change.DeletedNamespaces)
}

func TestWatchSchemaDoesNotReportRelationships(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	changes, _ := ds.Watch(t.Context(), head(t, ds), datastore.WatchJustSchema())
	_, err := ds.ReadWriteTx(t.Context(), func(ctx context.Context, rwt datastore.ReadWriteTransaction) error {
		if err := rwt.LegacyWriteNamespaces(ctx, &core.NamespaceDefinition{Name: "doc"}); err != nil {
			return err
		}
		return rwt.WriteRelationships(ctx, []tuple.RelationshipUpdate{tuple.Touch(tuple.MustParse(aliceReads))})
	})
	require.NoError(t, err)
	change := <-changes
	require.Len(t, change.ChangedDefinitions, 1)
	require.Empty(t, change.RelationshipChanges)
}

// TestUnreadWatchIsDisconnected never reads: the watch holds its buffer and no
// more, and goes.
func TestUnreadWatchIsDisconnected(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	changes, errs := ds.Watch(t.Context(), head(t, ds), datastore.WatchOptions{
		Content:                 datastore.WatchRelationships,
		WatchBufferLength:       4,
		WatchBufferWriteTimeout: time.Millisecond,
	})
	for i := range 20 {
		touch(t, ds, fmt.Sprintf("doc:%d#reader@user:alice", i))
	}
	require.ErrorAs(t, <-errs, &datastore.WatchDisconnectedError{})
	held := 0
	for range changes {
		held++
	}
	require.Equal(t, 4, held)
}

// TestLaggingWatchIsDisconnected reads too late, with all the time to write to
// it: the store keeps no more revisions for its sake.
func TestLaggingWatchIsDisconnected(t *testing.T) {
	ds := newStore(t, relindex.Config{MaxRevisions: 10})
	changes, errs := ds.Watch(t.Context(), head(t, ds), datastore.WatchOptions{
		Content:                 datastore.WatchRelationships,
		WatchBufferLength:       1,
		WatchBufferWriteTimeout: time.Hour,
	})
	for i := range 100 {
		touch(t, ds, fmt.Sprintf("doc:%d#reader@user:alice", i))
	}
	require.Equal(t, 10, ds.KeptRevisions())
	received := 0
	for range changes {
		received++
	}
	require.Less(t, received, 100)
	require.ErrorAs(t, <-errs, &datastore.WatchDisconnectedError{})
}

func TestWatchCannotBeginInTheForgottenPast(t *testing.T) {
	ds := newStore(t, relindex.Config{MaxRevisions: 2})
	start := head(t, ds)
	for i := range 5 {
		touch(t, ds, fmt.Sprintf("doc:%d#reader@user:alice", i))
	}
	_, errs := ds.Watch(t.Context(), start, datastore.WatchJustRelationships())
	requireInvalid(t, <-errs, datastore.RevisionStale)
	_, errs = ds.Watch(t.Context(), datastore.NoRevision, datastore.WatchJustRelationships())
	requireInvalid(t, <-errs, datastore.RevisionStale)
}

func TestWatchLimitsTheSizeOfAMessage(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	_, errs := ds.Watch(t.Context(), head(t, ds), datastore.WatchOptions{
		Content:                        datastore.WatchRelationships,
		MaximumBufferedChangesByteSize: 400,
	})
	touch(t, ds, aliceReads)
	touch(t, ds, bobReads, "doc:b#reader@user:bob")
	require.ErrorAs(t, <-errs, &datastore.MaximumChangesSizeExceededError{})
}

func TestBlockedWatchCanBeCanceled(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	_, errs := ds.Watch(ctx, head(t, ds), datastore.WatchOptions{
		Content:                 datastore.WatchRelationships,
		WatchBufferLength:       1,
		WatchBufferWriteTimeout: time.Hour,
	})
	for i := range 5 {
		touch(t, ds, fmt.Sprintf("doc:%d#reader@user:alice", i))
	}
	cancel()
	require.ErrorAs(t, <-errs, &datastore.WatchCanceledError{})
}
