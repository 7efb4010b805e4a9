package engine

import (
	"context"
	"errors"
	"sync"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// sightings are, for each tree, where its fence was seen furthest, and the token of that state.
// A fence moves in the write that brings what it stands for, so a state at least as fresh has
// all of that version. It takes some hundred bytes a tree.
type sightings struct {
	mu     sync.Mutex
	byRoot map[string]sighting
}

type sighting struct {
	at    fence
	token *v1.ZedToken
}

// note keeps what was seen, unless the fence was seen further on before. Then either this is
// older, or the fence was put back, and it reports false: see [Engine.readFence].
func (s *sightings) note(rootID string, at fence, token *v1.ZedToken) bool {
	if s == nil {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at.before(s.byRoot[rootID].at) {
		return false
	}
	if token != nil {
		s.byRoot[rootID] = sighting{at, token}
	}
	return true
}

// correct is for a fence that was put back since an earlier sighting.
func (s *sightings) correct(rootID string, earlier, now sighting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byRoot[rootID] == earlier {
		s.byRoot[rootID] = now
	}
}

func (s *sightings) of(rootID string) sighting {
	if s == nil {
		return sighting{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byRoot[rootID]
}

// before reports whether a fence has come less far than another one.
func (f fence) before(other fence) bool {
	if f.full() != other.full() {
		return f.full() < other.full()
	}
	return f.part < other.part
}

// freshEnough is the state at which a question is answered: one that has of the trees that the
// context is about all that was seen of them, else the newest.
func (e *Engine) freshEnough(ctx context.Context) (*v1.Consistency, error) {
	roots := tenancy.TreesAsked(ctx)
	switch {
	case e.seen == nil || len(roots) == 0:
		return head(), nil
	case len(roots) > 1:
		return e.freshForAll(ctx, roots)
	}
	if token := e.seen.of(roots[0]).token; token != nil {
		return &v1.Consistency{Requirement: &v1.Consistency_AtLeastAsFresh{AtLeastAsFresh: token}}, nil
	}
	return head(), nil
}

// freshForAll finds a state for several trees. Tokens can't be joined: so what SpiceDB takes for
// its newest state is held against what was seen of each tree until now, and if that is more,
// what it takes for it next.
func (e *Engine) freshForAll(ctx context.Context, roots []string) (*v1.Consistency, error) {
	seen, known := map[string]fence{}, ""
	for _, rootID := range roots {
		if at := e.seen.of(rootID).at; at != (fence{}) {
			seen[rootID], known = at, rootID
		}
	}
	if known == "" {
		return head(), nil
	}
	for tries := 1; ; tries++ {
		_, token, err := e.fenceAt(ctx, head(), known)
		if err != nil {
			return nil, err
		}
		state := &v1.Consistency{Requirement: &v1.Consistency_AtExactSnapshot{AtExactSnapshot: token}}
		enough := token != nil // else the state is older than the tree
		if enough {
			enough, err = e.hasAll(ctx, state, seen)
		}
		if err != nil || enough {
			return state, err
		}
		if tries == maxTries {
			return nil, olderThanSeen()
		}
		pause(ctx, tries)
	}
}

func olderThanSeen() error {
	return tenancy.Unavailable(tenancy.CodeEngineUnavailable, errors.New("the newest state is older than what was seen of the trees"))
}

// hasAll reports whether a state has of each tree all that was seen of it.
func (e *Engine) hasAll(ctx context.Context, state *v1.Consistency, seen map[string]fence) (bool, error) {
	for rootID, fence := range seen {
		at, _, err := e.fenceAt(ctx, state, rootID)
		if err != nil || at.before(fence) {
			return false, err
		}
	}
	return true, nil
}
