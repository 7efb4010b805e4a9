package storetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var outboxTests = map[string]func(world){
	"A mail is due from its time on":                         mailsDue,
	"Mails come by how long they are due":                    mailsInOrder,
	"Of two that begin a mail one does":                      mailsBegunOnce,
	"A mail that comes to nothing is due again":              mailsDueAgain,
	"Mails are counted until they are ended":                 mailsCounted,
	"A mail that is asked for again is not ended":            mailsAskedAgain,
	"A mail of a closed invitation is not begun":             mailsOfClosed,
	"The mails of an invitation go when the invitation does": mailsRemoved,
}

// invited commits an invitation whose mail is due.
func invited(w world) tenancy.Invitation {
	techs, _ := groupWorld(w)
	i := invitation("i", techs, "box")
	w.commitWith(tenancy.InvitationToken{InvitationID: "i", MailAt: minute(10)}, create(i))
	return i
}

// due is every mail that is due at an instant.
func (w world) due(at time.Time) []tenancy.InvitationMail {
	w.t.Helper()
	mails, err := w.DueMails(w.ctx(), at, 100)
	require.NoError(w.t, err)
	return mails
}

func mailsDue(w world) {
	i := invited(w)
	require.Empty(w.t, w.due(minute(10).Add(-time.Millisecond)))
	require.Equal(w.t, []tenancy.InvitationMail{{
		Invitation: i, Organization: "Name of acme", Group: "Name of techs", Inviter: "Name of ann", DueAt: minute(10),
	}}, w.due(minute(10)))
	w.tokens("", hash(1))
}

func mailsInOrder(w world) {
	techs, _ := groupWorld(w)
	for n, id := range []string{"b", "c", "a"} {
		w.commitWith(tenancy.InvitationToken{InvitationID: id, MailAt: minute(10 + n)}, create(invitation(id, techs, "box")))
	}
	for limit, want := range map[int]string{1: "b", 2: "bc", 100: "bca"} {
		mails, err := w.DueMails(w.ctx(), minute(30), limit)
		require.NoError(w.t, err)
		got := ""
		for _, m := range mails {
			got += m.ID
		}
		require.Equal(w.t, want, got)
	}
}

func mailsBegunOnce(w world) {
	invited(w)
	mail := w.due(minute(10))[0]
	begun, err := w.BeginMail(w.ctx(), mail, hash(1), minute(11))
	require.NoError(w.t, err)
	_, err = w.BeginMail(w.ctx(), mail, hash(2), minute(11))
	require.ErrorIs(w.t, err, tenancy.ErrMoved)
	w.tokens("i", hash(1), hash(2))
	require.Empty(w.t, w.due(minute(11).Add(-1)))
	require.NoError(w.t, w.EndMail(w.ctx(), mail), "as it was before it was begun")
	require.Len(w.t, w.due(minute(11)), 1)
	require.NoError(w.t, w.EndMail(w.ctx(), begun))
	require.Empty(w.t, w.due(minute(50)))
	w.tokens("i", hash(1))
}

func mailsDueAgain(w world) {
	invited(w)
	for n := range 3 {
		mail := w.due(minute(10 + n))[0]
		require.Equal(w.t, n, mail.Attempts)
		begun, err := w.BeginMail(w.ctx(), mail, hash(byte(n+1)), minute(11+n))
		require.NoError(w.t, err)
		require.Equal(w.t, []tenancy.InvitationMail{begun}, w.due(minute(11+n)))
		w.tokens("i", hash(byte(n+1)), hash(byte(n)))
	}
}

func mailsCounted(w world) {
	count := func(want int) {
		w.t.Helper()
		n, err := w.WaitingMails(w.ctx())
		require.NoError(w.t, err)
		require.Equal(w.t, want, n)
	}
	count(0)
	invited(w)
	count(1) // also before it is due
	begun, err := w.BeginMail(w.ctx(), w.due(minute(10))[0], hash(1), minute(11))
	require.NoError(w.t, err)
	count(1)
	require.NoError(w.t, w.EndMail(w.ctx(), begun))
	count(0)
	w.tokens("i", hash(1))
}

func mailsAskedAgain(w world) {
	i := invited(w)
	begun, err := w.BeginMail(w.ctx(), w.due(minute(10))[0], hash(1), minute(11))
	require.NoError(w.t, err)
	w.commitWith(tenancy.InvitationToken{InvitationID: "i", MailAt: minute(12)}, alter(i, i))
	require.NoError(w.t, w.EndMail(w.ctx(), begun))
	again := w.due(minute(12))
	require.Len(w.t, again, 1)
	require.Zero(w.t, again[0].Attempts)
	w.tokens("i", hash(1))
}

func mailsOfClosed(w world) {
	i := invited(w)
	w.commit(alter(i, inState(i, tenancy.InvitationRevoked)))
	mail := w.due(minute(10))[0]
	require.Equal(w.t, tenancy.InvitationRevoked, mail.State)
	_, err := w.BeginMail(w.ctx(), mail, hash(1), minute(11))
	require.ErrorIs(w.t, err, tenancy.ErrMoved)
	w.tokens("", hash(1))
	require.NoError(w.t, w.EndMail(w.ctx(), mail))
	require.Empty(w.t, w.due(minute(50)))
}

func mailsRemoved(w world) {
	i := invited(w)
	mail := w.due(minute(10))[0]
	w.commit(remove(i))
	require.Empty(w.t, w.due(minute(50)))
	_, err := w.BeginMail(w.ctx(), mail, hash(1), minute(11))
	require.ErrorIs(w.t, err, tenancy.ErrMoved, fmt.Sprint(mail))
}
