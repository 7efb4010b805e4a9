package engine

import (
	"context"
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

// note keeps what was seen. If the fence was seen further on before, either this is older, or
// SpiceDB was put back: nothing is known then until it is seen again.
func (s *sightings) note(rootID string, at fence, token *v1.ZedToken) {
	if s == nil || token == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at.before(s.byRoot[rootID].at) {
		delete(s.byRoot, rootID)
		return
	}
	s.byRoot[rootID] = sighting{at, token}
}

// forget is for a tree whose fence is set anew.
func (s *sightings) forget(rootID string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byRoot, rootID)
}

func (s *sightings) of(rootID string) *v1.ZedToken {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byRoot[rootID].token
}

// before reports whether a fence has come less far than another one.
func (f fence) before(other fence) bool {
	if f.full() != other.full() {
		return f.full() < other.full()
	}
	return f.part < other.part
}

// freshEnough is the state at which a question is answered: one that has of the tree that the
// context is about all that was seen of it, else the newest.
func (e *Engine) freshEnough(ctx context.Context) *v1.Consistency {
	if token := e.seen.of(tenancy.TreeAsked(ctx)); token != nil {
		return &v1.Consistency{Requirement: &v1.Consistency_AtLeastAsFresh{AtLeastAsFresh: token}}
	}
	return head()
}
