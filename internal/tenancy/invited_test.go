package tenancy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// invited is teams, by a clock that the test moves, with an invitation: olga, who owns top
// and acme, invites nina's address into top as a member. ned has a verified address of his
// own, una nina's without having verified it, blank none.
func invited(t *testing.T) *world {
	t.Helper()
	w, _ := newTimedWorld(t)
	w.growTwoTrees()
	w.formTeams()
	w.users("ned", "una", "blank")
	w.address("nina", "nina@example.com", true)
	w.address("ned", "ned@example.com", true)
	w.address("una", "nina@example.com", false)
	w.invite("nina", "olga", "top", "nina@example.com", tenancy.GroupMember)
	return w
}

func (w *world) address(user, email string, verified bool) {
	w.t.Helper()
	_, _, _, err := w.service.PutUser(w.ctx, platform, w.id(user), tenancy.UserInput{Email: email, EmailVerified: verified})
	require.NoError(w.t, err)
}

// invite makes an invitation that tests know by the name.
func (w *world) invite(name, actor, group, email string, role tenancy.GroupRole) {
	w.t.Helper()
	view, _, err := w.service.Invite(w.ctx, w.as(actor), w.id(group), email, role)
	require.NoError(w.t, err)
	w.invitations[name] = view
}

// at puts the clock to so long after the world began. What is over by then has been found.
func (w *world) at(d time.Duration) {
	w.t.Helper()
	w.clock.(*movable).set(clock.Now().Add(d))
	for root := range trees(w) {
		require.NoError(w.t, w.deliverer.End(w.ctx, root))
	}
}

// after has something done so long after the world began.
func after(d time.Duration, do call) call {
	return func(w *world) error {
		w.at(d)
		return do(w)
	}
}

func inviteAs(actor, group, email string, role tenancy.GroupRole) call {
	return func(w *world) error {
		_, _, err := w.service.Invite(w.ctx, w.as(actor), w.id(group), email, role)
		return err
	}
}

// The calls about an invitation name it as [world.invite] did. One that was resent has a new
// token.

func resendAs(actor, invitation string) call {
	return func(w *world) error {
		view, _, err := w.service.ResendInvitation(w.ctx, w.as(actor), w.invitations[invitation].ID)
		if err == nil {
			w.invitations[invitation] = view
		}
		return err
	}
}

func revokeAs(actor, invitation string) call {
	return func(w *world) error {
		_, err := w.service.RevokeInvitation(w.ctx, w.as(actor), w.invitations[invitation].ID)
		return err
	}
}

func acceptAs(actor, invitation string) call {
	return func(w *world) error { return acceptTokenAs(actor, w.invitations[invitation].Token)(w) }
}

func acceptTokenAs(actor, token string) call {
	return func(w *world) error {
		_, _, err := w.service.AcceptInvitation(w.ctx, w.as(actor), token)
		return err
	}
}

func declineAs(actor, invitation string) call {
	return func(w *world) error {
		_, _, err := w.service.DeclineInvitation(w.ctx, w.as(actor), w.invitations[invitation].Token)
		return err
	}
}

func invitationsAs(actor, organization string) call {
	return func(w *world) error {
		_, err := w.service.Invitations(w.ctx, w.as(actor), w.id(organization), "", tenancy.PageAll)
		return err
	}
}

// invitedTo are the invitations of an organization in a state, by their addresses.
func (w *world) invitedTo(organization string, state tenancy.InvitationState) (emails []string) {
	w.t.Helper()
	views, err := w.service.Invitations(w.ctx, platform, w.id(organization), state, tenancy.PageAll)
	require.NoError(w.t, err)
	for _, view := range views {
		require.Empty(w.t, view.Token)
		emails = append(emails, view.Email)
	}
	return emails
}
