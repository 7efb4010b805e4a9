package delivery

import (
	"context"
	"errors"
	"time"

	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	// relayPage is how many trees the relay reads from the record at a time.
	relayPage = 256
	// relayOverlap is by how much a look of the relay goes back behind the one before: longer
	// than any transaction of the record lasts, so no change commits behind its back.
	relayOverlap = time.Minute
	// relayFailures is how often in a row the engine may fail before the relay leaves it alone
	// until the next tick.
	relayFailures = 8
)

// Relay delivers, at every tick until ctx ends, what is committed and not delivered yet: a
// node may have died between the two. No decision waits for it; it is for those who read the
// engine past this service, as auditors do with zed, and for what is left of trees that have
// ended, about which nobody asks. Nodes need not share the work out: what one of them has
// delivered costs the others one look at the fence, and nothing after that.
func (d *Deliverer) Relay(ctx context.Context, ticks <-chan time.Time) {
	r := newRelay(d)
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			if err := r.round(ctx); err != nil && ctx.Err() == nil {
				d.log.Warn("what is committed could not be delivered", "error", err)
			}
		}
	}
}

// relay is how far the relay of one node has come.
type relay struct {
	d *Deliverer
	// since is where the next look begins: at first before all trees that ever were.
	since tenancy.MovedTree
	// undone are versions that could not be delivered, by root.
	undone map[string]int64
	failed int // how often in a row
}

func newRelay(d *Deliverer) *relay { return &relay{d: d, undone: map[string]int64{}} }

// round settles the trees that have moved since the last one, and those that it could not
// settle then. It goes on with the other trees where one fails.
func (r *relay) round(ctx context.Context) (err error) {
	ctx, end := r.d.watcher.Begin(ctx, stepRelay)
	defer func() { end(err) }()
	if err := failpoint.Err(failpoint.RelayBegun); err != nil {
		return err
	}
	undone := r.undone
	r.undone, r.failed = map[string]int64{}, 0
	for root, version := range undone {
		err = errors.Join(err, r.settle(ctx, root, version))
	}
	place := r.since
	for {
		moved, failure := r.d.record.TreesMoved(ctx, place, relayPage)
		if failure != nil {
			return errors.Join(err, failure)
		}
		for _, tree := range moved {
			err = errors.Join(err, r.settle(ctx, tree.RootID, tree.Version))
		}
		if ctx.Err() != nil || r.failed >= relayFailures {
			return err
		}
		if len(moved) > 0 {
			place = moved[len(moved)-1]
		}
		if len(moved) < relayPage {
			r.since = tenancy.MovedTree{At: place.At.Add(-relayOverlap)}
			return err
		}
	}
}

// settle brings one tree to its version, and keeps it for the next round if it can't.
func (r *relay) settle(ctx context.Context, rootID string, version int64) error {
	t := r.d.tree(rootID)
	if t.held() >= version {
		return nil
	}
	if r.undone[rootID] >= version {
		return nil // it has failed in this round
	}
	r.undone[rootID] = version
	if r.failed >= relayFailures || ctx.Err() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, effectTimeout)
	defer cancel()
	err := r.d.caught(func() error { return r.d.settle(ctx, t, version) })
	switch e, ok := tenancy.AsError(err); {
	case err == nil:
		delete(r.undone, rootID)
		r.failed = 0
	case !ok || e.Code != tenancy.CodeNotFresh:
		r.failed++
	}
	return err
}
