package tenancy

import (
	"context"
	"reflect"
)

// part is an organization with all below it, and every row that belongs to one of them.
type part struct {
	organizations []Organization // by depth: the top comes first
	rows          []Row
}

// part reads an organization and all below it, whole.
func (op *operation) part(ctx context.Context, id string) (p part, err error) {
	if p.organizations, err = op.snap.Subtree(ctx, id); err != nil {
		return part{}, err
	}
	p.rows, err = op.snap.RowsOfOrganizations(ctx, p.ids())
	return p, err
}

func (p part) top() Organization { return p.organizations[0] }

func (p part) ids() []string {
	ids := make([]string, len(p.organizations))
	for i, o := range p.organizations {
		ids[i] = o.ID
	}
	return ids
}

// depth is the number of levels.
func (p part) depth() int {
	deepest := p.organizations[len(p.organizations)-1]
	return deepest.Depth - p.top().Depth + 1
}

// groundFor is what the part stands on in a tree, below what is suspended or not.
func (op *operation) groundFor(ctx context.Context, p part, rootID string, suspendedAbove bool) (ground, error) {
	licensed, err := op.licensed(ctx, rootID)
	g := ground{rootID: rootID, licensed: licensed, suspended: map[string]bool{}, homes: map[string]string{}}
	g.suspended[p.top().ParentID] = suspendedAbove
	for _, o := range p.organizations {
		g.suspended[o.ID] = o.State == OrganizationSuspended || g.suspended[o.ParentID]
	}
	for _, row := range p.rows {
		if group, ok := row.(Group); ok {
			g.homes[group.ID] = group.OrganizationID
		}
	}
	return g, err
}

// restage stages what has become of a row, if it is another one.
func (op *operation) restage(before, after Row) {
	if !reflect.DeepEqual(before, after) {
		op.stage(before, after)
	}
}
