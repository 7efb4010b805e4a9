package tenancy

import (
	"bytes"
	"context"
	"errors"
	"time"
)

// DefaultAnswerLife is how long the answer to a request with a key is kept.
const DefaultAnswerLife = 24 * time.Hour

// Requester is by whom a key tells a request from others: a credential, and the user that
// it acts for. The keys of two requesters have nothing to do with each other.
type Requester struct {
	KeyID  string
	UserID string
}

func (c Caller) requester() Requester { return Requester{KeyID: c.KeyID, UserID: c.UserID} }

// KeptAnswer is what a request was answered with, so that a repeat is answered the same and
// carries out nothing. It stands in the record from the moment at which the change does.
// Secrets are not in it.
type KeptAnswer struct {
	Requester Requester
	Key       string
	Digest    []byte // tells the request itself from others with the same key
	Answer    []byte // in a form of whoever asked for it to be kept
	KeptAt    time.Time
	Until     time.Time // it counts for nothing from then on, and is removed some time
}

// errRepeat says that the request is a repeat: it was answered, and is not decided again.
var errRepeat = errors.New("the request is a repeat")

// recall looks for the answer to the request in the snapshot in which it is decided. So a
// repeat that comes while the first is being carried out sees either both the change and
// its answer, or neither; permissions are decided at that same state. A refusal is kept for nobody: what was not carried out may be
// tried again.
//
// Who has lost his rights since still gets the answer: it tells him what he was told before,
// word for word, and nothing that became of it. Only who is not known any more is refused.
func (u *undertaking) recall(ctx context.Context, snap Snapshot) error {
	if u.terms.Key == "" {
		return nil
	}
	kept, err := snap.Answer(ctx, u.caller.requester(), u.terms.Key)
	if errors.Is(err, ErrNoRow) || err == nil && !kept.Until.After(u.service.clock.Now()) {
		return nil
	}
	if err != nil {
		return err
	}
	if !bytes.Equal(kept.Digest, u.terms.Digest) {
		return refuse(CodeIdempotencyConflict, "The Idempotency-Key was used for another request.")
	}
	u.outcome.Repeated = kept.Answer
	return errRepeat
}

// kept is the answer as it is kept, nil for a request without a key.
func (u *undertaking) kept(answer []byte) *KeptAnswer {
	if u.terms.Key == "" {
		return nil
	}
	now := u.service.clock.Now()
	return &KeptAnswer{
		Requester: u.caller.requester(),
		Key:       u.terms.Key,
		Digest:    u.terms.Digest,
		Answer:    answer,
		KeptAt:    now,
		Until:     now.Add(u.service.options.AnswerLife),
	}
}
