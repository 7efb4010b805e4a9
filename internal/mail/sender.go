package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Sender sends what the outbox holds. Any number of nodes may have one over one record: each
// mail is begun by one of them.
type Sender struct {
	outbox tenancy.Outbox
	mailer tenancy.Mailer
	clock  tenancy.Clock
	log    *slog.Logger
}

// NewSender returns a sender over its parts.
func NewSender(outbox tenancy.Outbox, mailer tenancy.Mailer, clock tenancy.Clock, log *slog.Logger) *Sender {
	return &Sender{outbox: outbox, mailer: mailer, clock: clock, log: log}
}

const (
	// pollInterval is how long a mail waits for the sender at most. Asking costs one look at
	// an index, and asking works whoever has put the mail there, and when.
	pollInterval = time.Second
	// batch bounds how many mails are read at a time; each is sent by itself.
	batch = 16
)

// Run sends until the context ends. What it could not send then is sent after the next
// start.
func (s *Sender) Run(ctx context.Context) {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		if err := s.sendDue(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("mails can't be sent now", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// sendDue keeps a fault from the rest of the process. The mail that it is about is due again
// later, if its attempt had begun.
func (s *Sender) sendDue(ctx context.Context) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return s.SendDue(ctx)
}

// SendDue sends every mail that is due, one after the other. That a server does not take one
// is no error: it is due again later. It fails when the outbox can't be asked.
func (s *Sender) SendDue(ctx context.Context) error {
	for {
		mails, err := s.outbox.DueMails(ctx, s.clock.Now(), batch)
		if err != nil || len(mails) == 0 {
			return err
		}
		for _, mail := range mails {
			if err := s.send(ctx, mail); err != nil {
				return err
			}
		}
		if len(mails) < batch {
			return nil
		}
	}
}

// send makes one attempt. The attempt is noted before it is made, with the hash of its
// token: so the token of a mail that arrives is always known, also after a crash.
func (s *Sender) send(ctx context.Context, mail tenancy.InvitationMail) error {
	now := s.clock.Now()
	if mail.State != tenancy.InvitationPending || !now.Before(mail.ExpiresAt) {
		return s.outbox.EndMail(ctx, mail)
	}
	if err := failpoint.Err(failpoint.MailDue); err != nil {
		return err
	}
	token, hash := tenancy.NewToken()
	begun, err := s.outbox.BeginMail(ctx, mail, hash, now.Add(retryDelay(mail.Attempts)))
	if errors.Is(err, tenancy.ErrMoved) {
		return nil // another node sends it, or the invitation was answered meanwhile
	}
	if err != nil {
		return err
	}
	if err := failpoint.Err(failpoint.MailBegun); err != nil {
		return err
	}
	if err := s.mailer.Invite(ctx, begun, token); err != nil {
		s.log.Warn("a mail was not sent", "invitation", mail.ID, "attempt", begun.Attempts, "next", begun.DueAt, "error", err)
		return ctx.Err()
	}
	if err := failpoint.Err(failpoint.MailSent); err != nil {
		return err
	}
	if err := s.outbox.EndMail(ctx, begun); err != nil {
		return err
	}
	return failpoint.Err(failpoint.MailEnded)
}

// The delays between attempts double from the first to the last.
const (
	firstRetryDelay = time.Minute
	lastRetryDelay  = time.Hour
)

// retryDelay is how long after the beginning of an attempt the next one begins, if it comes
// to nothing.
func retryDelay(attemptsBefore int) time.Duration {
	delay := firstRetryDelay
	for range attemptsBefore {
		if delay *= 2; delay >= lastRetryDelay {
			return lastRetryDelay
		}
	}
	return delay
}
