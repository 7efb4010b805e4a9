package sqlite_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func addKey(t testing.TB, s *sqlite.Store, id string) {
	t.Helper()
	require.NoError(t, s.AddServiceKey(t.Context(), tenancy.ServiceKey{ID: id, Kind: tenancy.ConsoleKey, Hash: []byte(id)}))
}

// A key that another process revokes is revoked on the very next call, however often and
// lately it was found good before.
func TestKeyRevokedByAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer s.Close()
	for i := range 20 {
		addKey(t, s, fmt.Sprint("key", i))
	}
	other := start(t, "revoke", dir)
	for i := range 20 {
		id := fmt.Sprint("key", i)
		key, err := s.ServiceKey(t.Context(), id)
		require.NoError(t, err)
		require.Zero(t, key.RevokedAt)
		fmt.Fprintln(other.in, id)
		require.Equal(t, id, other.line(t))
		key, err = s.ServiceKey(t.Context(), id)
		require.NoError(t, err)
		require.NotZero(t, key.RevokedAt)
	}
}

// revoke revokes each key that is named to it.
func revoke(ctx context.Context, dir string) error {
	keys, err := sqlite.OpenKeys(ctx, dir)
	if err != nil {
		return err
	}
	for {
		var id string
		if _, err := fmt.Scanln(&id); err != nil {
			return err
		}
		if err := keys.RevokeServiceKey(ctx, id, time.Now()); err != nil {
			return err
		}
		fmt.Println(id)
	}
}
