package e2e

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // to do what an attacker does
)

// TestR82TrailsAreProved by commands beside a node that serves, over an erasure, and against
// somebody who writes into the file.
func TestR82TrailsAreProved(t *testing.T) {
	dir := t.TempDir()
	p := start(t, dir)
	p.root(t, "msp", "mia")
	p.steps(t, "", "PUT /v1/users/omar", object{"name": "Omar Private", "email": "private@mail.example", "email_verified": true})
	p.steps(t, "mia",
		"POST /v1/organizations", object{"id": "bakery", "name": "Bakery", "parent_id": "msp"},
		"POST /v1/organizations/bakery/groups", object{"id": "bakers", "name": "Bakers", "claims": []string{"view_agents"}},
		"POST /v1/groups/bakers/invitations", object{"email": "Private+tag@mail.example", "role": "member"},
		"PUT /v1/groups/bakers/members/omar", object{})
	require.Equal(t, 403, p.as(t, "omar", "PATCH", "/v1/organizations/bakery", object{"name": "X"}).status)

	kept := filepath.Join(dir, "kept.json")
	points := audit(t, 0, dir, "checkpoint")
	require.Equal(t, 2, strings.Count(points, "\n"))
	require.NoError(t, os.WriteFile(kept, []byte(points), 0o600))
	pinned := strings.TrimSpace(audit(t, 0, dir, "key"))

	said := p.command(t, "audit", "erase", "omar")
	require.Equal(t, "private@mail.example: erased from 1 invitations\nomar: name, e-mail address and network addresses erased\n", said)
	require.False(t, p.allowed(t, "omar", "view_agents", "bakery"))
	require.Equal(t, "(service): 3 events, valid\nmsp: 9 events, valid\n",
		audit(t, 0, dir, "verify", "--checkpoint", kept, "--public-key", pinned))
	require.Zero(t, p.stop(t))
	for _, name := range []string{"tenantry.db", "tenantry.db-wal"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			require.False(t, bytes.Contains(bytes.ToLower(text), []byte("private")), "%s still holds what was erased", name)
		}
	}

	tamper(t, dir, `DROP TRIGGER events_are_not_deleted; DELETE FROM events WHERE root_id = 'msp' AND seq = 5`)
	require.Contains(t, audit(t, 1, dir, "verify", "bakery"), "msp: 8 events, INVALID from event 5 on")
	require.Contains(t, audit(t, 1, dir, "verify", "--json"), `"first_invalid_seq": 5`)
	require.Contains(t, audit(t, 1, dir, "checkpoint"), "a trail is not as it was written")
	tamper(t, dir, `DROP TRIGGER event_keys_are_not_deleted;
		DELETE FROM events WHERE root_id = ''; DELETE FROM event_keys WHERE root_id = ''`)
	require.Contains(t, audit(t, 1, dir, "verify"), "(service): 0 events, valid", "nobody knows better without a checkpoint")
	require.Contains(t, audit(t, 1, dir, "verify", "--checkpoint", kept), "(service): 0 events, INVALID from event 1 on")

	forged := strings.Replace(points, `"seq":`, `"seq":1`, 1)
	require.NoError(t, os.WriteFile(kept, []byte(forged), 0o600))
	require.Contains(t, audit(t, 1, dir, "verify", "--checkpoint", kept), "is not signed by the key")
	audit(t, 2, dir, "verify", "--checkpoint", filepath.Join(dir, "nowhere"))
	audit(t, 2, dir, "verify", "--public-key", "x")
	audit(t, 1, t.TempDir(), "verify")
}

// TestThePastIsAsked by commands.
func TestThePastIsAsked(t *testing.T) {
	p := reviewed(t)
	events := p.must(t, "mia", "GET", "/v1/organizations/msp/audit?action=link.put", nil).body["items"].([]any)
	linked := events[0].(map[string]any)["at"].(string)
	p.steps(t, "mia", "DELETE /v1/organizations/bakery/links/operators", nil)
	question := []string{"check", "user:omar", "view_agents", "organization:bakery"}
	require.Equal(t, "denied\n", p.command(t, question...))
	require.Equal(t, "allowed\n", p.command(t, append(question, "--at", linked)...))
	require.Equal(t, "denied\n", p.command(t, append(question, "--at", "2020-01-01T00:00:00Z")...))
	require.Equal(t, "allowed\n", p.command(t, "check", "user:gina", "manage_members", "group:operators", "--in", "msp", "--at", linked))
	require.Contains(t, p.command(t, "audit", "review", "bakery", "--at", linked), "access view_agents manage_agents view_machines")
	require.NotContains(t, p.command(t, "audit", "review", "bakery"), "omar")
	require.Contains(t, p.command(t, "audit", "review", "bakery", "--at", linked, "--csv"), "\nomar,,")
	require.Contains(t, p.command(t, "audit", "review", "bakery", "--at", linked, "--json"), `"permissions"`)
	//nolint:dupword // a table
	require.Equal(t, `  PERSON                                    WAY                                   CLAIMS
  ────────────────────────────────────────  ────────────────────────────────────  ──────
  gina  gina                                owner of operators in msp             -
  mia  mia                                  owner                                 owner
                                            owner of operators in msp             -
  "omar  Omar\u202e Ramo"                   member of operators in msp            manage_agents view_machines
`, p.command(t, "roster", "bakery", "--at", linked))
	require.Contains(t, p.command(t, "roster", "bakery", "--at", linked, "--csv"), ",linked_group,member,manage_agents view_machines,operators,,msp")
	require.Contains(t, p.command(t, "roster", "bakery", "--at", linked, "--json"), `"linked_group"`)
	_, _, status := output(t, []string{"TENANTRY_KEY=" + platformKey}, "roster", "bakery", "--at", linked, "--q", "omar", "--server", p.url)
	require.Equal(t, 2, status)
	for _, wrong := range [][]string{{"--in", "bakery"}, {"--at", "tomorrow"}} {
		_, _, status := output(t, []string{"TENANTRY_KEY=" + platformKey}, append(append(question, wrong...), "--server", p.url)...)
		require.NotZero(t, status, wrong)
	}
}

// audit runs a command on the record itself, and returns all that it says.
func audit(t *testing.T, status int, dir string, args ...string) string {
	t.Helper()
	stdout, stderr, got := output(t, nil, append(append([]string{"audit"}, args...), "--data", dir)...)
	require.Equal(t, status, got, stdout+stderr)
	return stdout + stderr
}

func tamper(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "tenantry.db"))
	require.NoError(t, err)
	_, err = db.Exec(statement)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}
