package delivery_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/tenantry/tenantry/internal/delivery"
	spicedb "github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// damage is a way in which an engine may come to differ from the record.
type damage struct {
	do func(*plant)
	// want is what is told of the trees, and totals: missing, surplus, connecting, orphans,
	// fences.
	want   []string
	totals [5]int
}

// damages are done to a plant with the trees acme and rival, and one that has ended: gone.
var damages = map[string]damage{
	"nothing": {do: func(*plant) {}},
	"a relationship that was lost": {
		do:     func(p *plant) { p.write("-group:acme-techs#member@user:mia-acme") },
		want:   []string{"acme: +group:acme-techs#member@user:mia-acme"},
		totals: [5]int{1, 0, 0, 0, 0},
	},
	"a relationship that nobody has committed": {
		do:     func(p *plant) { p.write("+organization:acme#owner@user:mallory") },
		want:   []string{"acme: -organization:acme#owner@user:mallory"},
		totals: [5]int{0, 1, 0, 0, 0},
	},
	"a relationship for another": {
		do: func(p *plant) {
			p.write("-organization:rival-shop#owner@user:olga-rival", "+organization:rival-shop#owner@user:mia-rival")
		},
		want:   []string{"rival: +organization:rival-shop#owner@user:olga-rival -organization:rival-shop#owner@user:mia-rival"},
		totals: [5]int{1, 1, 0, 0, 0},
	},
	"a resource that is unknown, in an organization": {
		do:     func(p *plant) { p.write("+machine:ghost#organization@organization:acme") },
		want:   []string{"acme: -machine:ghost#organization@organization:acme"},
		totals: [5]int{0, 1, 0, 0, 0},
	},
	"two trees connected": {
		do:     func(p *plant) { p.write("+organization:acme-shop#linked_group@group:rival-techs") },
		want:   []string{"acme: -organization:acme-shop#linked_group@group:rival-techs"},
		totals: [5]int{0, 1, 1, 0, 0},
	},
	"objects of no tree": {
		do: func(p *plant) {
			p.write("+organization:ghost#owner@user:mallory", "+organization:ghost#root@organization:ghost",
				"+group:haunt#member@user:mallory", "+organization:ghost#version@version:3",
				"+ended_tree:0123#version@version:1")
		},
		totals: [5]int{0, 5, 0, 5, 0},
	},
	"a fence that was removed": {
		do:     func(p *plant) { p.moveFence("acme", -1) },
		want:   []string{"acme absent:"},
		totals: [5]int{0, 0, 0, 0, 1},
	},
	"a fence behind": {
		do:     func(p *plant) { p.moveFence("acme", 2) },
		want:   []string{"acme behind:"},
		totals: [5]int{0, 0, 0, 0, 1},
	},
	"a fence in the middle of a delivery that was never made": {
		do: func(p *plant) {
			p.write("-"+relation.Fence(tenancy.Tree{RootID: "acme", Version: p.version("acme")}).String(),
				"+organization:acme#version@version:2/7")
		},
		want:   []string{"acme behind:"},
		totals: [5]int{0, 0, 0, 0, 1},
	},
	"a fence ahead": {
		do: func(p *plant) {
			p.moveFence("acme", 9)
			p.write("+organization:acme#owner@user:mallory", "-group:acme-techs#member@user:mia-acme")
		},
		want:   []string{"acme ahead: +group:acme-techs#member@user:mia-acme -organization:acme#owner@user:mallory"},
		totals: [5]int{1, 1, 0, 0, 1},
	},
	"two fences": {
		do:     func(p *plant) { p.write("+organization:acme#version@version:2") },
		want:   []string{"acme unreadable:"},
		totals: [5]int{0, 0, 0, 0, 1},
	},
	"a fence that is none": {
		do:     func(p *plant) { p.write("+organization:acme#version@version:007") },
		want:   []string{"acme unreadable:"},
		totals: [5]int{0, 0, 0, 0, 1},
	},
	"the fence of an ended tree": {
		do:     func(p *plant) { p.write("+organization:acme#version@version:2", "-"+p.endedFence("gone", 8)) },
		want:   []string{"acme unreadable:", "gone absent:"},
		totals: [5]int{0, 0, 0, 0, 2},
	},
	"an ended tree that is back": {
		do: func(p *plant) {
			p.write("-"+p.endedFence("gone", 8), "+organization:gone#version@version:8",
				"+organization:gone#root@organization:gone", "+organization:gone#owner@user:mallory")
		},
		want:   []string{"gone behind:"},
		totals: [5]int{0, 2, 0, 2, 1},
	},
	"a fence of an ended tree that is ahead": {
		do: func(p *plant) {
			p.write("-"+p.endedFence("gone", 8), "+"+p.endedFence("gone", 11))
		},
		want:   []string{"gone ahead:"},
		totals: [5]int{0, 0, 0, 0, 1},
	},
	"a whole tree that is missing": {
		do: func(p *plant) {
			for text := range p.holds() {
				if strings.Contains(text, "acme") {
					p.write("-" + text)
				}
			}
		},
		want: []string{"acme absent: +group:acme-techs#claim_view_agents@group:acme-techs#member +group:acme-techs#home@organization:acme" +
			" +group:acme-techs#member@user:mia-acme +group:acme-techs#owner@user:olga-acme +organization:acme#child@organization:acme-shop"},
		totals: [5]int{14, 0, 0, 0, 1},
	},
	"an engine that was restored from yesterday": {
		do: func(p *plant) {
			before := p.holds()
			p.change("acme")
			p.change("rival")
			p.restore(before)
		},
		want: []string{
			"acme behind: +organization:acme-shop#owner@user:mia-acme -organization:acme-shop#owner@user:olga-acme",
			"rival behind: +organization:rival-shop#owner@user:mia-rival -organization:rival-shop#owner@user:olga-rival",
		},
		totals: [5]int{2, 2, 0, 0, 2},
	},
}

