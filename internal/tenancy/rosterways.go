package tenancy

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// roster is the roster of one organization at one snapshot.
type roster struct {
	snap         Snapshot
	organization Organization
	query        RosterQuery
	groups       map[string][]activeGroup // by id: once for each way in which a group is active
}

// activeGroup is a group with one way in which it is active in an organization.
type activeGroup struct {
	Group
	via   Via
	since time.Time // of the link; zero at home
}

func (op *operation) roster(ctx context.Context, organizationID string, query RosterQuery) (*roster, error) {
	o, err := op.targetOrganization(ctx, organizationID, "view_roster")
	if err != nil {
		return nil, err
	}
	if err := query.validate(); err != nil {
		return nil, err
	}
	groups, err := op.activeGroups(ctx, o)
	return &roster{snap: op.snap, organization: o, query: query, groups: groups}, err
}

// activeGroups finds the groups that have force in an organization.
func (op *operation) activeGroups(ctx context.Context, o Organization) (map[string][]activeGroup, error) {
	active := map[string][]activeGroup{}
	homed, err := op.snap.Groups(ctx, o.ID, PageAll)
	if err != nil {
		return nil, err
	}
	for _, g := range homed {
		active[g.ID] = append(active[g.ID], activeGroup{Group: g, via: ViaGroup})
	}
	links, err := op.snap.LinksCovering(ctx, o, PageAll)
	if err != nil {
		return nil, err
	}
	for _, link := range links {
		if link.Unlicensed || link.Suspended {
			continue
		}
		g, err := op.snap.Group(ctx, link.GroupID)
		if err != nil {
			return nil, err
		}
		active[g.ID] = append(active[g.ID], activeGroup{Group: g, via: ViaLinkedGroup, since: link.CreatedAt})
	}
	return active, nil
}

// page finds the people first, and reads their ways then: it costs what the page holds.
func (r *roster) page(ctx context.Context, page Page) ([]RosterEntry, error) {
	if r.query.State == RosterPending {
		return nil, nil
	}
	people, err := r.snap.People(ctx, r.places(r.query.Via), r.query.Text, page)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(people))
	for i, user := range people {
		ids[i] = user.ID
	}
	rows, err := r.snap.RowsOfPeople(ctx, r.places(""), ids)
	if err != nil {
		return nil, err
	}
	ways := r.waysOf(rows)
	entries := make([]RosterEntry, len(people))
	for i, user := range people {
		entries[i] = RosterEntry{User: user, State: RosterActive, Access: ways[user.ID]}
	}
	return entries, nil
}

// places are where people stand who have access by one kind of way, or by any for "".
func (r *roster) places(via Via) Places {
	var places Places
	if via == "" || via == ViaOwner {
		places.OrganizationID = r.organization.ID
	}
	for id, ways := range r.groups {
		if via == "" || slices.ContainsFunc(ways, func(g activeGroup) bool { return g.via == via }) {
			places.GroupIDs = append(places.GroupIDs, id)
		}
	}
	return places
}

// waysOf makes ways of rows, by user and in order.
func (r *roster) waysOf(rows []Row) map[string][]RosterAccess {
	ways := map[string][]RosterAccess{}
	for _, row := range rows {
		switch row := row.(type) {
		case Owner:
			ways[row.UserID] = append(ways[row.UserID], RosterAccess{
				Via: ViaOwner, Role: string(ClaimOwner), Claims: []Claim{ClaimOwner},
				OrganizationID: row.OrganizationID, Since: row.Since,
			})
		case Membership:
			for _, g := range r.groups[row.GroupID] {
				ways[row.UserID] = append(ways[row.UserID], g.way(row))
			}
		}
	}
	for _, list := range ways {
		slices.SortFunc(list, compareWays)
	}
	return ways
}

// way is what a person's place in the group gives him here. Owners choose its people, and
// hold none of its claims by that.
func (g activeGroup) way(m Membership) RosterAccess {
	way := RosterAccess{
		Via: g.via, Role: string(m.Role), GroupID: g.ID, OrganizationID: g.OrganizationID,
		Since: m.Since, SelfGrant: m.SelfGrant,
	}
	if g.since.After(way.Since) {
		way.Since = g.since
	}
	if m.Role == GroupMember {
		way.Claims = g.Claims
	}
	return way
}

// compareWays orders by kind, then by group; what somebody owns comes before what he is a
// member of.
func compareWays(a, b RosterAccess) int {
	return cmp.Or(
		cmp.Compare(slices.Index(vias, a.Via), slices.Index(vias, b.Via)),
		cmp.Compare(a.GroupID, b.GroupID),
		cmp.Compare(b.Role, a.Role),
		a.Since.Compare(b.Since),
	)
}
