package storetest

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// world is a store with the steps that the tests take in it.
type world struct {
	t tester
	Store
	clock   *Clock
	another func() world // on an empty store of its own
}

// tester is a *testing.T, or the *rapid.T of one run.
type tester interface {
	require.TestingT
	Helper()
	Context() context.Context
}

func (w world) ctx() context.Context { return w.t.Context() }

// Times are told from rows by their minute.
func minute(n int) time.Time { return time.Date(2026, 3, 1, 9, n, 0, 7_000_000, time.UTC) }

// Clock is what the record goes by: it stands still until it is set.
type Clock struct{ at atomic.Int64 }

// Now is the time that was set last.
func (c *Clock) Now() time.Time { return time.UnixMilli(c.at.Load()).UTC() }

// Set sets the time, to the millisecond.
func (c *Clock) Set(at time.Time) { c.at.Store(at.UnixMilli()) }

func create(row tenancy.Row) tenancy.RowChange { return tenancy.RowChange{After: row} }
func remove(row tenancy.Row) tenancy.RowChange { return tenancy.RowChange{Before: row} }
func alter(before, after tenancy.Row) tenancy.RowChange {
	return tenancy.RowChange{Before: before, After: after}
}

func user(id string) tenancy.User {
	return tenancy.User{ID: id, Email: id + "@example.org", Name: "Name of " + id, State: tenancy.UserActive}
}

func root(id string) tenancy.Organization {
	return tenancy.Organization{ID: id, Name: "Name of " + id, RootID: id, Depth: 1, Isolation: tenancy.Isolated,
		DefaultDashboard: "overview", State: tenancy.OrganizationActive, CreatedAt: minute(1)}
}

func child(id string, parent tenancy.Organization) tenancy.Organization {
	o := root(id)
	o.ParentID, o.RootID, o.Depth = parent.ID, parent.RootID, parent.Depth+1
	return o
}

func owner(o tenancy.Organization, userID string) tenancy.Owner {
	return tenancy.Owner{OrganizationID: o.ID, RootID: o.RootID, UserID: userID, Since: minute(2)}
}

func group(id string, home tenancy.Organization, claims ...tenancy.Claim) tenancy.Group {
	return tenancy.Group{ID: id, OrganizationID: home.ID, RootID: home.RootID, Name: "Name of " + id,
		Claims: claims, CreatedAt: minute(3)}
}

func membership(g tenancy.Group, role tenancy.GroupRole, userID string) tenancy.Membership {
	return tenancy.Membership{GroupID: g.ID, RootID: g.RootID, Role: role, UserID: userID, Since: minute(4)}
}

func link(g tenancy.Group, into tenancy.Organization) tenancy.Link {
	return tenancy.Link{GroupID: g.ID, OrganizationID: into.ID, RootID: g.RootID, Scope: tenancy.ScopeOrganization, CreatedAt: minute(5)}
}

// linkTo is one to a tenant group.
func linkTo(t tenancy.TenantGroup, g tenancy.Group) tenancy.Link {
	return tenancy.Link{GroupID: g.ID, OrganizationID: t.RootID, TenantGroupID: t.ID, RootID: g.RootID, CreatedAt: minute(5)}
}

// change decides on the record as it is now: its basis has every tree and user in the rows.
func (w world) change(rows ...tenancy.RowChange) tenancy.Change {
	c := tenancy.Change{
		Rows:  rows,
		Basis: tenancy.Basis{Trees: map[string]int64{}, Users: map[string]int64{}, Released: map[tenancy.Object]tenancy.Token{}},
		Event: tenancy.Event{At: minute(6), Actor: tenancy.Object{Type: "service_key", ID: "key1"},
			Action: "test.change", Result: tenancy.ResultDone},
	}
	s := w.snapshot()
	for _, id := range c.Moves() {
		c.Basis.Trees[id] = w.version(s, id)
	}
	for _, rc := range rows {
		if r, ok := rc.After.(tenancy.Resource); ok && rc.Before == nil {
			c.Basis.Released[r.Object()] = w.released(s, r)
		}
		for _, row := range []tenancy.Row{rc.Before, rc.After} {
			if u, ok := row.(tenancy.User); ok {
				c.Basis.Users[u.ID] = w.userVersion(s, u.ID)
			}
		}
	}
	require.NoError(w.t, s.Close())
	return c
}

// commit commits the rows on the record as it is now.
func (w world) commit(rows ...tenancy.RowChange) map[string]int64 {
	w.t.Helper()
	versions, err := w.Commit(w.ctx(), w.change(rows...), nil)
	require.NoError(w.t, err)
	return versions
}