// endedFence is the fence of an ended tree.
func (p *plant) endedFence(root string, version int64) string {
	return relation.Of(tenancy.EndedTree{RootID: root, Version: version})[0].String()
}

// change gives an organization to the other of two owners, through two versions.
func (p *plant) change(root string) {
	p.t.Helper()
	before, after := "olga-"+root, "mia-"+root
	if !p.holds()["organization:"+root+"-shop#owner@user:"+before] {
		before, after = after, before
	}
	_, _, err := p.node.service.PutOwner(p.t.Context(), platform, root+"-shop", after)
	require.NoError(p.t, err)
	_, err = p.node.service.RemoveOwner(p.t.Context(), platform, root+"-shop", before)
	require.NoError(p.t, err)
}

// restore makes the engine hold what it held.
func (p *plant) restore(before map[string]bool) {
	p.t.Helper()
	now := p.holds()
	for text := range now {
		if !before[text] {
			p.write("-" + text)
		}
	}
	for text := range before {
		if !now[text] {
			p.write("+" + text)
		}
	}
}

// estate is a plant with trees.
func estate(t *testing.T) *plant {
	t.Helper()
	p := newPlant(t)
	p.tree("acme")
	p.tree("rival")
	p.tree("gone")
	_, _, err := p.node.service.SetSubscription(t.Context(), platform, "gone", tenancy.PlanFree, tenancy.SubscriptionActive)
	require.NoError(t, err)
	for _, id := range []string{"gone-shop", "gone"} {
		_, err := p.node.service.DeleteOrganization(t.Context(), platform, id)
		require.NoError(t, err)
	}
	require.EqualValues(t, 8, p.version("gone"))
	p.requireExact()
	return p
}

func summaries(report delivery.Report) (lines []string) {
	for _, tree := range report.Differing {
		name := strings.TrimSpace(tree.RootID + " " + tree.FenceState)
		lines = append(lines, strings.TrimSpace(name+": "+strings.Join(tree.Examples, " ")))
	}
	return lines
}

func totals(r delivery.Report) [5]int {
	return [5]int{r.Missing, r.Surplus, r.Connecting, r.Orphans, r.Fences}
}

