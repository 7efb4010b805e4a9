package tenancy_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// undertake has an actor call something on terms.
func (w *world) undertake(actor string, terms tenancy.Terms, do call) (tenancy.Outcome, error) {
	return w.service.Undertake(w.ctx, w.as(actor), terms, func(ctx context.Context, as tenancy.Caller) ([]byte, error) {
		in := *w
		in.ctx, in.acting = ctx, &as
		return []byte("answer"), do(&in)
	})
}

// TestForecast has random people do random things in some trees, and before each asks what it
// would do: the refusal is the same, and gained and lost is exactly what every single check
// answers otherwise afterwards. The dry run itself leaves everything as it was.
func TestForecast(t *testing.T) {
	t.Run("by an engine that holds the state", func(t *testing.T) { testForecast(t, shared) })
	t.Run("by one that is given the state", func(t *testing.T) {
		testForecast(t, over(shared.store, elsewhere{shared.engine.(*embedded.Engine)}, shared.index))
	})
}

// elsewhere is an engine whose state can't be copied: each forecast is made of the record.
type elsewhere struct{ *embedded.Engine }

func (e elsewhere) Forecast(ctx context.Context, state iter.Seq2[tenancy.Relationship, error], updates []tenancy.Update) (tenancy.Forecast, error) {
	return e.ForecastFrom(ctx, state, updates)
}

func testForecast(t *testing.T, p parts) {
	w := p.world(t.Context(), t)
	g := newGame(w)
	random := rand.New(rand.NewPCG(1, 2))
	before := w.everyAnswer()
	told := 0
	for step := 0; told < 30; step++ {
		actor, do := g.anything(random)
		if step < len(forecastOfMoves) {
			actor, do = "platform", forecastOfMoves[step]
		}
		texts, held := w.texts(), w.held(w.ctx)
		outcome, err := w.undertake(actor, tenancy.Terms{DryRun: true}, do)
		would := codeOf(t, err)
		require.Equal(t, texts, w.texts(), "rows were changed")
		require.Equal(t, held, w.held(w.ctx), "relationships were changed")
		require.Equal(t, codeOf(t, do(w)), would)
		after := w.everyAnswer()
		require.True(t, would == "" || step >= len(forecastOfMoves), would)
		if would == "" {
			w.requireForecast(t, actor, before, after, *outcome.Forecast)
			told += min(1, len(outcome.Forecast.Gained)+len(outcome.Forecast.Lost))
		}
		before = after
	}
	w.verify(w.ctx)
}

// forecastOfMoves is done before anything else: what moves many rows at once.
var forecastOfMoves = []call{
	claimsAs("platform", "ga", "view_agents"), giveAs("platform", "ga", groupMember, "u2"),
	giveAs("platform", "ga1", groupMember, "u3"), linkAs("platform", "a11", "ga"), linkAs("platform", "a11", "ga1"),
	subscribeAs("platform", "a", "pro", active), subscribeAs("platform", "a", "enterprise", active),
	stateAs("platform", "a1", "suspended"), stateAs("platform", "a1", "active"),
	detachAs("platform", "a1"), attachAs("platform", "a1", "a"), putUserAs("platform", "u3", "deactivated"),
}

// requireForecast holds it against what has changed: it is the whole for the platform. For
// others all of it is right, whatever happens in organizations whose roster they see is in
// it, nothing of what happens in others is, and it says that something is left out.
func (w *world) requireForecast(t *testing.T, actor string, before, after map[tenancy.Question]bool, f tenancy.Forecast) {
	t.Helper()
	var gained, lost []tenancy.Question
	for q, had := range before {
		if had && !after[q] {
			lost = append(lost, q)
		}
	}
	for q, has := range after {
		if has && !before[q] {
			gained = append(gained, q)
		}
	}
	require.Equal(t, len(f.Gained)+len(f.Lost) < len(gained)+len(lost), f.Truncated)
	if actor == "platform" {
		require.False(t, f.Truncated)
	}
	require.Subset(t, gained, f.Gained)
	require.Subset(t, lost, f.Lost)
	for _, q := range append(gained, lost...) {
		if q.Resource.Type != "organization" {
			continue
		}
		_, was := before[q]
		sees := actor == "platform" || !was || before[tenancy.Question{
			Subject: tenancy.Object{Type: "user", ID: w.id(actor)}, Permission: "view_roster", Resource: q.Resource}]
		require.Equal(t, sees, slices.Contains(append(slices.Clone(f.Gained), f.Lost...), q), "%s: %v", actor, q)
	}
}

// TestForecastIsNoLookInside organizations that the caller sees from above alone: olga2 owns
// acme, where the group is homed, and olga owns shop too, where it is linked.
func TestForecastIsNoLookInside(t *testing.T) {
	for inside, do := range map[string]func(actor string) call{
		"agent:till":        func(a string) call { return claimsAs(a, "top", "manage_agents") },
		"organization:shop": func(a string) call { return claimsAs(a, "top", "manage_gateways") },
		"user:sam":          func(a string) call { return unlinkAs(a, "shop", "top") },
	} {
		t.Run(inside, func(t *testing.T) {
			w := withLink(t)
			require.NoError(t, registerAs("platform", "shop", "agent:till")(w))
			for actor, whole := range map[string]bool{"olga": true, "platform": true, "olga2": false} {
				outcome, err := w.undertake(actor, tenancy.Terms{DryRun: true}, do(actor))
				require.NoError(t, err)
				told := w.names(fmt.Sprint(outcome.Forecast.Gained, outcome.Forecast.Lost))
				require.Equal(t, whole, strings.Contains(told, inside), "%s: %s", actor, told)
				require.Equal(t, !whole, outcome.Forecast.Truncated, actor)
			}
		})
	}
}

