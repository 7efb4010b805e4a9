package tenancy

import (
	"context"
	"maps"
)

// Proposal is an operation that is decided and not committed.
type Proposal struct{ undertaking *undertaking }

// Rows are the changes of rows that the operation would make.
func (p Proposal) Rows() []RowChange { return p.undertaking.op.rows }

// Before is the caller as whom to read what is there before the operation. What he reads
// is the state on which was decided, and becomes a part of its basis: so a condition on it
// holds when the change commits. If that state has passed, the read fails with [ErrMoved],
// and all is decided again. Such a read leaves no event.
func (p Proposal) Before() Caller {
	as := p.undertaking.caller
	as.undertaking = p.undertaking
	return as
}

func (u *undertaking) require(ctx context.Context) error {
	if u.terms.Require == nil {
		return nil
	}
	err := u.terms.Require(ctx, Proposal{u})
	if isOvertaken(err) {
		return err
	}
	return u.service.refused(ctx, u.op, err)
}

// look is [Service.read] for a [Proposal.Before].
func (u *undertaking) look(ctx context.Context, a attempt, body func(context.Context, *operation) error) error {
	op, err := u.service.look(ctx, a, body)
	if op == nil {
		return err
	}
	if !join(u.op.basis.Trees, op.basis.Trees) || !join(u.op.basis.Users, op.basis.Users) {
		return ErrMoved
	}
	return err
}

// join adds versions to others; false if one of them is another than there.
func join(versions, more map[string]int64) bool {
	for id, version := range more {
		if known, ok := versions[id]; ok && known != version {
			return false
		}
	}
	maps.Copy(versions, more)
	return true
}
