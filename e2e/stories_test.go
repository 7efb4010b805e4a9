package e2e

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// stories are those of the documents that the rules come from, told to a running service by
// its callers alone. Each has a tree, and ids, of its own: they may all be told to one service.
var stories = []struct {
	of   string
	tell func(*testing.T, *client)
}{
	{"a provider", storyOfAProvider},
	{"an enterprise", storyOfAnEnterprise},
	{"an offboarded customer", storyOfAnOffboardedCustomer},
	{"a clean offboarding", storyOfACleanOffboarding},
	{"siloed customers", storyOfSiloedCustomers},
	{"an auditor with zed", storyOfAnAuditorWithZed},
}

func TestStories(t *testing.T) {
	for _, story := range stories {
		t.Run(story.of, func(t *testing.T) { story.tell(t, &start(t, t.TempDir()).client) })
	}
}

// steps carries out operations of an actor, each "METHOD path" with a body or nil.
func (p *client) steps(t *testing.T, actor string, steps ...any) {
	t.Helper()
	for i := 0; i < len(steps); i += 2 {
		method, path, _ := strings.Cut(steps[i].(string), " ")
		p.must(t, actor, method, path, steps[i+1])
	}
}

// refused expects an operation to be refused with a code.
func (p *client) refused(t *testing.T, code, actor, operation string, body any) {
	t.Helper()
	method, path, _ := strings.Cut(operation, " ")
	a := p.as(t, actor, method, path, body)
	require.Equal(t, code, a.body["code"], "%s: %v", operation, a.body)
}

// people makes users known, each with a verified address.
func (p *client) people(t *testing.T, ids ...string) {
	t.Helper()
	for _, id := range ids {
		p.must(t, "", "PUT", "/v1/users/"+id, object{"name": id, "email": id + "@example.com", "email_verified": true})
	}
}

type object = map[string]any

// roster is who stands in an organization and how: "omar locked: member of operators@acme".
func (p *client) roster(t *testing.T, actor, organization string) []string {
	t.Helper()
	var texts []string
	a := p.must(t, actor, "GET", "/v1/organizations/"+organization+"/roster?limit=500", nil)
	for _, item := range a.body["items"].([]any) {
		texts = append(texts, rosterText(item.(object)))
	}
	return texts
}

func rosterText(e object) string {
	name := e["email"].(string) + " invited"
	if user, known := e["user"].(object); known {
		name = user["id"].(string)
	}
	if e["locked"].(bool) {
		name += " locked"
	}
	var ways []string
	for _, item := range e["access"].([]any) {
		way := item.(object)
		text := way["role"].(string)
		if group, ok := way["group_id"].(string); ok {
			text += fmt.Sprintf(" of %s@%s", group, way["organization_id"])
		}
		ways = append(ways, text)
	}
	return name + ": " + strings.Join(ways, ", ")
}

// may asks about permissions in an organization, and names those that are allowed.
func (p *client) may(t *testing.T, user, organization string, permissions ...string) (allowed []string) {
	t.Helper()
	for _, permission := range permissions {
		if p.allowed(t, user, permission, organization) {
			allowed = append(allowed, permission)
		}
	}
	return allowed
}

// actions are what a trail tells, each action once.
func (p *client) actions(t *testing.T, actor, organization string) (actions []string) {
	t.Helper()
	seen := map[string]bool{}
	a := p.must(t, actor, "GET", "/v1/organizations/"+organization+"/audit?limit=500", nil)
	for _, item := range a.body["items"].([]any) {
		e := item.(object)
		text := e["action"].(string)
		if e["code"] != "" {
			text += " " + e["code"].(string)
		}
		if !seen[text] {
			seen[text] = true
			actions = append(actions, text)
		}
	}
	sort.Strings(actions)
	return actions
}

