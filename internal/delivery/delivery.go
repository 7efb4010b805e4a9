// Package delivery brings committed changes to the engine, in order, and answers
// questions only from an engine that has received them.
//
// The record commits a change as version n of a tree, together with the updates that
// follow from it. Delivery is idempotent and fenced by that version: the engine takes
// version n only upon n-1, so it does not matter how often, or by whom, a version is
// delivered, and a crash between record and engine is repaired by delivering again.
//
// A question about a tree is answered only when the engine holds the tree's committed
// version. If it does not, the question first helps to deliver; if that fails, it is
// refused, for this tree alone.
package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Deliverer implements [tenancy.Committer] and [tenancy.Decisions]. It is safe for
// concurrent use.
type Deliverer struct {
	record tenancy.Recorder
	engine tenancy.Engine
	memory *memory // nil keeps nothing
	log    *slog.Logger

	watcher Watcher
	pending atomic.Int64 // see Pending

	differences int                   // see maxDifferences
	lag         func(context.Context) // waits for maxLag

	mu    sync.RWMutex
	trees map[string]*tree // by root id
}

// New returns a Deliverer between a record and an engine. A nil log means slog.Default().
func New(record tenancy.Recorder, engine tenancy.Engine, log *slog.Logger) *Deliverer {
	if log == nil {
		log = slog.Default()
	}
	return &Deliverer{
		record: record, engine: engine, log: log, watcher: unwatched{},
		trees: map[string]*tree{}, differences: maxDifferences, lag: waitLag,
	}
}

// effectTimeout bounds how long a commit waits for the engine. A change that could not be
// delivered within it is committed all the same: whoever asks about the tree delivers it
// first, or is refused, and [Deliverer.Relay] brings it there for those whom nobody asks for.
const effectTimeout = 5 * time.Second

// Commit implements [tenancy.Committer].
func (d *Deliverer) Commit(ctx context.Context, change tenancy.Change) (map[string]int64, error) {
	if err := d.refuseAhead(ctx, change.Moves()); err != nil {
		return nil, err
	}
	return d.commit(ctx, change)
}

// aheadTimeout bounds how long a change waits to hear where the engine is.
const aheadTimeout = time.Second

// refuseAhead refuses a change of a tree of which the engine holds what nobody has committed:
// the record would come to the engine's version by such changes, and nobody could tell any
// more that the two mean different states by it. An engine that does not answer stops no
// change.
func (d *Deliverer) refuseAhead(ctx context.Context, roots []string) error {
	ctx, cancel := context.WithTimeout(ctx, aheadTimeout)
	defer cancel()
	for _, root := range roots {
		var ahead aheadError
		if err := d.know(ctx, d.tree(root)); errors.As(err, &ahead) {
			return err
		}
	}
	return nil
}

func (d *Deliverer) commit(ctx context.Context, change tenancy.Change) (map[string]int64, error) {
	updates := relation.Updates(change)
	if err := failpoint.Err(failpoint.ChangeDecided); err != nil {
		return nil, err
	}
	versions, err := d.record.Commit(ctx, change, updates)
	if err != nil {
		return nil, err
	}
	d.committedNow(versions)
	d.carryOut(ctx, versions, updates)
	return versions, nil
}

// carryOut delivers what was just committed.
func (d *Deliverer) carryOut(ctx context.Context, versions map[string]int64, updates map[string][]tenancy.Update) {
	failpoint.Pass(failpoint.ChangeCommitted)
	if len(versions) == 1 {
		defer d.hand(versions, updates)()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), effectTimeout)
	defer cancel()
	d.bring(ctx, versions)
}

// bring settles trees, in one order for everybody. A panic about one of them is the caller's
// as little as another failure: the change holds, and the relay delivers it.
func (d *Deliverer) bring(ctx context.Context, versions map[string]int64) {
	for _, root := range slices.Sorted(maps.Keys(versions)) {
		version := versions[root]
		err := d.caught(func() error { return d.settle(ctx, d.tree(root), version) })
		if err != nil {
			d.log.Warn("a change is committed but not delivered yet", "tree", root, "version", version, "error", err)
		}
	}
}

