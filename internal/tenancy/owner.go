package tenancy

import (
	"cmp"
	"context"
	"errors"
	"slices"
)

// PutOwner makes an active user an owner of an organization. The caller owns it. Making
// an owner of one who is an owner changes nothing.
func (s *Service) PutOwner(ctx context.Context, caller Caller, organizationID, userID string) (owner Owner, token Token, err error) {
	a := attempt{caller, "owner.put", Object{"organization", organizationID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("user_id", userID)
		o, err := op.targetOrganization(ctx, organizationID, "own")
		if err != nil {
			return err
		}
		if _, err := op.activeUser(ctx, userID); err != nil {
			return err
		}
		owner, err = op.snap.Owner(ctx, o.ID, userID)
		if errors.Is(err, ErrNoRow) {
			owner = Owner{OrganizationID: o.ID, RootID: o.RootID, UserID: userID, Since: op.service.clock.Now(), Suspended: o.Suspended}
			op.stage(nil, owner)
			return nil
		}
		return err
	})
	return owner, token, err
}

// RemoveOwner takes the ownership of an organization from a user. The caller owns it. An
// organization keeps at least one active owner of its own (R-18, D-33); an ownership
// that comes from a group is changed where the group is.
func (s *Service) RemoveOwner(ctx context.Context, caller Caller, organizationID, userID string) (Token, error) {
	a := attempt{caller, "owner.remove", Object{"organization", organizationID}}
	return s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("user_id", userID)
		o, err := op.targetOrganization(ctx, organizationID, "own")
		if err != nil {
			return err
		}
		owner, err := op.snap.Owner(ctx, o.ID, userID)
		if errors.Is(err, ErrNoRow) {
			return op.ownsElsewhere(ctx, o, userID)
		}
		if err != nil {
			return err
		}
		if !owner.Inactive {
			if err := keepsOne(op.snap.ActiveOwners(ctx, o.ID)); err != nil {
				return err
			}
		}
		op.stage(owner, nil)
		return nil
	})
}

// keepsOne refuses the removal of the last active owner of something. It holds
// against concurrent removals because both would move the same tree.
func keepsOne(activeOwners int, err error) error {
	if err == nil && activeOwners <= 1 {
		return refuse(CodeLastOwner, "The last active owner can't be removed.")
	}
	return err
}

// ownsElsewhere tells where an ownership that is no row of its own can be changed; it is
// not found if there is none.
func (op *operation) ownsElsewhere(ctx context.Context, o Organization, userID string) error {
	if _, err := op.activeUser(ctx, userID); err != nil {
		return err // what a deactivated person was given has no force
	}
	groups, err := op.snap.GroupsWith(ctx, userID, GroupMember)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if !slices.Contains(g.Claims, ClaimOwner) {
			continue
		}
		kind, err := op.ownsThrough(ctx, g, o)
		if err != nil {
			return err
		}
		if kind != "" {
			e := refuse(CodeManagedElsewhere, "The ownership comes from a group, and is changed there.")
			e.ManagedAt = &ManagedAt{Kind: kind, ID: g.ID, OrganizationID: g.OrganizationID}
			return e
		}
	}
	if err := op.managedAtAccount(ctx, o, userID); err != nil {
		return err
	}
	return op.usesThroughTenantGroup(ctx, o, userID)
}

// usesThroughTenantGroup tells of which tenant group a user of the organization is:
// what he has by that is changed there. The group that is nearest to the root comes first.
func (op *operation) usesThroughTenantGroup(ctx context.Context, o Organization, userID string) error {
	groups, err := op.snap.TenantGroupsOver(ctx, o.ID)
	if err != nil || o.Suspended {
		return cmp.Or(err, error(errNotFound()))
	}
	places, err := op.placesAmong(ctx, o.RootID, userID, groups)
	if err != nil || len(places) == 0 {
		return cmp.Or(err, error(errNotFound()))
	}
	return errManagedAtTenantGroup(places[0])
}

// managedAtAccount tells that what a user has in an organization comes from a role in its
// account, if it does: he is an administrator who reaches it, or owns what it is
// delegated to.
func (op *operation) managedAtAccount(ctx context.Context, o Organization, userID string) error {
	if o.Suspended {
		return nil
	}
	comes, err := op.reachesAsAdministrator(ctx, o, userID)
	if err == nil && !comes && o.IsDelegated() {
		comes, err = op.ownsRoot(ctx, o.RootID, userID)
	}
	if err != nil || !comes {
		return err
	}
	e := refuse(CodeManagedElsewhere, "The access comes from the account, and is changed there.")
	e.ManagedAt = &ManagedAt{Kind: "account_role", ID: userID, OrganizationID: o.RootID}
	return e
}

func (op *operation) reachesAsAdministrator(ctx context.Context, o Organization, userID string) (bool, error) {
	admin, err := op.snap.Administrator(ctx, o.RootID, userID)
	if errors.Is(err, ErrNoRow) {
		return false, nil
	}
	_, reaches := admin.roleIn(o)
	return reaches, err
}

// ownsThrough tells how the claim `owner` of a group reaches an organization: "group" at
// home, "link" by a link that lets it through, "" not at all.
func (op *operation) ownsThrough(ctx context.Context, g Group, o Organization) (string, error) {
	if g.Suspended || o.Suspended {
		return "", nil
	}
	if g.OrganizationID == o.ID {
		return "group", nil
	}
	links, err := op.linksReaching(ctx, g.ID, o)
	lets := func(l Link) bool { return l.hasForce() && slices.Contains(l.Gives(g), ClaimOwner) }
	if slices.ContainsFunc(links, lets) {
		return "link", err
	}
	return "", err
}

// Owners lists the owners of an organization, by user id, to those who see its roster.
func (s *Service) Owners(ctx context.Context, caller Caller, organizationID string, page Page) (owners []Owner, err error) {
	a := attempt{caller, "owner.list", Object{"organization", organizationID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.targetOrganization(ctx, organizationID, "view_roster")
		if err != nil {
			return err
		}
		owners, err = op.snap.Owners(ctx, o.ID, page)
		return err
	})
	return owners, err
}
