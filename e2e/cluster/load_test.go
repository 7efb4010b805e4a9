package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	engine "github.com/tenantry/tenantry/internal/engine/cluster"
	"github.com/tenantry/tenantry/internal/store/postgres"
	"github.com/tenantry/tenantry/internal/tenancy"
)

type fields = map[string]any

// answer is what a node says to one call.
type answer struct {
	status int
	body   fields
}

func (a answer) code() string {
	code, _ := a.body["code"].(string)
	return code
}

// callTimeout bounds one call. It is longer than a node lets itself have for one, so it is met
// only where the node can't be reached.
const (
	requestTimeout = 1500 * time.Millisecond
	callTimeout    = 2500 * time.Millisecond
)

// ask makes one call of a node with the platform key. Headers are names and values in turn.
func ask(ctx context.Context, node *Part, method, path string, body any, headers ...string) (a answer, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return a, err
		}
		content = bytes.NewReader(text)
		headers = append(headers, "Content-Type", "application/json")
	}
	request, err := http.NewRequestWithContext(ctx, method, node.URL()+path, content)
	if err != nil {
		return a, err
	}
	request.Header.Set("Authorization", "Bearer "+PlatformKey)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return a, err
	}
	defer response.Body.Close()
	a.status = response.StatusCode
	text, err := io.ReadAll(response.Body)
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, &a.body)
	}
	return a, err
}

// mayView asks a node about the agents of an organization; known is false if it gives no
// decision.
func mayView(ctx context.Context, node *Part, user, organization string) (allowed, known bool) {
	a, err := ask(ctx, node, http.MethodPost, "/v1/check", fields{
		"subject": fields{"type": "user", "id": user}, "permission": "view_agents",
		"resource": fields{"type": "organization", "id": organization},
	})
	if err != nil || a.status != http.StatusOK {
		return false, false
	}
	allowed, known = a.body["allowed"].(bool)
	return allowed, known
}

// change is one call that alters something.
type change struct {
	actor, method, path string
	body                any
	want                int
}

// caller makes one change of his tree after the other. Each goes out with an Idempotency-Key,
// to the nodes in turns, and again until it is answered: so done counts its effects, whatever
// the cluster went through.
type caller struct {
	root   string
	next   func(n int) change
	after  func(ctx context.Context, n int) error // what he looks at when change n is acknowledged
	verify func(t *testing.T, node *Part, done int)

	done atomic.Int64
	base int64 // the version of his tree when he began
}

// load is callers who change trees at the same time.
type load struct {
	c       *Cluster
	nodes   []*Part
	record  *postgres.Store
	engine  *engine.Engine
	callers []*caller

	mu     sync.Mutex
	heard  map[string]int // how often each node has given each answer that is no success: "tenantry-0 503 not-fresh"
	failed error          // the first thing that must not be
}

// linkers is how many of the callers link a group and take the link away.
const linkers = 3

// newLoad makes the trees, and looks at the record past all nodes.
func newLoad(t *testing.T, c *Cluster) *load {
	t.Helper()
	l := &load{c: c, nodes: c.tenantry, heard: map[string]int{}}
	for i := range linkers {
		l.callers = append(l.callers, l.linker(t, fmt.Sprint(i)))
	}
	l.callers = append(l.callers, l.maker(t))
	l.found(t, "healing", "healer")
	var err error
	l.record, err = postgres.Open(t.Context(), c.Postgres.DSN(recordDatabase))
	require.NoError(t, err)
	t.Cleanup(func() { l.record.Close() })
	l.engine, err = engine.Connect(t.Context(), engine.Config{
		Endpoints: []string{c.spicedb[0].Address, c.spicedb[1].Address}, Key: SpiceDBKey, Insecure: true,
	})
	require.NoError(t, err)
	t.Cleanup(func() { l.engine.Close() })
	for _, who := range l.callers {
		who.base = l.version(t, who.root)
	}
	return l
}

func (l *load) must(t *testing.T, actor, operation string, body any) answer {
	t.Helper()
	method, path, _ := strings.Cut(operation, " ")
	var headers []string
	if actor != "" {
		headers = []string{"Act-As-User", actor}
	}
	a, err := ask(t.Context(), l.nodes[0], method, path, body, headers...)
	require.NoError(t, err)
	require.Less(t, a.status, 300, "%s: %v", operation, a.body)
	return a
}

