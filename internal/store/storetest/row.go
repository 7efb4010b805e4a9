package storetest

import (
	"context"
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var rowTests = map[string]func(world){
	"Rows gives one snapshot":              rowsOneSnapshot,
	"Rows can leave kinds of rows out":     rowsExceptSomeKinds,
	"Rows can be broken off":               rowsBrokenOff,
	"Rows ends with the error of its end":  rowsEndWithError,
	"Rows of the zero time and no claims":  rowsOfZeroValues,
	"Texts are kept as they are":           rowsOfAnyText,
	"A user's rows are all that name him":  rowsOfUser,
	"Counts leave out what is not active":  rowsCounted,
	"A subtree comes by depth and id":      rowsOfSubtree,
	"The links of a tree are all its own":  rowsOfLinksIn,
	"All memberships of a group are both":  rowsOfBothRoles,
	"Groups with a user are those by role": rowsOfGroupsWith,
}

func rowsOneSnapshot(w world) {
	oneOfEach(w)
	want := w.rows()
	got := map[string]tenancy.Row{}
	for row, err := range w.Rows(w.ctx()) {
		require.NoError(w.t, err)
		if len(got) == 0 {
			w.commit(create(child("south", root("acme"))), create(user("ben")),
				alter(user("ann"), altered(user("ann"))), remove(owner(child("north", root("acme")), "ann")))
		}
		got[rowKey(row)] = row
	}
	require.Equal(w.t, want, got)
}

func rowsBrokenOff(w world) {
	oneOfEach(w)
	for range 100 { // more often than a store has connections
		for _, err := range w.Rows(w.ctx()) {
			require.NoError(w.t, err)
			break
		}
	}
	w.commit(alter(root("acme"), root("acme")))
}

func rowsExceptSomeKinds(w world) {
	oneOfEach(w)
	kinds := map[string]int{}
	for _, row := range w.rows() {
		kinds[fmt.Sprintf("%T", row)]++
	}
	delete(kinds, "tenancy.User")
	delete(kinds, "tenancy.Link")
	got := map[string]int{}
	for row, err := range w.Rows(w.ctx(), tenancy.User{ID: "any"}, tenancy.Link{}) {
		require.NoError(w.t, err)
		got[fmt.Sprintf("%T", row)]++
	}
	require.Equal(w.t, kinds, got)
}

func rowsEndWithError(w world) {
	oneOfEach(w)
	ctx, cancel := context.WithCancel(w.ctx())
	cancel()
	var errs []error
	for _, err := range w.Rows(ctx) {
		errs = append(errs, err)
	}
	require.Len(w.t, errs, 1)
	require.ErrorIs(w.t, errs[0], context.Canceled)
}

func rowsOfZeroValues(w world) {
	o := tenancy.Organization{ID: "o", RootID: "o"}
	g := tenancy.Group{ID: "g", OrganizationID: "o", RootID: "o"}
	w.commit(create(o), create(g))
	rows := w.rows()
	require.Equal(w.t, o, rows["organization o"])
	require.Equal(w.t, g, rows["group g"])
}

func rowsOfAnyText(w world) {
	o := root("o")
	o.Name, o.DefaultDashboard = "Ünï\u0301cöde 名前 '\"%_\\", "; DROP TABLE events; --"
	u := user("a/b|c=d+e")
	u.Name = "\u202eright to left\n"
	w.commit(create(o), create(u))
	u.Version = 1
	rows := w.rows()
	require.Equal(w.t, o, rows["organization o"])
	require.Equal(w.t, u, rows["user a/b|c=d+e"])
}

func rowsOfUser(w world) {
	a, b := root("a"), root("b")
	g := group("g", b)
	team := tenantGroup("team", b)
	mine := []tenancy.Row{tenantGroupUser(team, "ann"), owner(a, "ann"), owner(b, "ann"), membership(g, tenancy.GroupOwner, "ann"), membership(g, tenancy.GroupMember, "ann")}
	w.commit(create(user("ann")), create(user("ben")), create(a), create(b), create(g),
		create(team), create(tenantGroupUser(team, "ben")),
		create(mine[0]), create(mine[1]), create(mine[2]), create(mine[3]), create(mine[4]),
		create(owner(a, "ben")), create(membership(g, tenancy.GroupMember, "ben")))
	w.look(func(s tenancy.Snapshot) {
		rows, err := s.RowsOf(w.ctx(), "ann")
		require.NoError(w.t, err)
		require.ElementsMatch(w.t, mine, rows)
		rows, err = s.RowsOf(w.ctx(), "nobody")
		require.NoError(w.t, err)
		require.Empty(w.t, rows)
	})
}

func rowsCounted(w world) {
	a := root("a")
	g := group("g", a)
	rows := []tenancy.RowChange{create(a), create(child("b", a)), create(g)}
	for i := range 5 {
		id := fmt.Sprint("u", i)
		o, m := owner(a, id), membership(g, tenancy.GroupMember, id)
		o.Inactive, m.Inactive = i < 2, i < 1
		rows = append(rows, create(user(id)), create(o), create(m))
	}
	w.commit(append(rows, create(membership(g, tenancy.GroupOwner, "u0")), create(owner(child("b", a), "u0")))...)
	w.look(func(s tenancy.Snapshot) {
		w.counts(3)(s.ActiveOwners(w.ctx(), "a"))
		w.counts(0)(s.ActiveOwners(w.ctx(), "nowhere"))
		w.counts(4)(s.ActiveMemberships(w.ctx(), "g", tenancy.GroupMember))
		w.counts(1)(s.ActiveMemberships(w.ctx(), "g", tenancy.GroupOwner))
	})
}

func (w world) counts(want int) func(int, error) {
	return func(n int, err error) {
		w.t.Helper()
		require.NoError(w.t, err)
		require.Equal(w.t, want, n)
	}
}

func rowsOfSubtree(w world) {
	top := root("m")
	z, a := child("z", top), child("a", top)
	under, other := child("b", z), root("other")
	for _, o := range []tenancy.Organization{top, z, a, under, other} {
		w.commit(create(o))
	}
	w.look(func(s tenancy.Snapshot) {
		for id, want := range map[string][]tenancy.Organization{
			"m": {top, a, z, under}, "z": {z, under}, "b": {under}, "nowhere": nil,
		} {
			got, err := s.Subtree(w.ctx(), id)
			require.NoError(w.t, err)
			require.Equal(w.t, want, got)
		}
	})
}

func rowsOfLinksIn(w world) {
	a, b := root("a"), root("b")
	below, other := child("below", a), child("other", b)
	g, h, elsewhere := group("g", a), group("h", a), group("elsewhere", b)
	w.commit(create(a), create(b), create(below), create(other), create(g), create(h), create(elsewhere),
		create(link(g, below)), create(link(h, below)), create(link(elsewhere, other)))
	w.look(func(s tenancy.Snapshot) {
		links, err := s.LinksIn(w.ctx(), "a")
		require.NoError(w.t, err)
		require.ElementsMatch(w.t, []tenancy.Link{link(g, below), link(h, below)}, links)
	})
}

func rowsOfBothRoles(w world) {
	a := root("a")
	g, h := group("g", a), group("h", a)
	both := []tenancy.Membership{membership(g, tenancy.GroupMember, "ann"), membership(g, tenancy.GroupOwner, "ann")}
	w.commit(create(user("ann")), create(a), create(g), create(h), create(both[0]), create(both[1]),
		create(membership(h, tenancy.GroupMember, "ann")))
	w.look(func(s tenancy.Snapshot) {
		got, err := s.AllMemberships(w.ctx(), "g")
		require.NoError(w.t, err)
		require.ElementsMatch(w.t, both, got)
	})
}

func rowsOfGroupsWith(w world) {
	a := root("a")
	g, h, i := group("g", a), group("h", a), group("i", a)
	w.commit(create(user("ann")), create(user("ben")), create(a), create(g), create(h), create(i),
		create(membership(h, tenancy.GroupOwner, "ann")), create(membership(g, tenancy.GroupOwner, "ann")),
		create(membership(i, tenancy.GroupMember, "ann")), create(membership(i, tenancy.GroupOwner, "ben")))
	w.look(func(s tenancy.Snapshot) {
		got, err := s.GroupsWith(w.ctx(), "ann", tenancy.GroupOwner)
		require.NoError(w.t, err)
		require.Equal(w.t, []tenancy.Group{g, h}, got)
	})
}
