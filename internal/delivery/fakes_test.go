package delivery_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// record is a Recorder that commits everything.
type record struct {
	tenancy.Recorder // what no test calls

	mu         sync.Mutex
	deliveries map[string][]tenancy.Delivery
	places     map[string]string // the trees of resources that are no roots
	moves      []tenancy.MovedTree
	reads      atomic.Int64 // of deliveries
	looks      []time.Time  // from when on moves were asked for
	down       error        // of a look at moves
}

func newRecord() *record {
	return &record{deliveries: map[string][]tenancy.Delivery{}, places: map[string]string{}}
}

func (r *record) Commit(_ context.Context, change tenancy.Change, updates map[string][]tenancy.Update) (map[string]int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	versions := map[string]int64{}
	for root, u := range updates {
		versions[root] = int64(len(r.deliveries[root]) + 1)
		r.deliveries[root] = append(r.deliveries[root], tenancy.Delivery{RootID: root, Version: versions[root], Updates: u})
		r.moved(root, versions[root])
	}
	r.join(change.Joined(), versions)
	return versions, nil
}

// join makes the last deliveries of the trees one.
func (r *record) join(roots []string, versions map[string]int64) {
	for _, root := range roots {
		last := &r.deliveries[root][versions[root]-1]
		for _, other := range roots {
			if other != root {
				last.With = append(last.With, tenancy.Tree{RootID: other, Version: versions[other]})
			}
		}
	}
}

// moved notes a move, a second after the one before.
func (r *record) moved(root string, version int64) {
	last := time.Unix(1, 0)
	if n := len(r.moves); n > 0 {
		last = r.moves[n-1].At
	}
	r.moves = slices.DeleteFunc(r.moves, func(m tenancy.MovedTree) bool { return m.RootID == root })
	r.moves = append(r.moves, tenancy.MovedTree{RootID: root, Version: version, At: last.Add(time.Second)})
}

func (r *record) TreesMoved(_ context.Context, after tenancy.MovedTree, limit int) (page []tenancy.MovedTree, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.looks = append(r.looks, after.At)
	for _, m := range r.moves {
		if later := m.At.Compare(after.At); len(page) < limit && (later > 0 || later == 0 && m.RootID > after.RootID) {
			page = append(page, m)
		}
	}
	return page, r.down
}

// Rehearse has nothing against any change.
func (r *record) Rehearse(context.Context, tenancy.Change, map[string][]tenancy.Update) error {
	return nil
}

func (r *record) VersionOf(_ context.Context, rootID string) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return int64(len(r.deliveries[rootID])), nil
}

func (r *record) TreeOf(_ context.Context, resource tenancy.Object) (tenancy.Reading, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	root := r.rootOf(resource.ID)
	version := int64(len(r.deliveries[root]))
	if version == 0 {
		return tenancy.Reading{}, tenancy.ErrNoRow
	}
	return tenancy.Reading{Tree: tenancy.Tree{RootID: root, Version: version}}, nil
}

// RootsOf knows roots alone.
func (r *record) RootsOf(_ context.Context, _ string, ids []string) (map[string]string, error) {
	roots := map[string]string{}
	for _, id := range ids {
		roots[id] = r.rootOf(id)
	}
	return roots, nil
}

// move puts a resource into another tree.
func (r *record) move(id, rootID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.places[id] = rootID
}

// rootOf is where a resource was put, or a root.
func (r *record) rootOf(id string) string {
	if root, moved := r.places[id]; moved {
		return root
	}
	return id
}

// forget takes the versions from one on out of the record of acme.
func (r *record) forget(version int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deliveries["acme"] = r.deliveries["acme"][:version-1]
}

func (r *record) TreesOf(ctx context.Context, _ string) ([]tenancy.Reading, error) {
	var trees []tenancy.Reading
	for root := range r.deliveries {
		tree, err := r.TreeOf(ctx, tenancy.Object{ID: root})
		if err != nil {
			return nil, err
		}
		trees = append(trees, tree)
	}
	return trees, nil
}

func (r *record) Deliveries(_ context.Context, rootID string, after int64, limit int) ([]tenancy.Delivery, error) {
	r.reads.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	rest := r.deliveries[rootID]
	rest = rest[min(int(after), len(rest)):]
	return rest[:min(limit, len(rest))], nil
}

// engine is an Engine that keeps versions and can fail, and that can stop half way
// through a delivery.
type engine struct {
	tenancy.Engine // what no test calls
	inParts        bool

	mu       sync.Mutex
	versions map[string]int64
	applied  []string
	failures map[string]error // by tree, "" for all
	asks     map[string]int
	paused   *pause
	first    func()
	last     func()
	lookups  int
	half     map[string]bool // the trees of which a part of a delivery is in
	sawHalf  int
	fences   int // how often a version was read
}

// pause is a stop half way through the next delivery.
type pause struct {
	reached, goOn chan struct{}
	err           error
}

func newEngine() *engine {
	return &engine{versions: map[string]int64{}, failures: map[string]error{}, asks: map[string]int{}, half: map[string]bool{}}
}

func (e *engine) fail(err error) { e.failTree("", err) }

func (e *engine) failTree(root string, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failures[root] = err
}

