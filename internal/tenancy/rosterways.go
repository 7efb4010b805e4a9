package tenancy

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// activeGroup is a group with one way in which it is active in an organization.
type activeGroup struct {
	Group
	via   Via
	link  Link      // the zero Link at home
	since time.Time // when it was first so that the link covers the organization
}

// activeGroups finds the groups that have force in an organization, which is in the tenant
// groups since these times. In one that is suspended none has, also by a link from above to
// a part of the tree, which has its force elsewhere (D-7).
func (op *operation) activeGroups(ctx context.Context, o Organization, tenantGroups map[string]time.Time) (map[string][]activeGroup, error) {
	active := map[string][]activeGroup{}
	if o.Suspended {
		return active, nil
	}
	homed, err := op.snap.Groups(ctx, o.ID, PageAll)
	if err != nil {
		return nil, err
	}
	for _, g := range homed {
		if !g.Suspended {
			active[g.ID] = append(active[g.ID], activeGroup{Group: g, via: ViaGroup})
		}
	}
	links, err := op.snap.LinksCovering(ctx, o, PageAll)
	if err != nil {
		return nil, err
	}
	for _, link := range links {
		since, reaches := tenantGroups[link.TenantGroupID]
		if !link.hasForce() || link.TenantGroupID != "" && !reaches {
			continue
		}
		g, err := op.snap.Group(ctx, link.GroupID)
		if err != nil {
			return nil, err
		}
		if g.OrganizationID != o.ID { // a link at home is for what is below (D-34)
			active[g.ID] = append(active[g.ID], activeGroup{Group: g, via: ViaLinkedGroup, link: link, since: latest(link.CreatedAt, since)})
		}
	}
	return active, nil
}

// way is what a place in the group gives here. Owners choose its people, and hold none of
// its claims by that.
func (g activeGroup) way(role GroupRole, since, until time.Time) RosterAccess {
	way := RosterAccess{
		Via: g.via, Role: string(role), GroupID: g.ID, TenantGroupID: g.link.TenantGroupID, OrganizationID: g.OrganizationID,
		Since: latest(since, g.since), ExpiresAt: until,
	}
	if end := g.link.ExpiresAt; !end.IsZero() && (until.IsZero() || end.Before(until)) {
		way.ExpiresAt = end
	}
	if role == GroupMember {
		way.Claims = g.link.Gives(g.Group)
	}
	return way
}

// waysOf makes ways of rows, by user and in order.
func (r *roster) waysOf(rows []Row) map[string][]RosterAccess {
	ways := map[string][]RosterAccess{}
	for _, row := range rows {
		switch row := row.(type) {
		case Administrator:
			role, _ := row.roleIn(r.organization)
			ways[row.UserID] = append(ways[row.UserID], r.accountWay(role, row.Since))
		case Owner:
			if row.OrganizationID != r.organization.ID { // of the root
				ways[row.UserID] = append(ways[row.UserID], r.accountWay(AccountOwner, row.Since))
				continue
			}
			ways[row.UserID] = append(ways[row.UserID], RosterAccess{
				Via: ViaOwner, Role: string(ClaimOwner), Claims: []Claim{ClaimOwner},
				OrganizationID: row.OrganizationID, Since: row.Since,
			})
		case Membership:
			for _, g := range r.groups[row.GroupID] {
				way := g.way(row.Role, row.Since, row.ExpiresAt)
				way.SelfGrant = row.SelfGrant
				ways[row.UserID] = append(ways[row.UserID], way)
			}
			if row.Role == GroupMember && slices.Contains(r.account.OwnerGroupIDs, row.GroupID) {
				ways[row.UserID] = append(ways[row.UserID], r.owningGroupWay(row))
			}
		case TenantGroupUser:
			ways[row.UserID] = append(ways[row.UserID], row.ways(r.tenantGroups[row.TenantGroupID])...)
		}
	}
	return sortWays(ways)
}

// waysInto makes of invitations what they lead to, by mailbox and in order.
func (r *roster) waysInto(invitations []Invitation) map[string][]RosterAccess {
	ways := map[string][]RosterAccess{}
	for _, i := range invitations {
		for _, g := range r.groups[i.GroupID] {
			ways[i.Mailbox] = append(ways[i.Mailbox], g.way(i.Role, i.CreatedAt, i.ExpiresAt))
		}
	}
	return sortWays(ways)
}

// roleOrder is the order of ways by one group.
var roleOrder = []string{
	string(GroupOwner), string(GroupMember), RoleAllTenantPermissions, RoleGroupAdministrator, RoleGroupUser,
}

// sortWays orders by kind, then by group and tenant group; what somebody owns comes before
// what he is a member of.
func sortWays(ways map[string][]RosterAccess) map[string][]RosterAccess {
	for _, list := range ways {
		slices.SortFunc(list, func(a, b RosterAccess) int {
			return cmp.Or(
				cmp.Compare(slices.Index(vias, a.Via), slices.Index(vias, b.Via)),
				cmp.Compare(a.GroupID, b.GroupID),
				cmp.Compare(a.TenantGroupID, b.TenantGroupID),
				cmp.Compare(slices.Index(roleOrder, a.Role), slices.Index(roleOrder, b.Role)),
				a.Since.Compare(b.Since),
				slices.Compare(a.Claims, b.Claims),
			)
		})
	}
	return ways
}
