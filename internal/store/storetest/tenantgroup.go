package storetest

import (
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var tenantGroupTests = map[string]func(world){
	"Tenant groups page by id":                      pagesOfTenantGroups,
	"Tenant groups know what is above and below":    tenantGroupsAboveAndBelow,
	"Tenants are those of the subgroups too":        tenantsBelow,
	"Tenant groups are used by way of those above":  tenantGroupsUsed,
	"Tenant groups are over what is in them":        tenantGroupsOver,
	"Places in tenant groups are told tree by tree": tenantGroupUsersOf,
	"A place in a tenant group is a standing":       tenantGroupStanding,
	"TreeOf finds a tenant group":                   treeOfTenantGroup,
}

func tenantGroup(id string, root tenancy.Organization) tenancy.TenantGroup {
	return tenancy.TenantGroup{ID: id, RootID: root.RootID, Name: "Name of " + id, Depth: 1, CreatedAt: minute(3)}
}

func subgroup(id string, parent tenancy.TenantGroup) tenancy.TenantGroup {
	g := parent
	g.ID, g.Name, g.ParentID, g.Depth = id, "Name of "+id, parent.ID, parent.Depth+1
	return g
}

func tenantGroupPlace(g tenancy.TenantGroup, o tenancy.Organization) tenancy.TenantGroupPlace {
	return tenancy.TenantGroupPlace{TenantGroupID: g.ID, OrganizationID: o.ID, RootID: g.RootID, Since: minute(4)}
}

func tenantGroupUser(g tenancy.TenantGroup, userID string) tenancy.TenantGroupUser {
	return tenancy.TenantGroupUser{TenantGroupID: g.ID, UserID: userID, RootID: g.RootID, AllTenantPermissions: true,
		Modules: []string{"invoicing"}, Since: minute(5)}
}

// teams has the groups top, mid in it and low in that, and side, in acme; and far in other.
// north is in mid and side, south in low and top. ann is in mid, ben in low, cid in far.
type teams struct {
	top, mid, low, side, far tenancy.TenantGroup
	north, south             tenancy.Organization
}

func newTeams(w world) (t teams) {
	acme, other := root("acme"), root("other")
	t.top, t.side, t.far = tenantGroup("top", acme), tenantGroup("side", acme), tenantGroup("far", other)
	t.mid = subgroup("mid", t.top)
	t.low = subgroup("low", t.mid)
	t.north, t.south = child("north", acme), child("south", acme)
	w.commit(create(user("ann")), create(user("ben")), create(user("cid")), create(acme), create(other),
		create(t.north), create(t.south), create(t.top), create(t.mid), create(t.low), create(t.side), create(t.far),
		create(tenantGroupPlace(t.mid, t.north)), create(tenantGroupPlace(t.side, t.north)),
		create(tenantGroupPlace(t.low, t.south)), create(tenantGroupPlace(t.top, t.south)),
		create(tenantGroupUser(t.mid, "ann")), create(tenantGroupUser(t.low, "ben")), create(tenantGroupUser(t.far, "cid")))
	return t
}

func tenantGroupsAboveAndBelow(w world) {
	t := newTeams(w)
	w.look(func(s tenancy.Snapshot) {
		for id, want := range map[string][2][]tenancy.TenantGroup{
			"top": {{t.top}, {t.top, t.mid, t.low}}, "mid": {{t.mid, t.top}, {t.mid, t.low}},
			"low": {{t.low, t.mid, t.top}, {t.low}}, "side": {{t.side}, {t.side}}, "nowhere": {},
		} {
			above, err := s.TenantGroupsAbove(w.ctx(), id)
			require.NoError(w.t, err)
			require.Equal(w.t, want[0], above)
			below, err := s.TenantGroupsBelow(w.ctx(), id)
			require.NoError(w.t, err)
			require.Equal(w.t, want[1], below)
		}
	})
}

func tenantsBelow(w world) {
	t := newTeams(w)
	w.look(func(s tenancy.Snapshot) {
		for id, want := range map[string][]tenancy.Organization{
			"top": {t.north, t.south}, "mid": {t.north, t.south}, "low": {t.south}, "side": {t.north}, "far": nil, "nowhere": nil,
		} {
			got, err := s.TenantsBelow(w.ctx(), id)
			require.NoError(w.t, err)
			require.Equal(w.t, want, got, id)
		}
	})
}

func tenantGroupsUsed(w world) {
	t := newTeams(w)
	used := func(rootID, userID string) (got []tenancy.TenantGroup) {
		w.look(func(s tenancy.Snapshot) {
			var err error
			got, err = s.TenantGroupsUsed(w.ctx(), rootID, userID, tenancy.PageAll)
			require.NoError(w.t, err)
		})
		return got
	}
	require.Equal(w.t, []tenancy.TenantGroup{t.low, t.mid}, used("acme", "ann"))
	require.Equal(w.t, []tenancy.TenantGroup{t.low}, used("acme", "ben"))
	require.Equal(w.t, []tenancy.TenantGroup{t.far}, used("other", "cid"))
	require.Empty(w.t, used("other", "ann"))
	require.Empty(w.t, used("acme", "nobody"))
	place := tenantGroupUser(t.mid, "ann")
	for _, without := range []func(*tenancy.TenantGroupUser){
		func(u *tenancy.TenantGroupUser) { u.Inactive = true }, func(u *tenancy.TenantGroupUser) { u.Suspended = true },
	} {
		after := place
		without(&after)
		w.commit(alter(place, after))
		require.Empty(w.t, used("acme", "ann"))
		w.commit(alter(after, place))
	}
}

func tenantGroupsOver(w world) {
	t := newTeams(w)
	w.look(func(s tenancy.Snapshot) {
		for id, want := range map[string][]tenancy.TenantGroup{
			"north": {t.side, t.top, t.mid}, "south": {t.top, t.mid, t.low}, "acme": nil, "nowhere": nil,
		} {
			got, err := s.TenantGroupsOver(w.ctx(), id)
			require.NoError(w.t, err)
			require.Equal(w.t, want, got, id)
		}
	})
}

func tenantGroupUsersOf(w world) {
	t := newTeams(w)
	w.commit(create(tenantGroupUser(t.low, "ann")), create(tenantGroupUser(t.far, "ann")))
	w.look(func(s tenancy.Snapshot) {
		got, err := s.TenantGroupUsersOf(w.ctx(), "acme", "ann")
		require.NoError(w.t, err)
		require.Equal(w.t, []tenancy.TenantGroupUser{tenantGroupUser(t.low, "ann"), tenantGroupUser(t.mid, "ann")}, got)
		got, err = s.TenantGroupUsersOf(w.ctx(), "other", "ben")
		require.NoError(w.t, err)
		require.Empty(w.t, got)
	})
}

func tenantGroupStanding(w world) {
	newTeams(w)
	trees, err := w.TreesOf(w.ctx(), "cid")
	require.NoError(w.t, err)
	require.Len(w.t, trees, 1)
	require.Equal(w.t, "other", trees[0].RootID)
	c := w.change(alter(user("cid"), altered(user("cid"))))
	c.Basis.Standing = map[string][]string{"cid": nil}
	w.fails(tenancy.ErrMoved, c)
}

func treeOfTenantGroup(w world) {
	t := newTeams(w)
	for range 2 { // the second from memory
		tree, err := w.TreeOf(w.ctx(), tenancy.Object{Type: "tenant_group", ID: "low"})
		require.NoError(w.t, err)
		require.Equal(w.t, "acme", tree.RootID)
	}
	w.commit(remove(tenantGroupUser(t.low, "ben")), remove(tenantGroupPlace(t.low, t.south)), remove(t.low))
	_, err := w.TreeOf(w.ctx(), tenancy.Object{Type: "tenant_group", ID: "low"})
	require.ErrorIs(w.t, err, tenancy.ErrNoRow)
	_, err = w.TreeOf(w.ctx(), tenancy.Object{Type: "group", ID: "top"})
	require.ErrorIs(w.t, err, tenancy.ErrNoRow)
}

func pagesOfTenantGroups(w world) {
	acme := root("acme")
	team := tenantGroup("aaa", acme)
	keys := []string{}
	rows := []tenancy.RowChange{create(acme), create(root("other")), create(tenantGroup("elsewhere", root("other"))), create(user("ann"))}
	rows = append(rows, create(team), create(tenantGroupUser(team, "ann")))
	for i := range many {
		id := key(i)
		o := child(id, acme)
		keys = append(keys, id)
		rows = append(rows, create(user(id)), create(o), create(subgroup(id, team)),
			create(tenantGroupPlace(team, o)), create(tenantGroupUser(team, id)))
	}
	w.commit(rows...)
	w.look(func(s tenancy.Snapshot) {
		ctx := w.ctx()
		groupID := func(g tenancy.TenantGroup) string { return g.ID }
		withTeam := append(slices.Clone(keys), "aaa")
		pages(w, withTeam, func(p tenancy.Page) ([]tenancy.TenantGroup, error) { return s.TenantGroups(ctx, "acme", p) }, groupID)
		pages(w, withTeam, func(p tenancy.Page) ([]tenancy.TenantGroup, error) { return s.TenantGroupsUsed(ctx, "acme", "ann", p) }, groupID)
		pages(w, keys, func(p tenancy.Page) ([]tenancy.TenantGroupPlace, error) { return s.TenantGroupPlaces(ctx, "aaa", p) },
			func(p tenancy.TenantGroupPlace) string { return p.OrganizationID })
		pages(w, append(slices.Clone(keys), "ann"), func(p tenancy.Page) ([]tenancy.TenantGroupUser, error) { return s.TenantGroupUsers(ctx, "aaa", p) },
			func(u tenancy.TenantGroupUser) string { return u.UserID })
	})
}

// tenantGroups are x, and y in it, of the root a, and z of b.
func (p *player) tenantGroups(a, b tenancy.Organization) []tenancy.TenantGroup {
	x := tenantGroup(p.prefix+"x", a)
	return []tenancy.TenantGroup{x, subgroup(p.prefix+"y", x), tenantGroup(p.prefix+"z", b)}
}

func (p *player) compareTenantGroup(s tenancy.Snapshot, id string) {
	ctx := p.ctx()
	same(p, selected(p.model, func(l tenancy.TenantGroupPlace) bool { return l.TenantGroupID == id }, func(l tenancy.TenantGroupPlace) string { return l.OrganizationID }))(
		s.TenantGroupPlaces(ctx, id, tenancy.PageAll))
	same(p, selected(p.model, func(u tenancy.TenantGroupUser) bool { return u.TenantGroupID == id }, func(u tenancy.TenantGroupUser) string { return u.UserID }))(
		s.TenantGroupUsers(ctx, id, tenancy.PageAll))
	below := selected(p.model, func(g tenancy.TenantGroup) bool { return g.ID == id || g.ParentID == id },
		func(g tenancy.TenantGroup) string { return fmt.Sprint(g.Depth, g.ID) })
	same(p, below)(s.TenantGroupsBelow(ctx, id))
}
