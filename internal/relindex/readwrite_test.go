package relindex_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/datastore/options"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/relindex"
)

var errUnwilling = errors.New("unwilling")

func TestFailedTransactionLeavesNothing(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	before := touch(t, ds, aliceReads)
	_, err := ds.ReadWriteTx(t.Context(), func(ctx context.Context, rwt datastore.ReadWriteTransaction) error {
		updates := []tuple.RelationshipUpdate{
			tuple.Touch(tuple.MustParse(bobReads)), tuple.Delete(tuple.MustParse(aliceReads)),
		}
		if err := rwt.WriteRelationships(ctx, updates); err != nil {
			return err
		}
		require.Equal(t, []string{bobReads}, texts(ctx, t, rwt, everything), "a transaction reads what it wrote")
		return errUnwilling
	})
	require.ErrorIs(t, err, errUnwilling)
	require.Equal(t, before, head(t, ds))
	require.Equal(t, []string{aliceReads}, at(t, ds, before, everything))
}

// TestFailedWriteLeavesNothing goes on after a write that failed half-way.
func TestFailedWriteLeavesNothing(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	before := touch(t, ds, aliceReads)
	revision, err := ds.ReadWriteTx(t.Context(), func(ctx context.Context, rwt datastore.ReadWriteTransaction) error {
		require.Error(t, rwt.WriteRelationships(ctx, []tuple.RelationshipUpdate{
			tuple.Create(tuple.MustParse(bobReads)), tuple.Create(tuple.MustParse(aliceReads)),
		}))
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, before, revision)
	require.Equal(t, []string{aliceReads}, at(t, ds, revision, everything))
}

// TestConcurrentTransactionsAreSerializable has writers add the next free number
// each. A lost update would make two take the same one.
func TestConcurrentTransactionsAreSerializable(t *testing.T) {
	for name, opts := range map[string][]options.RWTOptionsOption{
		"with retries": nil, "without retries": {options.WithDisableRetries(true)},
	} {
		t.Run(name, func(t *testing.T) {
			const writers, rounds = 8, 25
			ds := newStore(t, relindex.Config{})
			var group sync.WaitGroup
			for range writers {
				group.Go(func() {
					for range rounds {
						_, err := ds.ReadWriteTx(context.Background(), addNext, opts...)
						assert.NoError(t, err)
					}
				})
			}
			group.Wait()
			require.Len(t, at(t, ds, head(t, ds), everything), writers*rounds)
		})
	}
}

func addNext(ctx context.Context, rwt datastore.ReadWriteTransaction) error {
	found, err := rwt.QueryRelationships(ctx, everything)
	if err != nil {
		return err
	}
	taken, err := datastore.IteratorToSlice(found)
	if err != nil {
		return err
	}
	next := tuple.MustParse(fmt.Sprintf("doc:%d#reader@user:alice", len(taken)))
	return rwt.WriteRelationships(ctx, []tuple.RelationshipUpdate{tuple.Create(next)})
}

// TestSlowTransactionStopsNobody commits while another transaction is open. The
// open one runs again and sees the commit.
func TestSlowTransactionStopsNobody(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	seen := [][]string{}
	commitAnother := func() { touch(t, ds, aliceReads) }
	_, err := ds.ReadWriteTx(t.Context(), func(ctx context.Context, rwt datastore.ReadWriteTransaction) error {
		if len(seen) == 0 {
			commitAnother()
		}
		seen = append(seen, texts(ctx, t, rwt, everything))
		return rwt.WriteRelationships(ctx, []tuple.RelationshipUpdate{tuple.Touch(tuple.MustParse(bobReads))})
	})
	require.NoError(t, err)
	require.Equal(t, [][]string{nil, {aliceReads}}, seen)
	require.Equal(t, []string{aliceReads, bobReads}, at(t, ds, head(t, ds), everything))
}

func TestTransactionWithoutRetriesRunsOnceAndAlone(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	inside, leave := make(chan struct{}), make(chan struct{})
	done := make(chan error)
	runs := 0
	go func() {
		_, err := ds.ReadWriteTx(t.Context(), func(context.Context, datastore.ReadWriteTransaction) error {
			runs++
			close(inside)
			<-leave
			return relindex.ErrSerialization
		}, options.WithDisableRetries(true))
		done <- err
	}()
	<-inside

	impatient, cancel := context.WithCancel(t.Context())
	_, err := ds.ReadWriteTx(impatient, func(ctx context.Context, rwt datastore.ReadWriteTransaction) error {
		defer cancel()
		return rwt.WriteRelationships(ctx, []tuple.RelationshipUpdate{tuple.Touch(tuple.MustParse(bobReads))})
	})
	require.ErrorIs(t, err, context.Canceled, "a writer that waits can give up")

	close(leave)
	require.ErrorIs(t, <-done, relindex.ErrSerialization)
	require.Equal(t, 1, runs)
	require.Empty(t, at(t, ds, head(t, ds), everything))
}

func TestPanicDoesNotBlockWriters(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	require.Panics(t, func() {
		_, _ = ds.ReadWriteTx(t.Context(), func(context.Context, datastore.ReadWriteTransaction) error {
			panic("in a transaction")
		}, options.WithDisableRetries(true))
	})
	touch(t, ds, aliceReads)
}

// TestIteratorOfATransactionStandsStill deletes what an iterator is about to
// return.
func TestIteratorOfATransactionStandsStill(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	touch(t, ds, aliceReads, bobReads)
	_, err := ds.ReadWriteTx(t.Context(), func(ctx context.Context, rwt datastore.ReadWriteTransaction) error {
		found, err := rwt.QueryRelationships(ctx, everything)
		require.NoError(t, err)
		count := 0
		for r, err := range found {
			require.NoError(t, err)
			require.NoError(t, rwt.WriteRelationships(ctx, []tuple.RelationshipUpdate{
				tuple.Delete(r), tuple.Delete(tuple.MustParse(bobReads)),
			}))
			count++
		}
		require.Equal(t, 2, count)
		return nil
	})
	require.NoError(t, err)
	require.Empty(t, at(t, ds, head(t, ds), everything))
}

func TestQueryEndsWithItsContext(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	revision := touch(t, ds, aliceReads)
	ctx, cancel := context.WithCancel(t.Context())
	found, err := ds.SnapshotReader(revision).QueryRelationships(ctx, everything)
	require.NoError(t, err)
	cancel()
	_, err = datastore.IteratorToSlice(found)
	require.ErrorIs(t, err, context.Canceled)
}
