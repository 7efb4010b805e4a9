package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/pgtest"
	"github.com/tenantry/tenantry/internal/spicedbtest"
	"github.com/tenantry/tenantry/internal/store/postgres"
)

// spicedbKey lets the nodes in at their SpiceDB.
const spicedbKey = "spicedb-key-of-the-end-to-end-tests"

// nodes are two nodes over one record in PostgreSQL. Each asks a SpiceDB process of its own,
// through a link that can be disturbed; both SpiceDBs are over one database.
type nodes struct {
	t        testing.TB
	program  string
	record   string // URL of its database
	engine   string // URL of SpiceDB's
	spicedbs [2]*spicedbtest.Node
	links    [2]*spicedbtest.Proxy
	running  [2]*process
	doors    [2]*process
	flags    []string // of every node, beside where it listens
}

// startNodes starts two nodes of a program. Without PostgreSQL the test is skipped; with
// TENANTRY_REQUIRE_ALL it fails.
func startNodes(t testing.TB, program string, flags ...string) *nodes {
	t.Helper()
	n := &nodes{t: t, program: program, flags: flags}
	server := pgtest.Shared(t)
	n.record, n.engine = server.Empty(t), server.Empty(t)
	spicedbtest.Migrate(t, n.engine)
	for i := range n.spicedbs {
		n.serveSpiceDB(i, spicedbtest.Unused(t))
		n.links[i] = spicedbtest.NewProxy(t, n.spicedbs[i].Address, nil)
	}
	migrate := launchProgram(t, program, []string{"migrate"}, n.env(0)...)
	require.NoError(t, migrate.cmd.Wait(), migrate.stderr)
	for i := range n.running {
		n.doors[i] = &process{client: client{url: "http://" + spicedbtest.Unused(t)}}
		n.start(i)
	}
	return n
}

func (n *nodes) serveSpiceDB(i int, address string) {
	n.t.Helper()
	n.spicedbs[i] = spicedbtest.Serve(n.t, n.engine, address, spicedbKey, "--log-level=error",
		"--datastore-conn-pool-read-max-open=10", "--datastore-conn-pool-read-min-open=2",
		"--datastore-conn-pool-write-max-open=5", "--datastore-conn-pool-write-min-open=2")
}

// env tells a program where the record is, and the SpiceDB of a node.
func (n *nodes) env(i int) []string {
	return []string{
		"TENANTRY_BOOTSTRAP_KEY=" + platformKey, "TENANTRY_AUDITOR_KEY=" + auditorKey,
		"TENANTRY_DATABASE_URL=" + n.record,
		"TENANTRY_SPICEDB_ENDPOINT=" + n.links[i].Addr(), "TENANTRY_SPICEDB_KEY=" + spicedbKey, "TENANTRY_SPICEDB_INSECURE=true",
	}
}

// at is a node as its callers know it: its address stays through all restarts.
func (n *nodes) at(i int) *process { return n.doors[i] }

// start starts a node that does not run, and waits until it answers.
func (n *nodes) start(i int, env ...string) {
	n.t.Helper()
	n.launch(i, n.program, env...)
}

// launch starts a node of another program.
func (n *nodes) launch(i int, program string, env ...string) {
	n.t.Helper()
	args := append([]string{
		"serve", "--listen", n.doors[i].url[len("http://"):], "--auditor-listen", "127.0.0.1:0",
		"--log-level", "error", "--request-timeout", "5s", "--drain-timeout", "20s",
	}, n.flags...)
	p := launchProgram(n.t, program, args, append(n.env(i), env...)...)
	p.url = p.await(n.t, "tenantry answers at ")
	p.auditor = p.await(n.t, "auditors' zed reads at ")
	n.running[i] = p
}

// restart ends a node, as a crash does or as it is asked to, and starts it again.
func (n *nodes) restart(i int, crash bool) {
	n.t.Helper()
	if crash {
		n.running[i].kill()
	} else {
		require.Zero(n.t, n.running[i].stop(n.t), n.running[i].stderr)
	}
	n.start(i)
}

// restartSpiceDB crashes the SpiceDB of a node, and starts it again.
func (n *nodes) restartSpiceDB(i int) {
	n.t.Helper()
	n.spicedbs[i].Kill(n.t)
	n.serveSpiceDB(i, n.spicedbs[i].Address)
}

