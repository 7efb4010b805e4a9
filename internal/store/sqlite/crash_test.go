package sqlite_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestCrash kills a process in the middle of commits, again and again: every version that
// it has told of is there, and the record is whole.
func TestCrash(t *testing.T) {
	dir := t.TempDir()
	told := int64(0)
	for round := range 5 {
		committing := start(t, "commit", dir)
		for range 3 + 7*round {
			version, err := strconv.ParseInt(committing.line(t), 10, 64)
			require.NoError(t, err)
			require.Equal(t, told+1, version)
			told = version
		}
		committing.kill(t)
		told = requireWhole(t, dir, told)
	}
}

// requireWhole asserts that the tree acme is at the version that was told, or at a later
// one that was durable before it could be told; and that rows, events and deliveries
// agree with it. It returns the version.
func requireWhole(t *testing.T, dir string, told int64) int64 {
	t.Helper()
	s := open(t, dir)
	defer s.Close()
	tree, err := s.TreeOf(t.Context(), tenancy.Object{Type: "organization", ID: "acme"})
	require.NoError(t, err)
	require.GreaterOrEqual(t, tree.Version, told)
	rows := int64(0)
	for row, err := range s.Rows(t.Context()) {
		require.NoError(t, err)
		if _, ok := row.(tenancy.Organization); ok {
			rows++
		}
	}
	require.Equal(t, tree.Version, rows)
	deliveries, err := s.Deliveries(t.Context(), "acme", 0, 1_000_000)
	require.NoError(t, err)
	require.Len(t, deliveries, int(tree.Version))
	view, err := s.Snapshot(t.Context())
	require.NoError(t, err)
	defer view.Close()
	events, err := view.Events(t.Context(), tenancy.EventFilter{RootID: "acme"}, 1_000_000)
	require.NoError(t, err)
	require.Len(t, events, int(tree.Version))
	return tree.Version
}
