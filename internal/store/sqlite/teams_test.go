package sqlite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestMigrationKeepsLinks: links that were there before tenant groups had any are as they were.
func TestMigrationKeepsLinks(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, sqlite.MigrateTo(t.Context(), dir, 10))
	setVersion(t, dir, `INSERT INTO trees (root_id, version) VALUES ('acme', 1);
		INSERT INTO organizations (id, name, name_folded, root_id, depth, isolation, default_dashboard, state, created_at)
		VALUES ('acme', 'Acme', 'acme', 'acme', 1, 'isolated', '', 'active', 1);
		INSERT INTO groups (id, organization_id, root_id, name, claims, created_at) VALUES ('g', 'acme', 'acme', 'G', '[]', 1);
		INSERT INTO links (group_id, organization_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended)
		VALUES ('g', 'acme', 'acme', 'subtree', '["view_agents"]', 2000, 3000, 1, 1)`)

	s := open(t, dir)
	defer s.Close()
	snap, err := s.Snapshot(t.Context())
	require.NoError(t, err)
	defer snap.Close()
	l, err := snap.Link(t.Context(), "g", "acme")
	require.NoError(t, err)
	require.EqualValues(t, 2, l.CreatedAt.Unix())
	require.EqualValues(t, 3, l.ExpiresAt.Unix())
	require.Equal(t, tenancy.Link{
		GroupID: "g", OrganizationID: "acme", RootID: "acme", Scope: tenancy.ScopeSubtree, Claims: []tenancy.Claim{"view_agents"},
		CreatedAt: l.CreatedAt, ExpiresAt: l.ExpiresAt, Unlicensed: true, Suspended: true,
	}, l)
}