// storyOfAProvider is the operational playbook of a managed service provider: the
// hierarchy, groups in the parent, links to the customers, invitations, and the review of
// who has access (seed 000).
func storyOfAProvider(t *testing.T, p *client) {
	t.Helper()
	p.root(t, "acme", "mia")
	p.people(t, "gina", "omar", "carla", "zoe")
	p.steps(t, "mia",
		"POST /v1/organizations", object{"id": "acme-bakery", "name": "Bakery", "parent_id": "acme"},
		"POST /v1/organizations", object{"id": "acme-clinic", "name": "Clinic", "parent_id": "acme"},
		"PUT /v1/organizations/acme-bakery/owners/carla", nil,
		"POST /v1/organizations/acme/groups", object{"id": "acme-operators", "name": "Operators", "claims": []string{"manage_agents"}},
		"PUT /v1/groups/acme-operators/owners/gina", nil,
		"PUT /v1/groups/acme-operators/members/omar", object{},
		"POST /v1/organizations/acme-bakery/groups", object{"id": "acme-bakers", "name": "Bakers", "claims": []string{"view_backup_reports"}})

	p.refused(t, "not-descendant", "mia", "PUT /v1/organizations/acme/links/acme-operators", object{})
	p.refused(t, "not-descendant", "mia", "PUT /v1/organizations/acme-clinic/links/acme-bakers", object{})
	p.refused(t, "not-found", "carla", "PUT /v1/organizations/acme-bakery/links/acme-operators", object{})
	p.steps(t, "mia", "PUT /v1/organizations/acme-bakery/links/acme-operators", object{}, "PUT /v1/organizations/acme-clinic/links/acme-operators", object{})
	require.Equal(t, []string{"access", "view_agents", "manage_agents"}, p.may(t, "omar", "acme-bakery", "access", "view_agents", "manage_agents", "manage_billing"))
	require.Empty(t, p.may(t, "gina", "acme-bakery", "access", "view_agents"), "a group's owner has none of its claims")
	require.Empty(t, p.may(t, "carla", "acme-clinic", "access"), "customers are isolated from each other")

	invitation := object{"email": "zoe@example.com", "role": "member"}
	a := p.must(t, "mia", "POST", "/v1/groups/acme-bakers/invitations", invitation)
	p.refused(t, "duplicate-invitation", "mia", "POST /v1/groups/acme-bakers/invitations", object{"email": "Zoe+1@example.com", "role": "owner"})
	p.refused(t, "forbidden", "gina", "POST /v1/groups/acme-operators/invitations", invitation)
	require.Equal(t, []string{
		"carla: owner", "gina locked: owner of acme-operators@acme", "mia: owner, owner of acme-bakers@acme-bakery, owner of acme-operators@acme",
		"omar locked: member of acme-operators@acme", "zoe@example.com invited: member of acme-bakers@acme-bakery",
	}, p.roster(t, "carla", "acme-bakery"))
	p.refused(t, "email-mismatch", "omar", "POST /v1/invitations/accept", object{"token": a.body["accept_token"]})
	p.steps(t, "zoe", "POST /v1/invitations/accept", object{"token": a.body["accept_token"]})
	require.Equal(t, "zoe: member of acme-bakers@acme-bakery", p.roster(t, "carla", "acme-bakery")[4])
	require.Equal(t, []string{"access", "view_backup_reports"}, p.may(t, "zoe", "acme-bakery", "access", "view_backup_reports", "manage_backup_reports"))

	p.steps(t, "gina", "DELETE /v1/groups/acme-operators/members/omar", nil)
	for _, organization := range []string{"acme", "acme-bakery", "acme-clinic"} {
		require.Empty(t, p.may(t, "omar", organization, "access"), "who left the group has left it everywhere")
	}
	require.Equal(t, []string{
		"group.create", "invitation.accept", "invitation.create", "invitation.create duplicate-invitation",
		"link.put", "link.put not-found", "organization.create", "owner.put",
	}, without(p.actions(t, "carla", "acme-bakery"), "invitation.accept email-mismatch"), "nothing of the attempt on the clinic")
	require.Contains(t, p.actions(t, "mia", "acme"), "link.put not-descendant")
}

func without(texts []string, one string) (others []string) {
	for _, text := range texts {
		if text != one {
			others = append(others, text)
		}
	}
	return others
}

