package delivery

import (
	"math"

	"github.com/maypok86/otter/v2"
	"github.com/maypok86/otter/v2/stats"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// memory keeps the answers to questions. An answer depends on its tree alone, so one at a
// version of the tree holds for ever: it needs no invalidation, and a change of the tree
// makes the old answers unreachable. A nil memory keeps nothing.
type memory struct {
	answers *otter.Cache[asked, found]
	counter *stats.Counter
}

// asked is a question at a version of one tree. Where a lookup asks for ids, the question
// has none: that of its resource, or of its subject, is "".
type asked struct {
	at       tenancy.Token
	question tenancy.Question
}

// found is the answer to one: whether it is allowed, or the ids that a lookup asks for, in
// order. Whoever gets it alters nothing in it.
type found struct {
	allowed bool
	ids     []string
}

// entryBytes is about what the memory itself takes for an answer, beside its texts, and
// idBytes what an id takes beside its own.
const (
	entryBytes = 256
	idBytes    = 16
)

func bytesOf(a asked, f found) uint32 {
	q := a.question
	n := entryBytes + len(a.at.RootID) + len(q.Permission) +
		len(q.Subject.Type) + len(q.Subject.ID) + len(q.Resource.Type) + len(q.Resource.ID)
	for _, id := range f.ids {
		n += idBytes + len(id)
	}
	return uint32(min(n, math.MaxUint32))
}

func newMemory(bytes uint64) (*memory, error) {
	counter := stats.NewCounter()
	answers, err := otter.New(&otter.Options[asked, found]{
		MaximumWeight: bytes,
		Weigher:       bytesOf,
		StatsRecorder: counter,
	})
	return &memory{answers: answers, counter: counter}, err
}

func (m *memory) recall(key asked) (f found, ok bool) {
	if m == nil {
		return found{}, false
	}
	return m.answers.GetIfPresent(key)
}

// keep is for an answer that is of exactly the version of its key.
func (m *memory) keep(key asked, f found) {
	if m != nil {
		m.answers.Set(key, f)
	}
}
