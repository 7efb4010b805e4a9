package tenancy

import (
	"context"
	"maps"
	"slices"
	"time"
)

// memory makes a roster of what held. The rows of then are no more; but of each that had
// force the relationships tell who, where and by what, and so the ways are told of such rows
// as today's are. What relationships do not tell is left out: times, who made himself a
// member, and who was invited.
type memory struct {
	ctx  context.Context
	past Past
	read map[Object]map[string][]Object
	err  error // the first
	*roster
	rows []Row
}

// ways are those of everybody into an organization, by user.
func (p *past) ways(ctx context.Context, o Organization) (map[string][]RosterAccess, error) {
	m := &memory{ctx: ctx, past: p, read: map[Object]map[string][]Object{}, roster: &roster{
		organization: Organization{ID: o.ID, RootID: o.RootID},
		groups:       map[string][]activeGroup{}, tenantGroups: map[string]time.Time{},
	}}
	here := m.of(Object{"organization", o.ID})
	m.owners(o.ID, here)
	for _, group := range here["group"] {
		m.activate(ViaGroup, group.ID, Link{})
	}
	m.links(here, "")
	for _, subtree := range here["subtree"] {
		m.links(m.of(subtree), "")
	}
	for _, group := range here["tenant_group"] {
		m.reachedBy(group)
	}
	for _, role := range here["account_role"] {
		m.openedTo(m.of(role))
	}
	m.memberships()
	return m.waysOf(m.rows), m.err
}

// of is all that stood in the relations of a resource, by relation.
func (m *memory) of(resource Object) map[string][]Object {
	found, known := m.read[resource]
	if !known && m.err == nil {
		found, m.err = m.past.Standing(m.ctx, resource)
		m.read[resource] = found
	}
	return found
}

func (m *memory) owners(organizationID string, standing map[string][]Object) {
	for _, owner := range standing["owner"] {
		m.rows = append(m.rows, Owner{OrganizationID: organizationID, UserID: owner.ID})
	}
}

// group is one with its home and claims.
func (m *memory) group(id string) Group {
	standing := m.of(Object{"group", id})
	g := Group{ID: id, Claims: claimsIn(standing)}
	for _, home := range standing["home"] {
		g.OrganizationID = home.ID
	}
	return g
}

// claimsIn are those of a group, or those that a link let through: none is no nil.
func claimsIn(standing map[string][]Object) []Claim {
	return slices.DeleteFunc(slices.Clone(Claims), func(c Claim) bool { return len(standing["claim_"+string(c)]) == 0 })
}

func (m *memory) activate(via Via, groupID string, link Link) {
	m.groups[groupID] = append(m.groups[groupID], activeGroup{Group: m.group(groupID), via: via, link: link})
}

// links are those made at a place. One at home was for what is below (D-34).
func (m *memory) links(place map[string][]Object, tenantGroupID string) {
	for _, linked := range place["linked_group"] {
		link := Link{TenantGroupID: tenantGroupID}
		if linked.Type == "link" {
			narrowed := m.of(linked)
			link.Claims = claimsIn(narrowed)
			for _, group := range narrowed["group"] {
				linked = group
			}
		}
		if m.group(linked.ID).OrganizationID != m.organization.ID {
			m.activate(ViaLinkedGroup, linked.ID, link)
		}
	}
}

// reachedBy has the people of a tenant group and of those above it, and what was linked there.
func (m *memory) reachedBy(group Object) {
	if _, known := m.tenantGroups[group.ID]; known {
		return
	}
	m.tenantGroups[group.ID] = time.Time{}
	standing := m.of(group)
	administrators, all := among(standing["administrator"]), among(standing["all_tenants"])
	for _, user := range standing["user"] {
		m.rows = append(m.rows, TenantGroupUser{
			TenantGroupID: group.ID, RootID: m.organization.RootID, UserID: user.ID,
			GroupAdministrator: administrators[user], AllTenantPermissions: all[user],
		})
	}
	m.links(standing, group.ID)
	for _, parent := range standing["parent"] {
		m.reachedBy(parent)
	}
}

// openedTo has those with a role at one level of the account, those with a role everywhere
// who were not excepted here, and those who owned the root (D-4).
func (m *memory) openedTo(level map[string][]Object) {
	m.administrators(level, nil)
	excepted := among(level["except"])
	for _, everywhere := range level["everywhere"] {
		m.administrators(m.of(everywhere), excepted)
	}
	for _, root := range level["account"] {
		standing := m.of(root)
		m.owners(root.ID, standing)
		for _, group := range standing["group"] {
			if slices.Contains(m.group(group.ID).Claims, ClaimOwner) {
				m.account.OwnerGroupIDs = append(m.account.OwnerGroupIDs, group.ID)
			}
		}
	}
}

// administrators are those of a level, each with one role: in the account or below.
func (m *memory) administrators(level map[string][]Object, excepted map[Object]bool) {
	for _, role := range AccountRoles {
		for _, user := range level[string(role)] {
			if !excepted[user] {
				m.rows = append(m.rows, Administrator{RootID: m.organization.RootID, UserID: user.ID, Role: role, SubaccountRole: role})
			}
		}
	}
}

// memberships are those in all groups that led here.
func (m *memory) memberships() {
	ids := append(slices.Collect(maps.Keys(m.groups)), m.account.OwnerGroupIDs...)
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		standing := m.of(Object{"group", id})
		for _, role := range []GroupRole{GroupOwner, GroupMember} {
			for _, user := range standing[string(role)] {
				m.rows = append(m.rows, Membership{GroupID: id, Role: role, UserID: user.ID})
			}
		}
	}
}

func among(objects []Object) map[Object]bool {
	set := make(map[Object]bool, len(objects))
	for _, object := range objects {
		set[object] = true
	}
	return set
}
