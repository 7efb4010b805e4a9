package tenancy

import (
	"context"
	"errors"
)

// PutMembership gives an active user a role in a group. The caller owns the group;
// an owner of the group's home may make himself an owner of it (D-24). A group owner who
// makes himself a member is recorded as a self-grant, or refused where the deployment
// forbids it. Giving what is held changes nothing.
func (s *Service) PutMembership(ctx context.Context, caller Caller, groupID string, role GroupRole, userID string) (m Membership, token Token, err error) {
	a := attempt{caller, "group." + string(role) + ".put", Object{"group", groupID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("user_id", userID)
		g, err := op.visibleGroup(ctx, groupID)
		if err != nil {
			return err
		}
		if err := op.mayGive(ctx, g, role, userID); err != nil {
			return err
		}
		if _, err := op.activeUser(ctx, userID); err != nil {
			return err
		}
		m, err = op.snap.Membership(ctx, g.ID, role, userID)
		if errors.Is(err, ErrNoRow) {
			m, err = op.giveMembership(g, role, userID, op.caller.UserID)
		}
		return err
	})
	return m, token, err
}

// mayGive refuses whoever may not give the role in the group to the user.
func (op *operation) mayGive(ctx context.Context, g Group, role GroupRole, userID string) error {
	owns, err := op.allowedOnGroup(ctx, g, "manage_members")
	if owns || err != nil {
		return err
	}
	if role == GroupOwner && userID == op.caller.UserID {
		home, err := op.organization(ctx, g.OrganizationID)
		if err != nil {
			return err
		}
		if owns, err := op.allowedOn(ctx, home, "own"); owns || err != nil {
			return err
		}
	}
	return errForbidden("The owners of a group choose its owners and members.")
}

// giveMembership stages what the giver gives to a user; the two may be one.
func (op *operation) giveMembership(g Group, role GroupRole, userID, giverID string) (Membership, error) {
	m := Membership{GroupID: g.ID, RootID: g.RootID, Role: role, UserID: userID, Since: op.now}
	m.SelfGrant = userID == giverID
	if m.SelfGrant {
		op.note("self_grant", "true")
		if role == GroupMember && op.service.options.ForbidSelfGrants {
			return Membership{}, errForbidden("Here a group's owner does not make himself a member.")
		}
	}
	op.stage(nil, m)
	return m, nil
}

// RemoveMembership takes a role in a group from a user. The caller owns the group. A
// group keeps at least one active owner (R-18, D-33).
func (s *Service) RemoveMembership(ctx context.Context, caller Caller, groupID string, role GroupRole, userID string) (Token, error) {
	a := attempt{caller, "group." + string(role) + ".remove", Object{"group", groupID}}
	return s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("user_id", userID)
		g, err := op.visibleGroup(ctx, groupID)
		if err != nil {
			return err
		}
		if err := op.requireOnGroup(ctx, g, "manage_members"); err != nil {
			return err
		}
		m, err := op.snap.Membership(ctx, g.ID, role, userID)
		if errors.Is(err, ErrNoRow) {
			return errNotFound()
		}
		if err != nil {
			return err
		}
		if role == GroupOwner && !m.Inactive {
			if err := keepsOne(op.snap.ActiveMemberships(ctx, g.ID, GroupOwner)); err != nil {
				return err
			}
		}
		op.stage(m, nil)
		return nil
	})
}

// Memberships lists those who have the role in a group, by user id, to those who may see
// the group (D-17).
func (s *Service) Memberships(ctx context.Context, caller Caller, groupID string, role GroupRole, page Page) (memberships []Membership, err error) {
	a := attempt{caller, "group." + string(role) + ".list", Object{"group", groupID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		g, err := op.visibleGroup(ctx, groupID)
		if err != nil {
			return err
		}
		memberships, err = op.snap.Memberships(ctx, g.ID, role, page)
		return err
	})
	return memberships, err
}
