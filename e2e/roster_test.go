package e2e

import (
	"encoding/csv"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// command runs a command that asks the node, and expects it to succeed.
func (p *process) command(t *testing.T, args ...string) string {
	t.Helper()
	stdout, stderr, status := output(t, []string{"TENANTRY_KEY=" + platformKey}, append(args, "--server", p.url)...)
	require.Zero(t, status, stderr)
	return stdout
}

// someTime stands for every time, as wide as one.
const someTime = "YYYY-MM-DDTHH:MM:SS.mmmZ"

var timeText = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`)

// reviewed is an organization with people of every kind.
func reviewed(t *testing.T) *process {
	t.Helper()
	p := start(t, t.TempDir())
	p.root(t, "msp", "mia")
	p.people(t, "gina", "omar")
	p.steps(t, "mia",
		"POST /v1/organizations", object{"id": "bakery", "name": "Bakery", "parent_id": "msp"},
		"POST /v1/organizations/msp/groups", object{"id": "operators", "name": "Operators", "claims": []string{"manage_agents", "view_machines"}},
		"PUT /v1/groups/operators/owners/gina", nil,
		"PUT /v1/groups/operators/members/omar", object{},
		"PUT /v1/organizations/bakery/links/operators", object{},
		"POST /v1/organizations/bakery/groups", object{"id": "bakers", "name": "Bakers", "claims": []string{"view_backup_reports"}},
		"PUT /v1/groups/bakers/members/mia", object{},
		"POST /v1/groups/bakers/invitations", object{"email": "=zoe@example.com", "role": "member"})
	p.steps(t, "", "PUT /v1/users/omar", object{"name": "Omar\u202e Ramo"}) // turns the line in a terminal
	return p
}

// TestRosterCommand prints the same roster for people, programs and spreadsheets.
func TestRosterCommand(t *testing.T) {
	p := reviewed(t)
	table := p.command(t, "roster", "bakery", "--act-as", "mia")
	//nolint:dupword // a table
	require.Equal(t, `  PERSON                                    STATE            WAY                                   UNTIL                     CLAIMS
  ────────────────────────────────────────  ───────────────  ────────────────────────────────────  ────────────────────────  ──────
  gina  gina                                active, locked   owner of operators in msp             -                         -
  mia  mia                                  active           owner                                 -                         owner
                                                             owner of bakers                       -                         -
                                                             member of bakers (by himself)         -                         view_backup_reports
                                                             owner of operators in msp             -                         -
  "omar  Omar\u202e Ramo"                   active, locked   member of operators in msp            -                         manage_agents view_machines
  =zoe@example.com                          pending          member of bakers                      YYYY-MM-DDTHH:MM:SS.mmmZ  view_backup_reports
`, timeText.ReplaceAllString(table, someTime))

	var listed struct {
		Items []struct{ State string }
	}
	require.NoError(t, json.Unmarshal([]byte(p.command(t, "roster", "bakery", "--json")), &listed))
	require.Len(t, listed.Items, 4)
	require.NoError(t, json.Unmarshal([]byte(p.command(t, "roster", "bakery", "--json", "--q", "nobody")), &listed))
	require.Empty(t, listed.Items)

	rows, err := csv.NewReader(strings.NewReader(p.command(t, "roster", "bakery", "--csv", "--state", "pending"))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.Equal(t, "'=zoe@example.com", rows[1][2])
	require.Equal(t, 2, strings.Count(p.command(t, "roster", "bakery", "--via", "owner", "--act-as", "mia"), "owner of"))
}

// TestAuditCommand lists the trail of one organization.
func TestAuditCommand(t *testing.T) {
	p := reviewed(t)
	p.refused(t, "not-found", "gina", "PUT /v1/organizations/bakery/owners/gina", nil)
	lines := strings.Split(timeText.ReplaceAllString(p.command(t, "audit", "bakery", "--actor", "gina"), someTime), "\n")
	require.Equal(t, "  SEQ     AT                        WHO                   ACTION                TARGET                            RESULT                    DETAIL", lines[0])
	require.Equal(t, "  11      YYYY-MM-DDTHH:MM:SS.mmmZ  gina                  owner.put             organization:bakery               refused: not-found        from=127.0.0.1 user_id=gina", lines[2])

	all := p.command(t, "audit", "bakery", "--json")
	var listed struct {
		Items []struct {
			Seq    int
			Action string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(all), &listed))
	require.Equal(t, "organization.create", listed.Items[0].Action)
	last := listed.Items[len(listed.Items)-1]
	require.Equal(t, 11, last.Seq)
	require.NotContains(t, p.command(t, "audit", "bakery", "--after", "11"), "owner.put")
	require.Contains(t, p.command(t, "audit", "msp", "--action", "group.create"), "group:operators")
}

func TestCommandsTellRefusals(t *testing.T) {
	p := reviewed(t)
	for _, command := range []string{"roster", "audit"} {
		stdout, stderr, status := output(t, []string{"TENANTRY_KEY=" + platformKey}, command, "bakery", "--act-as", "gina", "--server", p.url)
		require.Equal(t, 1, status)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "not-found")
	}
	_, _, status := output(t, []string{"TENANTRY_KEY=" + platformKey}, "roster", "bakery", "--csv", "--json", "--server", p.url)
	require.Equal(t, 2, status)
}
