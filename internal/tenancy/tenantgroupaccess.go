package tenancy

import (
	"context"
	"errors"
	"slices"
)

// This file says who may see and do what with tenant groups; see authorize.go.

// tenantGroup reads a tenant group and takes its tree into the basis.
func (op *operation) tenantGroup(ctx context.Context, id string) (TenantGroup, error) {
	g, err := op.snap.TenantGroup(ctx, id)
	if err != nil {
		return TenantGroup{}, err
	}
	return g, op.readTree(ctx, g.RootID)
}

// knownTenantGroup reads a tenant group for a caller of whom it is not asked whether he may
// see it, and tells of the attempt at the root.
func (op *operation) knownTenantGroup(ctx context.Context, id string) (TenantGroup, error) {
	if err := op.requireActor(); err != nil {
		return TenantGroup{}, err
	}
	g, err := op.tenantGroup(ctx, id)
	if errors.Is(err, ErrNoRow) {
		return TenantGroup{}, errNotFound()
	}
	if err == nil {
		op.tell(g.RootID, g.RootID)
	}
	return g, err
}

// visibleTenantGroup finds a tenant group that the caller may see: he uses it, or administers
// it, as an owner of the root does.
func (op *operation) visibleTenantGroup(ctx context.Context, id string) (TenantGroup, error) {
	g, err := op.knownTenantGroup(ctx, id)
	if err != nil {
		return TenantGroup{}, err
	}
	visible, err := op.seesTenantGroup(ctx, g)
	if err == nil && !visible {
		err = errNotFound()
	}
	if err != nil {
		return TenantGroup{}, err
	}
	return g, op.sameTreeAsCurrent(ctx, g.RootID)
}

func (op *operation) seesTenantGroup(ctx context.Context, g TenantGroup) (bool, error) {
	uses, err := op.allowedOnTenantGroup(ctx, g, "use")
	if uses || err != nil {
		return uses, err
	}
	return op.allowedOnTenantGroup(ctx, g, "administer")
}

func (op *operation) allowedOnTenantGroup(ctx context.Context, g TenantGroup, permission string) (bool, error) {
	return op.allowed(ctx, g.RootID, permission, Object{Type: "tenant_group", ID: g.ID})
}

func (op *operation) requireOnTenantGroup(ctx context.Context, g TenantGroup, permission string) error {
	ok, err := op.allowedOnTenantGroup(ctx, g, permission)
	if err == nil && !ok {
		err = errForbidden("This needs the permission %q on the tenant group %q.", permission, g.ID)
	}
	return err
}

// administeredTenantGroup finds a tenant group that the caller administers.
func (op *operation) administeredTenantGroup(ctx context.Context, id string) (TenantGroup, error) {
	g, err := op.visibleTenantGroup(ctx, id)
	if err != nil {
		return TenantGroup{}, err
	}
	return g, op.requireOnTenantGroup(ctx, g, "administer")
}

// administersAny reports whether the user administers a tenant group of the tree: then he sees
// that its root exists (D-25).
func (op *operation) administersAny(ctx context.Context, rootID, userID string) (bool, error) {
	places, err := op.snap.TenantGroupUsersOf(ctx, rootID, userID)
	return slices.ContainsFunc(places, func(u TenantGroupUser) bool { return u.GroupAdministrator && u.hasForce() }), err
}

// hasForce reports whether the user holds anything by his place.
func (u TenantGroupUser) hasForce() bool { return !u.Inactive && !u.Suspended }

// shownTenantGroup is a tenant group as the caller sees it.
func (op *operation) shownTenantGroup(ctx context.Context, g TenantGroup) (TenantGroup, error) {
	one := []TenantGroup{g}
	err := op.hideParents(ctx, g.RootID, one)
	return one[0], err
}

// hideParents takes the name of a group above from those who may not see that: people of a
// subgroup see nothing outside of it (D-25).
func (op *operation) hideParents(ctx context.Context, rootID string, groups []TenantGroup) error {
	if op.caller.isPlatform() {
		return nil
	}
	var subgroups []*TenantGroup
	var questions []Question
	for i, g := range groups {
		if g.ParentID == "" {
			continue
		}
		subgroups = append(subgroups, &groups[i])
		for _, permission := range []string{"use", "administer"} {
			questions = append(questions, Question{Object{"user", op.caller.UserID}, permission, Object{"tenant_group", g.ParentID}})
		}
	}
	answers, err := op.ask(ctx, rootID, questions)
	if err != nil {
		return err
	}
	for i, g := range subgroups {
		if !answers[2*i] && !answers[2*i+1] {
			g.ParentID = ""
		}
	}
	return nil
}

// mentionTenants tells of a change to all whom it concerns: the root, and what is in the
// tenant group and in its subgroups. They do not learn of each other.
func (op *operation) mentionTenants(ctx context.Context, rootID, id string) error {
	op.mention(rootID, rootID)
	tenants, err := op.snap.TenantsBelow(ctx, id)
	for _, o := range tenants {
		op.mention(rootID, o.ID)
	}
	return err
}
