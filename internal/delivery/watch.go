package delivery

import (
	"context"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Watcher is told how delivery goes.
type Watcher interface {
	tenancy.Probe
	// Delivered is told once for each version of a tree that was committed here: how long
	// after its commit the engine was known to hold it.
	Delivered(after time.Duration)
	// Reconciled is told after each comparison of the engine with the record how many
	// relationships were missing and how many too many, and of how many trees the fence was
	// not where it should be; before any repair.
	Reconciled(missing, surplus, fences int)
}

// The steps that a Watcher is told of.
var (
	stepWait  = tenancy.Step{Part: "delivery", Name: "wait"}
	stepSweep = tenancy.Step{Part: "delivery", Name: "sweep"}
	stepRelay = tenancy.Step{Part: "delivery", Name: "relay"}

	stepReconcile = tenancy.Step{Part: "delivery", Name: "reconcile"}
)

type unwatched struct{ tenancy.Unwatched }

func (unwatched) Delivered(time.Duration) {}

func (unwatched) Reconciled(missing, surplus, fences int) {}

// WatchedBy has a Watcher told of all that d does from now on, and returns d. It is for the
// time before d is used.
func (d *Deliverer) WatchedBy(w Watcher) *Deliverer {
	d.watcher = w
	return d
}

// Pending counts the versions that were committed here and are not known to have reached
// the engine.
func (d *Deliverer) Pending() int64 { return d.pending.Load() }

// commit is a version that was committed here.
type commit struct {
	version int64
	at      time.Time
}

// committedNow notes versions that have to reach the engine now. Somebody else may have
// brought one there already.
func (d *Deliverer) committedNow(versions map[string]int64) {
	now := time.Now()
	for root, version := range versions {
		if d.tree(root).await(commit{version, now}) {
			d.pending.Add(1)
		} else {
			d.watcher.Delivered(0)
		}
	}
}

// await reports whether the engine is not known to hold the version yet.
func (t *tree) await(c commit) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.version >= c.version {
		return false
	}
	t.commits = append(t.commits, c)
	return true
}

// received notes that the engine holds the version of the tree in full.
func (d *Deliverer) received(t *tree, version int64) {
	for _, c := range t.received(version) {
		d.pending.Add(-1)
		d.watcher.Delivered(time.Since(c.at))
	}
}

// settleForQuestion settles a tree for somebody who asks, and tells how long he waits if the
// engine is behind.
func (d *Deliverer) settleForQuestion(ctx context.Context, t *tree, version int64) error {
	if held := t.held(); held >= version {
		return nil
	}
	ctx, end := d.watcher.Begin(ctx, stepWait)
	err := d.settle(ctx, t, version)
	end(err)
	return err
}
