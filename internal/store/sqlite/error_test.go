package sqlite

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func openStore(t *testing.T) *Store {
	s, err := Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// beginning is a change that begins the tree acme, with an event of some size.
func beginning(size int) tenancy.Change {
	return tenancy.Change{
		Basis: tenancy.Basis{Trees: map[string]int64{"acme": 0}},
		Rows:  []tenancy.RowChange{{After: tenancy.Organization{ID: "acme", RootID: "acme"}}},
		Event: tenancy.Event{Result: tenancy.ResultDone, Detail: map[string]string{"text": strings.Repeat("x", size)}},
		About: map[string][]string{"acme": {"acme"}},
	}
}

func TestFullDisk(t *testing.T) {
	s := openStore(t)
	_, err := s.writer.DB().Exec("PRAGMA max_page_count = 1") // as many as there are
	require.NoError(t, err)
	_, err = s.Commit(t.Context(), beginning(1<<20), nil)
	require.ErrorContains(t, err, "the disk of the database is full")
	_, err = s.writer.DB().Exec("PRAGMA max_page_count = 1000000")
	require.NoError(t, err)
	_, err = s.Commit(t.Context(), beginning(1<<20), nil) // nothing of the first is in its way
	require.NoError(t, err)
}

func TestOtherWriter(t *testing.T) {
	s := openStore(t)
	_, err := s.writer.DB().Exec("PRAGMA busy_timeout = 1")
	require.NoError(t, err)
	other, err := s.snapshots.DB().Conn(t.Context())
	require.NoError(t, err)
	defer other.Close()
	_, err = other.ExecContext(t.Context(), "PRAGMA query_only = off; BEGIN IMMEDIATE")
	require.NoError(t, err)
	_, err = s.Commit(t.Context(), beginning(1), nil)
	require.ErrorContains(t, err, "another process keeps writing")
	_, err = other.ExecContext(t.Context(), "ROLLBACK")
	require.NoError(t, err)
	_, err = s.Commit(t.Context(), beginning(1), nil)
	require.NoError(t, err)
}

// TestWaitEnds asserts that the wait for the writing connection ends with the context.
func TestWaitEnds(t *testing.T) {
	s := openStore(t)
	turn, err := s.writer.DB().Conn(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := s.Commit(ctx, beginning(1), nil)
		done <- err
	}()
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	_, err = s.TreeOf(ctx, tenancy.Object{Type: "organization", ID: "acme"})
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, turn.Close())
	_, err = s.Commit(t.Context(), beginning(1), nil)
	require.NoError(t, err)
}

// TestBegunTransactionEnds asserts that a transaction that has begun is not broken off.
func TestBegunTransactionEnds(t *testing.T) {
	s := openStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.CommitAfter(ctx, beginning(1), nil, func() error {
		cancel()
		return nil
	})
	require.NoError(t, err)
}
