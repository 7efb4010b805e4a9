package tenancy

import (
	"context"
	"hash/maphash"
)

// turns lets one change of a tree decide at a time in this process, among those that have
// lost to another one before. Without it, many callers on one tree would make each other
// decide again and again. It is a courtesy and no guard: what protects the facts is the
// basis of a change, which other nodes keep to as well.
type turns struct {
	seed maphash.Seed
	// stripes are shared by trees, so that they need no bookkeeping: who waits for another
	// tree now and then waits in vain, but not long.
	stripes [256]chan struct{}
}

func newTurns() *turns {
	t := &turns{seed: maphash.MakeSeed()}
	for i := range t.stripes {
		t.stripes[i] = make(chan struct{}, 1)
	}
	return t
}

// take waits for the turn of a tree, until ctx ends. It must be given back.
func (t *turns) take(ctx context.Context, rootID string) (giveBack func(), err error) {
	return room(t.stripes[maphash.String(t.seed, rootID)%uint64(len(t.stripes))]).enter(ctx)
}

// room is where so many are at one time as the channel holds. What reads long waits for it
// before it holds anything of the record: many who ask about the trails of one tree must not
// leave nothing for those who change another.
type room chan struct{}

// enter waits for a place, until ctx ends. It must be given back.
func (r room) enter(ctx context.Context) (giveBack func(), err error) {
	select {
	case r <- struct{}{}:
		return func() { <-r }, nil
	case <-ctx.Done():
		return nil, Unavailable(CodeNotFresh, context.Cause(ctx))
	}
}