// TestForecastIsNoLookAtTenantGroups that the caller does not see: gus makes himself an owner of
// acme, and so of its tenant groups, by the group that is his. He sees none of them yet.
func TestForecastIsNoLookAtTenantGroups(t *testing.T) {
	w := collected(t)
	w.users("gus")
	w.group("bosses", "acme", "gus", "owner")
	for actor, whole := range map[string]bool{"gus": false, "platform": true} {
		outcome, err := w.undertake(actor, tenancy.Terms{DryRun: true}, giveAs(actor, "bosses", groupMember, "gus"))
		require.NoError(t, err)
		told := w.names(fmt.Sprint(outcome.Forecast.Gained))
		for _, group := range []string{"tenant_group:retail", "tenant_group:east"} {
			require.Equal(t, whole, strings.Contains(told, group), "%s: %s", actor, told)
		}
		require.Equal(t, !whole, outcome.Forecast.Truncated, actor)
	}
}

// everyAnswer asks all that may be asked about everybody.
func (w *world) everyAnswer() map[tenancy.Question]bool {
	w.t.Helper()
	answers := map[tenancy.Question]bool{}
	for root, version := range trees(w) {
		asked := w.everyQuestion(root)
		questions := make([]tenancy.Question, len(asked))
		for i, q := range asked {
			questions[i] = q
			if q.Resource.Type == "organization" && q.Permission == "owner" {
				questions[i].Permission = "own"
			}
		}
		got, err := w.deliverer.Check(w.ctx, root, version, questions)
		require.NoError(w.t, err)
		for i, q := range asked {
			answers[q] = got[i]
		}
	}
	return answers
}

// everyQuestion is about every organization and group of a tree.
func (w *world) everyQuestion(root string) (questions []tenancy.Question) {
	for _, row := range w.rows(w.ctx) {
		resource := tenancy.Object{}
		switch row := row.(type) {
		case tenancy.Organization:
			resource = tenancy.Object{Type: "organization", ID: row.ID}
		case tenancy.Group:
			resource = tenancy.Object{Type: "group", ID: row.ID}
		}
		if resource.ID == "" || row.Tree() != root {
			continue
		}
		for _, user := range gamers {
			for _, permission := range tenancy.PermissionsOf(resource.Type) {
				questions = append(questions, tenancy.Question{
					Subject: tenancy.Object{Type: "user", ID: w.id(user)}, Permission: permission, Resource: resource})
			}
		}
	}
	return questions
}

// anything is something that somebody does.
func (g *game) anything(random *rand.Rand) (actor string, do call) {
	one := func(of ...string) string { return of[random.IntN(len(of))] }
	actor = one("u0", "u0", "u1", "u2", "u3", "platform", "platform")
	user, other := one(gamers...), one("a", "a1", "a11", "a2", "b", "b1")
	group := one("ga", "ga1", "ga11", "gb")
	role := []tenancy.GroupRole{groupOwner, groupMember, groupMember}[random.IntN(3)]
	claims := [][]tenancy.Claim{nil, {"view_agents"}, {"manage_agents", "manage_billing"}, {"owner"}}[random.IntN(4)]
	licensed := []tenancy.Plan{"enterprise", "enterprise", "pro"}[random.IntN(3)]
	state := []tenancy.UserState{"active", "active", "deactivated"}[random.IntN(3)]
	standing := []tenancy.OrganizationState{"active", "active", "suspended"}[random.IntN(3)]
	return actor, []call{
		ownAs(actor, other, user), disownAs(actor, other, user),
		giveAs(actor, group, role, user), giveAs(actor, group, role, user), takeAs(actor, group, role, user),
		claimsAs(actor, group, claims...), claimsAs(actor, group, claims...),
		linkAs(actor, other, group), linkAs(actor, other, group), unlinkAs(actor, other, group),
		subscribeAs(actor, one("a", "b"), licensed, active), putUserAs(actor, user, state),
		renameAs(actor, other), deleteGroupAs(actor, one("ga11", "none", "none", "none")),
		createAs(actor, other, one("a3", "a4", "b2", "x")),
		detachAs(actor, other), attachAs(actor, one("b", "a2", "b1"), other), stateAs(actor, other, standing),
	}[random.IntN(18)]
}

// What a group gives to many goes in one forecast, or it says that it does not.
func TestForecastIsBounded(t *testing.T) {
	w := twoTrees(t)
	w.group("crowd", "acme", "olga")
	names := make([]string, 300)
	for i := range names {
		names[i] = "p" + string(rune('a'+i/26)) + string(rune('a'+i%26))
	}
	w.users(names...)
	w.put("crowd", groupMember, names...)
	outcome, err := w.undertake("platform", tenancy.Terms{DryRun: true}, claimsAs("platform", "crowd", "view_agents"))
	require.NoError(t, err)
	require.False(t, outcome.Forecast.Truncated)
	require.Len(t, outcome.Forecast.Gained, 300)
	require.Empty(t, outcome.Forecast.Lost)
	require.NoError(t, claimsAs("platform", "crowd", "view_agents")(w))

	outcome, err = w.undertake("platform", tenancy.Terms{DryRun: true}, claimsAs("platform", "crowd", "owner"))
	require.NoError(t, err)
	require.True(t, outcome.Forecast.Truncated)
	for _, q := range outcome.Forecast.Gained {
		require.NotEqual(t, "view_agents", q.Permission, "what is held already is not gained")
	}
}