// storyOfAnEnterprise has three levels: groups of the head office reach regions and
// sites, those of a region its own sites, and nothing goes up or across (seed 001).
func storyOfAnEnterprise(t *testing.T, p *client) {
	t.Helper()
	p.root(t, "globex", "hana")
	p.people(t, "ivan", "eva", "ben")
	inEurope := []string{"Current-Organization", "europe"}
	p.steps(t, "hana",
		"POST /v1/organizations", object{"id": "europe", "name": "Europe", "parent_id": "globex"},
		"POST /v1/organizations", object{"id": "asia", "name": "Asia", "parent_id": "globex"},
		"PUT /v1/organizations/europe/owners/eva", nil)
	a, err := p.with(platformKey, "POST", "/v1/organizations", object{"id": "berlin", "name": "Berlin"}, append(inEurope, "Act-As-User", "eva")...)
	require.NoError(t, err)
	require.Equal(t, 201, a.status, "%v", a.body)
	require.Equal(t, "globex", a.body["root_id"])
	require.Equal(t, "europe", a.body["parent_id"])
	p.refused(t, "depth-exceeded", "eva", "POST /v1/organizations", object{"name": "Lab", "parent_id": "berlin"})
	p.refused(t, "forbidden", "hana", "POST /v1/organizations", object{"name": "Munich", "parent_id": "berlin"})

	p.steps(t, "hana",
		"POST /v1/organizations/globex/groups", object{"id": "backup", "name": "Backup", "claims": []string{"manage_backup_configs"}},
		"PUT /v1/groups/backup/members/ivan", object{},
		"PUT /v1/organizations/europe/links/backup", object{})
	p.refused(t, "forbidden", "hana", "PUT /v1/organizations/berlin/links/backup", object{}) // Berlin is Eva's
	p.steps(t, "eva",
		"PUT /v1/organizations/berlin/owners/hana", nil,
		"POST /v1/organizations/europe/groups", object{"id": "support", "name": "Support", "claims": []string{"view_machines"}},
		"PUT /v1/groups/support/members/ben", object{},
		"PUT /v1/organizations/berlin/links/support", object{})
	p.steps(t, "hana", "PUT /v1/organizations/berlin/links/backup", object{})
	p.refused(t, "not-found", "eva", "PUT /v1/organizations/asia/links/support", object{})
	p.refused(t, "not-found", "eva", "PUT /v1/organizations/globex/links/support", object{})

	require.Equal(t, []string{
		"ben locked: member of support@europe", "eva: owner, owner of support@europe",
		"hana: owner, owner of backup@globex", "ivan locked: member of backup@globex",
	}, p.roster(t, "eva", "berlin"))
	require.Equal(t, []string{"hana: owner"}, p.roster(t, "hana", "asia"))
}

// storyOfAnOffboardedCustomer ends what a provider holds in a customer that leaves, and
// what its people hold (seed 001).
func storyOfAnOffboardedCustomer(t *testing.T, p *client) {
	t.Helper()
	p.root(t, "summit", "mia")
	p.people(t, "omar", "carla", "zoe")
	p.steps(t, "mia",
		"POST /v1/organizations", object{"id": "surgery", "name": "Surgery", "parent_id": "summit"},
		"PUT /v1/organizations/surgery/owners/carla", nil,
		"POST /v1/organizations/summit/groups", object{"id": "helpers", "name": "Helpers", "claims": []string{"owner"}},
		"PUT /v1/groups/helpers/members/omar", object{},
		"PUT /v1/organizations/surgery/links/helpers", object{},
		"POST /v1/organizations/surgery/groups", object{"id": "surgeons", "name": "Surgeons", "claims": []string{"view_agents"}},
		"POST /v1/groups/surgeons/invitations", object{"email": "zoe@example.com", "role": "member"})
	require.Equal(t, []string{"own", "manage_billing"}, p.may(t, "omar", "surgery", "own", "manage_billing"))
	p.refused(t, "managed-elsewhere", "carla", "DELETE /v1/organizations/surgery/owners/omar", nil)

	// Whoever owns the target takes away without any licence.
	p.steps(t, "", "PUT /v1/organizations/summit/subscription", object{"plan": "enterprise", "status": "canceled"})
	require.Empty(t, p.may(t, "omar", "surgery", "access"))
	p.steps(t, "carla", "DELETE /v1/organizations/surgery/links/helpers", nil, "DELETE /v1/organizations/surgery/owners/mia", nil)
	p.steps(t, "", "PUT /v1/organizations/summit/subscription", object{"plan": "enterprise", "status": "active"})
	require.Empty(t, p.may(t, "omar", "surgery", "access"), "a link that ended does not come back")
	require.Empty(t, p.may(t, "mia", "surgery", "access"))
	require.Equal(t, "surgery", p.must(t, "mia", "GET", "/v1/organizations/surgery", nil).body["id"], "R-2: that it exists")
	p.refused(t, "forbidden", "mia", "GET /v1/organizations/surgery/roster", nil)
	require.Equal(t, []string{"carla: owner", "mia: owner of surgeons@surgery", "zoe@example.com invited: member of surgeons@surgery"},
		p.roster(t, "carla", "surgery"))
}

