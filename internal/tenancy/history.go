package tenancy

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// history follows the changes of a tree up to an instant, from nothing, and knows then which
// relationships held. A change that has moved rows between trees is followed in all of them
// at once, as what has come with it stands in the other trees' changes before. So it may hold
// relationships of other trees too: they are none that connect two trees (I-1).
//
// Of changes whose times run against their order, as those of two nodes may by little, it
// follows all up to the first that is later than the instant.
type history struct {
	snap  Snapshot
	until time.Time
	trees map[string]*line
	holds map[Relationship]struct{}
}

// line is what was followed of one tree.
type line struct {
	version int64     // of the tree, as followed
	next    []Entry   // read, and not followed yet
	latest  time.Time // of what was followed
}

// What one history may hold and read at a time.
const (
	maxPastRelationships = 500_000
	changesAtATime       = 256
)

// follow goes on until the next change of the tree is later, and tells when that was; the
// zero time if there is none yet.
func (h *history) follow(ctx context.Context, rootID string) (later time.Time, err error) {
	for {
		e, err := h.peek(ctx, rootID)
		if err != nil || e == nil {
			return time.Time{}, err
		}
		followed, err := h.step(ctx, rootID, *e)
		if err != nil {
			return time.Time{}, err
		}
		if !followed {
			return e.effective(), nil
		}
	}
}

func (h *history) line(rootID string) *line {
	if h.trees[rootID] == nil {
		h.trees[rootID] = &line{}
	}
	return h.trees[rootID]
}

// peek is the next change of a tree, nil if there is none.
func (h *history) peek(ctx context.Context, rootID string) (*Entry, error) {
	l := h.line(rootID)
	if len(l.next) == 0 {
		var err error
		if l.next, err = h.snap.Changes(ctx, rootID, l.version, changesAtATime); err != nil || len(l.next) == 0 {
			return nil, err
		}
	}
	return &l.next[0], nil
}

// step follows one change, unless it is later than the instant, or something before it in
// another tree is.
func (h *history) step(ctx context.Context, rootID string, e Entry) (followed bool, err error) {
	if e.effective().After(h.until) {
		return false, nil
	}
	for _, other := range e.With {
		reached, err := h.reach(ctx, other.RootID, other.Version-1)
		if err != nil || !reached {
			return false, err
		}
	}
	if err := h.apply(e.Updates); err != nil {
		return false, err
	}
	for _, moved := range append(e.With, Tree{RootID: rootID, Version: e.Version}) {
		h.line(moved.RootID).pass(moved.Version, e.effective())
	}
	return true, nil
}

// reach follows another tree to a version.
func (h *history) reach(ctx context.Context, rootID string, version int64) (bool, error) {
	for h.line(rootID).version < version {
		e, err := h.peek(ctx, rootID)
		if err != nil || e == nil {
			return false, err
		}
		if followed, err := h.step(ctx, rootID, *e); err != nil || !followed {
			return false, err
		}
	}
	return true, nil
}

func (l *line) pass(version int64, at time.Time) {
	l.version = version
	l.next = slices.DeleteFunc(l.next, func(e Entry) bool { return e.Version <= version })
	if at.After(l.latest) {
		l.latest = at
	}
}

func (h *history) apply(updates []Update) error {
	for _, u := range updates {
		if u.Delete {
			delete(h.holds, u.Relationship)
		} else {
			h.holds[u.Relationship] = struct{}{}
		}
	}
	if len(h.holds) > maxPastRelationships {
		return Unavailable(CodeEngineUnavailable, fmt.Errorf("more than %d relationships held then", maxPastRelationships))
	}
	return nil
}

// users are all who stand in a relationship, in order.
func (h *history) users() []string {
	found := map[string]bool{}
	for r := range h.holds {
		if r.Subject.Type == "user" {
			found[r.Subject.ID] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// effective is when the event took effect: what ends by itself has ended at its end, and not
// when somebody asked next. Of several ends that were told together it is the last.
func (e Entry) effective() time.Time {
	if e.Action != actionEnded {
		return e.At
	}
	var last time.Time
	for _, text := range e.Detail {
		first, _, _ := strings.Cut(text, " ")
		at, err := time.Parse(time.RFC3339Nano, first)
		if err != nil {
			return e.At
		}
		if at.After(last) {
			last = at
		}
	}
	if last.IsZero() || last.After(e.At) {
		return e.At
	}
	return last
}