// TestAttack32 does every damage, has it found and repaired, and asks afterwards: the engine
// holds exactly what follows from the record, the trails are valid, and no node answers from
// memory of what was wrong.
func TestAttack32(t *testing.T) {
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := estate(t)
			other := p.newNode(p.store, p.engine) // has asked, and believes to know the engine
			p.may(other, "mallory", "own", "acme")
			damage.do(p)
			asked := func(n node) { // it may be answered wrongly now, or not at all
				for _, user := range []string{"mallory", "mia-acme", "olga-acme"} {
					_, _, _ = n.CheckOne(t.Context(), tenancy.Question{
						Subject: tenancy.Object{Type: "user", ID: user}, Permission: "own",
						Resource: tenancy.Object{Type: "organization", ID: "acme"},
					})
				}
			}
			if !strings.Contains(name, "restored") { // asking there delivers
				asked(other)
			}
			damaged := p.holds()

			reconciler := p.newNode(p.store, p.engine)
			report, err := reconciler.Reconcile(t.Context(), delivery.ReconcileOptions{})
			require.NoError(t, err)
			require.Equal(t, damage.want, summaries(report))
			require.Equal(t, damage.totals, totals(report))
			require.False(t, report.Unfinished)
			require.Equal(t, damaged, p.holds(), "a comparison alters nothing")
			again, err := reconciler.Reconcile(t.Context(), delivery.ReconcileOptions{})
			require.NoError(t, err)
			require.Equal(t, report, again)

			repaired, err := reconciler.Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
			require.NoError(t, err)
			require.Equal(t, damage.want, summaries(repaired))
			require.Equal(t, report.Relationships, repaired.Relationships, "as it was found")
			require.True(t, repaired.Repaired(), "%+v", repaired)
			p.requireExact()
			for _, n := range []node{other, reconciler, p.node} {
				require.False(t, p.may(n, "mallory", "own", "acme"))
				require.True(t, p.may(n, "olga-acme", "own", "acme"))
				require.True(t, p.may(n, "mia-acme", "view_agents", "acme"))
				require.False(t, p.may(n, "mia-acme", "own", "acme"))
			}
			for _, n := range []node{other, p.node} {
				_, _, err := n.service.PutOwner(t.Context(), platform, "acme", "mia-rival")
				require.NoError(t, err)
				_, err = n.service.RemoveOwner(t.Context(), platform, "acme", "mia-rival")
				require.NoError(t, err)
			}
			p.requireExact()
			clean, err := other.Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
			require.NoError(t, err)
			require.True(t, clean.Clean())
		})
	}
}

// TestARepairThatDiesAnywhere is made good by the next one, for every damage and at each of
// its writes, before and after. The writes go in parts.
func TestARepairThatDiesAnywhere(t *testing.T) {
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := estate(t)
			exact := p.holds()
			for _, after := range []bool{false, true} {
				for at := int64(1); at < 60; at++ {
					p.restore(exact)
					damage.do(p)
					ctx, die := context.WithCancel(t.Context())
					mortal := &life{die: die, at: at, after: after}
					dying := deliverer(mortalRecord{p.store, mortal}, p.inParts(mortalClient{p.zed, mortal}))
					_, err := dying.Reconcile(ctx, delivery.ReconcileOptions{Repair: true})
					die()
					next := deliverer(p.store, p.inParts(p.zed))
					report, repairErr := next.Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
					require.NoError(t, repairErr)
					require.True(t, report.Repaired(), "%+v", report)
					p.requireExact()
					exact = p.holds()
					if !mortal.dead.Load() {
						require.NoError(t, err)
						break
					}
				}
			}
		})
	}
}

// TestReconcilersRace: each damage is repaired by several at once, on nodes that write in
// parts and on others.
func TestReconcilersRace(t *testing.T) {
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := estate(t)
			damage.do(p)
			var all sync.WaitGroup
			for i := range 4 {
				e := p.inParts(p.zed)
				if i%2 == 0 {
					e = spicedb.New(p.zed, spicedb.Options{})
				}
				all.Go(func() {
					d := deliverer(p.store, e)
					if _, err := d.Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true}); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			// Who loses races time and again gives up and says so; what is left then is little.
			_, err := p.newNode(p.store, p.engine).Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
			require.NoError(t, err)
			p.requireExact()
		})
	}
}

// lossy is a client whose writes are acknowledged, and lost while it is told to.
type lossy struct {
	spicedb.Client
	mu  sync.Mutex
	now bool
}

