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
	stripe := t.stripes[maphash.String(t.seed, rootID)%uint64(len(t.stripes))]
	select {
	case stripe <- struct{}{}:
		return func() { <-stripe }, nil
	case <-ctx.Done():
		return nil, Unavailable(CodeNotFresh, context.Cause(ctx))
	}
}
