package tenancy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// Service carries out the operations of the console. It is safe for concurrent use; all
// state is in the record.
type Service struct {
	store     Store
	decisions Decisions
	committer Committer
	clock     Clock
	turns     *turns
	options   Options
}

// Options are the choices that a deployment makes. The zero value is the default.
type Options struct {
	// ForbidSelfGrants refuses a group owner who makes himself a member.
	ForbidSelfGrants bool
	// Log receives what callers are not told. nil means slog.Default().
	Log *slog.Logger
}

// NewService returns a service over its parts.
func NewService(store Store, decisions Decisions, committer Committer, clock Clock, options Options) *Service {
	if options.Log == nil {
		options.Log = slog.Default()
	}
	return &Service{store: store, decisions: decisions, committer: committer, clock: clock, turns: newTurns(), options: options}
}

// decisionAttempts bounds how often an operation decides again because the facts that it
// read have moved before it could commit. Each time somebody else's change of the same
// tree has succeeded.
const decisionAttempts = 32

// attempt describes what a caller tries, for the trail.
type attempt struct {
	caller Caller
	action string
	target Object
}

// change runs an operation that alters the state: body decides in an operation of its
// own snapshot, and what it has staged commits if all that it has read still holds; else
// it decides again. An operation that stages nothing changes nothing, and is no event.
func (s *Service) change(ctx context.Context, a attempt, body func(context.Context, *operation) error) (Token, error) {
	op, token, err := s.decide(ctx, a, body)
	if !errors.Is(err, ErrMoved) {
		return token, err
	}
	giveBack, err := s.turns.take(ctx, op.trail)
	if err != nil {
		return Token{}, err
	}
	defer giveBack()
	for range decisionAttempts - 1 {
		if op, token, err = s.decide(ctx, a, body); !errors.Is(err, ErrMoved) {
			return token, err
		}
	}
	return Token{}, s.refused(ctx, op, refuse(CodeConflict,
		"Others changed the same tree at the same time. Nothing was changed; try again."))
}

// decide makes one attempt. It holds no snapshot any more when it commits: a snapshot that
// outlives a commit keeps the store from tidying up behind it.
func (s *Service) decide(ctx context.Context, a attempt, body func(context.Context, *operation) error) (*operation, Token, error) {
	op, err := s.begin(ctx, a)
	if err != nil {
		return nil, Token{}, err
	}
	if err := op.run(ctx, body); err != nil {
		return op, Token{}, s.refused(ctx, op, err)
	}
	if len(op.rows) == 0 {
		return op, op.token(nil), nil
	}
	versions, err := s.committer.Commit(ctx, op.change())
	switch {
	case errors.Is(err, ErrMoved):
		return op, Token{}, ErrMoved
	case errors.Is(err, ErrIDUsed):
		return op, Token{}, s.refused(ctx, op, refuse(CodeIDUsed, "The id was used before; an id is never used twice."))
	case err != nil:
		return op, Token{}, storeError(err)
	}
	return op, op.token(versions), nil
}

// read runs an operation that only looks.
func (s *Service) read(ctx context.Context, a attempt, body func(context.Context, *operation) error) error {
	op, err := s.begin(ctx, a)
	if err != nil {
		return err
	}
	return s.refused(ctx, op, op.run(ctx, body))
}

// refused records a refusal in the trail and returns it. What is no refusal (nil,
// a part of the service that can't be asked, a caller that is not known) is passed on.
func (s *Service) refused(ctx context.Context, op *operation, err error) error {
	if err == nil {
		return nil
	}
	refusal, ok := AsError(err)
	if !ok {
		return storeError(err)
	}
	if !refusal.Code.isRefusal() {
		return err
	}
	event := op.event()
	event.Result, event.Code = ResultRefused, refusal.Code
	if err := s.store.Record(context.WithoutCancel(ctx), event); err != nil {
		return storeError(fmt.Errorf("recording a refusal: %w", err))
	}
	return refusal
}

// isRefusal tells the decisions from the failures. An unauthenticated caller has no name
// that a trail could hold.
func (c Code) isRefusal() bool {
	switch c {
	case CodeNotFresh, CodeEngineUnavailable, CodeStoreUnavailable, CodeUnauthenticated:
		return false
	}
	return true
}

// storeError makes any other error of the store the one that callers get.
func storeError(err error) error {
	if _, ok := AsError(err); ok {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return Unavailable(CodeNotFresh, err)
	}
	return Unavailable(CodeStoreUnavailable, err)
}
