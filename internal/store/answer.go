package store

import (
	"context"

	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qAnswerOfRequest = named("answer_of_request")
	qAnswerKeep      = named("answer_keep")
	qAnswersSweep    = named("answers_sweep")
)

// sweptAtOnce is how many answers whose time is over are removed with each one that is kept.
// It is more than one, so that they never pile up, and few, so that nobody waits.
const sweptAtOnce = 8

// Keep implements [tenancy.Store].
func (s *Store) Keep(ctx context.Context, a tenancy.KeptAnswer) error {
	return s.writer.transact(ctx, nil, func(ctx context.Context, tx *transaction) error {
		return keepAnswer(ctx, tx, &a)
	})
}

// keepAnswer does nothing for a change that comes without an answer.
func keepAnswer(ctx context.Context, tx *transaction, a *tenancy.KeptAnswer) error {
	if a == nil {
		return nil
	}
	if err := failpoint.Err(failpoint.AnswerKeeping); err != nil {
		return err
	}
	n, err := tx.exec(ctx, qAnswerKeep, a.Requester.KeyID, a.Requester.UserID, a.Key, a.Digest, a.Answer,
		millis(a.KeptAt), millis(a.Until))
	if err != nil {
		return err
	}
	if n == 0 {
		return tenancy.ErrAnswered
	}
	_, err = tx.exec(ctx, qAnswersSweep, millis(a.KeptAt), sweptAtOnce)
	return err
}

func (s *snapshot) Answer(ctx context.Context, r tenancy.Requester, key string) (tenancy.KeptAnswer, error) {
	return one(ctx, s, scanAnswer, qAnswerOfRequest, r.KeyID, r.UserID, key)
}

func scanAnswer(s scanner) (a tenancy.KeptAnswer, err error) {
	err = s.Scan(&a.Requester.KeyID, &a.Requester.UserID, &a.Key, &a.Digest, &a.Answer,
		instant{&a.KeptAt}, instant{&a.Until})
	return a, err
}
