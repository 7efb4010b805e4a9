package tenancy

import (
	"context"
	"errors"
)

// Terms are what a caller asks for beside the change itself. They hold for whichever
// operation is undertaken on them.
type Terms struct {
	// Key tells a repeat of the request from another one (API, "Answers"); "" for a request
	// that each time is a new one.
	Key string
	// Digest is of all by which two requests are the same; with a Key.
	Digest []byte
	// Require is asked when the operation is decided, after every other refusal, and refuses
	// it by an error; nil for no condition.
	Require func(ctx context.Context, p Proposal) error
	// DryRun changes nothing: it refuses as the operation would be refused, and else tells
	// what it would give and take. Its Key counts for nothing. A refusal is an attempt to
	// learn what one may not, and leaves an event like any other.
	DryRun bool
}

// Outcome is what became of an undertaking. Both are nil for one that was carried out.
type Outcome struct {
	Repeated []byte    // the first answer to a request that is a repeat
	Forecast *Forecast // what a dry run tells; in the names that callers ask by
}

// Work carries out one operation as the caller that it is given, and tells what a repeat of
// the request is to be answered with. It may be called several times, as the facts move,
// and must have no effect but by the operation.
type Work func(ctx context.Context, as Caller) (answer []byte, err error)

// Undertake carries out an operation on terms. What the operation returns to work is what
// will be if it commits; it commits when work has returned, together with the answer. A
// repeat of a request carries out nothing.
func (s *Service) Undertake(ctx context.Context, caller Caller, terms Terms, work Work) (outcome Outcome, err error) {
	if terms.DryRun {
		terms.Key = ""
	}
	err = s.untilSettled(ctx, func() (*operation, error) {
		u := &undertaking{service: s, caller: caller, terms: terms}
		err := u.try(ctx, work)
		outcome = u.outcome
		return u.op, err
	})
	return outcome, err
}

// undertaking is one try of an operation on terms: decided first, then answered, then
// committed. So an answer can be kept in the very transaction of its change.
type undertaking struct {
	service *Service
	caller  Caller
	terms   Terms
	op      *operation // what was decided
	outcome Outcome
}

func (u *undertaking) try(ctx context.Context, work Work) error {
	as := u.caller
	as.undertaking = u
	answer, err := work(ctx, as)
	switch {
	case errors.Is(err, errRepeat):
		return nil
	case err != nil:
		return err
	case u.op == nil:
		return errors.New("the work has decided nothing")
	}
	return u.conclude(ctx, answer)
}

// decide is [Service.change] up to the commit.
func (u *undertaking) decide(ctx context.Context, a attempt, body func(context.Context, *operation) error) (Token, error) {
	if u.op != nil {
		return Token{}, errors.New("the work makes two changes")
	}
	op, err := u.service.look(ctx, a, func(ctx context.Context, op *operation) error {
		if u.terms.DryRun {
			op.note("dry_run", "true")
		}
		if err := u.recall(ctx, op.snap); err != nil {
			return err
		}
		return body(ctx, op)
	})
	u.op = op
	if errors.Is(err, errRepeat) {
		return Token{}, err
	}
	if err != nil {
		return Token{}, u.service.refused(ctx, op, err)
	}
	return op.token(op.change().Versions()), nil
}

// conclude commits what was decided, with its answer. A request that changes nothing is no
// event, but it was carried out: its answer is kept too, so that a repeat does not change
// what others have changed since.
func (u *undertaking) conclude(ctx context.Context, answer []byte) error {
	if err := u.require(ctx); err != nil {
		return err
	}
	if u.terms.DryRun {
		return u.rehearse(ctx)
	}
	change := u.op.change()
	change.Answer = u.kept(answer)
	if len(change.Rows) == 0 && change.Answer != nil {
		err := u.service.store.Keep(ctx, *change.Answer)
		if err != nil && !isOvertaken(err) {
			err = storeError(err)
		}
		return err
	}
	_, err := u.service.commit(ctx, u.op, change)
	return err
}