func (l *load) found(t *testing.T, root, owner string) {
	t.Helper()
	l.must(t, "", "PUT /v1/users/"+owner, fields{})
	l.must(t, "", "POST /v1/organizations", fields{"id": root, "name": root, "detached": true, "owner_id": owner})
	l.must(t, "", "PUT /v1/organizations/"+root+"/subscription", fields{"plan": "enterprise", "status": "active"})
}

// linker gives somebody a way into an organization and takes it away again, and asks every node
// each time whether that holds (I-5).
func (l *load) linker(t *testing.T, n string) *caller {
	t.Helper()
	root, owner, shop, group, operator := "links"+n, "owner"+n, "shop"+n, "group"+n, "operator"+n
	l.found(t, root, owner)
	l.must(t, "", "PUT /v1/users/"+operator, fields{})
	l.must(t, owner, "POST /v1/organizations", fields{"id": shop, "name": "Shop", "parent_id": root})
	l.must(t, owner, "POST /v1/organizations/"+root+"/groups", fields{"id": group, "name": "Operators", "claims": []string{"view_agents"}})
	l.must(t, owner, "PUT /v1/groups/"+group+"/members/"+operator, fields{})
	path := "/v1/organizations/" + shop + "/links/" + group
	return &caller{
		root: root,
		next: func(n int) change {
			if n%2 == 0 {
				return change{owner, http.MethodPut, path, fields{}, http.StatusOK}
			}
			return change{owner, http.MethodDelete, path, nil, http.StatusNoContent}
		},
		after: func(ctx context.Context, n int) error {
			for _, node := range l.nodes {
				allowed, known := mayView(ctx, node, operator, shop)
				if known && allowed != (n%2 == 0) {
					return fmt.Errorf("after change %d of %s was acknowledged, %s says %v", n, root, node.Name, allowed)
				}
			}
			return nil
		},
		verify: func(t *testing.T, node *Part, done int) {
			allowed, known := mayView(t.Context(), node, operator, shop)
			require.True(t, known, "%s decides about %s", node.Name, root)
			require.Equal(t, done%2 == 1, allowed, "%s on %s", node.Name, root)
		},
	}
}

// maker has organizations made whose ids the service chooses: one that was made twice is seen.
func (l *load) maker(t *testing.T) *caller {
	t.Helper()
	l.found(t, "making", "maker")
	return &caller{
		root: "making",
		next: func(n int) change {
			return change{"maker", http.MethodPost, "/v1/organizations", fields{"name": fmt.Sprint("made ", n), "parent_id": "making"}, http.StatusCreated}
		},
		after: func(context.Context, int) error { return nil },
		verify: func(t *testing.T, node *Part, done int) {
			a, err := ask(t.Context(), node, http.MethodGet, "/v1/organizations/making/tree", nil)
			require.NoError(t, err)
			children, _ := a.body["children"].([]any)
			require.Len(t, children, done, "organizations at %s", node.Name)
		},
	}
}

// budget is for how long a caller tries one change. No fault of a test lasts for so long.
const budget = 45 * time.Second

// retryPause is that of a caller whose call has failed.
const retryPause = 50 * time.Millisecond

// carryOut makes a change, and makes it again until it is acknowledged.
func (l *load) carryOut(ctx context.Context, who *caller, n int) error {
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	do := who.next(n)
	for try := n; ; try++ {
		node := l.nodes[try%len(l.nodes)]
		a, err := ask(ctx, node, do.method, do.path, do.body,
			"Act-As-User", do.actor, "Idempotency-Key", fmt.Sprintf("%s-%d", who.root, n))
		switch {
		case err == nil && a.status == do.want:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("change %d of %s was not acknowledged within %s: %s says %d %v %w", n, who.root, budget, node.Name, a.status, a.body, err)
		case err == nil && a.status != http.StatusServiceUnavailable:
			return fmt.Errorf("change %d of %s: %s says %d %v", n, who.root, node.Name, a.status, a.body)
		}
		l.note(node, a, err)
		select {
		case <-time.After(retryPause):
		case <-ctx.Done():
		}
	}
}

func (l *load) note(node *Part, a answer, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := fmt.Sprintf("%s %d %s", node.Name, a.status, a.code())
	if err != nil {
		text = node.Name + " no answer"
	}
	l.heard[text]++
}

