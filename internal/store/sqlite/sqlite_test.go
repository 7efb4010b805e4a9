package sqlite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/store/storetest"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T, clock tenancy.Clock) storetest.Store {
		return open(t, t.TempDir(), sqlite.WithClock(clock))
	})
}

func open(t testing.TB, dir string, options ...sqlite.Option) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), dir, options...)
	require.NoError(t, err)
	return s
}