func (l *lossy) lose(now bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = now
}

func (l *lossy) WriteRelationships(ctx context.Context, in *v1.WriteRelationshipsRequest, opts ...grpc.CallOption) (*v1.WriteRelationshipsResponse, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now {
		return &v1.WriteRelationshipsResponse{}, nil
	}
	return l.Client.WriteRelationships(ctx, in, opts...)
}

// TestARevocationThatTheEngineLost: it has acknowledged a grant and its revocation, and after
// that another change, and has none of them. The node believes it; the reconciler of another
// one does not, and on the way to the repair nobody is allowed what was revoked, not even
// where it is believed that the engine holds the newest version.
func TestARevocationThatTheEngineLost(t *testing.T) {
	p := estate(t)
	client := &lossy{Client: p.zed}
	believer := p.newNode(p.store, spicedb.New(client, spicedb.Options{}))
	client.lose(true)
	_, _, err := believer.service.PutOwner(t.Context(), platform, "acme", "mia-rival")
	require.NoError(t, err)
	_, err = believer.service.RemoveOwner(t.Context(), platform, "acme", "mia-rival")
	require.NoError(t, err)
	_, _, err = believer.service.PutMembership(t.Context(), platform, "acme-techs", tenancy.GroupMember, "mia-rival", tenancy.MembershipInput{})
	require.NoError(t, err)
	client.lose(false)
	require.False(t, p.may(believer, "mia-rival", "view_agents", "acme"), "it was answered from what the engine has lost")

	watched := &watching{Client: p.zed, p: p, ask: func() {
		if p.may(believer, "mia-rival", "own", "acme") {
			t.Error("what was revoked is allowed")
		}
	}}
	report, err := deliverer(p.store, spicedb.New(watched, spicedb.Options{})).
		Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
	require.NoError(t, err)
	require.Equal(t, []string{"acme behind: +group:acme-techs#member@user:mia-rival"}, summaries(report))
	require.NotZero(t, watched.asked)
	require.True(t, p.may(believer, "mia-rival", "view_agents", "acme"))
	p.requireExact()
}

// watching asks after every write.
type watching struct {
	spicedb.Client
	p     *plant
	ask   func()
	asked int
}

func (w *watching) WriteRelationships(ctx context.Context, in *v1.WriteRelationshipsRequest, opts ...grpc.CallOption) (*v1.WriteRelationshipsResponse, error) {
	out, err := w.Client.WriteRelationships(ctx, in, opts...)
	w.asked++
	w.ask()
	return out, err
}

// TestAReconcilerWhileAllIsMoving never tells of a difference: two nodes change several trees,
// in parts and at once, with organizations that begin, end, and move between trees.
func TestAReconcilerWhileAllIsMoving(t *testing.T) {
	p := estate(t)
	nodes := []node{p.newNode(p.store, p.inParts(p.zed)), p.newNode(p.store, p.engine)}
	ctx, stop := context.WithCancel(t.Context())
	var movers sync.WaitGroup
	defer func() { stop(); movers.Wait() }()
	var attached atomic.Int64
	turns := [5]chan struct{}{}
	for m := range turns {
		turns[m] = make(chan struct{})
	}
	relay := nodes[1].RelayRounds()
	for m := range turns {
		movers.Go(func() {
			defer close(turns[m])
			for turn := 0; ctx.Err() == nil; turn++ {
				select {
				case turns[m] <- struct{}{}:
				default:
				}
				if m == 0 {
					_ = relay(t.Context()) // who loses a race tries again
				} else {
					attached.Add(p.anything(nodes[(m+turn)%2], fmt.Sprintf("t%d-%d", m, turn)))
				}
			}
		})
	}
	// Whatever was on its way is in the engine when each mover has gone round.
	reconciler := delivery.New(p.store, p.inParts(p.zed), quiet).WithLag(func(context.Context) {
		for m := range turns {
			for range 2 {
				<-turns[m]
			}
		}
	})
	inspections := 40
	if testing.Short() {
		inspections = 10
	}
	for n := 0; n < inspections || attached.Load() < 10; n++ {
		report, err := reconciler.Reconcile(t.Context(), delivery.ReconcileOptions{})
		require.NoError(t, err)
		require.True(t, report.Clean(), "%+v", report)
	}
	stop()
	movers.Wait()
	report, err := reconciler.Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
	require.NoError(t, err)
	require.True(t, report.Clean(), "%+v", report)
	p.requireExact()
}

