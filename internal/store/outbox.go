package store

import (
	"context"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qTokenPut     = named("token_put")
	qMailsDue     = named("mails_due")
	qMailsWaiting = named("mails_waiting")
	qMailBegin    = named("mail_begin")
	qMailEnd      = named("mail_end")
)

var _ tenancy.Outbox = (*Store)(nil)

// putToken keeps what a change says of the token of an invitation.
func putToken(ctx context.Context, tx *transaction, t tenancy.InvitationToken) error {
	var hash []byte
	if t.Hash != (tenancy.TokenHash{}) {
		hash = t.Hash[:]
	}
	_, err := tx.exec(ctx, qTokenPut, t.InvitationID, hash, millis(t.MailAt))
	return err
}

// DueMails implements [tenancy.Outbox].
func (s *Store) DueMails(ctx context.Context, at time.Time, limit int) ([]tenancy.InvitationMail, error) {
	return all(ctx, s.reader, scanMail, qMailsDue, millis(at), limit)
}

func scanMail(s scanner) (m tenancy.InvitationMail, err error) {
	err = s.Scan(append(invitationColumns(&m.Invitation),
		&m.Organization, &m.Group, &m.Inviter, &m.Attempts, instant{&m.DueAt})...)
	return m, err
}

// BeginMail implements [tenancy.Outbox].
func (s *Store) BeginMail(ctx context.Context, m tenancy.InvitationMail, hash tenancy.TokenHash, next time.Time) (tenancy.InvitationMail, error) {
	err := s.writer.transact(ctx, nil, func(ctx context.Context, tx *transaction) error {
		return moved(tx.exec(ctx, qMailBegin, m.ID, m.Attempts, millis(m.DueAt), hash[:], millis(next)))
	})
	m.Attempts, m.DueAt = m.Attempts+1, next
	return m, err
}

// EndMail implements [tenancy.Outbox].
func (s *Store) EndMail(ctx context.Context, m tenancy.InvitationMail) error {
	return s.writer.transact(ctx, nil, func(ctx context.Context, tx *transaction) error {
		_, err := tx.exec(ctx, qMailEnd, m.ID, m.Attempts, millis(m.DueAt))
		return err
	})
}

// WaitingMails implements [tenancy.Outbox].
func (s *Store) WaitingMails(ctx context.Context) (int, error) {
	n, err := one(ctx, s.reader, scanInt, qMailsWaiting)
	return int(n), err
}
