package storetest

import (
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// compare asserts that the store holds what the model holds, by every way of reading it.
func (p *player) compare() {
	rows := map[string]tenancy.Row{}
	for key, row := range p.rows() {
		if _, name, _ := strings.Cut(key, " "); strings.HasPrefix(name, p.prefix) {
			rows[key] = row
		}
	}
	require.Equal(p, p.model.rows, rows)
	for _, rootID := range []string{p.prefix + "a", p.prefix + "b", ""} {
		require.Equal(p, p.model.trails[rootID], p.trail(rootID))
	}
	p.look(func(s tenancy.Snapshot) {
		for _, id := range []string{"a", "b", "c", "d", "e", "f"} {
			p.compareOrganization(s, p.prefix+id)
			p.comparePeople(s, tenancy.Places{OrganizationID: p.prefix + id, GroupIDs: []string{p.prefix + "g", p.prefix + "i"}, TenantGroupIDs: []string{p.prefix + "x", p.prefix + "z"}})
			p.compareSubaccount(s, p.prefix+id)
			p.compareAccount(s, p.prefix+id)
		}
		for _, id := range []string{"g", "h", "i"} {
			p.compareGroup(s, p.prefix+id)
		}
		for _, id := range []string{"x", "y", "z"} {
			p.compareTenantGroup(s, p.prefix+id)
		}
		for _, id := range []string{"m", "n"} {
			p.compareMachine(s, p.prefix+id)
		}
		for _, id := range []string{"u", "v", "w"} {
			p.compareUser(s, p.prefix+id)
		}
	})
}

func same[T any](p *player, want T) func(T, error) {
	return func(got T, err error) {
		require.NoError(p, err)
		require.Equal(p, want, got)
	}
}

func (p *player) compareOrganization(s tenancy.Snapshot, id string) {
	ctx := p.ctx()
	owners := selected(p.model, func(o tenancy.Owner) bool { return o.OrganizationID == id }, func(o tenancy.Owner) string { return o.UserID })
	same(p, owners)(s.Owners(ctx, id, tenancy.PageAll))
	active := selected(p.model, func(o tenancy.Owner) bool { return o.OrganizationID == id && !o.Inactive }, rowKeyAs)
	same(p, len(active))(s.ActiveOwners(ctx, id))
	belonging, err := s.RowsOfOrganizations(ctx, []string{id})
	require.NoError(p, err)
	require.ElementsMatch(p, p.model.belonging(id), belonging)
	same(p, selected(p.model, func(o tenancy.Organization) bool { return o.ParentID == id }, func(o tenancy.Organization) string { return o.ID }))(
		s.Organizations(ctx, tenancy.OrganizationFilter{ParentID: id}, tenancy.PageAll))
	same(p, selected(p.model, func(o tenancy.Organization) bool { return o.RootID == id }, func(o tenancy.Organization) string { return o.ID }))(
		s.Organizations(ctx, tenancy.OrganizationFilter{RootID: id}, tenancy.PageAll))
	same(p, selected(p.model, func(g tenancy.Group) bool { return g.OrganizationID == id }, func(g tenancy.Group) string { return g.ID }))(
		s.Groups(ctx, id, tenancy.PageAll))
	o, _ := p.model.rows["organization "+id].(tenancy.Organization)
	same(p, selected(p.model, func(l tenancy.Link) bool { return p.model.covers(l, o) }, tenancy.Link.Key))(
		s.LinksCovering(ctx, o, tenancy.PageAll))
	over := selected(p.model, func(row tenancy.Row) bool { return row.Tree() == id && isOver(row, minute(35)) }, rowKeyAs)
	rows, err := s.Over(ctx, id, minute(35), 1000)
	require.NoError(p, err)
	require.ElementsMatch(p, over, rows)
	for _, t := range []tenancy.ResourceType{tenancy.Machine, tenancy.BackupConfig} {
		in := func(r tenancy.Resource) bool { return r.OrganizationID == id && r.Type == t }
		same(p, selected(p.model, in, rowKeyAs))(s.Resources(ctx, id, t, tenancy.PageAll))
	}
	links, err := s.LinksIn(ctx, id)
	require.NoError(p, err)
	require.ElementsMatch(p, selected(p.model, func(l tenancy.Link) bool { return l.RootID == id }, rowKeyAs), links)
}

// covers reports whether a link makes its group active in the organization.
func (m *model) covers(l tenancy.Link, o tenancy.Organization) bool {
	if l.TenantGroupID != "" {
		return m.has(l.TenantGroupID, o)
	}
	return l.OrganizationID == o.ID && o.ID != "" ||
		l.Scope == tenancy.ScopeSubtree && slices.Contains(o.Above(), l.OrganizationID)
}

// has reports whether the organization is in the tenant group or in one below it.
func (m *model) has(tenantGroupID string, o tenancy.Organization) bool {
	for _, row := range m.rows {
		switch r := row.(type) {
		case tenancy.TenantGroupPlace:
			if r.TenantGroupID == tenantGroupID && r.OrganizationID == o.ID {
				return true
			}
		case tenancy.TenantGroup:
			if r.ParentID == tenantGroupID && m.has(r.ID, o) {
				return true
			}
		}
	}
	return false
}

func isOver(row tenancy.Row, at time.Time) bool {
	end := tenancy.EndOf(row)
	return !end.IsZero() && !end.After(at)
}

func rowKeyAs[T tenancy.Row](row T) string { return rowKey(row) }

func (p *player) compareGroup(s tenancy.Snapshot, id string) {
	ctx := p.ctx()
	same(p, selected(p.model, func(l tenancy.Link) bool { return l.GroupID == id }, tenancy.Link.Place))(
		s.LinksOf(ctx, id, tenancy.PageAll))
	invitations, err := s.InvitationsTo(ctx, id)
	require.NoError(p, err)
	require.ElementsMatch(p, selected(p.model, func(i tenancy.Invitation) bool { return i.GroupID == id }, rowKeyAs), invitations)
	for _, role := range []tenancy.GroupRole{tenancy.GroupOwner, tenancy.GroupMember} {
		in := func(m tenancy.Membership) bool { return m.GroupID == id && m.Role == role }
		same(p, selected(p.model, in, func(m tenancy.Membership) string { return m.UserID }))(
			s.Memberships(ctx, id, role, tenancy.PageAll))
		active := selected(p.model, func(m tenancy.Membership) bool { return in(m) && !m.Inactive }, rowKeyAs)
		same(p, len(active))(s.ActiveMemberships(ctx, id, role))
	}
	all, err := s.AllMemberships(ctx, id)
	require.NoError(p, err)
	require.ElementsMatch(p, selected(p.model, func(m tenancy.Membership) bool { return m.GroupID == id }, rowKeyAs), all)
}

// compareSubaccount has an organization be a subaccount of a, also of another tree. The
// account itself is none.
func (p *player) compareSubaccount(s tenancy.Snapshot, id string) {
	account := p.prefix + "a"
	if id == account {
		return
	}
	p.comparePeople(s, tenancy.Places{OrganizationID: id, GroupIDs: []string{p.prefix + "i"}, Account: tenancy.AccountPlace{
		RootID: account, SubaccountID: id, OwnerGroupIDs: []string{p.prefix + "g"}}})
}

func (p *player) compareAccount(s tenancy.Snapshot, id string) {
	of := func(a tenancy.Administrator) bool { return a.RootID == id }
	same(p, selected(p.model, of, rowKeyAs))(s.Administrators(p.ctx(), tenancy.AdministratorFilter{RootID: id}, tenancy.PageAll))
	p.comparePeople(s, tenancy.Places{Account: tenancy.AccountPlace{RootID: id}})
	owners := map[string]bool{}
	for _, row := range p.model.rows {
		switch r := row.(type) {
		case tenancy.Owner:
			if r.OrganizationID == id && !r.Inactive {
				owners[r.UserID] = true
			}
		case tenancy.Administrator:
			if r.RootID == id && r.Role == tenancy.AccountOwner && !r.Inactive {
				owners[r.UserID] = true
			}
		}
	}
	same(p, len(owners))(s.ActiveAccountOwners(p.ctx(), id))
}

func (p *player) compareMachine(s tenancy.Snapshot, id string) {
	machine := tenancy.Object{Type: "machine", ID: id}
	same(p, selected(p.model, func(r tenancy.Resource) bool { return slices.Contains(r.AssignedTo, machine) }, rowKeyAs))(
		s.AssignedTo(p.ctx(), machine))
	same(p, selected(p.model, func(k tenancy.AccessKey) bool { return k.Subject == machine }, rowKeyAs))(
		s.AccessKeysOf(p.ctx(), machine))
}

func (p *player) compareUser(s tenancy.Snapshot, id string) {
	trees := map[string]tenancy.Row{}
	var rows []tenancy.Row
	for key, row := range p.model.rows {
		if row.Tree() != "" && strings.HasSuffix(key, " "+id) {
			rows = append(rows, row)
			trees[row.Tree()] = p.model.rows["tree "+row.Tree()]
		}
	}
	got, err := s.RowsOf(p.ctx(), id)
	require.NoError(p, err)
	require.ElementsMatch(p, rows, got)
	found, err := p.TreesOf(p.ctx(), id)
	require.NoError(p, err)
	require.Len(p, found, len(trees))
	for _, tree := range found {
		require.Equal(p, trees[tree.RootID], tree.Tree)
	}
}

// belonging are the rows that name an organization, a group homed in it or a tenant group of
// which it is the root; not those of organizations below.
func (m *model) belonging(id string) (rows []tenancy.Row) {
	keys := []string{"organization " + id}
	for _, row := range m.rows {
		if g, ok := row.(tenancy.Group); ok && g.OrganizationID == id {
			keys = append(keys, rowKey(g))
		}
		if g, ok := row.(tenancy.TenantGroup); ok && g.RootID == id {
			keys = append(keys, rowKey(g))
		}
	}
	for key, row := range m.rows {
		_, isOrganization := row.(tenancy.Organization)
		named := slices.ContainsFunc(names(row), func(name string) bool { return slices.Contains(keys, name) })
		if key == keys[0] || named && !isOrganization {
			rows = append(rows, row)
		}
	}
	return rows
}
