package tenancy_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// explained is withLink with somebody for each kind of way into shop, and for most of what
// can be missing:
//
//	dora  member of desk, which is linked to shop and lets view_agents through alone
//	otto  member of ops, which is linked to shop and all below it
//	lena  member of lone, which is linked to nothing, and owner of ops
//	zoe   member of a group of rival
//	ally  an agent of shop; spy is one of rival
func explained(t *testing.T) *world {
	t.Helper()
	w := withLink(t)
	w.users("dora", "otto", "lena", "zoe")
	w.put("alien", groupMember, "zoe")
	_, _, _, err := w.service.PutUser(w.ctx, platform, w.id("mia"), tenancy.UserInput{Name: "Mia"})
	require.NoError(t, err)
	w.group("desk", "acme", "olga", "manage_agents", "manage_billing")
	w.group("ops", "acme", "olga", "view_gateways")
	w.group("lone", "acme", "olga", "view_agents")
	w.put("desk", groupMember, "dora")
	w.put("ops", groupMember, "otto")
	w.put("lone", groupMember, "lena")
	w.put("ops", tenancy.GroupOwner, "lena")
	require.NoError(t, linkOnAs("platform", "shop", "desk", narrow("view_agents"))(w))
	require.NoError(t, linkOnAs("platform", "shop", "ops", tenancy.LinkInput{Scope: tenancy.ScopeSubtree})(w))
	for agent, organization := range map[string]string{"ally": "shop", "spy": "rival"} {
		_, _, err = w.service.PutResource(w.ctx, platform, w.id(organization), w.object("agent:"+agent), tenancy.ResourceInput{Name: "Agent " + agent})
		require.NoError(t, err)
	}
	return w
}

// explain asks as an actor, and gives the text with the names of the test.
func (w *world) explain(actor, subject, permission, resource string) (tenancy.Explanation, string) {
	w.t.Helper()
	q := tenancy.Question{Subject: w.object(subject), Permission: permission, Resource: w.object(resource)}
	e, err := w.service.Explain(w.ctx, w.as(actor), q, tenancy.Token{})
	require.NoError(w.t, err)
	allowed, _, err := w.service.Check(w.ctx, w.as(actor), q, tenancy.Token{})
	require.NoError(w.t, err)
	require.Equal(w.t, allowed, e.Allowed, "the explanation is not the check's")
	require.Equal(w.t, allowed, len(e.Paths) > 0)
	return e, w.names(e.Text)
}

