package tenancy_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestR80ARevocationIsNeverLate takes a membership again and again, and asks at once: here
// and at another node. Several do it at a time, two in each tree.
func TestR80ARevocationIsNeverLate(t *testing.T) {
	rounds := 300
	if testing.Short() {
		rounds = 50
	}
	w := twoTrees(t)
	w.groupIn("team", "acme", "shop", "olga")
	w.groupIn("crew", "rival", "stall", "rita")
	elsewhere := *w
	node := delivery.New(w.store, w.engine, quiet)
	elsewhere.service = tenancy.NewService(w.store, node, node, clock, tenancy.Options{Log: quiet})
	w.users("mia", "moe", "max", "mel")
	var wg sync.WaitGroup
	for _, c := range [][4]string{
		{"mia", "olga", "team", "shop"}, {"moe", "olga", "team", "acme"},
		{"max", "rita", "crew", "stall"}, {"mel", "rita", "crew", "rival"},
	} {
		user, owner, group, organization := c[0], c[1], c[2], c[3]
		wg.Go(func() {
			for range rounds {
				w.putUntil(giveAs(owner, group, groupMember, user))
				w.putUntil(takeAs(owner, group, groupMember, user))
				if w.may(user, "view_agents", organization) || elsewhere.may(user, "access", organization) {
					t.Errorf("%s holds what was revoked", user)
					return
				}
			}
		})
	}
	wg.Wait()
}

// groupIn makes a group that is active in two organizations.
func (w *world) groupIn(group, home, target, owner string) {
	w.t.Helper()
	w.group(group, home, owner, "view_agents")
	w.link(group, target)
}

// putUntil repeats what lost against others too often.
func (w *world) putUntil(do call) {
	w.t.Helper()
	for {
		err := do(w)
		if e, ok := tenancy.AsError(err); ok && e.Code == tenancy.CodeConflict {
			continue
		}
		require.NoError(w.t, err)
		return
	}
}

// faulty is an engine that takes nothing of some trees, or does not answer at all.
type faulty struct {
	tenancy.Engine
	mu     sync.Mutex
	behind map[string]bool
	silent bool
}

var errFault = errors.New("private cause")

func (f *faulty) set(silent bool, behind ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.silent, f.behind = silent, map[string]bool{}
	for _, root := range behind {
		f.behind[root] = true
	}
}

func (f *faulty) Apply(ctx context.Context, d tenancy.Delivery) error {
	f.mu.Lock()
	fails := f.silent || f.behind[d.RootID]
	f.mu.Unlock()
	if fails {
		return tenancy.Unavailable(tenancy.CodeEngineUnavailable, errFault)
	}
	return f.Engine.Apply(ctx, d)
}

func (f *faulty) Check(ctx context.Context, questions []tenancy.Question) ([]bool, error) {
	f.mu.Lock()
	fails := f.silent
	f.mu.Unlock()
	if fails {
		return nil, tenancy.Unavailable(tenancy.CodeEngineUnavailable, errFault)
	}
	return f.Engine.Check(ctx, questions)
}

// withFaults makes a world whose engine has faults.
func withFaults(t *testing.T) (*world, *faulty) {
	t.Helper()
	w := withLink(t)
	return w, w.faults(t)
}

// faults has the engine of the world have faults from now on.
func (w *world) faults(t *testing.T) *faulty {
	t.Helper()
	engine := &faulty{Engine: w.engine}
	w.parts = over(w.store, engine, w.index)
	w.service = w.parts.service(tenancy.Options{})
	t.Cleanup(func() { // before the world is verified: bring what was held back
		engine.set(false)
		w.ctx = context.Background()
		w.may("olga", "own", "acme")
	})
	return engine
}

// TestR81WhoCantDecideRefuses for the tree that is behind alone, and is right again when
// the engine is: attack 31.
func TestR81WhoCantDecideRefuses(t *testing.T) {
	w, engine := withFaults(t)
	engine.set(false, w.id("acme"))
	require.NoError(t, takeAs("platform", "top", groupMember, "mia")(w), "the change is committed")
	_, _, err := w.service.Check(w.ctx, console, w.question("mia", "view_agents", "acme"), tenancy.Token{})
	e, ok := tenancy.AsError(err)
	require.True(t, ok)
	require.Equal(t, tenancy.CodeEngineUnavailable, e.Code)
	require.NotContains(t, e.Detail, errFault.Error())
	require.Positive(t, e.RetryAfter)
	w.expect(outcome{code: tenancy.CodeEngineUnavailable}, seeAs("olga", "acme"))
	w.expect(outcome{code: tenancy.CodeEngineUnavailable}, ownAs("olga", "acme", "nina"))
	require.True(t, w.may("rita", "own", "rival"), "another tree is answered")
	engine.set(false)
	require.False(t, w.may("mia", "view_agents", "acme"))
	require.True(t, w.may("olga", "own", "acme"))

	engine.set(true)
	w.expect(outcome{code: tenancy.CodeEngineUnavailable}, linkAs("olga", "kiosk", "top"))
}

// TestR80AListKnowsOfARevocation that the engine has not received yet, and needs nothing of
// it: the user stands in no row of that tree any more.
func TestR80AListKnowsOfARevocation(t *testing.T) {
	w, engine := withFaults(t)
	require.Equal(t, []string{"acme", "rival"}, w.listed("both", 10))
	engine.set(false, w.id("acme"))
	require.NoError(t, disownAs("platform", "acme", "both")(w))
	require.Equal(t, []string{"rival"}, w.listed("both", 10))
	engine.set(false, w.id("rival"))
	w.owner("rival", "nina")
	require.Equal(t, tenancy.CodeEngineUnavailable, codeOf(t, listAs("both")(w)), "a list is whole, or there is none")
	engine.set(false)
	require.Equal(t, []string{"rival"}, w.listed("both", 10))
}

func (w *world) question(user, permission, organization string) tenancy.Question {
	return tenancy.Question{
		Subject: tenancy.Object{Type: "user", ID: w.id(user)}, Permission: permission,
		Resource: tenancy.Object{Type: "organization", ID: w.id(organization)},
	}
}

// TestATokenAsksForAState that is committed, or there is no answer.
func TestATokenAsksForAState(t *testing.T) {
	w := twoTrees(t)
	_, token, err := w.service.PutOwner(w.ctx, w.as("olga"), w.id("acme"), w.id("nina"))
	require.NoError(t, err)
	allowed, at, err := w.service.Check(w.ctx, console, w.question("nina", "own", "acme"), token)
	require.NoError(t, err)
	require.True(t, allowed)
	require.Equal(t, token, at)
	token.Version++
	_, _, err = w.service.Check(w.ctx, console, w.question("nina", "own", "acme"), token)
	require.Equal(t, tenancy.CodeNotFresh, codeOf(t, err))
	_, _, err = w.service.Check(w.ctx, console, w.question("rita", "own", "rival"), token)
	require.NoError(t, err, "another tree's token asks for nothing here")
}
