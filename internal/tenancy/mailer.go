package tenancy

import (
	"context"
	"time"
)

// InvitationMail is a mail that is due: the invitation, and what it tells of the place and
// the people.
type InvitationMail struct {
	Invitation
	Organization string // its name
	Group        string // its name
	Inviter      string // the name of whoever invites, "" if it is not known
	// Attempts counts how often it was begun, and DueAt is when it is to be begun again.
	Attempts int
	DueAt    time.Time
}

// Mailer sends the mails of invitations.
type Mailer interface {
	// Invite hands a mail with the token to a mail server. nil means that the server has
	// taken it, and no more: it may still fail to reach anybody. After an error it is not
	// known whether the server has taken it. The token goes nowhere but into the mail, and
	// no name or address can add a header or a recipient to it.
	Invite(ctx context.Context, mail InvitationMail, token string) error
}

// Outbox is the part of the record that holds which mails are due. A mail is put into it by
// the change that it tells of, in the same transaction. What it holds is no secret: a
// token is made when its mail is begun, and only its hash is kept.
type Outbox interface {
	// DueMails returns mails that are due at an instant, those due longest first, at most
	// limit of them; also of invitations that are not pending any more.
	DueMails(ctx context.Context, at time.Time, limit int) ([]InvitationMail, error)

	// BeginMail puts the mail off to the instant next, should it come to nothing, and gives
	// the invitation the token with the hash in the place of an earlier one. It fails with
	// ErrMoved, and changes nothing, if the mail is not due any more as it was read, or the
	// invitation is not recorded as pending: so of two that send only one sends. It returns
	// the mail as it is then.
	BeginMail(ctx context.Context, mail InvitationMail, hash TokenHash, next time.Time) (InvitationMail, error)

	// EndMail takes a mail out of the outbox, unless it was begun or asked for again since
	// the caller has read or begun it.
	EndMail(ctx context.Context, mail InvitationMail) error

	// WaitingMails counts the mails that are due, or will be.
	WaitingMails(ctx context.Context) (int, error)
}