// anything makes a tree of its own, changes it and others, and ends some. What is refused,
// because others were faster, is refused. It counts how often a tree was attached.
func (p *plant) anything(n node, id string) (attached int64) {
	ctx, s := p.t.Context(), n.service
	_, _, _ = s.CreateOrganization(ctx, platform, tenancy.NewOrganization{ID: id, Name: id, Detached: true, OwnerID: "olga-acme"})
	_, _, _ = s.CreateGroup(ctx, platform, id, tenancy.NewGroup{ID: id, Name: id, OwnerID: "mia-acme", Claims: []tenancy.Claim{"view_agents", "view_machines"}})
	_, _, _ = s.PutOwner(ctx, platform, id, "mia-rival")
	_, _, _ = s.PutMembership(ctx, platform, "acme-techs", tenancy.GroupMember, "olga-rival", tenancy.MembershipInput{})
	if _, _, err := s.AttachOrganization(ctx, platform, id, "acme"); err == nil {
		attached++
	}
	_, _ = s.RemoveMembership(ctx, platform, "acme-techs", tenancy.GroupMember, "olga-rival")
	_, _, _ = s.DetachOrganization(ctx, platform, id)
	if _, _, err := s.AttachOrganization(ctx, platform, id, "rival-shop"); err == nil {
		attached++
	}
	_, _, _ = s.PutOwner(ctx, platform, "rival", "mia-acme")
	_, _ = s.DeleteOrganization(ctx, platform, id)
	_, _ = s.RemoveOwner(ctx, platform, "rival", "mia-acme")
	return attached
}

// TestARepairLeavesThePastAsItWas: what held before, and at the time of the damage, is what
// the record said.
func TestARepairLeavesThePastAsItWas(t *testing.T) {
	p := estate(t)
	damages["a fence ahead"].do(p)
	_, err := p.node.Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
	require.NoError(t, err)
	for user, want := range map[string]bool{"mallory": false, "olga-acme": true} {
		allowed, _, err := p.node.service.CheckAt(t.Context(), platform, "acme", tenancy.Question{
			Subject: tenancy.Object{Type: "user", ID: user}, Permission: "own", Resource: tenancy.Object{Type: "organization", ID: "acme"},
		}, "")
		require.NoError(t, err)
		require.Equal(t, want, allowed)
	}
	events, err := p.node.service.Audit(t.Context(), platform, "acme", tenancy.AuditQuery{Action: "engine.repair"}, 100)
	require.NoError(t, err)
	last := events[len(events)-1]
	require.Equal(t, map[string]string{"missing": "1", "surplus": "1", "fence": "ahead"}, last.Detail)
	require.Equal(t, tenancy.Object{Type: "service", ID: "reconciler"}, last.Actor)
	require.Greater(t, p.version("acme"), int64(9), "no version that was in the engine is used for anything else")
}

// TestAnEngineTooFarAheadIsLeftAsItIs, and nothing is answered from it.
func TestAnEngineTooFarAheadIsLeftAsItIs(t *testing.T) {
	p := estate(t)
	p.moveFence("acme", 1_000_000)
	n := p.newNode(p.store, p.engine)
	report, err := n.Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
	require.NoError(t, err)
	require.False(t, report.Repaired())
	require.True(t, report.Unfinished)
	_, _, err = n.CheckOne(t.Context(), question("acme"))
	requireCode(t, tenancy.CodeNotFresh, err)
}

