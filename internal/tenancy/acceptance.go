package tenancy

import (
	"context"
	"errors"
)

// AcceptInvitation gives the acting user what an invitation promises. He holds its token, and
// his verified e-mail address is the invited one; the inviter still holds all that R-26 asks
// . A token is good once: of many that accept at the same time one does.
func (s *Service) AcceptInvitation(ctx context.Context, caller Caller, token string) (view InvitationView, state Token, err error) {
	a := attempt{caller, "invitation.accept", Object{"invitation", ""}}
	state, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		i, err := op.invitedBy(ctx, token)
		if err != nil {
			return err
		}
		g, err := op.acceptable(ctx, i)
		if err != nil {
			return err
		}
		if err := op.join(ctx, g, i); err != nil {
			return err
		}
		view = op.viewInvitation(op.closeInvitation(i, InvitationAccepted))
		return nil
	})
	return view, state, err
}

// DeclineInvitation ends an invitation on behalf of the invited user, who shows the same as
// one that accepts it (D-16).
func (s *Service) DeclineInvitation(ctx context.Context, caller Caller, token string) (view InvitationView, state Token, err error) {
	a := attempt{caller, "invitation.decline", Object{"invitation", ""}}
	state, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		i, err := op.invitedBy(ctx, token)
		if err != nil {
			return err
		}
		if err := requirePending(i); err != nil {
			return err
		}
		view = op.viewInvitation(op.closeInvitation(i, InvitationDeclined))
		return nil
	})
	return view, state, err
}

// invitedBy finds the invitation of a token, for the person whom it invites. That an address
// does not fit is told to nobody but a holder of the token.
func (op *operation) invitedBy(ctx context.Context, token string) (Invitation, error) {
	if op.caller.UserID == "" {
		return Invitation{}, errForbidden("Invitations are answered on behalf of a user; name the user in Act-As-User.")
	}
	i, err := op.invitation(op.snap.InvitationWith(ctx, HashToken(token)))
	if err != nil {
		return Invitation{}, err
	}
	if err := op.readTree(ctx, i.RootID); err != nil {
		return Invitation{}, err
	}
	if err := op.sameTreeAsCurrent(ctx, i.RootID); err != nil {
		return Invitation{}, err
	}
	user, err := op.user(ctx, op.caller.UserID)
	if err != nil {
		return Invitation{}, err
	}
	if !user.EmailVerified || ExactAddress(user.Email) != ExactAddress(i.Email) {
		return Invitation{}, refuse(CodeEmailMismatch, "The invitation is for another e-mail address than the verified one of the acting user.")
	}
	return i, nil
}

// acceptable refuses an invitation that is no longer good, and returns its group.
func (op *operation) acceptable(ctx context.Context, i Invitation) (Group, error) {
	g, err := op.group(ctx, i.GroupID)
	if err != nil {
		return Group{}, err
	}
	if err := op.requireEnterprise(ctx, i.RootID); err != nil {
		return Group{}, err
	}
	if err := requirePending(i); err != nil {
		return Group{}, err
	}
	return g, op.requireInviter(ctx, i, g)
}

// join makes the acting user what he was invited as. Who accepts his own invitation has made
// himself a member.
func (op *operation) join(ctx context.Context, g Group, i Invitation) error {
	op.note("role", string(i.Role))
	op.note("user_id", op.caller.UserID)
	_, err := op.snap.Membership(ctx, g.ID, i.Role, op.caller.UserID)
	if err == nil {
		return refuse(CodeAlreadyMember, "The acting user has this role in the group.")
	}
	if !errors.Is(err, ErrNoRow) {
		return err
	}
	_, err = op.giveMembership(g, i.Role, op.caller.UserID, i.InvitedBy)
	return err
}
