package tenancy

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
)

// maxModules bounds how many modules one person is given at one tenant group.
const maxModules = 100

// TenantGroupUserInput says what a person is given at a tenant group. What is left out is not
// given (D-29).
type TenantGroupUserInput struct {
	GroupAdministrator   bool
	AllTenantPermissions bool
	Modules              []string
}

// PutTenantGroupUser makes an active user a user of a tenant group, and by that of every
// organization in it and in its subgroups, with the rights and modules that are named
// . The caller administers the group. All tenant permissions and modules are given
// by who has them there, or owns the root (D-1, D-30). What he has is replaced.
func (s *Service) PutTenantGroupUser(ctx context.Context, caller Caller, id, userID string, in TenantGroupUserInput) (u TenantGroupUser, token Token, err error) {
	a := attempt{caller, "tenant_group.user.put", Object{"tenant_group", id}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("user_id", userID)
		g, err := op.administeredTenantGroup(ctx, id)
		if err != nil {
			return err
		}
		before, err := op.snap.TenantGroupUser(ctx, g.ID, userID)
		held := err == nil
		if err != nil && !errors.Is(err, ErrNoRow) {
			return err
		}
		if err := op.hasWhatHeGives(ctx, g, before, in); err != nil {
			return err
		}
		if _, err := op.activeUser(ctx, userID); err != nil {
			return err
		}
		if u, err = in.groupUser(op, g, before, userID); err != nil {
			return err
		}
		if err := op.mentionTenants(ctx, g.RootID, g.ID); err != nil {
			return err
		}
		if err := op.spreadModules(ctx, g, before, u); err != nil {
			return err
		}
		if !held {
			op.stage(nil, u)
			return nil
		}
		op.restage(before, u)
		return nil
	})
	return u, token, err
}

// groupUser is the person's place as it is to be, since when it was there before.
func (in TenantGroupUserInput) groupUser(op *operation, g TenantGroup, before TenantGroupUser, userID string) (TenantGroupUser, error) {
	var v validation
	u := TenantGroupUser{
		TenantGroupID:        g.ID,
		UserID:               userID,
		RootID:               g.RootID,
		GroupAdministrator:   in.GroupAdministrator,
		AllTenantPermissions: in.AllTenantPermissions,
		Modules:              v.modules("modules", in.Modules),
		Since:                before.Since,
		Suspended:            g.Suspended,
	}
	if u.Since.IsZero() {
		u.Since = op.now
	}
	op.noteRights(u)
	return u, v.err()
}

func (op *operation) noteRights(u TenantGroupUser) {
	for name, given := range map[string]bool{
		"group_administrator": u.GroupAdministrator, "all_tenant_permissions": u.AllTenantPermissions,
	} {
		if given {
			op.note(name, "true")
		}
	}
	if len(u.Modules) > 0 {
		op.note("modules", strings.Join(u.Modules, " "))
	}
}

// modules takes names of modules, which have the form of ids: in order, none twice.
func (v *validation) modules(field string, names []string) []string {
	if len(names) > maxModules {
		v.fail(field, "must have at most %d modules", maxModules)
		return nil
	}
	for _, name := range names {
		if !ValidID(name) {
			v.fail(field, "%q must be 1 to 64 of the characters A-Z a-z 0-9 _ -", clip(name))
		}
	}
	return canonicalModules(names)
}

func canonicalModules(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	if len(names) == 0 {
		return nil
	}
	return slices.Compact(names)
}

// hasWhatHeGives refuses a caller who gives more than was there, and does not have it at the
// group himself (D-1). An owner of the root gives everything (D-30).
func (op *operation) hasWhatHeGives(ctx context.Context, g TenantGroup, before TenantGroupUser, in TenantGroupUserInput) error {
	owns, err := op.allowed(ctx, g.RootID, "own", Object{"organization", g.RootID})
	if owns || err != nil {
		return err
	}
	if in.AllTenantPermissions && !before.AllTenantPermissions {
		if err := op.requireOnTenantGroup(ctx, g, "administer_tenants"); err != nil {
			return err
		}
	}
	has, err := op.modulesAt(ctx, g, op.caller.UserID)
	for _, name := range in.Modules {
		if !slices.Contains(before.Modules, name) && !slices.Contains(has, name) {
			return cmp.Or(err, error(errForbidden("You don't have the module %.100q at the tenant group %q.", name, g.ID)))
		}
	}
	return err
}

