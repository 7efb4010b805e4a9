package tenancy_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// movable is a clock that stands still until it is set.
type movable struct{ at atomic.Int64 }

func (m *movable) Now() time.Time   { return time.UnixMilli(m.at.Load()).UTC() }
func (m *movable) set(at time.Time) { m.at.Store(at.UnixMilli()) }

// end is when things end in these tests, and endText how a caller writes it.
var end = time.Time(clock).Add(time.Hour)

const endText = "2026-03-04T07:06:07.008+01:00"

// newTimedWorld is an empty world on a record and a service that go by one clock, which the
// test moves.
func newTimedWorld(t *testing.T) (*world, *movable) {
	t.Helper()
	now := &movable{}
	now.set(clock.Now())
	store, err := openRecord(t.Context(), now)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	p := over(store, shared.engine, shared.index)
	p.clock = now
	w := p.world(t.Context(), t)
	t.Cleanup(func() { w.verify(context.Background()) })
	return w, now
}

// timed is teams on a record and a service that go by one clock, which the test moves. mia
// is a member of top until the end.
func timed(t *testing.T) (*world, *movable) {
	t.Helper()
	w, now := newTimedWorld(t)
	w.users("olga", "sam", "gus", "mia", "moe", "nina")
	w.root("acme", "olga")
	w.child("shop", "acme", "sam")
	w.group("top", "acme", "gus", "view_agents")
	w.link("top", "shop")
	require.NoError(t, giveUntilAs("gus", "top", groupMember, "mia", endText)(w))
	return w, now
}

// TestEndsToTheMillisecond has each way of deciding find an end first.
func TestEndsToTheMillisecond(t *testing.T) {
	for name, holds := range map[string]func(w *world) bool{
		"a check":                       func(w *world) bool { return w.may("mia", "view_agents", "shop") },
		"a cached check":                cachedMay(),
		"a list of organizations":       func(w *world) bool { return len(w.listed("mia", 10)) == 2 },
		"a roster":                      func(w *world) bool { return len(w.entries("sam", "shop", tenancy.RosterQuery{Text: "mia"})) == 1 },
		"an operation of the person":    func(w *world) bool { return seeAs("mia", "shop")(w) == nil },
		"an operation on the group":     func(w *world) bool { return takeAs("gus", "top", groupMember, "mia")(w) == nil },
		"a list that shows it":          func(w *world) bool { return len(w.members("top")) == 1 },
		"a list for those who may look": func(w *world) bool { return membersAs("mia", "top")(w) == nil },
	} {
		t.Run(name, func(t *testing.T) {
			w, now := timed(t)
			now.set(end)
			require.False(t, holds(w), "at the end")
			requireEnded(t, w, "group.member:top/mia")

			w, now = timed(t)
			now.set(end.Add(-time.Millisecond))
			require.True(t, holds(w), "a millisecond before the end")
			require.NotEqual(t, "ended", w.last("acme").Action)
		})
	}
}

// cachedMay asks for an answer that is in the memory before.
func cachedMay() func(*world) bool {
	return func(w *world) bool {
		now := w.clock.Now()
		d, err := delivery.NewCached(w.deliverer, 1<<20)
		require.NoError(w.t, err)
		w.clock.(*movable).set(clock.Now())
		for range 2 {
			allowed, _, err := d.CheckOne(w.ctx, w.question("mia", "view_agents", "acme"), tenancy.Token{})
			require.NoError(w.t, err)
			require.True(w.t, allowed)
		}
		w.clock.(*movable).set(now)
		allowed, _, err := d.CheckOne(w.ctx, w.question("mia", "view_agents", "acme"), tenancy.Token{})
		require.NoError(w.t, err)
		return allowed
	}
}

func (w *world) members(group string) []tenancy.Membership {
	w.t.Helper()
	members, err := w.service.Memberships(w.ctx, platform, w.id(group), groupMember, tenancy.PageAll)
	require.NoError(w.t, err)
	return members
}

// requireEnded requires that exactly one event tells of an end, and names what ended.
func requireEnded(t *testing.T, w *world, names ...string) {
	t.Helper()
	var ended []string
	for _, e := range w.events(w.ctx, w.id("acme"), 0) {
		if e.Action != "ended" {
			continue
		}
		require.Equal(t, tenancy.Object{Type: "service", ID: "time"}, e.Actor)
		require.Equal(t, tenancy.ResultDone, e.Result)
		for what := range maps.Keys(e.Detail) {
			ended = append(ended, w.names(what))
		}
	}
	slices.Sort(ended)
	require.Equal(t, names, ended)
}

// TestManyWhoFindAnEndEndItOnce asks from two nodes at once.
func TestManyWhoFindAnEndEndItOnce(t *testing.T) {
	w, now := timed(t)
	elsewhere := *w
	node := delivery.New(w.store, w.engine, quiet)
	elsewhere.service = tenancy.NewService(w.store, node, node, now, tenancy.Options{Log: quiet})
	now.set(end)
	var wg sync.WaitGroup
	for i := range 32 {
		asker := []*world{w, &elsewhere}[i%2]
		wg.Go(func() {
			if asker.may("mia", "view_agents", "acme") {
				t.Error("what is over is allowed")
			}
		})
	}
	wg.Wait()
	requireEnded(t, w, "group.member:top/mia")
}