func (e *engine) pause(err error) *pause {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.paused = &pause{reached: make(chan struct{}), goOn: make(chan struct{}), err: err}
	return e.paused
}

func (e *engine) AppliesAtOnce(tenancy.Delivery) bool { return !e.inParts }

func (e *engine) Apply(_ context.Context, d tenancy.Delivery) error {
	if err := e.stopHalfway(d); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.versions[d.RootID] == d.Version {
		return nil
	}
	for _, tree := range d.Trees() {
		if err := e.failure(tree.RootID); err != nil {
			return err
		}
		if e.versions[tree.RootID] != tree.Version-1 {
			return tenancy.ErrFence
		}
	}
	for _, tree := range d.Trees() {
		delete(e.half, tree.RootID)
		e.versions[tree.RootID] = tree.Version
		e.applied = append(e.applied, fmt.Sprintf("%s@%d", tree.RootID, tree.Version))
	}
	return nil
}

func (e *engine) stopHalfway(d tenancy.Delivery) error {
	e.mu.Lock()
	p := e.paused
	e.paused = nil
	for _, tree := range d.Trees() {
		if p != nil && e.versions[tree.RootID] == tree.Version-1 {
			e.half[tree.RootID] = true
		}
	}
	e.mu.Unlock()
	if p == nil {
		return nil
	}
	close(p.reached)
	<-p.goOn
	return p.err
}

func (e *engine) failure(root string) error {
	if err := e.failures[""]; err != nil {
		return err
	}
	return e.failures[root]
}

func (e *engine) Version(_ context.Context, root string) (int64, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fences++
	return e.versions[root], e.failure(root)
}

// inHalf is a permission that only a part of a delivery gives: whoever is told that he has it
// was answered from no state that was ever committed.
const inHalf = "half"

// Check allows at every other version of the tree, beginning with the first.
func (e *engine) Check(_ context.Context, questions []tenancy.Question) ([]bool, error) {
	e.before()
	e.mu.Lock()
	defer e.mu.Unlock()
	defer e.after()
	answers := make([]bool, len(questions))
	for i, q := range questions {
		e.asks[q.Resource.ID]++
		answers[i] = e.versions[q.Resource.ID]%2 == 1
		if q.Permission == inHalf {
			answers[i] = e.isHalf(q.Resource.ID)
		}
	}
	return answers, nil
}

// isHalf reports whether a part of a delivery of the tree is in, and counts who was shown it.
// "shop" is in whichever tree it is.
func (e *engine) isHalf(id string) bool {
	half := e.half[id] || id == "shop" && len(e.half) > 0
	if half {
		e.sawHalf++
	}
	return half
}

// Explain has the answer of Check, and no ways.
func (e *engine) Explain(ctx context.Context, q tenancy.Question) (tenancy.Ways, error) {
	answers, err := e.Check(ctx, []tenancy.Question{q})
	return tenancy.Ways{Allowed: err == nil && answers[0]}, err
}

// Forecast gives the version of acme, or tells that it is half.
func (e *engine) Forecast(context.Context, iter.Seq2[tenancy.Relationship, error], []tenancy.Update) (tenancy.Forecast, error) {
	e.before()
	e.mu.Lock()
	defer e.mu.Unlock()
	at := fmt.Sprint(e.versions["acme"])
	if e.isHalf("acme") {
		at = inHalf
	}
	return tenancy.Forecast{Gained: []tenancy.Question{{Permission: at}}}, nil
}

// before does what [engine.beforeAnswer] was told.
func (e *engine) before() {
	e.mu.Lock()
	first := e.first
	e.first = nil
	e.mu.Unlock()
	if first != nil {
		first()
	}
}

// beforeAnswer does something once, after the next question has come and before it is
// answered.
func (e *engine) beforeAnswer(do func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.first = do
}

// afterAnswer does something once, when the next question is answered.
func (e *engine) afterAnswer(do func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.last = do
}

func (e *engine) after() {
	if e.last != nil {
		e.last()
	}
	e.last = nil
}

// LookupResources finds every tree that is at an odd version.
func (e *engine) LookupResources(context.Context, tenancy.Object, string, string) (ids []string, err error) {
	e.before()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lookups++
	for root, version := range e.versions {
		if version%2 == 1 {
			ids = append(ids, root)
		}
		if e.isHalf(root) {
			ids = append(ids, root, root+" in half")
		}
	}
	return ids, nil
}

// LookupSubjects finds the version of the tree.
func (e *engine) LookupSubjects(_ context.Context, resource tenancy.Object, _, _ string) ([]string, error) {
	e.before()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lookups++
	if e.isHalf(resource.ID) {
		return []string{"half"}, nil
	}
	return []string{fmt.Sprint(e.versions[resource.ID])}, nil
}

func (e *engine) log() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.applied
}

func (e *engine) asked(root string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.asks[root]
}

func (e *engine) version(root string) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.versions[root]
}

// shownHalf is how often somebody was shown a part of a delivery.
func (e *engine) shownHalf() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sawHalf
}

// fenceReads is how often a version was read.
func (e *engine) fenceReads() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.fences
}

// set puts the tree to a version past all deliveries.
func (e *engine) set(root string, version int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.versions[root] = version
}
