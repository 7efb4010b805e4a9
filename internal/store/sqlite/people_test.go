package sqlite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestMigrationMakesPeopleSearchable: those who were there before people could be searched
// are found as those who come later are.
func TestMigrationMakesPeopleSearchable(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	change := newChild("acme", "acme", 0)
	change.Basis.Users = map[string]int64{"zoe": 0}
	change.Rows = append(change.Rows,
		tenancy.RowChange{After: tenancy.User{ID: "zoe", Name: "ＺÖE Straße", Email: "Zoe@Example.com", State: tenancy.UserActive}},
		tenancy.RowChange{After: tenancy.Owner{OrganizationID: "acme", RootID: "acme", UserID: "zoe"}})
	_, err := s.Commit(t.Context(), change, nil)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	setVersion(t, dir, `DROP INDEX invitations_pending_of_mailbox; ALTER TABLE invitations DROP COLUMN email_folded;
		ALTER TABLE users DROP COLUMN searched; DELETE FROM goose_db_version WHERE version_id = 8`)

	s = open(t, dir)
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
