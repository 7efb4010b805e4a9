package postgres_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/pgtest"
	"github.com/tenantry/tenantry/internal/store/postgres"
	"github.com/tenantry/tenantry/internal/store/storetest"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T, clock tenancy.Clock) storetest.Store {
		return open(t, migrated.Database(t), postgres.WithClock(clock))
	})
}

// migrated is a database in which the record is empty.
var migrated = pgtest.Template{Prepare: func(ctx context.Context, url string) error {
	_, err := postgres.Migrate(ctx, url)
	return err
}}

func open(t testing.TB, url string, options ...postgres.Option) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), url, options...)
	require.NoError(t, err)
	return s
}