// fails asserts that the change fails with the error, and leaves nothing behind.
func (w world) fails(want error, c tenancy.Change) {
	w.t.Helper()
	before := w.everything()
	versions, err := w.Commit(w.ctx(), c, nil)
	if want == nil {
		require.Error(w.t, err)
	} else {
		require.ErrorIs(w.t, err, want)
	}
	require.Empty(w.t, versions)
	require.Equal(w.t, before, w.everything(), "a change that failed left something behind")
}

// snapshot is closed by the end of the test, if not before.
func (w world) snapshot() tenancy.Snapshot {
	s, err := w.Snapshot(w.ctx())
	require.NoError(w.t, err)
	return s
}

func (w world) version(s tenancy.Snapshot, rootID string) int64 {
	tree, err := s.Tree(w.ctx(), rootID)
	require.NoError(w.t, err)
	require.Equal(w.t, rootID, tree.RootID)
	return tree.Version
}

func (w world) userVersion(s tenancy.Snapshot, id string) int64 {
	u, err := s.User(w.ctx(), id)
	if err != nil {
		require.ErrorIs(w.t, err, tenancy.ErrNoRow)
	}
	return u.Version
}

func (w world) released(s tenancy.Snapshot, r tenancy.Resource) tenancy.Token {
	tree, err := s.Released(w.ctx(), r.Object())
	if err != nil {
		require.ErrorIs(w.t, err, tenancy.ErrNoRow)
	}
	return tree
}

// look runs do on a snapshot of now.
func (w world) look(do func(s tenancy.Snapshot)) {
	s := w.snapshot()
	do(s)
	require.NoError(w.t, s.Close())
}

// rows is every row of the record by its key.
func (w world) rows() map[string]tenancy.Row {
	rows := map[string]tenancy.Row{}
	for row, err := range w.Rows(w.ctx()) {
		require.NoError(w.t, err)
		require.NotContains(w.t, rows, rowKey(row))
		rows[rowKey(row)] = row
	}
	return rows
}

// trail is the whole trail of a tree, without the hashes: these are random, and hold.
func (w world) trail(rootID string) (events []tenancy.Event) {
	w.look(func(s tenancy.Snapshot) {
		var err error
		events, err = s.Events(w.ctx(), tenancy.EventFilter{RootID: rootID}, 100_000)
		require.NoError(w.t, err)
		v, err := tenancy.VerifyTrail(w.ctx(), s, rootID)
		require.NoError(w.t, err)
		require.Equal(w.t, tenancy.Verification{Events: int64(len(events))}, v, "the trail of %q", rootID)
	})
	for i := range events {
		require.NotZero(w.t, events[i].Hash)
		events[i].Hash, events[i].PreviousHash = tenancy.Hash{}, tenancy.Hash{}
	}
	return events
}

// everything is the record: its rows, and all trails by root.
func (w world) everything() any {
	rows := w.rows()
	trails := map[string][]tenancy.Event{"": w.trail("")}
	for _, row := range rows {
		switch tree := row.(type) {
		case tenancy.Tree, tenancy.EndedTree:
			trails[tree.Tree()] = w.trail(tree.Tree())
		}
	}
	return []any{rows, trails}
}

func resourceKey(resource tenancy.Object) string {
	return "resource " + resource.ID + " " + resource.Type
}

// rowKey names a row among all rows.
func rowKey(row tenancy.Row) string {
	switch r := row.(type) {
	case tenancy.Tree:
		return "tree " + r.RootID
	case tenancy.EndedTree:
		return "ended-tree " + r.RootID
	case tenancy.User:
		return "user " + r.ID
	case tenancy.Organization:
		return "organization " + r.ID
	case tenancy.Subscription:
		return "subscription " + r.OrganizationID
	case tenancy.Owner:
		return "owner " + r.OrganizationID + " " + r.UserID
	case tenancy.Group:
		return "group " + r.ID
	case tenancy.Membership:
		return "membership " + r.GroupID + " " + string(r.Role) + " " + r.UserID
	case tenancy.Link:
		return "link " + r.GroupID + " " + r.Place()
	case tenancy.Invitation:
		return "invitation " + r.ID
	case tenancy.Resource:
		return resourceKey(r.Object())
	case tenancy.AccessKey:
		return "access_key " + r.ID
	case tenancy.TenantGroup:
		return "tenant_group " + r.ID
	case tenancy.TenantGroupPlace:
		return "tenant_group_place " + r.TenantGroupID + " " + r.OrganizationID
	case tenancy.TenantGroupUser:
		return "tenant_group_user " + r.TenantGroupID + " " + r.UserID
	case tenancy.Administrator:
		return "administrator " + r.RootID + " " + r.UserID
	}
	panic("a row of an unknown kind")
}
