package sqlite_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestMigrationTellsTheEndsOfKeys: those that were there before their ends were told end as
// those that come later do.
func TestMigrationTellsTheEndsOfKeys(t *testing.T) {
	for name, c := range map[string]struct {
		before string // when something else in the tree ends
		want   int64
	}{
		"nothing else ends":    {"0", 2000},
		"something ends later": {"9000", 2000},
		"something ends first": {"1000", 1000},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, sqlite.MigrateTo(t.Context(), dir, 8))
			setVersion(t, dir, `INSERT INTO trees (root_id, version, ends_at) VALUES ('acme', 7, `+c.before+`);
				INSERT INTO organizations (id, name, name_folded, root_id, depth, isolation, default_dashboard, state, created_at)
				VALUES ('acme', 'Acme', 'acme', 'acme', 1, 'isolated', '', 'active', 0);
				INSERT INTO resources VALUES ('machine', 'pc', 'acme', 'acme', 'PC', null, 'null', 0);
				INSERT INTO access_keys VALUES
					('never', 'acme', 'acme', 'machine', 'pc', '', x'00', 0, 0, 0, 0),
					('revoked', 'acme', 'acme', 'machine', 'pc', '', x'00', 0, 1500, 1, 0),
					('next', 'acme', 'acme', 'machine', 'pc', '', x'00', 0, 2000, 0, 0),
					('later', 'acme', 'acme', 'machine', 'pc', '', x'00', 0, 3000, 0, 0)`)
			s := open(t, dir)
			defer s.Close()
			tree, err := s.TreeOf(t.Context(), tenancy.Object{Type: "organization", ID: "acme"})
			require.NoError(t, err)
			require.Equal(t, time.UnixMilli(c.want).UTC(), tree.EndsAt)
		})
	}
}
