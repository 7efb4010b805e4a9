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

// ledger is a record, for whoever has commands work on it, or tampers with it.
type ledger struct {
	settings []string // of commands, as environment variables
	unguard  string   // a statement after which events can be deleted
	tamper   func(t *testing.T, statements string)
}

// storyOfTrails proves them by commands beside a service, over an erasure, and against somebody
// who writes into the record. It returns the checkpoints that were kept.
func storyOfTrails(t *testing.T, p *client, l ledger) (kept string) {
	t.Helper()
	p.root(t, "mill", "mia")
	p.steps(t, "", "PUT /v1/users/paul", object{"name": "Paul Private", "email": "private@mail.example", "email_verified": true})
	p.steps(t, "mia",
		"POST /v1/organizations", object{"id": "barn", "name": "Barn", "parent_id": "mill"},
		"POST /v1/organizations/barn/groups", object{"id": "millers", "name": "Millers", "claims": []string{"view_agents"}},
		"POST /v1/groups/millers/invitations", object{"email": "Private+tag@mail.example", "role": "member"},
		"PUT /v1/groups/millers/members/paul", object{})
	require.Equal(t, 403, p.as(t, "paul", "PATCH", "/v1/organizations/barn", object{"name": "X"}).status)

	kept = filepath.Join(t.TempDir(), "kept.json")
	points := l.audit(t, 0, "checkpoint")
	require.Contains(t, points, `"mill"`)
	require.NoError(t, os.WriteFile(kept, []byte(points), 0o600))
	pinned := strings.TrimSpace(l.audit(t, 0, "key"))

	said := p.command(t, "audit", "erase", "paul")
	require.Equal(t, "private@mail.example: erased from 1 invitations\npaul: name, e-mail address and network addresses erased\n", said)
	require.False(t, p.allowed(t, "paul", "view_agents", "barn"))
	verified := l.audit(t, 0, "verify", "--checkpoint", kept, "--public-key", pinned)
	require.Contains(t, verified, "(service): 3 events, valid\n")
	require.Contains(t, verified, "mill: 9 events, valid\n")

	l.tamper(t, l.unguard+`DELETE FROM events WHERE root_id = 'mill' AND seq = 5`)
	require.Contains(t, l.audit(t, 1, "verify", "barn"), "mill: 8 events, INVALID from event 5 on")
	require.Contains(t, l.audit(t, 1, "verify", "--json"), `"first_invalid_seq": 5`)
	require.Contains(t, l.audit(t, 1, "checkpoint"), "a trail is not as it was written")

	forged := strings.Replace(points, `"seq":`, `"seq":1`, 1)
	wrong := filepath.Join(t.TempDir(), "forged.json")
	require.NoError(t, os.WriteFile(wrong, []byte(forged), 0o600))
	require.Contains(t, l.audit(t, 1, "verify", "--checkpoint", wrong), "is not signed by the key")
	l.audit(t, 2, "verify", "--checkpoint", filepath.Join(t.TempDir(), "nowhere"))
	l.audit(t, 2, "verify", "--public-key", "x")
	return kept
}

// TestR82TrailsAreProved also to whoever has the files alone.
func TestR82TrailsAreProved(t *testing.T) {
	dir := t.TempDir()
	p := start(t, dir)
	l := ledger{
		settings: []string{"TENANTRY_DATA=" + dir}, unguard: "DROP TRIGGER events_are_not_deleted;",
		tamper: func(t *testing.T, statements string) { t.Helper(); tamper(t, dir, statements) },
	}
	kept := storyOfTrails(t, &p.client, l)
	require.Zero(t, p.stop(t))
	for _, name := range []string{"tenantry.db", "tenantry.db-wal"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			require.False(t, bytes.Contains(bytes.ToLower(text), []byte("private")), "%s still holds what was erased", name)
		}
	}
	l.tamper(t, `DROP TRIGGER event_keys_are_not_deleted;
		DELETE FROM events WHERE root_id = ''; DELETE FROM event_keys WHERE root_id = ''`)
	require.Contains(t, l.audit(t, 1, "verify"), "(service): 0 events, valid", "nobody knows better without a checkpoint")
	require.Contains(t, l.audit(t, 1, "verify", "--checkpoint", kept), "(service): 0 events, INVALID from event 1 on")
	audit(t, 1, t.TempDir(), "verify")
}

// storyOfThePast asks by commands.
func storyOfThePast(t *testing.T, p *client) {
	t.Helper()
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
	_, _, status := output(t, []string{"TENANTRY_KEY=" + platformKey}, "roster", "bakery", "--at", linked, "--q", "omar", "--server", p.next())
	require.Equal(t, 2, status)
	for _, wrong := range [][]string{{"--in", "bakery"}, {"--at", "tomorrow"}} {
		_, _, status := output(t, []string{"TENANTRY_KEY=" + platformKey}, append(append(question, wrong...), "--server", p.next())...)
		require.NotZero(t, status, wrong)
	}
}

// audit runs a command on a record in a data directory, and returns all that it says.
func audit(t *testing.T, status int, dir string, args ...string) string {
	t.Helper()
	return ledger{settings: []string{"TENANTRY_DATA=" + dir}}.audit(t, status, args...)
}

func (l ledger) audit(t *testing.T, status int, args ...string) string {
	t.Helper()
	stdout, stderr, got := output(t, l.settings, append([]string{"audit"}, args...)...)
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
