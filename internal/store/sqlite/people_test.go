package sqlite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestMigrationMakesPeopleSearchable: those who were there before people could be searched
// are found as those who come later are.
func TestMigrationMakesPeopleSearchable(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, sqlite.MigrateTo(t.Context(), dir, 7))
	setVersion(t, dir, `INSERT INTO trees (root_id, version) VALUES ('acme', 1);
		INSERT INTO users (id, email, email_verified, name, state, version) VALUES ('zoe', 'Zoe@Example.com', 0, 'ＺÖE Straße', 'active', 1);
		INSERT INTO organizations (id, name, name_folded, root_id, depth, isolation, default_dashboard, state, created_at)
		VALUES ('acme', 'Acme', 'acme', 'acme', 1, 'isolated', '', 'active', 1);
		INSERT INTO owners (organization_id, user_id, root_id, since, inactive) VALUES ('acme', 'zoe', 'acme', 1, 0)`)

	s := open(t, dir)
	defer s.Close()
	snap, err := s.Snapshot(t.Context())
	require.NoError(t, err)
	defer snap.Close()
	for _, text := range []string{"zöe strasse", "zoe@EXAMPLE"} {
		people, err := snap.People(t.Context(), tenancy.Places{OrganizationID: "acme"}, text, tenancy.PageAll)
		require.NoError(t, err)
		require.Len(t, people, 1, text)
	}
}