// storyOfACleanOffboarding clears what blocks the deletion of a customer, deletes it, and
// finds nothing left of it (seed 001, "Deleting organizations safely").
func storyOfACleanOffboarding(t *testing.T, p *client) {
	t.Helper()
	p.root(t, "harbor", "mia")
	p.people(t, "omar")
	p.steps(t, "mia",
		"POST /v1/organizations", object{"id": "dentist", "name": "Dentist", "parent_id": "harbor"},
		"POST /v1/organizations", object{"id": "ward", "name": "Ward", "parent_id": "dentist"},
		"POST /v1/organizations/harbor/groups", object{"id": "lifeguards", "name": "Lifeguards", "claims": []string{"view_agents"}},
		"PUT /v1/groups/lifeguards/members/omar", object{},
		"PUT /v1/organizations/dentist/links/lifeguards", object{},
		"POST /v1/organizations/dentist/groups", object{"id": "nurses", "name": "Nurses"},
		"POST /v1/groups/nurses/invitations", object{"email": "omar@example.com", "role": "member"},
		"PUT /v1/organizations/dentist/resources/agent/scanner", object{"name": "Scanner"})
	p.steps(t, "", "PUT /v1/organizations/dentist/subscription", object{"plan": "pro", "status": "active"})
	from := func(current, organization string) answer {
		a, err := p.with(platformKey, "DELETE", "/v1/organizations/"+organization, nil, "Act-As-User", "mia", "Current-Organization", current)
		require.NoError(t, err)
		return a
	}

	p.refused(t, "current-organization-required", "mia", "DELETE /v1/organizations/dentist", nil)
	require.Equal(t, "current-organization", from("dentist", "dentist").body["code"])
	a := from("harbor", "dentist")
	require.Equal(t, "deletion-blocked", a.body["code"])
	var blockers []any
	for _, kind := range []string{"subscription", "child_organization", "agent"} {
		blockers = append(blockers, object{"kind": kind, "count": 1.0})
	}
	require.ElementsMatch(t, blockers, a.body["blockers"], "all of them, not the first")
	p.steps(t, "mia", "DELETE /v1/organizations/dentist/resources/agent/scanner", nil)
	p.steps(t, "", "PUT /v1/organizations/dentist/subscription", object{"plan": "pro", "status": "canceled"})
	require.Equal(t, 204, from("dentist", "ward").status)
	require.Equal(t, 204, from("harbor", "dentist").status)

	require.Empty(t, p.may(t, "omar", "dentist", "access", "view_agents"))
	require.Equal(t, []string{"access", "view_agents"}, p.may(t, "omar", "harbor", "access", "view_agents"))
	p.refused(t, "not-found", "mia", "GET /v1/organizations/dentist/roster", nil)
	for relationship := range exported(t, p) {
		require.NotRegexp(t, "dentist|ward|nurses|scanner", relationship, "R-12")
	}
	p.refused(t, "id-used", "mia", "POST /v1/organizations", object{"id": "dentist", "name": "Dentist", "parent_id": "harbor"})
	require.Contains(t, p.actions(t, "mia", "harbor"), "organization.delete")
}