// heardOf is what a node has answered that was no success.
func (l *load) heardOf(node *Part) map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	of := map[string]int{}
	for text, n := range l.heard {
		if strings.HasPrefix(text, node.Name+" ") {
			of[strings.TrimPrefix(text, node.Name+" ")] = n
		}
	}
	return of
}

func (l *load) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed == nil {
		l.failed = err
	}
}

// failure is the first thing that was not as it must be.
func (l *load) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}

// during has all callers make changes while something happens to the cluster, and looks at
// everything when it is over.
func (l *load) during(t *testing.T, happens func()) {
	t.Helper()
	l.heard = map[string]int{}
	stop := make(chan struct{})
	var all sync.WaitGroup
	end := sync.OnceFunc(func() {
		close(stop)
		all.Wait()
	})
	defer end()
	for _, who := range l.callers {
		all.Go(func() { l.keepOn(t.Context(), who, stop) })
	}
	l.awaitProgress(t)
	happens()
	l.awaitProgress(t)
	end()
	require.NoError(t, l.failure())
	t.Logf("refused or lost: %v", l.heard)
	l.verify(t)
}

func (l *load) keepOn(ctx context.Context, who *caller, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		n := int(who.done.Load())
		if err := l.carryOut(ctx, who, n); err != nil {
			l.fail(err)
			return
		}
		who.done.Add(1)
		if err := who.after(ctx, n); err != nil {
			l.fail(err)
			return
		}
	}
}

// steps is how many changes of each caller are progress.
const steps = 2

// awaitProgress returns when every caller has made some more changes.
func (l *load) awaitProgress(t *testing.T) {
	t.Helper()
	begun := make([]int64, len(l.callers))
	for i, who := range l.callers {
		begun[i] = who.done.Load()
	}
	l.await(t, budget, "nothing moves", func() bool {
		for i, who := range l.callers {
			if who.done.Load() < begun[i]+steps {
				return false
			}
		}
		return true
	})
}

// await returns when something holds, and fails if it does not within a time, or if anything
// went wrong.
func (l *load) await(t *testing.T, within time.Duration, why string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	ticker := time.NewTicker(askPause)
	defer ticker.Stop()
	for !holds() {
		require.NoError(t, l.failure())
		select {
		case <-ticker.C:
		case <-ctx.Done():
			require.FailNow(t, why, "after %s; refused or lost: %v", within, l.heard)
		}
	}
}

// verify finds every acknowledged change once: in the record, in each node's answers, and in an
// engine that holds exactly what follows from the record.
func (l *load) verify(t *testing.T) {
	t.Helper()
	for _, who := range l.callers {
		done := int(who.done.Load())
		require.Equal(t, who.base+int64(done), l.version(t, who.root), "one change, one effect: %s", who.root)
		for _, node := range l.nodes {
			who.verify(t, node, done)
		}
	}
	report, err := delivery.New(l.record, l.engine, nil).Reconcile(t.Context(), delivery.ReconcileOptions{})
	require.NoError(t, err)
	require.True(t, report.Clean() && !report.Unfinished, "the engine holds what follows from the record (I-2): %+v", report)
}

// version is that of a tree, whose trail has one event for each, in order, and is valid (I-3, R-82).
func (l *load) version(t *testing.T, root string) int64 {
	t.Helper()
	ctx := t.Context()
	snapshot, err := l.record.Snapshot(ctx)
	require.NoError(t, err)
	defer func() { require.NoError(t, snapshot.Close()) }()
	tree, err := snapshot.Tree(ctx, root)
	require.NoError(t, err)
	events, err := snapshot.Events(ctx, tenancy.EventFilter{RootID: root}, 1_000_000)
	require.NoError(t, err)
	var versions []int64
	for _, e := range events {
		if e.Result == tenancy.ResultDone {
			versions = append(versions, e.Version)
		}
	}
	require.Len(t, versions, int(tree.Version), "one change, one version, one event: %s", root)
	for i, v := range versions {
		require.EqualValues(t, i+1, v, "the versions of %s have no gap", root)
	}
	verified, err := tenancy.VerifyTrail(ctx, snapshot, root)
	require.NoError(t, err)
	require.True(t, verified.Valid(), "the chain of %s", root)
	return tree.Version
}
