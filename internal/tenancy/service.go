package tenancy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Service carries out the operations of the console. It is safe for concurrent use; all
// state is in the record.
type Service struct {
	store     Store
	decisions Decisions
	committer Committer
	clock     Clock
	turns     *turns
	pasts     *pasts
	verifying room
	options   Options
	// foresight is what is asked along for something that an operation foresees: that alone.
	// Tests have it otherwise, as nothing that is decided depends on it.
	foresight func(Question) []Question
}

// Options are the choices that a deployment makes. The zero value is the default.
type Options struct {
	// ForbidSelfGrants refuses a group owner who makes himself a member.
	ForbidSelfGrants bool
	// AnswerLife is how long the answer to a request with a key is kept for repeats, 0 for
	// DefaultAnswerLife.
	AnswerLife time.Duration
	// InvitationTTL is how long an invitation can be accepted after its mail was asked for;
	// InvitationCooldown how long no other mail goes to its mailbox. 0 means the default.
	InvitationTTL, InvitationCooldown time.Duration
	// MailInvitations has tokens of invitations go out by mail, and shown to nobody else.
	// Somebody must be sending what the outbox of the record holds.
	MailInvitations bool
	// Pasts makes engines of what held once; without it nothing past can be asked.
	Pasts Pasts
	// Log receives what callers are not told. nil means slog.Default().
	Log *slog.Logger
}

// The defaults of the [Options] that are durations.
const (
	DefaultInvitationTTL      = 7 * 24 * time.Hour
	DefaultInvitationCooldown = 15 * time.Minute
)

// NewService returns a service over its parts.
func NewService(store Store, decisions Decisions, committer Committer, clock Clock, options Options) *Service {
	options.Log = cmp.Or(options.Log, slog.Default())
	options.InvitationTTL = cmp.Or(options.InvitationTTL, DefaultInvitationTTL)
	options.InvitationCooldown = cmp.Or(options.InvitationCooldown, DefaultInvitationCooldown)
	options.AnswerLife = cmp.Or(options.AnswerLife, DefaultAnswerLife)
	return &Service{
		store: store, decisions: decisions, committer: committer, clock: clock, options: options,
		turns: newTurns(), pasts: newPasts(options.Pasts), verifying: make(room, verifications),
		foresight: func(q Question) []Question { return []Question{q} },
	}
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
//
// Where the call is part of an [Service.Undertake], it is decided here and concluded there.
func (s *Service) change(ctx context.Context, a attempt, body func(context.Context, *operation) error) (token Token, err error) {
	if a.caller.undertaking != nil {
		return a.caller.undertaking.decide(ctx, a, body)
	}
	err = s.untilSettled(ctx, func() (op *operation, err error) {
		op, token, err = s.decide(ctx, a, body)
		return op, err
	})
	return token, err
}

// untilSettled tries again as long as others change what was read. From the second time on
// it waits for its turn.
func (s *Service) untilSettled(ctx context.Context, try func() (*operation, error)) error {
	op, err := try()
	if !isOvertaken(err) {
		return err
	}
	giveBack, err := s.turns.take(ctx, op.trail)
	if err != nil {
		return err
	}
	defer giveBack()
	for range decisionAttempts - 1 {
		if op, err = try(); !isOvertaken(err) {
			return err
		}
	}
	return s.refused(ctx, op, refuse(CodeConflict,
		"Others changed the same tree at the same time. Nothing was changed; try again."))
}

// isOvertaken tells that somebody else was faster, and that it is to be decided again.
func isOvertaken(err error) bool { return errors.Is(err, ErrMoved) || errors.Is(err, ErrAnswered) }

// decide makes one attempt. It holds no snapshot any more when it commits: a snapshot that
// outlives a commit keeps the store from tidying up behind it.
func (s *Service) decide(ctx context.Context, a attempt, body func(context.Context, *operation) error) (*operation, Token, error) {
	op, err := s.look(ctx, a, body)
	if err != nil {
		return op, Token{}, s.refused(ctx, op, err)
	}
	token, err := s.commit(ctx, op, op.change())
	return op, token, err
}

// commit makes true what the operation has decided. An error for which [isOvertaken] holds
// means that it has to decide again.
func (s *Service) commit(ctx context.Context, op *operation, change Change) (Token, error) {
	if len(change.Rows) == 0 {
		return op.token(nil), nil
	}
	versions, err := s.committer.Commit(ctx, change)
	if err != nil {
		return Token{}, s.uncommitted(ctx, op, err)
	}
	return op.token(versions), nil
}

// uncommitted gives the reason for which the record does not take a change.
func (s *Service) uncommitted(ctx context.Context, op *operation, err error) error {
	switch {
	case isOvertaken(err):
		return err
	case errors.Is(err, ErrIDUsed):
		return s.refused(ctx, op, refuse(CodeIDUsed, "The id was used before; an id is never used twice."))
	case errors.Is(err, ErrDomainTaken):
		return s.refused(ctx, op, errDomainTaken())
	default:
		return storeError(err)
	}
}

// read runs an operation that only looks. It looks again where others have changed the tree
// between the state that it shows and the one on which he may see it.
func (s *Service) read(ctx context.Context, a attempt, body func(context.Context, *operation) error) error {
	if a.caller.undertaking != nil {
		return a.caller.undertaking.look(ctx, a, body)
	}
	for range decisionAttempts {
		op, err := s.look(ctx, a, body)
		if !isOvertaken(err) {
			return s.refused(ctx, op, err)
		}
	}
	return Unavailable(CodeNotFresh, ErrMoved)
}

// look runs the body in an operation of its own snapshot. Where that shows a tree in which
// something is over, it is ended first, and the body looks again. The operation is nil if
// there is none that could be told of.
func (s *Service) look(ctx context.Context, a attempt, body func(context.Context, *operation) error) (*operation, error) {
	for {
		op, err := s.begin(ctx, a)
		if err != nil {
			return nil, err
		}
		err = op.run(ctx, body)
		over := (*overError)(nil)
		if !errors.As(err, &over) {
			return op, err
		}
		if err := s.committer.End(ctx, over.rootID); err != nil {
			return nil, storeError(err)
		}
	}
}

// refused records a refusal in the trail and returns it. What is no refusal (nil,
// what is to be decided again, a part of the service that can't be asked, a caller that is
// not known) is passed on.
func (s *Service) refused(ctx context.Context, op *operation, err error) error {
	if err == nil || isOvertaken(err) {
		return err
	}
	refusal, ok := AsError(err)
	if !ok {
		return storeError(err)
	}
	if op == nil || !refusal.Code.isRefusal() {
		return err
	}
	event := op.event()
	event.Result, event.Code, event.Organizations = ResultRefused, refusal.Code, op.aboutRefusal()
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
