package e2e

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/e2e/cluster"
)

// recordOf is the record of a cluster, for commands and for who tampers with it.
func recordOf(c *cluster.Cluster) ledger {
	return ledger{
		settings: c.Settings(), unguard: "DROP TRIGGER events_are_not_deleted ON events;",
		tamper: func(t *testing.T, statements string) { t.Helper(); c.Postgres.SQL(t, "tenantry", statements) },
	}
}

// TestStoriesInACluster tells everything that is told to one process to a cluster whose nodes
// are asked in turns: what one has done the next one knows.
func TestStoriesInACluster(t *testing.T) {
	c := cluster.Start(t, cluster.Options{Tenantry: 2, Env: map[string]string{
		"TENANTRY_BOOTSTRAP_KEY": platformKey, "TENANTRY_AUDITOR_KEY": auditorKey,
	}})
	a, b := c.Tenantry(0), c.Tenantry(1)
	nodes := &client{url: a.URL(), others: []string{b.URL()}, auditor: b.AuditorAddress}
	t.Run("trails", func(t *testing.T) { storyOfTrails(t, nodes, recordOf(c)) })
	review(t, nodes)
	for _, story := range slices.Concat(reviews, stories) {
		t.Run(story.of, func(t *testing.T) { story.tell(t, nodes) })
	}
}

// join starts a node as a process on the record and the engine of a cluster. It may have to wait
// for them.
func join(t *testing.T, program string, c *cluster.Cluster, args []string, env ...string) *process {
	t.Helper()
	args = append([]string{"serve", "--listen", "127.0.0.1:0", "--auditor-listen", "127.0.0.1:0"}, args...)
	return launchProgram(t, program, args, slices.Concat(keys, c.Settings(), env)...)
}

// joined waits until the node answers.
func (p *process) joined(t *testing.T) *process {
	t.Helper()
	p.url = p.await(t, "tenantry answers at ")
	p.auditor = p.await(t, "auditors' zed reads at ")
	return p
}

// TestRealParts has nodes as processes on a PostgreSQL and a SpiceDB in containers. It begins
// with the move of a record to them, for that needs them empty.
func TestRealParts(t *testing.T) {
	c := cluster.Start(t, cluster.Options{})
	t.Run("there and back", func(t *testing.T) { storyOfAMove(t, c) })
	t.Run("users with tokens", func(t *testing.T) {
		i := newIdentities(t)
		flags := []string{"--oidc-issuer", i.URL, "--oidc-audience", "tenantry"}
		a, b := join(t, binary, c, flags).joined(t), join(t, binary, c, flags).joined(t)
		storyOfTokens(t, &client{url: a.url, others: []string{b.url}}, i)
		require.NotContains(t, a.stderr.String()+a.seen()+b.stderr.String()+b.seen(), "eyJ", "a token is in a log")
	})
	t.Run("wrong clocks", func(t *testing.T) { storyOfWrongClocks(t, c) })
	t.Run("bad input", func(t *testing.T) { storyOfBadInput(t, c) })
}

// storyOfAMove takes a record from one machine to a cluster while it is served, and back. What is
// asked before and after has one answer.
func storyOfAMove(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	there, back := filepath.Join(t.TempDir(), "there"), filepath.Join(t.TempDir(), "back")
	command := func(env []string, args ...string) {
		stdout, stderr, status := output(t, env, args...)
		require.Zero(t, status, "%v: %s%s", args, stdout, stderr)
	}
	dir := t.TempDir()
	embedded := start(t, dir)
	review(t, &embedded.client)
	before := pictureOf(t, &embedded.client)
	command(nil, "backup", there, "--data", dir)
	require.Zero(t, embedded.stop(t))

	command(c.Settings(), "migrate")
	command(c.Settings(), "restore", there)
	a, b := join(t, binary, c, nil).joined(t), join(t, binary, c, nil).joined(t)
	nodes := &client{url: a.url, others: []string{b.url}, auditor: a.auditor}
	require.Equal(t, before, pictureOf(t, nodes))
	for _, story := range reviews {
		t.Run(story.of, func(t *testing.T) { story.tell(t, nodes) })
	}

	moved := pictureOf(t, nodes)
	require.NotEqual(t, before, moved, "the stories have changed something")
	command(c.Settings(), "backup", back)
	home := t.TempDir()
	command(nil, "restore", back, "--data", home)
	again := start(t, home)
	require.Equal(t, moved, pictureOf(t, &again.client))
	require.Equal(t, withoutClaim(exported(t, nodes)), exported(t, &again.client), "the engine holds the same")
	require.NotContains(t, audit(t, 0, home, "verify"), "INVALID")
	require.Zero(t, a.stop(t))
	require.Zero(t, b.stop(t))
}

// withoutClaim leaves out whose engine it is, which only a cluster is told.
func withoutClaim(relationships map[string]bool) map[string]bool {
	maps.DeleteFunc(relationships, func(r string, _ bool) bool { return strings.HasPrefix(r, "record:") })
	return relationships
}

