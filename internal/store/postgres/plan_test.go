package postgres

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/pgtest"
)

func TestStatementsFitTheTables(t *testing.T) {
	url := pgtest.Shared(t).Empty(t)
	_, err := Migrate(t.Context(), url)
	require.NoError(t, err)
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	for name, text := range dialect.Queries.ByName() {
		if _, err := conn.Prepare(t.Context(), "", text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
