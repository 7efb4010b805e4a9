package tenancy

import (
	"context"
	"errors"
)

// ResendInvitation asks for another mail of a pending invitation, which is then good for the
// whole time again; its token is a new one. The caller could make it, and the one who
// made it still can: nobody is asked to accept what can't be accepted.
func (s *Service) ResendInvitation(ctx context.Context, caller Caller, id string) (view InvitationView, token Token, err error) {
	a := attempt{caller, "invitation.resend", Object{"invitation", id}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		i, g, err := op.ownInvitation(ctx, id)
		if err != nil {
			return err
		}
		if err := op.requireEnterprise(ctx, i.RootID); err != nil {
			return err
		}
		if err := requirePending(i); err != nil {
			return err
		}
		if err := op.requireInviter(ctx, i, g); err != nil {
			return err
		}
		if err := op.cooledDown(i); err != nil {
			return err
		}
		view = op.sendInvitation(i, i)
		return nil
	})
	return view, token, err
}

// RevokeInvitation ends a pending invitation. Whoever owns the group and its home does it,
// without any licence (D-32).
func (s *Service) RevokeInvitation(ctx context.Context, caller Caller, id string) (Token, error) {
	a := attempt{caller, "invitation.revoke", Object{"invitation", id}}
	return s.change(ctx, a, func(ctx context.Context, op *operation) error {
		before, _, err := op.ownInvitation(ctx, id)
		if err != nil {
			return err
		}
		if err := requirePending(before); err != nil {
			return err
		}
		op.closeInvitation(before, InvitationRevoked)
		return nil
	})
}

// ownInvitation finds an invitation that the caller may see (D-21) and, but for the licence,
// could have made.
func (op *operation) ownInvitation(ctx context.Context, id string) (Invitation, Group, error) {
	i, err := op.visibleInvitation(ctx, id)
	if err != nil {
		return Invitation{}, Group{}, err
	}
	g, err := op.group(ctx, i.GroupID)
	if err != nil {
		return Invitation{}, Group{}, err
	}
	_, err = op.ownsGroupAndHome(ctx, g)
	return i, g, err
}

// visibleInvitation finds an invitation to a group whose home's roster the caller sees.
func (op *operation) visibleInvitation(ctx context.Context, id string) (Invitation, error) {
	if err := op.requireActor(); err != nil {
		return Invitation{}, err
	}
	i, err := op.invitation(op.snap.Invitation(ctx, id))
	if err != nil {
		return Invitation{}, err
	}
	home, err := op.organization(ctx, i.OrganizationID)
	if err != nil {
		return Invitation{}, err
	}
	visible, err := op.allowedOn(ctx, home, "view_roster")
	if err == nil && !visible {
		err = errNotFound()
	}
	if err != nil {
		return Invitation{}, err
	}
	return i, op.sameTreeAsCurrent(ctx, i.RootID)
}

// invitation tells what an attempt is about that names an invitation.
func (op *operation) invitation(i Invitation, err error) (Invitation, error) {
	if errors.Is(err, ErrNoRow) {
		return Invitation{}, errNotFound()
	}
	if err == nil {
		op.target.ID = i.ID
		op.note("group_id", i.GroupID)
		op.tell(i.RootID, i.OrganizationID)
	}
	return i, err
}

func requirePending(i Invitation) error {
	if i.State != InvitationPending {
		return refuse(CodeInvitationClosed, "The invitation is %s.", i.State)
	}
	return nil
}

// closeInvitation stages the end of a pending invitation.
func (op *operation) closeInvitation(before Invitation, state InvitationState) Invitation {
	after := before
	after.State = state
	op.stage(before, after)
	return after
}

// requireInviter refuses an invitation whose inviter would not be let to make it any more
// . A lapsed licence is no fault of his, and has a code of its own.
func (op *operation) requireInviter(ctx context.Context, i Invitation, g Group) error {
	inviter, err := op.user(ctx, i.InvitedBy)
	if err != nil && !errors.Is(err, ErrNoRow) {
		return err
	}
	qualified := inviter.State == UserActive
	for _, thing := range []struct {
		permission string
		resource   Object
	}{
		{"own", Object{"organization", i.OrganizationID}},
		{"manage_members", Object{"group", g.ID}},
	} {
		if !qualified {
			break
		}
		if qualified, err = op.userMay(ctx, i.RootID, i.InvitedBy, thing.permission, thing.resource); err != nil {
			return err
		}
	}
	if !qualified {
		return refuse(CodeInviterUnqualified, "Whoever invited could not do so any more.")
	}
	return nil
}