// modulesAt are those that a user has at a tenant group: given to him there, or above.
func (op *operation) modulesAt(ctx context.Context, g TenantGroup, userID string) (names []string, err error) {
	places, err := op.placesAbove(ctx, g, userID)
	for _, u := range places {
		names = append(names, u.Modules...)
	}
	return canonicalModules(names), err
}

// placesAbove are the places of a user that reach into a tenant group: in it, or above, the
// nearest first. Those without force are left out.
func (op *operation) placesAbove(ctx context.Context, g TenantGroup, userID string) ([]TenantGroupUser, error) {
	above, err := op.snap.TenantGroupsAbove(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	return op.placesAmong(ctx, g.RootID, userID, above)
}

// placesAmong are the places of a user in some tenant groups of a tree that have force, in the
// order of the groups.
func (op *operation) placesAmong(ctx context.Context, rootID, userID string, groups []TenantGroup) (found []TenantGroupUser, err error) {
	places, err := op.snap.TenantGroupUsersOf(ctx, rootID, userID)
	for _, g := range groups {
		for _, u := range places {
			if u.TenantGroupID == g.ID && u.hasForce() {
				found = append(found, u)
			}
		}
	}
	return found, err
}

// RemoveTenantGroupUser takes a person's place in a tenant group. The caller administers the
// group. A place that is in a group above is taken there.
func (s *Service) RemoveTenantGroupUser(ctx context.Context, caller Caller, id, userID string) (Token, error) {
	a := attempt{caller, "tenant_group.user.remove", Object{"tenant_group", id}}
	return s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("user_id", userID)
		g, err := op.administeredTenantGroup(ctx, id)
		if err != nil {
			return err
		}
		u, err := op.snap.TenantGroupUser(ctx, g.ID, userID)
		if errors.Is(err, ErrNoRow) {
			return op.placedAbove(ctx, g, userID)
		}
		if err != nil {
			return err
		}
		op.stage(u, nil)
		if err := op.spreadModules(ctx, g, u, TenantGroupUser{UserID: u.UserID}); err != nil {
			return err
		}
		return op.mentionTenants(ctx, g.RootID, g.ID)
	})
}

// placedAbove tells in which group above a user has his place, if the caller may see that; it
// is not found otherwise.
func (op *operation) placedAbove(ctx context.Context, g TenantGroup, userID string) error {
	places, err := op.placesAbove(ctx, g, userID)
	if err != nil {
		return err
	}
	for _, u := range places {
		above := TenantGroup{ID: u.TenantGroupID, RootID: u.RootID}
		if sees, err := op.seesTenantGroup(ctx, above); sees || err != nil {
			return cmp.Or(err, error(errManagedAtTenantGroup(u)))
		}
	}
	return errNotFound()
}

func errManagedAtTenantGroup(u TenantGroupUser) *Error {
	e := refuse(CodeManagedElsewhere, "This comes from a tenant group, and is changed there.")
	e.ManagedAt = &ManagedAt{Kind: "tenant_group", ID: u.TenantGroupID, OrganizationID: u.RootID}
	return e
}

// TenantGroupUsers lists those who have a place in a tenant group itself, by user id, to those
// who see the group.
func (s *Service) TenantGroupUsers(ctx context.Context, caller Caller, id string, page Page) (users []TenantGroupUser, err error) {
	a := attempt{caller, "tenant_group.user.list", Object{"tenant_group", id}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		g, err := op.visibleTenantGroup(ctx, id)
		if err != nil {
			return err
		}
		users, err = op.snap.TenantGroupUsers(ctx, g.ID, page)
		return err
	})
	return users, err
}