// TestExplainTellsTheWay, in the console's words, and of what is not allowed what is missing.
func TestExplainTellsTheWay(t *testing.T) {
	w := explained(t)
	for name, c := range map[string]struct{ subject, permission, resource, text string }{
		"an owner":           {"user:sam", "owner", "organization:shop", "`sam` has `owner` on *shop*. `sam` is an owner of *shop*."},
		"a group at home":    {"user:mia", "view_agents", "organization:acme", "Mia has `view_agents` on *acme*. Mia is a member of *top* (home: *acme*), which carries `view_agents` and is homed in *acme*."},
		"a subtree":          {"user:otto", "view_gateways", "organization:kiosk", "`otto` has `view_gateways` on *kiosk*. `otto` is a member of *ops* (home: *acme*), which carries `view_gateways` and is linked to everything in and below *shop*, which includes *kiosk*."},
		"a narrowed link":    {"user:dora", "view_agents", "organization:shop", "`dora` has `view_agents` on *shop*. `dora` is a member of *desk* (home: *acme*), which carries `manage_agents` and gives `view_agents` through a narrowed link, which leads to *shop*."},
		"a resource":         {"user:sam", "manage", "agent:ally", "`sam` has `manage` on the agent *Agent ally*. `sam` is an owner of *shop*, which has the agent *Agent ally*."},
		"an agent":           {"agent:ally", "submit", "backup_report:none", "There is no backup report `none`."},
		"access by it":       {"user:dora", "access", "organization:shop", "`dora` has `access` on *shop*. `dora` is a member of *desk* (home: *acme*), which has a narrowed link, which leads to *shop*."},
		"a group's viewer":   {"user:lena", "view", "group:lone", "`lena` has `view` on *lone*. `lena` is a member of *lone* (home: *acme*)."},
		"who sees a link":    {"user:sam", "view", "group:top", "`sam` has `view` on *top*. `sam` is an owner of *shop*, which has a link of *top*."},
		"who sees it below":  {"user:kim", "view", "group:ops", "`kim` has `view` on *ops*. `kim` is an owner of *kiosk*, which is directly below *shop*, which has a link of *ops* that covers everything below."},
		"no claim":           {"user:otto", "manage_billing", "organization:shop", "`otto` does not have `manage_billing` on *shop*. `otto` is a member of *ops* (home: *acme*), which is linked to everything in and below *shop*, which includes *shop*, but the group does not carry `manage_billing`."},
		"nobody's claim":     {"user:otto", "manage_groups", "organization:shop", "`otto` does not have `manage_groups` on *shop*. `otto` is a member of *ops* (home: *acme*), which is linked to everything in and below *shop*, which includes *shop*, but the group does not carry `owner`."},
		"narrowed away":      {"user:dora", "manage_billing", "organization:shop", "`dora` does not have `manage_billing` on *shop*. `dora` is a member of *desk* (home: *acme*), which has a narrowed link, which leads to *shop*, but the link is narrowed and does not let `manage_billing` through."},
		"a resource's claim": {"user:otto", "view", "agent:ally", "`otto` does not have `view` on the agent *Agent ally*. `otto` is a member of *ops* (home: *acme*), which is linked to everything in and below *shop*, which includes *shop*, but the group does not carry `view_agents`."},
		"not linked":         {"user:lena", "view_agents", "organization:shop", "`lena` does not have `view_agents` on *shop*. `lena` is a member of *lone* (home: *acme*), which is not linked to *shop*. `lena` is an owner of *ops* (home: *acme*), and holds nothing by that."},
		"only above":         {"user:olga2", "access", "organization:kiosk", "`olga2` does not have `access` on *kiosk*. `olga2` is an owner of *acme* above it, which gives nothing here: organizations are isolated."},
		"no way":             {"user:nina", "access", "organization:shop", "`nina` does not have `access` on *shop*. No way leads from `nina` to it."},
		"a group's member":   {"user:mia", "manage_members", "group:top", "Mia does not have `manage_members` on *top*. Only the group's owners have it."},
		"no such user":       {"user:nobody", "access", "organization:shop", "`nobody` does not have `access` on *shop*. There is no user `nobody`."},
		"no such machine":    {"machine:none", "access", "organization:shop", "The machine `none` does not have `access` on *shop*. There is no machine `none`."},
		"no such place":      {"user:sam", "own", "organization:nowhere", "There is no organization `nowhere`."},
		"another's member":   {"user:zoe", "view_agents", "organization:shop", "`zoe` does not have `view_agents` on *shop*. No way leads from `zoe` to it."},
		"another tree's":     {"agent:spy", "access", "organization:shop", "The agent `spy` does not have `access` on *shop*. No way leads from the agent `spy` to it."},
		"another tree":       {"user:sam", "own", "organization:rival", "`sam` does not have `own` on *rival*. No way leads from `sam` to it."},
	} {
		t.Run(name, func(t *testing.T) {
			in := *w
			in.t = t
			_, text := in.explain("console", c.subject, c.permission, c.resource)
			require.Equal(t, c.text, text)
		})
	}
}

// TestExplainTellsWhatHasNoForce: a licence that lapsed, a suspension, a person who was
// deactivated.
func TestExplainTellsWhatHasNoForce(t *testing.T) {
	w := explained(t)
	w.plan("acme", tenancy.PlanFree)
	_, text := w.explain("console", "user:otto", "view_gateways", "organization:kiosk")
	require.Contains(t, text, "whose link is inactive: it needs an active Enterprise subscription")
	w.setUser("otto", tenancy.UserDeactivated)
	_, text = w.explain("console", "user:otto", "view_gateways", "organization:kiosk")
	require.Equal(t, "`otto` does not have `view_gateways` on *kiosk*. `otto` is deactivated.", text)
	require.NoError(t, stateAs("platform", "shop", tenancy.OrganizationSuspended)(w))
	_, text = w.explain("console", "user:sam", "own", "organization:shop")
	require.Contains(t, text, "*shop* is suspended")
	_, text = w.explain("console", "user:kim", "view", "group:low")
	require.Contains(t, text, "*kiosk* is suspended")
	_, text = w.explain("sam", "user:sam", "own", "organization:shop")
	require.Equal(t, "There is no organization `shop`, or you may not see it.", text, "a suspension is the platform's business (D-7)")
	_, text = w.explain("olga2", "user:olga2", "own", "organization:shop")
	require.Contains(t, text, "*shop* is suspended", "an owner above sees the state (D-25)")
}

