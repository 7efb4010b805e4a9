package tenancy

import (
	"cmp"
	"context"
	"slices"
)

// Move tells what became of an organization that was attached or detached.
type Move struct {
	Organization OrganizationView
	// Removed is what has ended with the move, because it reached from one tree into another
	// or belonged to the former place.
	Removed []Removal
	// CoveredBy are links from above the new place that cover the organization by themselves.
	CoveredBy []Link
}

// Removal is one thing that a move has ended. Kind is "link" (ID is the group's),
// "account_role", "tenant_group_place" or "delegation" (ID is the organization's).
type Removal struct {
	Kind           string
	ID             string
	OrganizationID string
}

// move gives a part of a tree its new place: below the parent or, without one, as a tree of
// its own. The rows of both trees change in one step, so there is no state in which an
// organization has no root, or two.
func (op *operation) move(ctx context.Context, p part, parent Organization) (Move, error) {
	former, rootID := p.top().RootID, cmp.Or(parent.RootID, p.top().ID)
	if err := op.readTree(ctx, rootID); err != nil {
		return Move{}, err
	}
	p.moveBelow(parent)
	g, err := op.groundFor(ctx, p, rootID, parent.Suspended)
	if err != nil {
		return Move{}, err
	}
	op.mention(former, p.ids()...)
	op.mention(rootID, p.ids()...)
	op.named = rootID
	move := Move{Removed: op.moveRows(p, g)}
	if move.CoveredBy, err = op.linksOver(ctx, parent); err != nil {
		return Move{}, err
	}
	move.Organization, err = op.view(ctx, p.top().placedOn(g))
	return move, err
}

// linksOver are the links that cover all that is below an organization (D-29).
func (op *operation) linksOver(ctx context.Context, o Organization) ([]Link, error) {
	if o.ID == "" {
		return nil, nil
	}
	links, err := op.snap.LinksCovering(ctx, o, PageAll)
	return slices.DeleteFunc(links, func(l Link) bool { return l.Scope != ScopeSubtree }), err
}

// moveBelow puts the organizations of the part into their new levels. Nobody delegated them
// to the account that is theirs now, so they are isolated (D-11, D-34); what was an account of
// its own is one no more.
func (p part) moveBelow(parent Organization) {
	levels := parent.Depth + 1 - p.top().Depth
	p.organizations[0].ParentID = parent.ID
	for i := range p.organizations {
		p.organizations[i].Depth += levels
		p.organizations[i] = p.organizations[i].isolated()
		p.organizations[i].Administered = false
	}
}

// moveRows stages the rows of a part on its new ground, and the end of those that would
// connect it with the tree that it leaves.
func (op *operation) moveRows(p part, g ground) (removed []Removal) {
	moved := make(map[string]Organization, len(p.organizations))
	for _, o := range p.organizations {
		moved[o.ID] = o
	}
	for _, before := range p.rows {
		switch row := before.(type) {
		case Organization:
			if row.Isolation != Isolated {
				removed = append(removed, Removal{Kind: "delegation", ID: row.ID, OrganizationID: row.ID})
			}
			op.stage(before, moved[row.ID].on(g))
		case Link:
			inside := g.homes[row.GroupID] != "" && moved[row.OrganizationID].ID != ""
			if inside && row.TenantGroupID == "" {
				op.stage(before, row.on(g))
				continue
			}
			removed = append(removed, Removal{Kind: "link", ID: row.GroupID, OrganizationID: row.OrganizationID})
			op.stage(before, nil)
		case Administrator:
			after, ended := row.leftBehind(moved)
			removed = append(removed, ended...)
			op.stage(before, after)
		case TenantGroupPlace:
			removed = append(removed, Removal{Kind: "tenant_group_place", ID: row.TenantGroupID, OrganizationID: row.OrganizationID})
			op.stage(before, nil)
		case TenantGroup, TenantGroupUser: // of a root that becomes another one's (D-34)
			op.stage(before, nil)
		default:
			op.stage(before, row.on(g))
		}
	}
	return removed
}
