package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// kills is how often the program is killed. TENANTRY_KILLS sets another number: a landing
// runs some, and 1,000 are run on demand.
func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("TENANTRY_KILLS")
	if text == "" {
		return 20
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, "TENANTRY_KILLS")
	return n
}

// TestKilledAtAnyTime kills the program again and again while callers change many trees.
// After each restart everything acknowledged is there, and the engine holds exactly what
// follows from the record (I-2).
func TestKilledAtAnyTime(t *testing.T) {
	dir := t.TempDir()
	world := newWorld(8)
	p := start(t, dir)
	world.found(t, p)
	for round := range kills(t) {
		world.disturb(t, p, time.Duration(rand.IntN(100))*time.Millisecond)
		expected := world.compareRecord(t, dir)
		p = start(t, dir)
		require.Equal(t, expected, exported(t, &p.client), "round %d", round)
		world.compareDecisions(t, p)
	}
	require.Zero(t, p.stop(t))
	t.Logf("%d changes acknowledged, %d of unknown outcome, %d kills", world.acknowledged, world.unknown, kills(t))
}

// world is what the callers know: in each tree one caller links and unlinks one group,
// one step after the other.
type world struct {
	trees                 []*callersTree
	acknowledged, unknown int
}

// callersTree is one caller's knowledge of his tree. step counts acknowledged changes; an
// unanswered change may have happened or not.
type callersTree struct {
	root, shop, group, owner, operator string
	linked, unanswered                 bool
	acknowledged                       int
}

func newWorld(trees int) *world {
	w := &world{}
	for i := range trees {
		n := strconv.Itoa(i)
		w.trees = append(w.trees, &callersTree{
			root: "root" + n, shop: "shop" + n, group: "group" + n, owner: "owner" + n, operator: "operator" + n,
		})
	}
	return w
}

func (w *world) found(t *testing.T, p *process) {
	for _, tree := range w.trees {
		p.root(t, tree.root, tree.owner)
		p.must(t, "", "PUT", "/v1/users/"+tree.operator, map[string]any{})
		p.must(t, tree.owner, "POST", "/v1/organizations", map[string]any{"id": tree.shop, "name": "Shop", "parent_id": tree.root})
		p.must(t, tree.owner, "POST", "/v1/organizations/"+tree.root+"/groups",
			map[string]any{"id": tree.group, "name": "Operators", "claims": []string{"view_agents"}})
		p.must(t, tree.owner, "PUT", "/v1/groups/"+tree.group+"/members/"+tree.operator, map[string]any{})
	}
}

// disturb lets all callers change their trees, and kills the program in the midst of it.
func (w *world) disturb(t *testing.T, p *process, after time.Duration) {
	var callers sync.WaitGroup
	for _, tree := range w.trees {
		tree.acknowledged = 0
		callers.Go(func() {
			for tree.change(p) {
			}
		})
	}
	time.Sleep(after) // the time of death is what varies
	p.kill()
	callers.Wait()
	for _, tree := range w.trees {
		w.acknowledged += tree.acknowledged
		if tree.unanswered {
			w.unknown++
		}
	}
}

// change links the group if it is not linked, else it unlinks it. It reports whether the
// program answered.
func (c *callersTree) change(p *process) bool {
	method, want := "PUT", 200
	if c.linked {
		method, want = "DELETE", 204
	}
	var body any
	if method == "PUT" {
		body = map[string]any{}
	}
	a, err := p.try(c.owner, method, fmt.Sprintf("/v1/organizations/%s/links/%s", c.shop, c.group), body)
	if err != nil || a.status == 0 {
		c.unanswered = true
		return false
	}
	if a.status != want {
		panic(fmt.Sprintf("%s of %s answered %d %v", method, c.group, a.status, a.body))
	}
	c.linked = !c.linked
	c.acknowledged++
	return true
}

// compareRecord opens the record that the dead program has left, compares it with what the
// callers know, and returns the relationships that follow from it.
func (w *world) compareRecord(t *testing.T, dir string) map[string]bool {
	t.Helper()
	ctx := t.Context()
	store, err := sqlite.Open(ctx, dir)
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	for _, tree := range w.trees {
		tree.compare(ctx, t, store)
	}
	relationships := map[string]bool{}
	for r, err := range relation.All(store.Rows(ctx)) {
		require.NoError(t, err)
		require.False(t, relationships[r.String()], "%s follows from two rows", r)
		relationships[r.String()] = true
	}
	return relationships
}

// compare finds what was acknowledged in the record. A change without an answer is there
// whole or not at all, and settles what the caller knows.
func (c *callersTree) compare(ctx context.Context, t *testing.T, store *sqlite.Store) {
	t.Helper()
	snapshot, err := store.Snapshot(ctx)
	require.NoError(t, err)
	defer func() { require.NoError(t, snapshot.Close()) }()
	links, err := snapshot.LinksOf(ctx, c.group, tenancy.PageAll)
	require.NoError(t, err)
	linked := len(links) == 1
	if !c.unanswered {
		require.Equal(t, c.linked, linked, "an acknowledged change of %s is lost", c.root)
	}
	c.linked, c.unanswered = linked, false
	tree, err := snapshot.Tree(ctx, c.root)
	require.NoError(t, err)
	events, err := snapshot.Events(ctx, tenancy.EventFilter{RootID: c.root}, 1_000_000)
	require.NoError(t, err)
	require.Equal(t, tree.Version, int64(len(events)), "one change, one version, one event (I-3)")
	verified, err := tenancy.VerifyTrail(ctx, snapshot, c.root)
	require.NoError(t, err)
	require.Equal(t, tenancy.Verification{Events: tree.Version}, verified, "the chain of %s holds (R-82)", c.root)
}

func (w *world) compareDecisions(t *testing.T, p *process) {
	t.Helper()
	for _, tree := range w.trees {
		require.Equal(t, tree.linked, p.allowed(t, tree.operator, "view_agents", tree.shop), tree.root)
	}
}
