//go:build failpoint

package sqlite

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// A panic before the commit leaves nothing behind: no transaction, and no memory that waits
// for one to settle.
func TestAPanicBeforeTheCommitIsAsIfNothingHadBeen(t *testing.T) {
	s := openStore(t)
	founding := tenancy.Change{
		Basis: tenancy.Basis{Trees: map[string]int64{"acme": 0}},
		Rows:  []tenancy.RowChange{{After: tenancy.Organization{ID: "acme", RootID: "acme", Depth: 1}}},
		Event: tenancy.Event{RootID: "acme", Result: tenancy.ResultDone},
	}
	trap := failpoint.Arm(failpoint.CommitBegun, failpoint.Action{Do: failpoint.Panic})
	defer trap.Disarm()
	require.Panics(t, func() { _, _ = s.Commit(t.Context(), founding, nil) })
	require.Zero(t, s.memory.committing)
	versions, err := s.Commit(t.Context(), founding, nil)
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"acme": 1}, versions)
}