// opened opens the record beside the nodes, until the test ends.
func (n *nodes) opened(t *testing.T) *postgres.Store {
	t.Helper()
	store, err := postgres.Open(t.Context(), n.record)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

// tenants makes trees of mia with Enterprise, each with a shop below it and a crew whose
// members may view agents: acme, acme-shop, acme-crew.
func (n *nodes) tenants(roots ...string) {
	n.t.Helper()
	for _, root := range roots {
		p := n.at(0)
		p.root(n.t, root, "mia")
		p.must(n.t, "mia", "POST", "/v1/organizations", object{"id": root + "-shop", "name": "Shop", "parent_id": root})
		p.must(n.t, "mia", "POST", "/v1/organizations/"+root+"/groups",
			object{"id": root + "-crew", "name": "Crew", "claims": []string{"view_agents"}})
	}
}

// disturbed troubles the links between the nodes and their SpiceDBs until the work is done:
// what SpiceDB says is late, or lost, or nobody can be reached. Each time that a restart is
// due it restarts something, in turn: a node that crashes, a SpiceDB, a node that is asked to
// stop. It returns how often it has done something.
func (n *nodes) disturbed(done <-chan struct{}, restarts <-chan time.Time) (disturbances, restarted int) {
	n.t.Helper()
	defer func() {
		for _, link := range n.links {
			link.Up()
		}
	}()
	for {
		select {
		case <-done:
			return disturbances, restarted
		case <-restarts:
			switch i := restarted / 3 % 2; restarted % 3 {
			case 0:
				n.restart(i, true)
			case 1:
				n.restartSpiceDB(i)
			default:
				n.restart(i, false)
			}
			restarted++
		case <-time.After(time.Duration(rand.IntN(2000)) * time.Millisecond):
			disturb(n.links[rand.IntN(len(n.links))], done)
			disturbances++
		}
	}
}

// disturb has one thing go wrong with a link, for a moment.
func disturb(link *spicedbtest.Proxy, done <-chan struct{}) {
	moment := time.Duration(1+rand.IntN(100)) * time.Millisecond
	switch rand.IntN(4) {
	case 0:
		link.Break()
	case 1:
		link.LoseNext()
	case 2:
		link.Mute()
	default:
		link.Down()
	}
	select {
	case <-time.After(moment): // how long it lasts is what varies
	case <-done:
	}
	link.Up()
}

// together has callers work until each has ended, and tells when all have.
func together(callers int, work func(caller int)) (done <-chan struct{}) {
	var all sync.WaitGroup
	for caller := range callers {
		all.Go(func() { work(caller) })
	}
	ended := make(chan struct{})
	go func() {
		all.Wait()
		close(ended)
	}()
	return ended
}

// count is a number that an environment variable sets: a landing takes the usual one, and
// more is run on demand.
func count(t testing.TB, variable string, usual int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, variable)
	return n
}

// retryPause is how long a caller waits who was not answered.
const retryPause = 50 * time.Millisecond

// either tries something at one node and, while there is no answer that tells whether it was
// done, at the other one in turn. It is the same request each time, by its key, so it is done
// once. by is the node that answered; answered is false if none did in so many tries.
func (n *nodes) either(ctx context.Context, first int, c change, key string, tries int) (a answer, by int, answered bool) {
	for try := range tries {
		if try > 0 {
			select {
			case <-ctx.Done():
				return answer{}, by, false
			case <-time.After(retryPause):
			}
		}
		by = (first + try) % len(n.doors)
		a, err := n.at(by).repeatable(c, key)
		if err == nil && known(a) {
			return a, by, true
		}
	}
	return answer{}, by, false
}

// known reports whether an answer tells if what was asked for is done. Not if the node could
// not see to the end of it, or gave up against others.
func known(a answer) bool {
	return a.status > 0 && a.status < 500 && !slices.Contains([]any{"conflict"}, a.body["code"])
}

// mayView is the question whether a user may view the agents of an organization.
func mayView(user, permission, organization string) object {
	return object{
		"subject":    object{"type": "user", "id": user},
		"permission": permission,
		"resource":   object{"type": "organization", "id": organization},
	}
}

// decision is what a node says to a question: whether it allows, or that it can't tell.
func (p *process) decision(user, permission, organization string) (allowed bool, status int, err error) {
	a, err := p.try("", "POST", "/v1/check", mayView(user, permission, organization))
	if err != nil || a.status != 200 {
		return false, a.status, err
	}
	is, ok := a.body["allowed"].(bool)
	if !ok {
		err = fmt.Errorf("no decision: %v", a.body)
	}
	return is, a.status, err
}