// TestAnEngineAheadOfATreeInWhichSomethingIsOver: it is repaired all the same: what is over is ended
// first, though every other change of the tree is refused.
func TestAnEngineAheadOfATreeInWhichSomethingIsOver(t *testing.T) {
	later := &movingClock{}
	p := newPlant(t, sqlite.WithClock(later))
	p.tree("acme")
	soon := time.Now().Add(time.Hour).Format(time.RFC3339)
	_, _, err := p.node.service.PutMembership(t.Context(), platform, "acme-techs", tenancy.GroupMember, "mia-acme", tenancy.MembershipInput{ExpiresAt: &soon})
	require.NoError(t, err)
	p.moveFence("acme", 19)
	later.by = 2 * time.Hour
	n := p.newNode(p.store, p.engine)
	requireCode(t, tenancy.CodeNotFresh, n.End(t.Context(), "acme"))
	for range 2 {
		_, err = n.Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
		require.NoError(t, err)
	}
	p.requireExact()
	require.False(t, p.may(n, "mia-acme", "view_agents", "acme"))
}

// movingClock is the machine's, put forward.
type movingClock struct{ by time.Duration }

func (c *movingClock) Now() time.Time { return time.Now().Add(c.by) }

// TestANewcomerIsNotTakenForAnOrphan: what was of no tree when it was looked for belongs to
// one by the time at which it would be removed.
func TestANewcomerIsNotTakenForAnOrphan(t *testing.T) {
	p := estate(t)
	p.write("+group:late#member@user:olga-acme")
	begun := false
	client := &watching{Client: p.zed, ask: func() {}}
	e := spicedb.New(before{client, func() {
		if begun {
			return
		}
		begun = true
		_, _, err := p.node.service.CreateGroup(t.Context(), platform, "acme", tenancy.NewGroup{ID: "late", Name: "late", OwnerID: "olga-acme"})
		require.NoError(t, err)
		_, _, err = p.node.service.PutMembership(t.Context(), platform, "late", tenancy.GroupMember, "olga-acme", tenancy.MembershipInput{})
		require.NoError(t, err)
	}}, spicedb.Options{})
	report, err := deliverer(p.store, e).Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
	require.NoError(t, err)
	require.True(t, begun)
	require.Equal(t, 1, report.Orphans)
	require.Zero(t, report.OrphansRemoved)
	require.Empty(t, report.Differing, "nothing had to be given back")
	p.requireExact()
}

// before does something before every write.
type before struct {
	spicedb.Client
	do func()
}

func (b before) WriteRelationships(ctx context.Context, in *v1.WriteRelationshipsRequest, opts ...grpc.CallOption) (*v1.WriteRelationshipsResponse, error) {
	b.do()
	return b.Client.WriteRelationships(ctx, in, opts...)
}

// TestAReportIsRead by programs.
func TestAReportIsRead(t *testing.T) {
	p := estate(t)
	damages["two trees connected"].do(p)
	report, err := p.node.Reconcile(t.Context(), delivery.ReconcileOptions{})
	require.NoError(t, err)
	text, err := json.Marshal(report)
	require.NoError(t, err)
	require.JSONEq(t, fmt.Sprintf(`{"relationships": %d, "trees": 3, "missing": 0, "surplus": 1, "connecting": 1, "orphans": 0, "fences": 0,
		"differing": [{"root_id": "acme", "version": 5, "fence": "5", "fence_state": "", "missing": 0, "surplus": 1,
			"examples": ["-organization:acme-shop#linked_group@group:rival-techs"], "repaired": false}],
		"orphan_examples": [], "orphans_removed": 0, "unfinished": false}`, len(p.holds())), string(text))
}

// TestReconcilingTellsWhatItFinds at every tick, and repairs only if it is told to.
func TestReconcilingTellsWhatItFinds(t *testing.T) {
	p := estate(t)
	damages["a relationship that was lost"].do(p)
	for _, repair := range []bool{false, true} {
		w := &watcher{}
		d := deliverer(p.store, p.engine).WatchedBy(w)
		ctx, stop := context.WithCancel(t.Context())
		ticks, ended := make(chan time.Time), make(chan struct{})
		go func() {
			defer close(ended)
			d.Reconciling(ctx, ticks, delivery.ReconcileOptions{Repair: repair})
		}()
		ticks <- time.Time{}
		ticks <- time.Time{} // the first run has ended
		stop()
		<-ended
		require.Equal(t, [3]int{1, 0, 0}, w.reconciled[0])
		require.Equal(t, "delivery reconcile", w.began[0])
	}
	p.requireExact()
}

