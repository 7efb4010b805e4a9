package relindex

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/authzed/spicedb/pkg/datastore"
)

// commit is one revision of the store, with what made it. The state before is a copy: a
// pointer to that of another commit would keep the other one alive, and all before it.
type commit struct {
	revision Revision
	state    state
	before   state // what the transaction began with
	touched  []touch
	metadata *structpb.Struct
}

// history is the line of kept commits, oldest first. There is always a newest
// one, the head.
type history struct {
	config Config

	mu      sync.RWMutex
	commits []*commit
	changes int           // touched relationships over all commits
	horizon Revision      // changes are known from here on
	arrived chan struct{} // closed when a commit arrives, or at close
	closed  bool
}

func newHistory(config Config) *history {
	first := &commit{revision: Revision(config.Now().UnixNano())}
	return &history{
		config:  config,
		commits: []*commit{first},
		horizon: first.revision,
		arrived: make(chan struct{}),
	}
}

func (h *history) head() (*commit, error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.closed {
		return nil, ErrClosed
	}
	return h.newest(), nil
}

func (h *history) newest() *commit {
	return h.commits[len(h.commits)-1]
}

// at returns the commit whose state holds at a revision: the last one that is
// not above it.
func (h *history) at(revision datastore.Revision) (*commit, error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.closed {
		return nil, ErrClosed
	}
	r, ok := asRevision(revision)
	if !ok || r > h.newest().revision {
		return nil, datastore.NewInvalidRevisionErr(revision, datastore.CouldNotDetermineRevision)
	}
	i := h.firstAbove(r)
	if i == 0 {
		return nil, datastore.NewInvalidRevisionErr(revision, datastore.RevisionStale)
	}
	return h.commits[i-1], nil
}

// firstAbove returns the index of the first commit above a revision.
func (h *history) firstAbove(r Revision) int {
	i, found := slices.BinarySearchFunc(h.commits, r, func(c *commit, r Revision) int {
		return cmp.Compare(c.revision, r)
	})
	if found {
		return i + 1
	}
	return i
}

// append makes c the head and drops what the limits no longer allow to keep.
func (h *history) append(c *commit) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return ErrClosed
	}
	h.commits = append(h.commits, c)
	h.changes += len(c.touched)
	h.trim()
	h.wake()
	return nil
}

// restart makes c the head and forgets all that was before it: a watch can't
// learn how c came about.
func (h *history) restart(c *commit) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return ErrClosed
	}
	h.commits = []*commit{c}
	h.changes = len(c.touched)
	h.horizon = c.revision
	h.wake()
	return nil
}

func (h *history) trim() {
	surplus := max(0, len(h.commits)-h.config.MaxRevisions)
	kept := h.changes
	for _, c := range h.commits[:surplus] {
		kept -= len(c.touched)
	}
	last := len(h.commits) - 1
	for surplus < last && (kept > h.config.MaxChanges || h.supersededLongAgo(surplus)) {
		kept -= len(h.commits[surplus].touched)
		surplus++
	}
	h.drop(surplus)
}

// supersededLongAgo says whether commit i ceased to be the head before the
// window began. Its own age would not do: a request may hold a head of any age.
func (h *history) supersededLongAgo(i int) bool {
	return h.commits[i+1].revision < h.windowStart()
}

func (h *history) windowStart() Revision {
	return Revision(h.config.Now().Add(-h.config.Window).UnixNano())
}

// drop forgets the n oldest commits.
func (h *history) drop(n int) {
	for _, c := range h.commits[:n] {
		h.changes -= len(c.touched)
		h.horizon = c.revision
	}
	h.commits = slices.Delete(h.commits, 0, n)
}

func (h *history) wake() {
	close(h.arrived)
	h.arrived = make(chan struct{})
}

func (h *history) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.closed = true
		h.commits = nil
		h.wake()
	}
}

// HeadRevision returns the newest revision. It stays the same until the next
// transaction commits.
func (d *Datastore) HeadRevision(context.Context) (datastore.RevisionWithSchemaHash, error) {
	head, err := d.history.head()
	if err != nil {
		return datastore.RevisionWithSchemaHash{}, err
	}
	return datastore.RevisionWithSchemaHash{
		Revision:   head.revision,
		SchemaHash: head.state.schemaHash(),
	}, nil
}

// OptimizedRevision returns the head: no older revision would be cheaper to
// read.
func (d *Datastore) OptimizedRevision(ctx context.Context) (datastore.RevisionWithSchemaHash, error) {
	return d.HeadRevision(ctx)
}

// CheckRevision returns an InvalidRevisionError unless a new request may begin
// at the revision: the head, or a kept one within the window.
func (d *Datastore) CheckRevision(_ context.Context, revision datastore.Revision) error {
	c, err := d.history.at(revision)
	if err != nil {
		return err
	}
	head, err := d.history.head()
	if err != nil {
		return err
	}
	r, _ := asRevision(revision)
	if c != head && r < d.history.windowStart() {
		return datastore.NewInvalidRevisionErr(revision, datastore.RevisionStale)
	}
	return nil
}

// SnapshotReader returns a reader of the store as it was at a revision. The
// reader keeps that state for as long as it lives; its methods fail with an
// InvalidRevisionError if the revision is unknown or no longer kept.
func (d *Datastore) SnapshotReader(revision datastore.Revision) datastore.Reader {
	c, err := d.history.at(revision)
	return &reader{
		now: d.config.Now,
		current: func() (*state, error) {
			if err != nil {
				return nil, err
			}
			return &c.state, nil
		},
	}
}
