package tenancy

import (
	"context"
	"time"
)

// MaxTenantGroupDepth bounds how deep subgroups may be nested; a tenant group that is no
// subgroup is at depth 1. A check walks up from the organization's tenant groups, and the
// engine goes no further than 50 steps.
const MaxTenantGroupDepth = 10

// NewTenantGroup is the input of [Service.CreateTenantGroup]. ID may be empty, and so may
// ParentID for what is to be no subgroup.
type NewTenantGroup struct {
	ID       string
	Name     string
	ParentID string
}

// CreateTenantGroup creates a tenant group in a tree. The caller owns the root; for a
// subgroup it is enough to administer the group above (D-19). A group stays where it was
// created, so groups make no cycle. It takes no licence (D-32).
func (s *Service) CreateTenantGroup(ctx context.Context, caller Caller, rootID string, in NewTenantGroup) (g TenantGroup, token Token, err error) {
	a := attempt{caller, "tenant_group.create", Object{"tenant_group", in.ID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		root, parent, err := op.tenantGroupEnds(ctx, rootID, in.ParentID)
		if err != nil {
			return err
		}
		if g, err = in.tenantGroup(root, parent, op.now); err != nil {
			return err
		}
		if g.Depth > MaxTenantGroupDepth {
			return refuse(CodeDepthExceeded, "Tenant groups are nested at most %d deep.", MaxTenantGroupDepth)
		}
		if g.Inherited, err = op.modulesIn(ctx, parent); err != nil {
			return err
		}
		op.target.ID = g.ID
		if parent.ID != "" {
			op.note("parent_id", parent.ID)
		}
		op.stage(nil, g)
		return nil
	})
	return g, token, err
}

// tenantGroupEnds finds the root and, for a subgroup, the group above, and asks whether the
// caller may create a group there.
func (op *operation) tenantGroupEnds(ctx context.Context, rootID, parentID string) (root Organization, parent TenantGroup, err error) {
	if root, err = op.visibleOrganization(ctx, rootID); err != nil {
		return root, parent, err
	}
	if parentID == "" {
		return root, parent, op.require(ctx, root, "own")
	}
	if parent, err = op.visibleTenantGroup(ctx, parentID); err != nil {
		return root, parent, err
	}
	return root, parent, op.requireOnTenantGroup(ctx, parent, "administer")
}

func (in NewTenantGroup) tenantGroup(root Organization, parent TenantGroup, now time.Time) (TenantGroup, error) {
	var v validation
	g := TenantGroup{
		ID:        v.newID("id", in.ID, "tgr"),
		RootID:    root.RootID,
		ParentID:  parent.ID,
		Name:      v.name("name", in.Name),
		Depth:     parent.Depth + 1,
		CreatedAt: now,
		Suspended: root.Suspended,
	}
	if !root.IsRoot() {
		v.fail("organization_id", "must be a root organization: tenant groups are of a whole tree")
	}
	if parent.ID != "" && parent.RootID != root.RootID {
		v.fail("parent_id", "must be a tenant group of the same tree")
	}
	return g, v.err()
}

// TenantGroup returns a tenant group to those who may see it: its users, those who
// administer it, and owners of the root.
func (s *Service) TenantGroup(ctx context.Context, caller Caller, id string) (g TenantGroup, err error) {
	a := attempt{caller, "tenant_group.get", Object{"tenant_group", id}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		if g, err = op.visibleTenantGroup(ctx, id); err != nil {
			return err
		}
		g, err = op.shownTenantGroup(ctx, g)
		return err
	})
	return g, err
}

// TenantGroups lists those of a tree that the caller may see, by id: owners of the root all of
// them, others those that they use. A sub-organization has none.
func (s *Service) TenantGroups(ctx context.Context, caller Caller, rootID string, page Page) (groups []TenantGroup, err error) {
	a := attempt{caller, "tenant_group.list", Object{"organization", rootID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		root, err := op.visibleOrganization(ctx, rootID)
		if err != nil {
			return err
		}
		owns, err := op.allowedOn(ctx, root, "own")
		switch {
		case err != nil:
		case owns:
			groups, err = op.snap.TenantGroups(ctx, root.ID, page)
		default:
			groups, err = op.snap.TenantGroupsUsed(ctx, root.ID, op.caller.UserID, page)
		}
		if err != nil {
			return err
		}
		return op.hideParents(ctx, root.RootID, groups)
	})
	return groups, err
}

// TenantGroupPatch names what changes; nil fields stay as they are.
type TenantGroupPatch struct{ Name *string }

// PatchTenantGroup gives a tenant group a new name. The caller administers it.
func (s *Service) PatchTenantGroup(ctx context.Context, caller Caller, id string, patch TenantGroupPatch) (after TenantGroup, token Token, err error) {
	a := attempt{caller, "tenant_group.rename", Object{"tenant_group", id}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		before, err := op.administeredTenantGroup(ctx, id)
		if err != nil {
			return err
		}
		var v validation
		after = before
		if patch.Name != nil {
			after.Name = v.name("name", *patch.Name)
		}
		if err := v.err(); err != nil {
			return err
		}
		op.restage(before, after)
		after, err = op.shownTenantGroup(ctx, after)
		return err
	})
	return after, token, err
}

// DeleteTenantGroup removes a tenant group with the places of its users. Who could create it
// deletes it (D-32): an owner of the root, a subgroup also who administers the group above.
// It is refused while anything is in it or linked to it: subgroups, organizations, links.
func (s *Service) DeleteTenantGroup(ctx context.Context, caller Caller, id string) (Token, error) {
	a := attempt{caller, "tenant_group.delete", Object{"tenant_group", id}}
	return s.change(ctx, a, func(ctx context.Context, op *operation) error {
		g, err := op.visibleTenantGroup(ctx, id)
		if err != nil {
			return err
		}
		if err := op.mayDeleteTenantGroup(ctx, g); err != nil {
			return err
		}
		blockers, err := op.tenantGroupBlockers(ctx, g)
		if err != nil {
			return err
		}
		if len(blockers) > 0 {
			return errDeletionBlocked(blockers)
		}
		users, err := op.snap.TenantGroupUsers(ctx, g.ID, PageAll)
		for _, u := range users {
			op.stage(u, nil)
		}
		op.stage(g, nil)
		return err
	})
}

func (op *operation) mayDeleteTenantGroup(ctx context.Context, g TenantGroup) error {
	if g.ParentID != "" {
		above := g
		above.ID = g.ParentID
		return op.requireOnTenantGroup(ctx, above, "administer")
	}
	root, err := op.organization(ctx, g.RootID)
	if err != nil {
		return err
	}
	return op.require(ctx, root, "own")
}

// tenantGroupBlockers lists what is in a tenant group itself, kind by kind.
func (op *operation) tenantGroupBlockers(ctx context.Context, g TenantGroup) (blockers []Blocker, err error) {
	below, err := op.snap.TenantGroupsBelow(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	subgroups := 0
	for _, other := range below {
		if other.ParentID == g.ID {
			subgroups++
		}
	}
	places, err := op.snap.TenantGroupPlaces(ctx, g.ID, PageAll)
	if err != nil {
		return nil, err
	}
	links, err := op.snap.TenantGroupLinks(ctx, g.ID, PageAll)
	for _, b := range []Blocker{{"tenant_group", subgroups}, {"organization", len(places)}, {"link", len(links)}} {
		if b.Count > 0 {
			blockers = append(blockers, b)
		}
	}
	return blockers, err
}