// TestMoreDifferencesThanCanBeHeld are repaired in several inspections, and counted at once.
func TestMoreDifferencesThanCanBeHeld(t *testing.T) {
	p := estate(t)
	for text := range p.holds() {
		if !strings.Contains(text, "#version@") {
			p.write("-" + text)
		}
	}
	p.write("+organization:ghost#owner@user:mallory", "+organization:acme#owner@user:mallory", "+organization:rival#owner@user:mallory")
	missing := 14 + 14
	for limit := 1; limit < 40; limit += 6 {
		d := deliverer(p.store, p.engine)
		d.HoldDifferences(limit)
		report, err := d.Reconcile(t.Context(), delivery.ReconcileOptions{})
		require.NoError(t, err)
		require.Equal(t, missing, report.Missing)
		require.Equal(t, limit < missing+3, report.Unfinished, limit)
	}
	d := deliverer(p.store, p.engine)
	d.HoldDifferences(2)
	report, err := d.Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
	require.NoError(t, err)
	require.True(t, report.Repaired(), "%+v", report)
	p.requireExact()
}

// TestAnEngineThatShowsNothing can't be reconciled, and one that fails is no clean one.
func TestAnEngineThatShowsNothing(t *testing.T) {
	_, err := delivery.New(newRecord(), newEngine(), nil).Reconcile(t.Context(), delivery.ReconcileOptions{})
	require.Error(t, err)
	p := estate(t)
	broken := brokenStream{p.engine}
	report, err := deliverer(p.store, broken).Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
	require.ErrorIs(t, err, errDown)
	require.Empty(t, report.Differing)
	p.requireExact()
}

// brokenStream breaks off in the middle of what it shows.
type brokenStream struct{ tenancy.Inspected }

func (b brokenStream) Relationships(ctx context.Context) iter.Seq2[tenancy.Relationship, error] {
	return func(yield func(tenancy.Relationship, error) bool) {
		n := 0
		for r, err := range b.Inspected.Relationships(ctx) {
			if n++; n > 5 {
				yield(tenancy.Relationship{}, errDown)
				return
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// BenchmarkReconcile compares a million relationships, and tells what memory that takes.
func BenchmarkReconcile(b *testing.B) {
	const memberships = 1_000_000
	record := &manyRows{Recorder: newRecord(), n: memberships}
	d := deliverer(record, manyHeld{newEngine(), record})
	for b.Loop() {
		runtime.GC()
		var before, during runtime.MemStats
		runtime.ReadMemStats(&before)
		report, err := d.Reconcile(b.Context(), delivery.ReconcileOptions{Progress: func(n int64) {
			if n == memberships/1000*1000 {
				runtime.GC()
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				during.HeapAlloc = max(during.HeapAlloc, now.HeapAlloc)
			}
		}})
		if err != nil || !report.Clean() {
			b.Fatal(err, report)
		}
		b.ReportMetric(float64(during.HeapAlloc-before.HeapAlloc)/1e6, "MB")
	}
}

// manyRows is a record of memberships, and manyHeld an engine that holds what follows.
type manyRows struct {
	tenancy.Recorder
	n int
}

func (m *manyRows) Rows(context.Context, ...tenancy.Row) iter.Seq2[tenancy.Row, error] {
	return func(yield func(tenancy.Row, error) bool) {
		for i := range m.n {
			row := tenancy.Membership{GroupID: fmt.Sprintf("grp_%08d", i/100), RootID: "acme", Role: tenancy.GroupMember, UserID: fmt.Sprintf("user_%08d", i)}
			if !yield(row, nil) {
				return
			}
		}
	}
}

type manyHeld struct {
	tenancy.Engine
	record *manyRows
}

func (m manyHeld) Relationships(ctx context.Context) iter.Seq2[tenancy.Relationship, error] {
	return relation.All(m.record.Rows(ctx))
}

func (manyHeld) Overwrite(context.Context, tenancy.Relationship, tenancy.Delivery) error {
	return errors.ErrUnsupported
}

func (manyHeld) Remove(context.Context, []tenancy.Relationship, []tenancy.Place) error {
	return errors.ErrUnsupported
}

func (manyHeld) RemovesAtOnce() int { return 1 }
