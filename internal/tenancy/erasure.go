package tenancy

import (
	"context"
	"errors"
)

// This file takes out of the record what names a person beside an id. Ids stay, so that the
// trails tell who did what as long as somebody else knows whose they are; the chains of the
// trails hold, as what is erased stands beside them (see chain.go).
//
// It does not reach what left the record before: backups, logs, mails, checks that consoles
// keep. Answers that are kept for repeats of requests go when their time is over and others
// are kept after them.

// EraseUser takes the name and the e-mail address from a user, ends the force of all that he
// has as [Service.PutUser] does for one who is deactivated, and removes the network addresses
// from all events of what was tried on his behalf. He stays, deactivated, under his id. It is
// for the platform.
//
// What others wrote about his address is not found by his id: [Service.EraseAddress] is for
// that, and comes first, while the address is known.
func (s *Service) EraseUser(ctx context.Context, caller Caller, id string) (user User, token Token, err error) {
	a := attempt{caller, "user.erase", Object{"user", id}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		if err := op.requireEraser(ctx); err != nil {
			return err
		}
		before, err := op.user(ctx, id)
		if errors.Is(err, ErrNoRow) {
			return errNotFound()
		}
		if err != nil {
			return err
		}
		user = User{ID: id, State: UserDeactivated, Version: before.Version}
		op.erased = id
		op.stage(before, user) // also if he was erased before: somebody may have been at it meanwhile
		return op.setForce(ctx, user)
	})
	return user, token, err
}

// EraseAddress takes a mailbox, in all its spellings, out of all invitations: those
// that are pending are revoked. It returns how many there were. It is for the platform, and
// for any address: that it was erased says nothing of whether somebody has it.
func (s *Service) EraseAddress(ctx context.Context, caller Caller, email string) (invitations int, token Token, err error) {
	a := attempt{caller, "address.erase", Object{Type: "address"}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		if err := op.requireEraser(ctx); err != nil {
			return err
		}
		var v validation
		if v.email("email", email, true); v.err() != nil {
			return v.err()
		}
		found, err := op.snap.InvitationsOfMailbox(ctx, MailboxOf(email))
		if err != nil {
			return err
		}
		invitations = len(found)
		return op.eraseInvitations(ctx, found)
	})
	return invitations, token, err
}

func (op *operation) eraseInvitations(ctx context.Context, found []Invitation) error {
	for _, before := range found {
		if err := op.readTree(ctx, before.RootID); err != nil {
			return err
		}
		after := before
		after.Email, after.Mailbox = "", ""
		if after.State == InvitationPending {
			after.State = InvitationRevoked
		}
		op.tell(before.RootID, before.OrganizationID)
		op.stage(before, after)
	}
	return nil
}

// requireEraser refuses everybody but the platform. That does not depend on the target.
func (op *operation) requireEraser(ctx context.Context) error {
	if !op.caller.isPlatform() {
		return errForbidden("Personal data is erased by the platform, and not on behalf of a user.")
	}
	_, _, err := op.currentOrganization(ctx)
	return err
}