// pictureOf is all that a service says of the estate that review has founded.
func pictureOf(t *testing.T, p *client) map[string]any {
	t.Helper()
	picture := map[string]any{}
	for _, organization := range []string{"msp", "bakery"} {
		for _, of := range []string{"", "/tree", "/roster?limit=500", "/audit?limit=500", "/groups", "/links", "/owners", "/invitations"} {
			path := "/v1/organizations/" + organization + of
			picture[path] = p.must(t, "", "GET", path, nil).body
		}
		for _, user := range []string{"mia", "gina", "omar", "zoe", "nobody"} {
			picture["what "+user+" may in "+organization] = p.may(t, user, organization, append(everyClaim(), "own", "access", "view_roster", "manage_users", "manage_groups")...)
		}
	}
	return picture
}

// storyOfWrongClocks has nodes whose machines are 90 seconds early and late beside a straight
// one. What ends does so at its instant, by the clock of the record, whoever is asked.
func storyOfWrongClocks(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	program, err := failing()
	require.NoError(t, err)
	const life = 8 * time.Second
	flags := []string{"--invitation-ttl", life.String()}
	nodes := []*process{join(t, binary, c, flags), join(t, program, c, flags, "TENANTRY_CLOCK_OFFSET=+90s"), join(t, program, c, flags, "TENANTRY_CLOCK_OFFSET=-90s")}
	for _, node := range nodes {
		node.joined(t)
	}
	straight, early, late := nodes[0], nodes[1], nodes[2]
	straight.root(t, "clock", "mia")
	straight.people(t, "tick", "tack", "hourly")
	straight.steps(t, "mia",
		"POST /v1/organizations", object{"id": "tower", "name": "Tower", "parent_id": "clock"},
		"POST /v1/organizations/clock/groups", object{"id": "hands", "name": "Hands", "claims": []string{"view_agents"}},
		"PUT /v1/groups/hands/members/tack", object{},
		"PUT /v1/organizations/clock/resources/agent/cuckoo", object{"name": "Cuckoo"})

	clock := recordClock(t, c)
	now := clock()
	for _, node := range nodes {
		past := object{"expires_at": stamp(now.Add(-time.Second))}
		node.refused(t, "invalid", "mia", "PUT /v1/groups/hands/members/tick", past)
	}
	end := now.Add(life)
	until := object{"expires_at": stamp(end)}
	early.steps(t, "mia", "PUT /v1/groups/hands/members/tick", until)
	late.steps(t, "mia", "PUT /v1/organizations/tower/links/hands", until)
	key := early.must(t, "mia", "POST", "/v1/organizations/clock/access-keys",
		object{"subject": object{"type": "agent", "id": "cuckoo"}, "name": "Cuckoo", "expires_at": stamp(end)}).body["secret"].(string)
	invited := late.must(t, "mia", "POST", "/v1/groups/hands/invitations", object{"email": "hourly@example.com", "role": "member"}).body
	ends, err := time.Parse(time.RFC3339, invited["expires_at"].(string))
	require.NoError(t, err)
	require.WithinRange(t, ends, end, clock().Add(life), "an invitation lives from the record's now on")

	asked := now
	for asked.Before(end) {
		for _, node := range nodes {
			for what, holds := range map[string]func() bool{
				"member": func() bool { return node.allowed(t, "tick", "view_agents", "clock") },
				"link":   func() bool { return node.allowed(t, "tack", "view_agents", "tower") },
				"key": func() bool {
					a, err := node.with(key, "POST", "/v1/self/check", object{"permission": "submit", "resource": object{"type": "backup_report", "id": "x"}})
					require.NoError(t, err)
					return a.status == 200
				},
			} {
				asked = clock()
				held := holds()
				answered := clock()
				if answered.Before(end) {
					require.True(t, held, "the %s has ended %s before its end", what, end.Sub(answered))
				}
				if !asked.Before(end) {
					require.False(t, held, "the %s goes on %s after its end", what, asked.Sub(end))
				}
			}
		}
	}
	require.Eventually(t, func() bool { return clock().After(ends) }, readyTimeout, 10*time.Millisecond)
	for _, node := range nodes {
		node.refused(t, "invitation-closed", "hourly", "POST /v1/invitations/accept", object{"token": invited["accept_token"]})
	}
	for _, node := range nodes {
		require.Zero(t, node.stop(t))
	}
}

// recordClock tells the time of the record, in whole milliseconds.
func recordClock(t *testing.T, c *cluster.Cluster) func() time.Time {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.Postgres.DSN("tenantry"))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.WithoutCancel(t.Context())) })
	return func() (at time.Time) {
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT clock_timestamp()").Scan(&at))
		return at.UTC().Truncate(time.Millisecond)
	}
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }
