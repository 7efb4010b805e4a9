package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestReadingsTellTheTimeOfTheDatabase by every way of reading a tree, and what is over by it
// stays out of every change.
func TestReadingsTellTheTimeOfTheDatabase(t *testing.T) {
	two := nodes(t)
	s := two[0]
	commit(t, s, decided(tenancy.Basis{Users: map[string]int64{"ann": 0}}, tenancy.RowChange{After: tenancy.User{ID: "ann"}}))
	group := tenancy.Group{ID: "g", OrganizationID: "acme", RootID: "acme"}
	over := tenancy.Membership{GroupID: "g", RootID: "acme", Role: tenancy.GroupMember, UserID: "ann", ExpiresAt: time.UnixMilli(5).UTC()}
	c := begun("acme")
	c.Rows = append(c.Rows, tenancy.RowChange{After: group}, tenancy.RowChange{After: over})
	c.Basis.Users = map[string]int64{"ann": 1}
	commit(t, s, c)

	of, err := s.TreeOf(t.Context(), tenancy.Object{Type: "group", ID: "g"})
	require.NoError(t, err)
	by, err := s.TreesOf(t.Context(), "ann")
	require.NoError(t, err)
	ended, err := s.TreesOver(t.Context(), 10)
	require.NoError(t, err)
	view, err := s.Snapshot(t.Context())
	require.NoError(t, err)
	defer view.Close()
	seen, err := view.Tree(t.Context(), "acme")
	require.NoError(t, err)
	nowhere, err := view.Tree(t.Context(), "nowhere")
	require.NoError(t, err)
	require.Len(t, by, 1)
	require.Len(t, ended, 1)
	for _, reading := range []tenancy.Reading{of, by[0], ended[0], seen} {
		require.True(t, reading.Over())
		require.WithinDuration(t, time.Now(), reading.At, time.Minute)
	}
	require.Zero(t, nowhere.Version)
	require.WithinDuration(t, time.Now(), nowhere.At, time.Minute)
	require.WithinDuration(t, two[0].Clock().Now(), two[1].Clock().Now(), time.Second)

	late := decided(tenancy.Basis{Trees: map[string]int64{"acme": 1}}, tenancy.RowChange{After: organization("acme", "north")})
	_, err = s.Commit(t.Context(), late, nil)
	require.ErrorIs(t, err, tenancy.ErrMoved)
	commit(t, s, begun("other"))
	beside := decided(tenancy.Basis{Trees: map[string]int64{"acme": 1, "other": 1}}, tenancy.RowChange{After: organization("other", "north")})
	_, err = s.Commit(t.Context(), beside, nil)
	require.ErrorIs(t, err, tenancy.ErrMoved)
	ending := decided(tenancy.Basis{Trees: map[string]int64{"acme": 1}}, tenancy.RowChange{Before: over})
	ending.Ending = true
	commit(t, s, ending)
	trees, err := s.TreesOver(t.Context(), 10)
	require.NoError(t, err)
	require.Empty(t, trees)
}
