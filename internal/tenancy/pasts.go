package tenancy

import (
	"context"
	"iter"
	"maps"
	"time"
)

// Pasts makes engines of what held once. They decide as the engine of now does.
type Pasts interface {
	// Past returns an engine that holds these relationships, and nothing else. They must be
	// ones of today's schema. Who asked for it closes it.
	Past(ctx context.Context, relationships iter.Seq[Relationship]) (Past, error)
}

// Past answers what held.
type Past interface {
	Check(ctx context.Context, question Question) (bool, error)
	// Holds reports whether the relationship itself is there.
	Holds(ctx context.Context, r Relationship) (bool, error)
	// Standing are the subjects of all relationships of a resource, by relation; of a set of
	// subjects it tells the object.
	Standing(ctx context.Context, resource Object) (map[string][]Object, error)
	Close()
}

// keptPasts bounds how many pasts are kept for the next question about them, and with
// maxPastRelationships their memory: some 200 MB at the very most.
const keptPasts = 2

// pasts are the pasts that were asked about last. One is asked, or made, at a time: who asks
// enters before he looks at the record.
type pasts struct {
	room
	engine Pasts   // nil if there is none
	kept   []*past // the newest first
}

func newPasts(engine Pasts) *pasts { return &pasts{engine: engine, room: make(room, 1)} }

// past is a tree as it was at one version.
type past struct {
	Past
	rootID  string
	version int64
	users   []string
	from    time.Time // when it began to be
	to      time.Time // when it ceased to, zero if it is as the record was when it was made
}

// shows reports whether it is how a tree was at an instant. now is the tree's version.
func (p *past) shows(rootID string, at time.Time, now int64) bool {
	if p.rootID != rootID || at.Before(p.from) {
		return false
	}
	if p.to.IsZero() {
		return p.version == now
	}
	return at.Before(p.to)
}

// at has ask look at the tree as it was at an instant. Nothing held before it was.
func (s *pasts) at(ctx context.Context, snap Snapshot, rootID string, at time.Time, ask func(*past) error) error {
	if s.engine == nil {
		return Unavailable(CodeEngineUnavailable, nil)
	}
	now, err := snap.Tree(ctx, rootID)
	if err != nil {
		return err
	}
	for _, p := range s.kept {
		if p.shows(rootID, at, now.Version) {
			return ask(p)
		}
	}
	p, err := s.make(ctx, snap, rootID, at)
	if err != nil {
		return err
	}
	s.keep(p)
	return ask(p)
}

func (s *pasts) make(ctx context.Context, snap Snapshot, rootID string, at time.Time) (*past, error) {
	h := &history{snap: snap, until: at, trees: map[string]*line{}, holds: map[Relationship]struct{}{}}
	later, err := h.follow(ctx, rootID)
	if err != nil {
		return nil, err
	}
	engine, err := s.engine.Past(ctx, maps.Keys(h.holds))
	if err != nil {
		return nil, err
	}
	l := h.line(rootID)
	if !later.IsZero() && !later.After(at) { // another tree was in the way
		later = at.Add(1)
	}
	return &past{Past: engine, rootID: rootID, version: l.version, users: h.users(), from: l.latest, to: later}, nil
}

// keep closes the past that was made first, if there are too many.
func (s *pasts) keep(p *past) {
	s.kept = append([]*past{p}, s.kept...)
	if len(s.kept) > keptPasts {
		s.kept[keptPasts].Close()
		s.kept = s.kept[:keptPasts]
	}
}
