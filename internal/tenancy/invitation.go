package tenancy

import (
	"context"
	"errors"
	"time"
)

// end is when an invitation expires by itself (see [Ending]). Nothing is decided on a tree in
// which one is over, so one that is read as pending can still be accepted.
func (i Invitation) end() time.Time {
	if i.State != InvitationPending {
		return time.Time{}
	}
	return i.ExpiresAt
}

// InvitationView is an invitation as callers see it.
type InvitationView struct {
	Invitation
	ResendAfter time.Time // from then on another mail to the mailbox can be asked for (D-16)
	// Token is there once, after creation and resend, and only where nobody mails it.
	Token string
}

func (op *operation) viewInvitation(i Invitation) InvitationView {
	return InvitationView{Invitation: i, ResendAfter: op.service.resendAfter(i)}
}

func (s *Service) resendAfter(i Invitation) time.Time {
	return i.SentAt.Add(s.options.InvitationCooldown)
}

// Invite asks an address into a group, in a role. The caller is a user who owns the
// group and its home, under Enterprise. Nothing that he gets to know depends on whether the
// address is known to the service, but for members of the group: those he sees anyway.
func (s *Service) Invite(ctx context.Context, caller Caller, groupID, email string, role GroupRole) (view InvitationView, token Token, err error) {
	a := attempt{caller, "invitation.create", Object{"group", groupID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		g, err := op.visibleGroup(ctx, groupID)
		if err != nil {
			return err
		}
		home, err := op.authorizeInvitation(ctx, g)
		if err != nil {
			return err
		}
		i, err := op.newInvitation(g, home, email, role)
		if err != nil {
			return err
		}
		if err := op.mayInvite(ctx, i); err != nil {
			return err
		}
		op.note("invitation_id", i.ID)
		op.note("role", string(i.Role))
		view = op.sendInvitation(Invitation{}, i)
		return nil
	})
	return view, token, err
}

// authorizeInvitation asks what R-26 asks, and that a user invites: the platform itself is
// nobody who could own a group (D-35).
func (op *operation) authorizeInvitation(ctx context.Context, g Group) (home Organization, err error) {
	if op.caller.UserID == "" {
		return Organization{}, errForbidden("Invitations are made on behalf of a user; name the user in Act-As-User.")
	}
	if home, err = op.ownsGroupAndHome(ctx, g); err != nil {
		return Organization{}, err
	}
	return home, op.requireEnterprise(ctx, g.RootID)
}

func (op *operation) ownsGroupAndHome(ctx context.Context, g Group) (home Organization, err error) {
	if home, err = op.organization(ctx, g.OrganizationID); err != nil {
		return Organization{}, err
	}
	if err := op.require(ctx, home, "own"); err != nil {
		return Organization{}, err
	}
	return home, op.requireOnGroup(ctx, g, "manage_members")
}

func (op *operation) newInvitation(g Group, home Organization, email string, role GroupRole) (Invitation, error) {
	var v validation
	oneOf(&v, "role", role, GroupOwner, GroupMember)
	address := ExactAddress(email)
	if address == "" {
		v.fail("email", "must be one e-mail address")
	}
	if err := v.err(); err != nil {
		return Invitation{}, err
	}
	if !home.takesAddress(address) {
		return Invitation{}, refuse(CodeEmailDomain, "The organization %q invites addresses of its own e-mail domain only.", home.ID)
	}
	return Invitation{
		ID:             NewID("inv"),
		OrganizationID: home.ID,
		GroupID:        g.ID,
		RootID:         g.RootID,
		Email:          email,
		Mailbox:        MailboxOf(email),
		Role:           role,
		State:          InvitationPending,
		InvitedBy:      op.caller.UserID,
		CreatedAt:      op.now,
	}, nil
}

// mayInvite refuses to invite whoever is invited or in the group, and whoever was mailed
// within the cooldown, whatever became of that (R-28, D-16).
func (op *operation) mayInvite(ctx context.Context, i Invitation) error {
	newest, err := op.snap.NewestInvitation(ctx, i.GroupID, i.Mailbox)
	invitedBefore := !errors.Is(err, ErrNoRow)
	if err != nil && invitedBefore {
		return err
	}
	if invitedBefore && newest.State == InvitationPending {
		return refuse(CodeDuplicateInvitation, "The address is invited to the group already.")
	}
	member, err := op.snap.HasVerified(ctx, i.GroupID, i.Role, i.Email)
	if err != nil {
		return err
	}
	if member {
		return refuse(CodeAlreadyMember, "The address is that of somebody who has this role in the group.")
	}
	if !invitedBefore {
		return nil
	}
	return op.cooledDown(newest)
}

// cooledDown refuses another mail within the cooldown of the last one.
func (op *operation) cooledDown(last Invitation) error {
	left := op.service.resendAfter(last).Sub(op.now)
	if left <= 0 {
		return nil
	}
	e := refuse(CodeCooldown, "A mail about this was sent to the mailbox a short time ago.")
	e.RetryAfter = left
	return e
}

// sendInvitation stages an invitation whose mail is asked for now, with the time that it is
// good for.
func (op *operation) sendInvitation(before, after Invitation) InvitationView {
	after.SentAt, after.ExpiresAt = op.now, op.now.Add(op.service.options.InvitationTTL)
	if before.ID == "" {
		op.stage(nil, after)
	} else {
		op.stage(before, after)
	}
	view := op.viewInvitation(after)
	token := InvitationToken{InvitationID: after.ID}
	if op.service.options.MailInvitations {
		token.MailAt = op.now
	} else {
		view.Token, token.Hash = NewToken()
	}
	op.tokens = append(op.tokens, token)
	return view
}

// Invitations lists the invitations to groups homed in an organization, by id, to those who
// see its roster (D-21); with a state only those in it.
func (s *Service) Invitations(ctx context.Context, caller Caller, organizationID string, state InvitationState, page Page) (views []InvitationView, err error) {
	a := attempt{caller, "invitation.list", Object{"organization", organizationID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.targetOrganization(ctx, organizationID, "view_roster")
		if err != nil {
			return err
		}
		if err := validInvitationState(state); err != nil {
			return err
		}
		invitations, err := op.snap.Invitations(ctx, o.ID, state, page)
		for _, i := range invitations {
			views = append(views, op.viewInvitation(i))
		}
		return err
	})
	return views, err
}

func validInvitationState(state InvitationState) error {
	var v validation
	if state != "" {
		oneOf(&v, "state", state, InvitationPending, InvitationAccepted, InvitationExpired, InvitationRevoked, InvitationDeclined)
	}
	return v.err()
}
