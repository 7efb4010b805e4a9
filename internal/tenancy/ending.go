package tenancy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// This file says what ends by itself. The record tells with every reading of a tree when
// the next thing in it ends; whoever reads the tree past that instant first has the change
// committed that [Ending] decides. So a time limit is a change like any other: it has a
// version, an event and updates, and the engine needs to know nothing of time.
//
// A kind of row that ends is named in EndOf, ended and endOf below, and in the store's
// list of the tables in which rows end.

// Reading is a tree as it was read at an instant of the record's own clock: nodes' clocks
// do not matter.
type Reading struct {
	Tree
	At time.Time
}

// Over reports whether something in the tree has ended that is still in it. What ends at
// an instant holds before it, and not at it.
func (r Reading) Over() bool { return !r.EndsAt.IsZero() && !r.At.Before(r.EndsAt) }

// EndOf is when a row ends by itself, the zero time for never.
func EndOf(row Row) time.Time {
	switch row := row.(type) {
	case Membership:
		return row.ExpiresAt
	case Link:
		return row.ExpiresAt
	case Invitation:
		return row.end()
	case AccessKey:
		return row.end()
	}
	return time.Time{}
}

// ended is what is left of a row that is over; nil if it is removed.
func ended(row Row) Row {
	switch row := row.(type) {
	case Membership, Link:
		return nil
	case Invitation:
		row.State = InvitationExpired
		return row
	case AccessKey:
		row.Expired = true
		return row
	}
	return row
}

// endingBatch bounds how many rows one change ends, and with it the change's event. What
// is over beyond that is ended by the changes after it.
const endingBatch = 200

// clockActor is who ends things, and actionEnded what the trail calls it.
var clockActor = Object{Type: "service", ID: "time"}

const actionEnded = "ended"

// Ending decides the change that ends what is over in a tree; ok is false if nothing is.
// The change commits on the version that the snapshot shows, so of many who decide it at
// once one ends it.
func Ending(ctx context.Context, snap Snapshot, rootID string) (c Change, ok bool, err error) {
	tree, err := snap.Tree(ctx, rootID)
	if err != nil || !tree.Over() {
		return Change{}, false, err
	}
	rows, err := snap.Over(ctx, rootID, tree.At, endingBatch)
	if err != nil {
		return Change{}, false, err
	}
	c = endingOf(tree)
	for _, row := range rows {
		if err := end(ctx, snap, &c, row); err != nil {
			return Change{}, false, err
		}
	}
	for root, ids := range c.About {
		slices.Sort(ids)
		c.About[root] = slices.Compact(ids)
	}
	return c, len(rows) > 0, nil
}

func endingOf(tree Reading) Change {
	return Change{
		Basis:  Basis{Trees: map[string]int64{tree.RootID: tree.Version}},
		About:  map[string][]string{},
		Ending: true,
		Event: Event{
			At: tree.At, RootID: tree.RootID, Actor: clockActor, Action: actionEnded,
			Target: Object{Type: "organization", ID: tree.RootID}, Detail: map[string]string{}, Result: ResultDone,
		},
	}
}

// end adds the end of one row to the change, and tells of it wherever it was in force: what
// has ended, when, and in which organizations.
func end(ctx context.Context, snap Snapshot, c *Change, row Row) error {
	what, places, err := endOf(ctx, snap, row)
	if err != nil {
		return err
	}
	covered, err := endedBelow(ctx, snap, row)
	if err != nil {
		return err
	}
	c.Rows = append(c.Rows, RowChange{Before: row, After: ended(row)})
	if strings.HasPrefix(what, tenantGroupEnds) { // where it was in force is not seen from its place
		places = append(places, covered...)
	}
	c.Event.Detail[what] = EndOf(row).Format(time.RFC3339Nano) + " " + strings.Join(places, " ")
	c.About[row.Tree()] = slices.Concat(c.About[row.Tree()], places, covered)
	return nil
}

// These begin the names of links that end in all of a subtree, or of a tenant group.
const (
	subtreeEnds     = "link.subtree:"
	tenantGroupEnds = "link.tenant_group:"
)

// endOf names a row that ends, and the organizations that the trail names with it: first the
// one where it is.
func endOf(ctx context.Context, snap Snapshot, row Row) (what string, places []string, err error) {
	switch row := row.(type) {
	case Membership:
		g, err := snap.Group(ctx, row.GroupID)
		return "group." + string(row.Role) + ":" + row.GroupID + "/" + row.UserID, []string{g.OrganizationID}, err
	case Link:
		g, err := snap.Group(ctx, row.GroupID)
		return kindOfEnd(row) + row.Key(), []string{row.OrganizationID, g.OrganizationID}, err
	case Invitation:
		return "invitation:" + row.ID, []string{row.OrganizationID}, nil
	case AccessKey:
		return accessKeyObject(row.ID).String(), []string{row.OrganizationID}, nil
	}
	return "", nil, fmt.Errorf("a %T does not end", row)
}

func kindOfEnd(link Link) string {
	switch {
	case link.TenantGroupID != "":
		return tenantGroupEnds
	case link.Scope == ScopeSubtree:
		return subtreeEnds
	}
	return "link:"
}

// endedBelow are the organizations that a link covers. They are told of its end, as of its
// beginning, and do not learn of each other.
func endedBelow(ctx context.Context, snap Snapshot, row Row) (ids []string, err error) {
	link, ok := row.(Link)
	if !ok {
		return nil, nil
	}
	covered, err := coveredBy(ctx, snap, link)
	for _, o := range covered {
		ids = append(ids, o.ID)
	}
	return ids, err
}

// endsAt leaves of the detail of an ending what concerns one organization.
func (e *Event) endsAt(o Organization) {
	for what, where := range e.Detail {
		at, places := strings.Fields(where)[0], strings.Fields(where)[1:]
		covered := strings.HasPrefix(what, subtreeEnds) && o.isBelow(places[0])
		switch {
		case !covered && !slices.Contains(places, o.ID):
			delete(e.Detail, what)
		case strings.HasPrefix(what, tenantGroupEnds): // the others are covered by the same
			e.Detail[what] = strings.Join(append([]string{at}, places[:2]...), " ")
		}
	}
}