// TestManyThingsEndInBoundedChanges has more end at once than one change takes.
func TestManyThingsEndInBoundedChanges(t *testing.T) {
	const people = 450
	w, now := timed(t)
	change := tenancy.Change{Basis: tenancy.Basis{Trees: trees(w), Users: map[string]int64{}}, Event: tenancy.Event{RootID: w.id("acme"), Result: tenancy.ResultDone}}
	for i := range people {
		id := w.id(fmt.Sprint("p", i))
		change.Basis.Users[id] = 0
		m := tenancy.Membership{GroupID: w.id("top"), RootID: w.id("acme"), Role: groupMember, UserID: id, Since: clock.Now(), ExpiresAt: end}
		change.Rows = append(change.Rows, tenancy.RowChange{After: tenancy.User{ID: id, State: tenancy.UserActive}}, tenancy.RowChange{After: m})
	}
	_, err := w.deliverer.Commit(w.ctx, change)
	require.NoError(t, err)
	version := trees(w)[w.id("acme")]
	now.set(end)
	require.False(t, w.may("p449", "view_agents", "shop"))
	require.Empty(t, w.members("top"))
	require.Equal(t, version+3, trees(w)[w.id("acme")], "200, 200 and 51")
}

// TestATreeThatNobodyAsksAbout is swept, for those who read the engine with zed.
func TestATreeThatNobodyAsksAbout(t *testing.T) {
	w, now := timed(t)
	ctx, cancel := context.WithCancel(t.Context())
	ticks, stopped := make(chan time.Time), make(chan struct{})
	go func() {
		defer close(stopped)
		w.deliverer.Sweep(ctx, ticks)
	}()
	ticks <- now.Now()
	now.set(end)
	ticks <- now.Now()
	ticks <- now.Now() // taken when the round before is done
	cancel()
	<-stopped
	requireEnded(t, w, "group.member:top/mia")
	require.NotContains(t, w.held(t.Context()), fmt.Sprintf("group:%s#member@user:%s", w.id("top"), w.id("mia")))
}

// TestADecisionFromBeforeAnEndDoesNotCommitAfterIt moves the clock between the two.
func TestADecisionFromBeforeAnEndDoesNotCommitAfterIt(t *testing.T) {
	w, now := timed(t)
	w.group("chiefs", "acme", "gus", tenancy.ClaimOwner)
	require.NoError(t, giveUntilAs("gus", "chiefs", groupMember, "moe", endText)(w))
	meddle := &between{Committer: w.deliverer, do: func() { now.set(end) }}
	late := *w
	late.service = tenancy.NewService(w.store, w.deliverer, meddle, now, tenancy.Options{Log: quiet})
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, ownAs("moe", "acme", "nina")(&late)))
	require.False(t, w.may("nina", "own", "acme"))
	requireEnded(t, w, "group.member:chiefs/moe", "group.member:top/mia")
}

// TestR81WhatIsOverIsNotAllowedWhenItsEndCantBeDelivered.
func TestR81WhatIsOverIsNotAllowedWhenItsEndCantBeDelivered(t *testing.T) {
	w, now := timed(t)
	engine := &faulty{Engine: w.engine}
	w.deliverer = delivery.New(w.store, engine, quiet)
	w.service = w.parts.service(tenancy.Options{})
	require.True(t, w.may("mia", "view_agents", "acme"))
	engine.set(false, w.id("acme"))
	now.set(end)
	_, _, err := w.service.Check(w.ctx, console, w.question("mia", "view_agents", "acme"), tenancy.Token{})
	require.Equal(t, tenancy.CodeEngineUnavailable, codeOf(t, err))
	engine.set(false)
	require.False(t, w.may("mia", "view_agents", "acme"))
}

// TestTheEndOfWhatHasNoForce is no different: it would have force again some day.
func TestTheEndOfWhatHasNoForce(t *testing.T) {
	w, now := timed(t)
	w.setUser("mia", tenancy.UserDeactivated)
	now.set(end)
	require.Empty(t, w.members("top"))
	w.setUser("mia", tenancy.UserActive)
	require.False(t, w.may("mia", "access", "acme"))
}

// TestAPersonIsDeactivatedInTreesInWhichThingsAreOver, which all end first.
func TestAPersonIsDeactivatedInTreesInWhichThingsAreOver(t *testing.T) {
	w, now := timed(t)
	for i := range 40 { // more than an operation decides again
		root, group := fmt.Sprint("r", i), fmt.Sprint("g", i)
		w.root(root, "mia")
		w.group(group, root, "mia")
		require.NoError(t, giveUntilAs("mia", group, groupMember, "moe", endText)(w))
	}
	now.set(end)
	w.setUser("mia", tenancy.UserDeactivated)
	require.False(t, w.may("mia", "own", "r39"))
}
