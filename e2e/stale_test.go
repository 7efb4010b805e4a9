package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	revokers    = 8 // callers, each of whom has a tree of his own
	revokeTries = 1000
)

// crew are the people of a tree, each of whom asks when something was taken away from him.
var crew = []string{"omar", "ines", "jonas", "kira", "liam", "nora", "paul", "rosa"}

// TestR80NoAllowIsStale takes something away at one node and, as soon as that is answered, all
// who have lost it ask at the other one at once: it never allows by what was taken away,
// whatever happens between the nodes and SpiceDB, and whoever is restarted (I-5). That it can't
// tell is no wrong answer.
//
// TENANTRY_PAIRS sets how many pairs of a revocation and a check there are: a landing runs
// some, and 100,000 are run on demand.
func TestR80NoAllowIsStale(t *testing.T) {
	begun := time.Now()
	r := revoking(t, startNodes(t, binary), int64(count(t, "TENANTRY_PAIRS", 500)))
	t.Logf("%d checks at the other node, right after one of %d revocations: %d stale allows, %d could not tell; "+
		"%d grants seen; %d disturbances of links, %d restarts; %s",
		r.pairs.Load(), r.revoked.Load(), r.stale.Load(), r.refused.Load(), r.granted.Load(), r.disturbances, r.restarts, time.Since(begun).Round(time.Second))
	require.Zero(t, r.stale.Load())
	require.NotZero(t, r.granted.Load(), "what was taken away had been there")
	require.Zero(t, r.late.Load(), "what was granted is denied")
}

// TestR80WithoutTheFenceAllowsAreStale is the control.
func TestR80WithoutTheFenceAllowsAreStale(t *testing.T) {
	program, err := unfenced()
	require.NoError(t, err)
	n := startNodes(t, program)
	r := revoking(t, n, 20_000)
	require.NotZero(t, r.stale.Load(), "%d revocations without the fence, and no stale allow", r.revoked.Load())
	t.Logf("%d stale allows after %d revocations", r.stale.Load(), r.revoked.Load())
}

// revocations are what callers do and are told. They end with so many pairs, or with the first
// stale allow.
type revocations struct {
	t      *testing.T
	n      *nodes
	enough int64

	pairs, revoked, refused, stale atomic.Int64
	granted, late                  atomic.Int64 // grants that were seen, and that were not
	disturbances, restarts         int
}

func revoking(t *testing.T, n *nodes, enough int64) *revocations {
	t.Helper()
	r := &revocations{t: t, n: n, enough: enough}
	n.at(0).people(t, append([]string{"mia"}, crew...)...)
	var roots []string
	for caller := range revokers {
		roots = append(roots, fmt.Sprint("acme", caller))
	}
	n.tenants(roots...)
	for _, root := range roots {
		for _, user := range crew {
			n.at(0).must(t, "", "PUT", "/v1/groups/"+root+"-crew/members/"+user, object{})
		}
	}
	restarts := time.NewTicker(restartsEvery)
	defer restarts.Stop()
	done := together(revokers, func(caller int) {
		c := &revoker{revocations: r, root: roots[caller]}
		for answered := true; answered && r.more(); {
			answered = c.revoke(t.Context())
		}
	})
	r.disturbances, r.restarts = n.disturbed(done, restarts.C)
	return r
}

func (r *revocations) more() bool {
	return r.pairs.Load() < r.enough && r.stale.Load() == 0 && !r.t.Failed()
}

// revoker is one caller: in his tree everybody of the crew is a member of a group that may view
// either agents or machines.
type revoker struct {
	*revocations
	root     string
	machines bool
	sent     int
}

func (c *revoker) permission() string {
	if c.machines {
		return "view_machines"
	}
	return "view_agents"
}

// revoke takes away in one of three ways what the crew has, or one of it, and they ask. It
// reports whether all was answered.
func (c *revoker) revoke(ctx context.Context) bool {
	group, at := "/v1/groups/"+c.root+"-crew", c.root
	had, losers := c.permission(), crew
	var restore *change
	var take change
	switch way := rand.IntN(4); way {
	case 0:
		user := crew[rand.IntN(len(crew))]
		losers = []string{user}
		take = change{method: http.MethodDelete, path: group + "/members/" + user, want: http.StatusNoContent}
		restore = &change{method: http.MethodPut, path: group + "/members/" + user, body: object{}, want: http.StatusOK}
	case 1:
		at += "-shop"
		path := "/v1/organizations/" + at + "/links/" + c.root + "-crew"
		if _, ok := c.make(ctx, change{method: http.MethodPut, path: path, body: object{}, want: http.StatusOK}); !ok {
			return false
		}
		take = change{method: http.MethodDelete, path: path, want: http.StatusNoContent}
	default: // what takes the one claim away gives the other
		c.machines = !c.machines
		take = change{method: http.MethodPut, path: group + "/claims", body: object{"claims": []string{c.permission()}}, want: http.StatusOK}
	}
	if c.sent%8 == 0 {
		c.seeGrant(losers[0], had, at)
	}
	by, ok := c.make(ctx, take)
	if !ok {
		return false
	}
	c.revoked.Add(1)
	<-together(len(losers), func(i int) { c.look(1-by, losers[i], had, at) })
	if restore != nil {
		_, ok = c.make(ctx, *restore)
	}
	return ok
}

// make makes a change at either node, and tells at which it was answered.
func (c *revoker) make(ctx context.Context, change change) (by int, ok bool) {
	c.sent++
	a, by, answered := c.n.either(ctx, rand.IntN(len(c.n.doors)), change, fmt.Sprintf("%s-%d", c.root, c.sent), revokeTries)
	if !answered || a.status != change.want {
		c.t.Errorf("%s %s: %d %v", change.method, change.path, a.status, a.body)
		return by, false
	}
	return by, true
}

// seeGrant looks whether there is anything to be taken away.
func (c *revoker) seeGrant(user, permission, organization string) {
	allowed, status, err := c.n.at(rand.IntN(len(c.n.doors))).decision(user, permission, organization)
	switch {
	case err != nil || status != http.StatusOK:
	case allowed:
		c.granted.Add(1)
	default:
		c.late.Add(1)
	}
}

// look asks a node for what was just taken away, until the node is there to say something.
func (c *revoker) look(node int, user, permission, organization string) {
	for !c.t.Failed() {
		allowed, status, err := c.n.at(node).decision(user, permission, organization)
		switch {
		case err != nil:
			time.Sleep(retryPause) // it is being restarted
			continue
		case status == http.StatusServiceUnavailable:
			c.refused.Add(1)
		case status != http.StatusOK:
			c.t.Errorf("a check: %d", status)
		case allowed:
			c.stale.Add(1)
		default:
			if pairs := c.pairs.Add(1); pairs%10_000 == 0 {
				c.t.Logf("%d so far", pairs)
			}
		}
		return
	}
}
