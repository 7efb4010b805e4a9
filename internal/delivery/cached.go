package delivery

import (
	"context"
	"math"

	"github.com/maypok86/otter/v2"
	"github.com/maypok86/otter/v2/stats"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Cached is a Deliverer that keeps the answers to questions. A decision depends on its
// tree alone, so an answer at a version of the tree holds for ever: it needs no
// invalidation, and a change of the tree makes the old answers unreachable.
type Cached struct {
	*Deliverer
	answers *otter.Cache[asked, bool]
	counter *stats.Counter
}

// asked is a question at a version of the tree of its resource.
type asked struct {
	at       tenancy.Token
	question tenancy.Question
}

// entryBytes is about what the cache itself takes for an answer, beside the texts of the
// question.
const entryBytes = 256

// bytes is bounded because the ids are.
func (a asked) bytes() uint32 {
	q := a.question
	texts := len(a.at.RootID) + len(q.Permission) +
		len(q.Subject.Type) + len(q.Subject.ID) + len(q.Resource.Type) + len(q.Resource.ID)
	return entryBytes + uint32(min(texts, math.MaxUint16))
}

// NewCached keeps answers in about so many bytes of memory, at least one.
func NewCached(d *Deliverer, bytes uint64) (*Cached, error) {
	counter := stats.NewCounter()
	answers, err := otter.New(&otter.Options[asked, bool]{
		MaximumWeight: bytes,
		Weigher:       func(key asked, _ bool) uint32 { return key.bytes() },
		StatsRecorder: counter,
	})
	if err != nil {
		return nil, err
	}
	return &Cached{Deliverer: d, answers: answers, counter: counter}, nil
}

// Hits tells how many questions were answered from memory, and how many were not.
func (c *Cached) Hits() (hits, misses uint64) {
	s := c.counter.Snapshot()
	return s.Hits, s.Misses
}

// Bytes is about how much memory the answers take.
func (c *Cached) Bytes() uint64 {
	c.answers.CleanUp()
	return c.answers.WeightedSize()
}

// CheckOne implements [tenancy.Decisions].
func (c *Cached) CheckOne(ctx context.Context, q tenancy.Question, atLeast tenancy.Token) (bool, tenancy.Token, error) {
	tree, err := c.committed(ctx, q.Resource, atLeast)
	if err != nil || tree.Version == 0 {
		return false, tenancy.Token{}, err
	}
	allowed, err := c.answerAt(ctx, tree, q)
	if err != nil {
		return false, tenancy.Token{}, err
	}
	return allowed, tree.Token(), nil
}

// CheckWithin implements [tenancy.Decisions].
func (c *Cached) CheckWithin(ctx context.Context, rootID string, q tenancy.Question) (bool, error) {
	tree, err := c.committed(ctx, q.Resource, tenancy.Token{})
	if err != nil || tree.RootID != rootID || rootID == "" {
		return false, err
	}
	return c.answerAt(ctx, tree, q)
}

func (c *Cached) answerAt(ctx context.Context, tree tenancy.Tree, q tenancy.Question) (bool, error) {
	key := asked{tree.Token(), q}
	if allowed, ok := c.answers.GetIfPresent(key); ok {
		return allowed, nil
	}
	allowed, err := c.checkAt(ctx, tree, q)
	if err != nil {
		return false, err
	}
	// The engine may have been at a later version. Delivery follows the commit, so it was
	// not if nothing later is committed even now.
	if now, err := c.record.TreeOf(ctx, q.Resource); err == nil && now.Token() == key.at {
		c.answers.Set(key, allowed)
	}
	return allowed, nil
}