// hand keeps a change of one tree at hand for its delivery, which then need not read back
// what was just committed. It ends with the function that it returns.
func (d *Deliverer) hand(versions map[string]int64, updates map[string][]tenancy.Update) (end func()) {
	for root, version := range versions {
		t := d.tree(root)
		t.hand(tenancy.Delivery{RootID: root, Version: version, Updates: updates[root]})
		end = func() { t.handed(version) }
	}
	return end
}

// tree is what this process knows of the engine's state of one tree.
type tree struct {
	rootID string
	// turn holds one token: who has it delivers. A channel, so that waiting for it ends
	// with the context.
	turn chan struct{}
	// endings holds one token: who has it ends what is over.
	endings chan struct{}

	mu      sync.Mutex
	version int64 // the engine has received it in full
	ahead   int64 // the version that was told to be ahead of the record, 0 for none
	// atHand is a version that was just committed here, the zero Delivery for none.
	atHand tenancy.Delivery
	// commits are the versions committed here that the engine is not known to hold.
	commits []commit
}

func (t *tree) hand(delivery tenancy.Delivery) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.atHand = delivery
}

// handed takes the version, if it is at hand.
func (t *tree) handed(version int64) (delivery tenancy.Delivery, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.atHand.Version != version {
		return delivery, false
	}
	delivery, t.atHand = t.atHand, delivery
	return delivery, true
}

func (d *Deliverer) tree(rootID string) *tree {
	d.mu.RLock()
	t := d.trees[rootID]
	d.mu.RUnlock()
	if t != nil {
		return t
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.trees[rootID] == nil {
		d.trees[rootID] = &tree{rootID: rootID, turn: make(chan struct{}, 1), endings: make(chan struct{}, 1)}
	}
	return d.trees[rootID]
}

// held returns the version that the engine is known to hold.
func (t *tree) held() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.version
}

// received notes that the engine holds the version in full. It returns the commits that have
// arrived by that.
func (t *tree) received(version int64) (arrived []commit) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.version = max(version, t.version)
	t.commits = slices.DeleteFunc(t.commits, func(c commit) bool {
		if c.version > t.version {
			return false
		}
		arrived = append(arrived, c)
		return true
	})
	return arrived
}

// fall takes back that the engine holds more than a version. It reports whether that was
// believed.
func (t *tree) fall(version int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	fell := version < t.version
	t.version = min(version, t.version)
	return fell
}

// tellAhead reports whether it is the first to tell that the engine is at this version,
// ahead of the record.
func (t *tree) tellAhead(version int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	first := t.ahead != version
	t.ahead = version
	return first
}

// behind says that a delivery moves another tree too, which has to come to a version first.
type behind struct{ tenancy.Tree }

func (b behind) Error() string {
	return fmt.Sprintf("the tree %q has to be at version %d first", b.RootID, b.Version)
}

// settle brings the engine to the version of the tree, or a later one. Who waits for
// another tree first has no turn meanwhile: the versions that trees wait for are of earlier
// changes, so nobody waits for himself.
func (d *Deliverer) settle(ctx context.Context, t *tree, version int64) error {
	for {
		err := d.settleInTurn(ctx, t, version)
		var other behind
		if !errors.As(err, &other) {
			return err
		}
		if err := d.settle(ctx, d.tree(other.RootID), other.Version); err != nil {
			return err
		}
	}
}

func (d *Deliverer) settleInTurn(ctx context.Context, t *tree, version int64) error {
	if held := t.held(); held >= version {
		return nil
	}
	return d.inTurn(ctx, t, func() error { return d.deliver(ctx, t, version) })
}

// know learns which version the engine holds, if that was never learned.
func (d *Deliverer) know(ctx context.Context, t *tree) error {
	if t.held() > 0 {
		return nil
	}
	return d.inTurn(ctx, t, func() error { return nil })
}

// inTurn does something in turn, when it is known which version the engine holds.
func (d *Deliverer) inTurn(ctx context.Context, t *tree, do func() error) error {
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return tenancy.Unavailable(tenancy.CodeNotFresh, context.Cause(ctx))
	}
	if held := t.held(); held == 0 {
		if err := d.learn(ctx, t); err != nil {
			return err
		}
	}
	return do()
}

