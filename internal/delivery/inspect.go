package delivery

import (
	"cmp"
	"context"
	"crypto/sha256"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// digest stands for a relationship in memory. Nobody can make two that have the same.
type digest [16]byte

func digestOf(r tenancy.Relationship) digest {
	sum := sha256.Sum256([]byte(r.String()))
	return digest(sum[:16])
}

// maxDifferences bounds how many differences one inspection holds in full, in some 50 MB. Of
// trees for which there is no room it only counts them; they are for the next one.
const maxDifferences = 200_000

// inspection compares what an engine holds with what follows from the record. It needs no
// pause of either, because delivery follows the commit and moves a fence:
//
//   - The engine is read first, all at one state, and the record after it. So what the engine
//     held of a tree is of a version that the record has.
//   - Where the fence was at the version that the record has, each difference is one.
//   - Where the tree has moved in between, the trail names every relationship that these
//     changes are about. They are on their way and not judged; of all others the two must say
//     the same.
type inspection struct {
	d       *Deliverer
	engine  tenancy.Inspected
	options ReconcileOptions

	before map[string]int64 // versions that were committed before the engine was read, by root
	trees  map[string]*inspected
	fences map[tenancy.Object][]tenancy.Relationship

	read     int64               // relationships
	held     map[digest]struct{} // in the engine, and not accounted for
	onTheWay map[digest]struct{}
	lost     map[digest]string // the trees whose lost deliveries name a relationship

	suspected map[string]suspect // by the inspection before this one, by root
	suspects  map[string]suspect // by this one

	differences int // held in full
	orphans     []tenancy.Relationship
	connecting  int
	left        bool // something could not be judged yet
	crowded     bool // there is more than could be held
	alone       *inspected
}

// fenceState says where the fence of a tree stands, seen from the record.
type fenceState string

const (
	fenceGood   fenceState = ""
	fenceAbsent fenceState = "absent"
	fenceBehind fenceState = "behind"
	fenceAhead  fenceState = "ahead"
	fenceTorn   fenceState = "unreadable" // there are several, or it is none
)

// inspected is one tree.
type inspected struct {
	tenancy.Tree
	ended bool
	state fenceState
	stand tenancy.Relationship // the fence; zero for none
	spare []tenancy.Relationship
	whole int64 // the last version that the engine held in full, by the fence

	unjudged         bool // it has moved since a fence was lost: the next inspection tells
	missing, surplus []tenancy.Relationship
	nMissing         int
	nSurplus         int
	dropped          bool // the differences are counted and not held
}

func (t *inspected) differs() bool {
	return !t.unjudged && (t.nMissing > 0 || t.nSurplus > 0 || t.state != fenceGood)
}

// object is that on which the fence of the tree has to stand.
func (t *inspected) object() tenancy.Object {
	if t.ended {
		return tenancy.EndedTree{RootID: t.RootID}.Object()
	}
	return tenancy.Object{Type: "organization", ID: t.RootID}
}

// inspect makes one inspection of everything. suspected are the suspects of the one before.
func (d *Deliverer) inspect(ctx context.Context, engine tenancy.Inspected, options ReconcileOptions, suspected map[string]suspect) (*inspection, error) {
	i := &inspection{
		d: d, engine: engine, options: options,
		before: map[string]int64{}, trees: map[string]*inspected{}, fences: map[tenancy.Object][]tenancy.Relationship{},
		held: map[digest]struct{}{}, onTheWay: map[digest]struct{}{}, lost: map[digest]string{},
		suspected: suspected, suspects: map[string]suspect{},
	}
	for _, step := range []func(context.Context) error{
		i.begin, i.readEngine, i.readRecord, i.judgeFences, i.judgeMissing, i.judgeSurplus,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return i, nil
}

// begin notes what is committed now: an engine that holds less when it is read after this is
// late, or has lost something.
func (i *inspection) begin(ctx context.Context) error {
	for place := (tenancy.MovedTree{}); ; {
		page, err := i.d.record.TreesMoved(ctx, place, relayPage)
		if err != nil {
			return unanswered(ctx, err)
		}
		for _, tree := range page {
			i.before[tree.RootID] = tree.Version
		}
		if len(page) < relayPage {
			return nil
		}
		place = page[len(page)-1]
	}
}

// step is called at each relationship, and waits from time to time.
func (i *inspection) step(ctx context.Context, n int64) error {
	if n%pauseEvery != 0 {
		return nil
	}
	if i.options.Progress != nil {
		i.options.Progress(n)
	}
	if i.options.Pause == 0 {
		return nil
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(i.options.Pause):
		return nil
	}
}

func (i *inspection) readEngine(ctx context.Context) error {
	for r, err := range i.engine.Relationships(ctx) {
		if err != nil {
			return err
		}
		switch {
		case isBookkeeping(r):
			continue
		case isFence(r):
			i.fences[r.Resource] = append(i.fences[r.Resource], r)
		default:
			i.held[digestOf(r)] = struct{}{}
		}
		i.read++
		if err := i.step(ctx, i.read); err != nil {
			return err
		}
	}
	return nil
}

// isBookkeeping tells what the engine holds about itself, and no tree.
func isBookkeeping(r tenancy.Relationship) bool { return r.Resource.Type == "record" }

func isFence(r tenancy.Relationship) bool {
	return r.Relation == "version" && r.Subject.Type == "version"
}

func (i *inspection) tree(rootID string) *inspected {
	if i.trees[rootID] == nil {
		i.trees[rootID] = &inspected{Tree: tenancy.Tree{RootID: rootID}}
	}
	return i.trees[rootID]
}

// readRecord strikes out what follows from the record, and keeps what is not held.
func (i *inspection) readRecord(ctx context.Context) error {
	var n int64
	for row, err := range i.d.record.Rows(ctx, relation.Without...) {
		if err != nil {
			return unanswered(ctx, err)
		}
		switch row := row.(type) {
		case tenancy.Tree:
			i.tree(row.RootID).Version = row.Version
			continue
		case tenancy.EndedTree:
			t := i.tree(row.RootID)
			t.Version, t.ended = row.Version, true
			continue
		}
		for _, r := range relation.Of(row) {
			i.expect(row.Tree(), r)
			n++
			if err := i.step(ctx, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (i *inspection) expect(rootID string, r tenancy.Relationship) {
	key := digestOf(r)
	if _, ok := i.held[key]; ok {
		delete(i.held, key)
		return
	}
	t := i.tree(rootID)
	t.nMissing++
	if i.room(t) {
		t.missing = append(t.missing, r)
	}
}

// room makes room for one more difference of a tree, at the cost of another tree. One tree
// alone is held whatever it takes.
func (i *inspection) room(t *inspected) bool {
	if t.dropped {
		return false
	}
	if i.differences++; i.differences <= i.d.differences || i.alone == t {
		return true
	}
	for _, other := range i.trees {
		if n := len(other.missing) + len(other.surplus); other != t && n > 0 {
			other.missing, other.surplus, other.dropped = nil, nil, true
			i.differences -= n
			i.crowded = true
			return true
		}
	}
	i.alone = t
	return true
}

// judgeFences says of each tree where its fence stands, and reads from the trail what is on
// its way.
func (i *inspection) judgeFences(ctx context.Context) error {
	for _, t := range i.trees {
		i.findFence(t)
		i.judgeFence(t)
		from := t.whole
		if t.state == fenceAhead || t.state == fenceTorn || from >= t.Version {
			continue
		}
		if err := i.judgeLoss(ctx, t); err != nil {
			return err
		}
		if err := i.readTrail(ctx, t, from); err != nil {
			return err
		}
	}
	return nil
}

// judgeLoss says whether a tree that the engine did not hold can be judged: not if it has moved
// since or was only late, and not before the inspection after this one finds it the same.
//
// If the newest version alone is not there, it is delivered. What is further behind is not
// brought there version by version, but left to a relay or a repair: some node may believe that
// the engine holds the newest, and would answer from the older ones on the way.
func (i *inspection) judgeLoss(ctx context.Context, t *inspected) error {
	if t.state == fenceGood {
		return nil
	}
	committed := i.before[t.RootID]
	if t.whole == committed-1 {
		if err := i.d.settle(ctx, i.d.tree(t.RootID), committed); err != nil {
			i.d.log.Debug("a tree could not be delivered while it was inspected", "tree", t.RootID, "error", err)
		}
	}
	now, err := i.engine.Version(ctx, t.RootID)
	if err != nil {
		return err
	}
	t.unjudged = now >= committed && t.whole < committed || t.Version != committed
	if seen := (suspect{t.Version, t.stand}); !t.unjudged && i.suspected[t.RootID] != seen {
		i.suspects[t.RootID] = seen
		t.unjudged = true
	}
	i.left = i.left || t.unjudged
	return nil
}

// suspect is where a tree stood that the engine did not hold. It may have been on its way.
type suspect struct {
	version int64
	stand   tenancy.Relationship
}

// findFence takes the fences of the tree. Of several the one that says least is kept.
func (i *inspection) findFence(t *inspected) {
	var found []tenancy.Relationship
	for _, object := range []tenancy.Object{
		{Type: "organization", ID: t.RootID}, tenancy.EndedTree{RootID: t.RootID}.Object(),
	} {
		found = append(found, i.fences[object]...)
		delete(i.fences, object)
	}
	slices.SortFunc(found, func(a, b tenancy.Relationship) int {
		x, _ := readFence(a)
		y, _ := readFence(b)
		return int(x.whole() - y.whole())
	})
	found = slices.DeleteFunc(found, func(r tenancy.Relationship) bool {
		_, ok := readFence(r)
		if !ok {
			t.spare = append(t.spare, r)
		}
		return !ok
	})
	if len(found) > 0 {
		t.stand = found[0]
		t.spare = append(t.spare, found[1:]...)
	}
}

func (i *inspection) judgeFence(t *inspected) {
	at, _ := readFence(t.stand)
	t.whole = at.whole()
	misplaced := t.whole == t.Version && t.stand.Resource != t.object()
	switch {
	case len(t.spare) > 0:
		t.state = fenceTorn
	case at.version > t.Version:
		t.state = fenceAhead
	case at.version == 0 && i.before[t.RootID] > 0:
		t.state = fenceAbsent
	case t.whole < i.before[t.RootID] || misplaced:
		t.state = fenceBehind
	}
}

// readTrail reads the versions of a tree that the engine did not hold. If they are lost, what
// they are about is judged as all else is; else it is on its way.
func (i *inspection) readTrail(ctx context.Context, t *inspected, from int64) error {
	for from < t.Version {
		deliveries, err := i.d.record.Deliveries(ctx, t.RootID, from, batch)
		if err != nil {
			return unanswered(ctx, err)
		}
		if len(deliveries) == 0 {
			return nil // the trail is not whole, which is for its verification to tell
		}
		for _, delivery := range deliveries {
			for _, u := range delivery.Updates {
				if t.state == fenceGood || t.unjudged {
					i.onTheWay[digestOf(u.Relationship)] = struct{}{}
				} else {
					i.lost[digestOf(u.Relationship)] = t.RootID
				}
			}
		}
		from = deliveries[len(deliveries)-1].Version
	}
	return nil
}

// judgeMissing leaves out what is on its way.
func (i *inspection) judgeMissing(context.Context) error {
	for _, t := range i.trees {
		if t.unjudged || t.dropped {
			continue
		}
		t.missing = slices.DeleteFunc(t.missing, func(r tenancy.Relationship) bool {
			_, comes := i.onTheWay[digestOf(r)]
			return comes
		})
		t.nMissing = len(t.missing)
	}
	maps.DeleteFunc(i.held, func(key digest, _ struct{}) bool {
		_, comes := i.onTheWay[key]
		return comes
	})
	return nil
}

// judgeSurplus finds whose it is what nothing accounts for. Only digests are held of that, so
// the engine is read once more; what has gone since was none.
func (i *inspection) judgeSurplus(ctx context.Context) error {
	var surplus []tenancy.Relationship
	for _, left := range i.fences {
		surplus = append(surplus, left...)
	}
	if len(i.held) > 0 {
		var n int64
		for r, err := range i.engine.Relationships(ctx) {
			if err != nil {
				return err
			}
			n++
			if err := i.step(ctx, n); err != nil {
				return err
			}
			if _, unaccounted := i.held[digestOf(r)]; !unaccounted {
				continue
			}
			if len(surplus) == i.d.differences {
				i.crowded = true
				break
			}
			surplus = append(surplus, r)
		}
	}
	return i.attribute(ctx, surplus)
}

// attribute gives each to the tree of its resource, or of its subject where the record knows
// no such resource. What is of no tree at all is an orphan.
func (i *inspection) attribute(ctx context.Context, surplus []tenancy.Relationship) error {
	slices.SortFunc(surplus, func(a, b tenancy.Relationship) int { return strings.Compare(a.String(), b.String()) })
	roots, err := i.d.rootsOf(ctx, surplus)
	if err != nil {
		return err
	}
	for _, r := range surplus {
		root, other := roots[ownerOf(r.Resource)], roots[ownerOf(r.Subject)]
		if root != "" && other != "" && root != other {
			i.connecting++
		}
		root = cmp.Or(root, other, i.lost[digestOf(r)])
		switch t := i.trees[root]; {
		case root == "":
			i.orphans = append(i.orphans, r)
		case t == nil: // it has begun since
			i.left = true
		default:
			t.nSurplus++
			if i.room(t) {
				t.surplus = append(t.surplus, r)
			}
		}
	}
	return nil
}

// rootsPage is how many ids the record is asked about at a time.
const rootsPage = 1000

// rootsOf asks the record for the trees of all that the relationships are about, by the
// object that the record knows for each.
func (d *Deliverer) rootsOf(ctx context.Context, relationships []tenancy.Relationship) (map[tenancy.Object]string, error) {
	byType := map[string]map[string]bool{}
	for _, r := range relationships {
		for _, object := range []tenancy.Object{ownerOf(r.Resource), ownerOf(r.Subject)} {
			if byType[object.Type] == nil {
				byType[object.Type] = map[string]bool{}
			}
			byType[object.Type][object.ID] = true
		}
	}
	found := map[tenancy.Object]string{}
	for objectType, ids := range byType {
		for page := range slices.Chunk(slices.Sorted(maps.Keys(ids)), rootsPage) {
			roots, err := d.record.RootsOf(ctx, objectType, page)
			if err != nil {
				return nil, unanswered(ctx, err)
			}
			for id, root := range roots {
				found[tenancy.Object{Type: objectType, ID: id}] = root
			}
		}
	}
	return found, nil
}

// ownerOf is the object of the record to which one of the schema belongs that the record does
// not know by itself.
func ownerOf(o tenancy.Object) tenancy.Object {
	first, _, _ := strings.Cut(o.ID, "/")
	switch o.Type {
	case "subtree", "account_role":
		return tenancy.Object{Type: "organization", ID: first}
	case "link":
		return tenancy.Object{Type: "group", ID: first}
	case "tenant_module":
		return tenancy.Object{Type: "tenant_group", ID: first}
	}
	return o
}

// fencePoint is how far a fence says that a tree has come; see the engine.
type fencePoint struct {
	version int64
	inParts bool
}

func (p fencePoint) whole() int64 {
	if p.inParts {
		return p.version - 1
	}
	return p.version
}

// readFence reads a fence. The zero relationship is that of no version.
func readFence(r tenancy.Relationship) (p fencePoint, ok bool) {
	if r == (tenancy.Relationship{}) {
		return p, true
	}
	version, part, inParts := strings.Cut(r.Subject.ID, "/")
	n, ok := readNumber(version)
	if inParts {
		_, isPart := readNumber(part)
		ok = ok && isPart
	}
	return fencePoint{n, inParts}, ok && r.SubjectRelation == ""
}

// readNumber reads a number that is written as the engine writes it.
func readNumber(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n > 0 && strconv.FormatInt(n, 10) == text
}