// TestExplainNamesWhatMayBeSeen: on behalf of a user nothing else has a name.
func TestExplainNamesWhatMayBeSeen(t *testing.T) {
	w := explained(t)
	w.users("up")
	w.owner("acme", "up")
	w.put("lone", groupMember, "up")
	for name, c := range map[string]struct{ actor, permission, resource, text string }{
		"his own way":           {"mia", "view_agents", "organization:shop", "Mia has `view_agents` on *shop*. Mia is a member of *mid* (home: *shop*), which carries `view_agents` and is homed in *shop*. Mia is a member of *top* (home: *acme*), which carries `view_agents` and is linked to *shop*."},
		"a place on it":         {"kim", "view", "group:ops", "`kim` has `view` on *ops*. `kim` is an owner of *kiosk*, which is directly below the organization `shop`, which has a link of *ops* that covers everything below."},
		"what he lacks":         {"mia", "manage_billing", "organization:shop", "Mia does not have `manage_billing` on *shop*. Mia is a member of *mid* (home: *shop*), which is homed in *shop*, but the group does not carry `manage_billing`. Mia is a member of *top* (home: *acme*), which is linked to *shop*, but the group does not carry `manage_billing`."},
		"what he may not see":   {"lena", "view_agents", "organization:shop", "There is no organization `shop`, or you may not see it."},
		"what is not there":     {"lena", "view_agents", "organization:nowhere", "There is no organization `nowhere`, or you may not see it."},
		"another tree's":        {"lena", "view_agents", "organization:rival", "There is no organization `rival`, or you may not see it."},
		"another tree's group":  {"lena", "view", "group:alien", "There is no group `alien`, or you may not see it."},
		"a resource":            {"otto", "view", "agent:ally", "There is no agent `ally`, or you may not see it."},
		"what is below him":     {"olga2", "access", "organization:shop", "`olga2` does not have `access` on *shop*. `olga2` is an owner of *acme* above it, which gives nothing here: organizations are isolated."},
		"links there, no more":  {"up", "access", "organization:shop", "`up` does not have `access` on *shop*. `up` is an owner of *acme* above it, which gives nothing here: organizations are isolated."},
		"the same, to consoles": {"console:up", "access", "organization:shop", "`up` does not have `access` on *shop*. `up` is a member of *lone* (home: *acme*), which is not linked to *shop*. `up` is an owner of *acme* above it, which gives nothing here: organizations are isolated."},
	} {
		t.Run(name, func(t *testing.T) {
			in := *w
			in.t = t
			actor, subject, other := strings.Cut(c.actor, ":")
			if !other {
				subject = actor
			}
			_, text := in.explain(actor, "user:"+subject, c.permission, c.resource)
			require.Equal(t, c.text, text)
		})
	}
}

// TestExplainedWaysEnd: each way ends when what it names is taken away, and no other one does.
func TestExplainedWaysEnd(t *testing.T) {
	w := explained(t)
	w.put("ops", groupMember, "mia")
	w.put("desk", groupMember, "mia")
	w.owner("shop", "mia")
	require.NoError(t, claimsAs("platform", "ops", "view_agents")(w))
	// mia views the agents of shop by top, mid, ops and desk, and as an owner.
	left := []string{
		"Mia is a member of *desk* (home: *acme*), which carries `manage_agents` and gives `view_agents` through a narrowed link, which leads to *shop*.",
		"Mia is a member of *mid* (home: *shop*), which carries `view_agents` and is homed in *shop*.",
		"Mia is a member of *ops* (home: *acme*), which carries `view_agents` and is linked to everything in and below *shop*, which includes *shop*.",
		"Mia is a member of *top* (home: *acme*), which carries `view_agents` and is linked to *shop*.",
		"Mia is an owner of *shop*.",
	}
	for _, c := range []struct {
		ends string
		by   call
	}{
		{"*desk*", unlinkAs("platform", "shop", "desk")},
		{"*mid*", takeAs("platform", "mid", groupMember, "mia")},
		{"*ops*", claimsAs("platform", "ops")},
		{"*top*", deleteGroupAs("platform", "top")},
		{"owner", disownAs("platform", "shop", "mia")},
	} {
		e, text := w.explain("console", "user:mia", "view_agents", "organization:shop")
		require.Len(t, e.Paths, len(left))
		for _, sentence := range left {
			require.Contains(t, text, sentence)
		}
		require.NoError(t, c.by(w))
		left = slices.DeleteFunc(left, func(sentence string) bool { return strings.Contains(sentence, c.ends) })
	}
	require.Empty(t, left)
	e, _ := w.explain("console", "user:mia", "view_agents", "organization:shop")
	require.False(t, e.Allowed)
}

