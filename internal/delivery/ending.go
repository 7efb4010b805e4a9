package delivery

import (
	"context"
	"errors"
	"time"

	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// End implements [tenancy.Committer]. One caller at a time does it for a tree; those who
// waited find nothing left to do. Against other nodes the version of the tree protects.
func (d *Deliverer) End(ctx context.Context, rootID string) error {
	return d.end(ctx, rootID, d.Commit)
}

func (d *Deliverer) end(ctx context.Context, rootID string, commit func(context.Context, tenancy.Change) (map[string]int64, error)) error {
	t := d.tree(rootID)
	select {
	case t.endings <- struct{}{}:
		defer func() { <-t.endings }()
	case <-ctx.Done():
		return tenancy.Unavailable(tenancy.CodeNotFresh, context.Cause(ctx))
	}
	for {
		change, over, err := d.ending(ctx, rootID)
		if err != nil {
			return unanswered(ctx, err)
		}
		if !over {
			return nil
		}
		if err := failpoint.Err(failpoint.EndingDecided); err != nil {
			return unanswered(ctx, err)
		}
		if _, err := commit(ctx, change); err != nil && !errors.Is(err, tenancy.ErrMoved) {
			return unanswered(ctx, err)
		}
	}
}

// ending decides in a snapshot that is gone when the change commits.
func (d *Deliverer) ending(ctx context.Context, rootID string) (change tenancy.Change, over bool, err error) {
	snap, err := d.record.Snapshot(ctx)
	if err != nil {
		return tenancy.Change{}, false, err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	return tenancy.Ending(ctx, snap, rootID)
}

// unanswered makes an error of the record the one that callers get.
func unanswered(ctx context.Context, err error) error {
	if _, ok := tenancy.AsError(err); ok {
		return err
	}
	if ctx.Err() != nil {
		return tenancy.Unavailable(tenancy.CodeNotFresh, context.Cause(ctx))
	}
	return tenancy.Unavailable(tenancy.CodeStoreUnavailable, err)
}

// currentOf reads the tree of a resource, and ends first what is over in it. The error is
// ErrNoRow if there is no such resource.
func (d *Deliverer) currentOf(ctx context.Context, resource tenancy.Object) (tenancy.Tree, error) {
	for {
		tree, err := d.record.TreeOf(ctx, resource)
		if errors.Is(err, tenancy.ErrNoRow) {
			return tenancy.Tree{}, err
		}
		if err != nil {
			return tenancy.Tree{}, unanswered(ctx, err)
		}
		if !tree.Over() {
			return tree.Tree, nil
		}
		if err := d.End(ctx, tree.RootID); err != nil {
			return tenancy.Tree{}, err
		}
	}
}

// current reads trees, and ends first what is over in them.
func (d *Deliverer) current(ctx context.Context, read func() ([]tenancy.Reading, error)) ([]tenancy.Tree, error) {
	for {
		readings, err := read()
		if err != nil {
			return nil, unanswered(ctx, err)
		}
		trees, over := apart(readings)
		if len(over) == 0 {
			return trees, nil
		}
		for _, tree := range over {
			if err := d.End(ctx, tree.RootID); err != nil {
				return nil, err
			}
		}
	}
}

// apart gives the trees, and those in which something is over.
func apart(readings []tenancy.Reading) (trees, over []tenancy.Tree) {
	for _, reading := range readings {
		trees = append(trees, reading.Tree)
		if reading.Over() {
			over = append(over, reading.Tree)
		}
	}
	return trees, over
}

// sweepBatch is how many trees a round of Sweep ends.
const sweepBatch = 256

// Sweep ends what is over in any tree, at every tick until ctx ends. No decision waits for
// it; it is for those who read the engine past this service, as auditors do with zed.
func (d *Deliverer) Sweep(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			err := d.caught(func() error { return d.endAll(ctx) })
			if err != nil && ctx.Err() == nil {
				d.log.Warn("what is over could not be ended", "error", err)
			}
		}
	}
}

// endAll goes on with the other trees where one fails.
func (d *Deliverer) endAll(ctx context.Context) (err error) {
	ctx, end := d.watcher.Begin(ctx, stepSweep)
	defer func() { end(err) }()
	if err := failpoint.Err(failpoint.SweepBegun); err != nil {
		return err
	}
	over, err := d.record.TreesOver(ctx, sweepBatch)
	for _, tree := range over {
		err = errors.Join(err, d.caught(func() error { return d.End(ctx, tree.RootID) }))
	}
	return err
}