// storyOfSiloedCustomers has customers in organizations of their own, with e-mail domains,
// gateways, monitored systems, and nights in which nobody disturbs them (seed 004).
func storyOfSiloedCustomers(t *testing.T, p *client) {
	t.Helper()
	p.root(t, "silo", "cora")
	p.people(t, "alma", "bert", "nils")
	p.steps(t, "", "PUT /v1/users/anna", object{"email": "anna@alpine.example", "email_verified": true})
	p.steps(t, "cora",
		"POST /v1/organizations", object{"id": "alpine", "name": "Alpine", "parent_id": "silo", "email_domain": "alpine.example", "default_dashboard": "hotels"},
		"POST /v1/organizations", object{"id": "borealis", "name": "Borealis", "parent_id": "silo", "email_domain": "borealis.example"},
		"PUT /v1/organizations/alpine/owners/alma", nil,
		"PUT /v1/organizations/borealis/owners/bert", nil,
		"POST /v1/organizations/silo/groups", object{"id": "watchers", "name": "Watchers", "claims": []string{"view_monitored_systems"}},
		"PUT /v1/groups/watchers/members/nils", object{},
		"PUT /v1/organizations/alpine/links/watchers", object{},
		"DELETE /v1/organizations/alpine/owners/cora", nil)
	p.refused(t, "domain-taken", "cora", "POST /v1/organizations", object{"name": "Copy", "parent_id": "silo", "email_domain": "Alpine.Example"})
	p.refused(t, "immutable", "alma", "PATCH /v1/organizations/alpine", object{"email_domain": "other.example"})

	p.steps(t, "alma",
		"POST /v1/organizations/alpine/groups", object{"id": "staff", "name": "Staff", "claims": []string{"view_gateways"}},
		"PUT /v1/organizations/alpine/resources/gateway/gw", object{"name": "Gateway"},
		"PUT /v1/organizations/alpine/resources/monitored_system/erp", object{"name": "ERP"},
		"PUT /v1/organizations/alpine/resources/monitored_system/db", object{"name": "Database", "parent_id": "erp"})
	p.refused(t, "email-domain", "alma", "POST /v1/groups/staff/invitations", object{"email": "anna@example.com", "role": "member"})
	a := p.must(t, "alma", "POST", "/v1/groups/staff/invitations", object{"email": "anna@alpine.example", "role": "member"})
	p.steps(t, "anna", "POST /v1/invitations/accept", object{"token": a.body["accept_token"]})
	for _, user := range []string{"bert", "cora"} {
		require.Empty(t, p.may(t, user, "alpine", "access", "view_gateways", "view_monitored_systems"), "data of one customer")
		p.refused(t, map[string]string{"bert": "not-found", "cora": "forbidden"}[user], user, "GET /v1/organizations/alpine/resources", nil)
	}
	require.Equal(t, []string{"access", "view_gateways"}, p.may(t, "anna", "alpine", "access", "view_gateways", "manage_gateways", "view_monitored_systems"))
	require.Equal(t, []string{"access", "view_monitored_systems"}, p.may(t, "nils", "alpine", "access", "view_gateways", "view_monitored_systems"))

	night := object{"from": "22:00", "to": "06:00", "time_zone": "Europe/Vienna"}
	require.Equal(t, night, p.must(t, "alma", "PATCH", "/v1/organizations/alpine", object{"do_not_disturb": night}).body["do_not_disturb"])
	require.Equal(t, object{"suppressed": true, "reason": "do-not-disturb", "recipients": []any{"alma", "anna", "nils"}},
		p.audience(t, "alma", object{"type": "organization", "id": "alpine"}))
	for recipient, target := range map[string]object{
		"alma": {"type": "role", "id": "owner", "organization_id": "alpine"},
		"anna": {"type": "group", "id": "staff"},
		"nils": {"type": "user", "id": "nils", "organization_id": "alpine"},
	} {
		require.Equal(t, object{"suppressed": false, "reason": "", "recipients": []any{recipient}}, p.audience(t, "alma", target))
	}
}

// audience is who would hear of something at half past eleven in Vienna.
func (p *client) audience(t *testing.T, actor string, target object) object {
	t.Helper()
	return p.must(t, actor, "POST", "/v1/notifications/audience", object{"target": target, "at": "2026-01-15T23:30:00+01:00"}).body
}