// TestExplainSteps are relationships as the engine has them, each with a sentence of its own.
func TestExplainSteps(t *testing.T) {
	w := explained(t)
	e, _ := w.explain("console", "user:dora", "view_agents", "organization:shop")
	var steps []string
	for _, step := range e.Paths[0] {
		steps = append(steps, w.names(step.String()+" "+step.Text))
	}
	require.Equal(t, []string{
		"organization:shop#linked_group@link:desk/shop The narrowed link of *desk* leads to *shop*.",
		"link:desk/shop#claim_view_agents@group:desk *desk* gives `view_agents` through a narrowed link.",
		"group:desk#claim_manage_agents@group:desk#member *desk* carries `manage_agents`.",
		"group:desk#member@user:dora `dora` is a member of *desk* (home: *acme*).",
	}, steps)
}

// TestExplainIsForWhoMayCheck: the refusals are those of a check, and no event either.
func TestExplainIsForWhoMayCheck(t *testing.T) {
	w := explained(t)
	for name, c := range map[string]struct {
		actor, subject, permission, resource string
		code                                 tenancy.Code
	}{
		"about another":      {"olga", "user:mia", "view_agents", "organization:shop", "forbidden"},
		"unknown permission": {"console", "user:mia", "fly", "organization:shop", "invalid"},
		"unknown type":       {"console", "user:mia", "own", "version:1", "invalid"},
		"a group as subject": {"console", "group:top", "own", "organization:shop", "invalid"},
		"an unknown user":    {"nobody", "user:nobody", "own", "organization:shop", "unauthenticated"},
	} {
		t.Run(name, func(t *testing.T) {
			heads := w.heads()
			q := tenancy.Question{Subject: w.object(c.subject), Permission: c.permission, Resource: w.object(c.resource)}
			_, err := w.service.Explain(w.ctx, w.as(c.actor), q, tenancy.Token{})
			require.Equal(t, c.code, codeOf(t, err))
			require.Empty(t, w.news(heads), "a question is no event")
		})
	}
	q := tenancy.Question{Subject: w.object("user:mia"), Permission: "own", Resource: w.object("organization:shop")}
	_, err := w.service.Explain(w.ctx, console, q, tenancy.Token{RootID: w.id("acme"), Version: 1 << 40})
	require.Equal(t, tenancy.CodeNotFresh, codeOf(t, err), "a state that is yet to come")
}

// meddling does something each time before a question is explained, and may answer it first.
type meddling struct {
	*delivery.Deliverer
	lie bool
	do  func()
}

func (m meddling) CheckOne(ctx context.Context, q tenancy.Question, atLeast ...tenancy.Token) (bool, tenancy.Token, error) {
	if m.do != nil {
		m.do()
	}
	allowed, token, err := m.Deliverer.CheckOne(ctx, q, atLeast...)
	return allowed != m.lie, token, err
}

func (w *world) explainOver(m meddling) (tenancy.Explanation, error) {
	service := tenancy.NewService(w.store, m, w.deliverer, w.clock, tenancy.Options{Log: quiet})
	q := tenancy.Question{Subject: w.object("user:otto"), Permission: "access", Resource: w.object("organization:kiosk")}
	return service.Explain(w.ctx, console, q, tenancy.Token{})
}

// TestAnExplanationBearsItsAnswer or is none.
func TestAnExplanationBearsItsAnswer(t *testing.T) {
	w := explained(t)
	_, err := w.explainOver(meddling{Deliverer: w.deliverer, lie: true})
	require.Equal(t, tenancy.CodeEngineUnavailable, codeOf(t, err))
}

// TestAnExplanationIsOfOneVersion: what changes while it is made has it begin again, and it
// gives up where that never ends.
func TestAnExplanationIsOfOneVersion(t *testing.T) {
	w := explained(t)
	changes := 0
	once := func() {
		if changes++; changes == 1 {
			require.NoError(t, unlinkAs("platform", "shop", "ops")(w))
		}
	}
	e, err := w.explainOver(meddling{Deliverer: w.deliverer, do: once})
	require.NoError(t, err)
	require.Equal(t, 2, changes)
	require.Equal(t, "`otto` does not have `access` on *kiosk*. `otto` is a member of *ops* (home: *acme*), which is not linked to *kiosk*.", w.names(e.Text))

	always := func() {
		w.plan("acme", map[bool]tenancy.Plan{true: tenancy.PlanPro, false: tenancy.PlanEnterprise}[changes%2 == 0])
		changes++
	}
	_, err = w.explainOver(meddling{Deliverer: w.deliverer, do: always})
	require.Equal(t, tenancy.CodeNotFresh, codeOf(t, err))
}