// learn asks the engine for the version that it holds. Delivery follows the commit, so the
// record, asked after it, has committed that version. If it has not, the two do not belong
// together: one of them was restored from another time. Nothing is answered then from what
// the engine holds of the tree.
func (d *Deliverer) learn(ctx context.Context, t *tree) error {
	version, err := d.engine.Version(ctx, t.rootID)
	if err != nil {
		return err
	}
	committed, err := d.record.VersionOf(ctx, t.rootID)
	if err != nil {
		return unanswered(ctx, err)
	}
	if version > committed {
		err := aheadError{tenancy.Tree{RootID: t.rootID, Version: version}, committed}
		if t.tellAhead(version) {
			d.log.Error("the engine is no engine of this record: nothing of the tree is answered until it is reconciled",
				"tree", t.rootID, "engine", version, "record", committed)
		}
		return tenancy.Unavailable(tenancy.CodeNotFresh, err)
	}
	if t.fall(version) {
		d.log.Error("the engine has lost what it had received", "tree", t.rootID, "version", version)
	}
	d.received(t, version)
	return nil
}

// aheadError says that the engine holds a version of a tree that is not committed.
type aheadError struct {
	tenancy.Tree
	committed int64
}

func (a aheadError) Error() string {
	return fmt.Sprintf("the engine holds version %d of the tree %q, of which %d are committed", a.Version, a.RootID, a.committed)
}

// batch bounds how many versions are read from the record at a time.
const batch = 64

// deliver is called by whoever has the turn.
func (d *Deliverer) deliver(ctx context.Context, t *tree, version int64) error {
	for {
		held := t.held()
		if held >= version {
			return nil
		}
		deliveries, err := d.next(ctx, t, held)
		if err != nil {
			return tenancy.Unavailable(tenancy.CodeStoreUnavailable, err)
		}
		if len(deliveries) == 0 {
			return tenancy.Unavailable(tenancy.CodeNotFresh, errors.New("the record does not hold the version"))
		}
		for _, delivery := range deliveries {
			if t.held() < delivery.Version-1 {
				break // the engine has lost something, and receives it again
			}
			if err := d.apply(ctx, t, delivery); err != nil {
				return err
			}
		}
	}
}

// next are the versions that follow on held: the one at hand, or those of the record.
func (d *Deliverer) next(ctx context.Context, t *tree, held int64) ([]tenancy.Delivery, error) {
	if delivery, ok := t.handed(held + 1); ok {
		return []tenancy.Delivery{delivery}, nil
	}
	return d.record.Deliveries(ctx, t.rootID, held, batch)
}

// apply delivers one version. Another node may have been faster: then the engine refuses
// it by its fence, and tells where it is.
func (d *Deliverer) apply(ctx context.Context, t *tree, delivery tenancy.Delivery) error {
	if held := t.held(); held >= delivery.Version {
		return nil
	}
	if err := d.waitsFor(delivery); err != nil {
		return err
	}
	err := d.applyWhole(ctx, delivery)
	if err == nil {
		for _, moved := range delivery.Trees() {
			d.received(d.tree(moved.RootID), moved.Version)
		}
		return nil
	}
	if !errors.Is(err, tenancy.ErrFence) {
		return err
	}
	if err := d.learn(ctx, t); err != nil {
		return err
	}
	if held := t.held(); held != delivery.Version-1 {
		return nil
	}
	return tenancy.Unavailable(tenancy.CodeNotFresh, err)
}

func (d *Deliverer) applyWhole(ctx context.Context, delivery tenancy.Delivery) error {
	if err := failpoint.Err(failpoint.DeliveryBegun); err != nil {
		return tenancy.Unavailable(tenancy.CodeNotFresh, err)
	}
	if err := d.engine.Apply(ctx, delivery); err != nil {
		return err
	}
	if err := failpoint.Err(failpoint.DeliveryDone); err != nil {
		return tenancy.Unavailable(tenancy.CodeNotFresh, err)
	}
	return nil
}

// waitsFor is the error [behind] if a tree that the delivery moves too is not at the version
// before it.
func (d *Deliverer) waitsFor(delivery tenancy.Delivery) error {
	for _, other := range delivery.With {
		before := tenancy.Tree{RootID: other.RootID, Version: other.Version - 1}
		if held := d.tree(other.RootID).held(); held < before.Version {
			return behind{before}
		}
	}
	return nil
}
