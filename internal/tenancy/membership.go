package tenancy

import (
	"context"
	"errors"
	"time"
)

// MembershipInput says how a membership is held. ExpiresAt is when it ends, in RFC 3339,
// nil for never; an owner's does not end by itself.
type MembershipInput struct{ ExpiresAt *string }

// PutMembership gives an active user a role in a group. The caller owns the group;
// an owner of the group's home may make himself an owner of it (D-24). A group owner who
// makes himself a member is recorded as a self-grant, or refused where the deployment
// forbids it. What is held already ends from now on as the call says; giving it as it
// is held changes nothing.
func (s *Service) PutMembership(ctx context.Context, caller Caller, groupID string, role GroupRole, userID string, in MembershipInput) (m Membership, token Token, err error) {
	a := attempt{caller, "group." + string(role) + ".put", Object{"group", groupID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("user_id", userID)
		g, err := op.visibleGroup(ctx, groupID, "manage_members")
		if err != nil {
			return err
		}
		if err := op.mayGive(ctx, g, role, userID); err != nil {
			return err
		}
		if _, err := op.activeUser(ctx, userID); err != nil {
			return err
		}
		m, err = op.putMembership(ctx, g, role, userID, in)
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

func (op *operation) putMembership(ctx context.Context, g Group, role GroupRole, userID string, in MembershipInput) (Membership, error) {
	before, err := op.snap.Membership(ctx, g.ID, role, userID)
	after, held := before, err == nil
	if errors.Is(err, ErrNoRow) {
		after = newMembership(g, role, userID, op.now)
	} else if err != nil {
		return Membership{}, err
	}
	var v validation
	after.ExpiresAt = v.membershipEnd(role, in.ExpiresAt, op.now)
	if !held || after.outlasts(before) {
		if after, err = op.given(after, op.caller.UserID); err != nil {
			return Membership{}, err
		}
	}
	op.noteEnd(after.ExpiresAt)
	switch {
	case !held:
		op.stage(nil, after)
	case before != after:
		op.stage(before, after)
	}
	return after, v.err()
}

// giveMembership stages what the giver gives to a user; the two may be one.
func (op *operation) giveMembership(g Group, role GroupRole, userID, giverID string) (Membership, error) {
	m, err := op.given(newMembership(g, role, userID, op.now), giverID)
	if err != nil {
		return Membership{}, err
	}
	op.stage(nil, m)
	return m, nil
}

func newMembership(g Group, role GroupRole, userID string, since time.Time) Membership {
	return Membership{GroupID: g.ID, RootID: g.RootID, Role: role, UserID: userID, Since: since, Suspended: g.Suspended}
}

// outlasts reports whether more is given than was before.
func (m Membership) outlasts(before Membership) bool {
	return !before.ExpiresAt.IsZero() && (m.ExpiresAt.IsZero() || m.ExpiresAt.After(before.ExpiresAt))
}

// given marks and notes what a group's owner gives himself, and refuses it where the
// deployment does.
func (op *operation) given(m Membership, giverID string) (Membership, error) {
	m.SelfGrant = m.UserID == giverID
	if !m.SelfGrant {
		return m, nil
	}
	op.note("self_grant", "true")
	if m.Role == GroupMember && op.service.options.ForbidSelfGrants {
		return Membership{}, errForbidden("Here a group's owner does not make himself a member.")
	}
	return m, nil
}

// membershipEnd is for members alone: a group must not lose its last owner by the time.
func (v *validation) membershipEnd(role GroupRole, text *string, now time.Time) time.Time {
	if role == GroupOwner && text != nil {
		v.fail("expires_at", "must not be given for an owner")
		return time.Time{}
	}
	return v.end("expires_at", text, now)
}

// RemoveMembership takes a role in a group from a user. The caller owns the group. A
// group keeps at least one active owner (R-18, D-33).
func (s *Service) RemoveMembership(ctx context.Context, caller Caller, groupID string, role GroupRole, userID string) (Token, error) {
	a := attempt{caller, "group." + string(role) + ".remove", Object{"group", groupID}}
	return s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("user_id", userID)
		g, err := op.visibleGroup(ctx, groupID, "manage_members")
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
