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
func (p *client) command(t *testing.T, args ...string) string {
	t.Helper()
	stdout, stderr, status := output(t, []string{"TENANTRY_KEY=" + platformKey}, append(args, "--server", p.next())...)
	require.Zero(t, status, stderr)
	return stdout
}

// someTime stands for every time, as wide as one.
const someTime = "YYYY-MM-DDTHH:MM:SS.mmmZ"

// fromText is where a call came from. That is not the same to every node.
var fromText = regexp.MustCompile(`from=\S+ `)

var timeText = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`)

// reviews are told one after the other to one estate, which review founds.
var reviews = []struct {
	of   string
	tell func(*testing.T, *client)
}{
	{"a roster", storyOfARoster},
	{"a trail", storyOfATrail},
	{"refusals", storyOfRefusals},
	{"the past", storyOfThePast},
}

// TestReviews has an auditor's commands on a node, over the API.
func TestReviews(t *testing.T) {
	p := start(t, t.TempDir())
	review(t, &p.client)
	for _, story := range reviews {
		t.Run(story.of, func(t *testing.T) { story.tell(t, &p.client) })
	}
}

// review founds an organization with people of every kind.
func review(t *testing.T, p *client) {
	t.Helper()
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
}

// storyOfARoster prints the same roster for people, programs and spreadsheets.
func storyOfARoster(t *testing.T, p *client) {
	t.Helper()
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

// storyOfATrail lists the trail of one organization.
func storyOfATrail(t *testing.T, p *client) {
	t.Helper()
	p.refused(t, "not-found", "gina", "PUT /v1/organizations/bakery/owners/gina", nil)
	table := timeText.ReplaceAllString(p.command(t, "audit", "bakery", "--actor", "gina"), someTime)
	lines := strings.Split(fromText.ReplaceAllString(table, "from=127.0.0.1 "), "\n")
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

// storyOfRefusals has commands tell what the API refuses.
func storyOfRefusals(t *testing.T, p *client) {
	t.Helper()
	for _, command := range []string{"roster", "audit"} {
		stdout, stderr, status := output(t, []string{"TENANTRY_KEY=" + platformKey}, command, "bakery", "--act-as", "gina", "--server", p.next())
		require.Equal(t, 1, status)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "not-found")
	}
	_, _, status := output(t, []string{"TENANTRY_KEY=" + platformKey}, "roster", "bakery", "--csv", "--json", "--server", p.next())
	require.Equal(t, 2, status)
}
