package tenancy

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// roster is the roster of one organization at one snapshot and instant.
type roster struct {
	snap         Snapshot
	now          time.Time
	organization Organization
	query        RosterQuery
	groups       map[string][]activeGroup // by id: once for each way in which a group is active
	tenantGroups map[string]time.Time     // by id: those that reach the organization, and since when
	account      AccountPlace             // zero if nobody comes from there
}

func (op *operation) roster(ctx context.Context, organizationID string, query RosterQuery) (*roster, error) {
	o, err := op.targetOrganization(ctx, organizationID, "view_roster")
	if err != nil {
		return nil, err
	}
	if err := query.validate(); err != nil {
		return nil, err
	}
	return op.rosterOf(ctx, o, query)
}

// rosterOf is the roster for an operation that has found that the caller may see it.
func (op *operation) rosterOf(ctx context.Context, o Organization, query RosterQuery) (*roster, error) {
	tenantGroups, err := reaching(ctx, op.snap, o)
	if err != nil {
		return nil, err
	}
	groups, err := op.activeGroups(ctx, o, tenantGroups)
	if err != nil {
		return nil, err
	}
	account, err := op.accountPlace(ctx, o)
	return &roster{
		snap: op.snap, now: op.now, organization: o, query: query,
		groups: groups, tenantGroups: tenantGroups, account: account,
	}, err
}

// page reads on after the key of an entry: the active ones, and then the pending ones.
func (r *roster) page(ctx context.Context, page Page) (entries []RosterEntry, err error) {
	state, after, _ := strings.Cut(page.After, " ")
	if state != string(RosterPending) && r.query.State != RosterPending {
		entries, err = r.active(ctx, Page{After: after, Limit: page.Limit})
		after = ""
	}
	if err != nil || len(entries) == page.Limit || r.query.State == RosterActive {
		return entries, err
	}
	pending, err := r.pending(ctx, Page{After: after, Limit: page.Limit - len(entries)})
	return append(entries, pending...), err
}

// active finds the people first, and reads their ways then: it costs what the page holds.
func (r *roster) active(ctx context.Context, page Page) ([]RosterEntry, error) {
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
		entries[i] = RosterEntry{User: user, Email: user.Email, State: RosterActive, Access: ways[user.ID], key: user.ID}
	}
	return entries, nil
}

// pending makes one entry of all that a mailbox is invited to: its spellings count as one
// address.
func (r *roster) pending(ctx context.Context, page Page) ([]RosterEntry, error) {
	mailboxes, err := r.snap.InvitedMailboxes(ctx, r.places(r.query.Via).GroupIDs, r.query.Text, r.now, page)
	if err != nil {
		return nil, err
	}
	invitations, err := r.snap.InvitationsOfMailboxes(ctx, r.places("").GroupIDs, mailboxes, r.now)
	if err != nil {
		return nil, err
	}
	ways := r.waysInto(invitations)
	entries := make([]RosterEntry, len(mailboxes))
	for i, mailbox := range mailboxes {
		entries[i] = RosterEntry{Email: addressOf(mailbox, invitations), State: RosterPending, Access: ways[mailbox], key: mailbox}
	}
	return entries, nil
}

// addressOf is how the mailbox was last written.
func addressOf(mailbox string, invitations []Invitation) string {
	var newest Invitation
	for _, i := range invitations {
		if i.Mailbox == mailbox && !i.CreatedAt.Before(newest.CreatedAt) {
			newest = i
		}
	}
	return newest.Email
}

// places are where people stand who have access by one kind of way, or by any for "".
func (r *roster) places(via Via) Places {
	var places Places
	if via == "" || via == ViaOwner {
		places.OrganizationID = r.organization.ID
	}
	if via == "" || via == ViaTenantGroup {
		places.TenantGroupIDs = slices.Collect(maps.Keys(r.tenantGroups))
	}
	if via == "" || via == ViaAccountRole {
		places.Account = r.account
	}
	for id, ways := range r.groups {
		if via == "" || slices.ContainsFunc(ways, func(g activeGroup) bool { return g.via == via }) {
			places.GroupIDs = append(places.GroupIDs, id)
		}
	}
	return places
}
