package tenancy_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestI6RostersEqualChecks plays a random game, and then compares what the rosters say of
// everybody everywhere, over all pages, with what single checks answer.
func TestI6RostersEqualChecks(t *testing.T) {
	playGames(t, func(rt *rapid.T, g *game) {
		moves := g.moves()
		delete(moves, "")
		names := slices.Sorted(maps.Keys(moves))
		for range rapid.IntRange(0, 40).Draw(rt, "moves") {
			moves[rapid.SampledFrom(names).Draw(rt, "move")](rt)
		}
		g.t = rt
		for organization := range g.parent {
			g.compareRoster(organization)
		}
	})
}

// compareRoster asks for every claim of everybody in one organization.
func (g *game) compareRoster(organization string) {
	listed := map[string]tenancy.RosterEntry{}
	for _, e := range g.entries("platform", organization, everybody) {
		name := g.names(e.User.ID)
		require.NotContains(g.t, listed, name)
		listed[name] = e
	}
	var entering, owning []string
	for _, user := range gamers {
		e, there := listed[user]
		require.Equal(g.t, g.stands(user, organization), there, "D-17: %s in %s", user, organization)
		holdings := g.holdings(user, organization)
		require.Equal(g.t, holdings, claimsOf(e), "%s in %s: %+v", user, organization, e)
		if holdings["access"] {
			entering = append(entering, user)
		}
		if holdings["own"] {
			owning = append(owning, user)
		}
	}
	require.LessOrEqual(g.t, len(listed), len(gamers))
	require.ElementsMatch(g.t, entering, g.recipients("organization "+organization), "R-61")
	require.ElementsMatch(g.t, owning, g.recipients("role owner "+organization), "R-61")
}

// holdings is what single checks say that a user holds: his claims, and "access".
func (g *game) holdings(user, organization string) map[string]bool {
	root := g.id(g.oracle.root(organization))
	var questions []tenancy.Question
	names := []string{"access"}
	for _, claim := range tenancy.Claims {
		names = append(names, claim.Permission())
	}
	for _, name := range names {
		questions = append(questions, g.question(user, name, organization))
	}
	answers, err := g.deliverer.Check(g.ctx, root, trees(g.world)[root], questions)
	require.NoError(g.t, err)
	held := map[string]bool{}
	for i, name := range names {
		if answers[i] {
			held[name] = true
		}
	}
	return held
}

// claimsOf is what an entry says that somebody holds, in the names of permissions. Whoever
// only owns a group has no access by that (D-28).
func claimsOf(e tenancy.RosterEntry) map[string]bool {
	held := map[string]bool{}
	for _, way := range e.Access {
		if way.Via == tenancy.ViaOwner || way.Via == tenancy.ViaAccountRole || way.Via == tenancy.ViaTenantGroup || way.Role == "member" {
			held["access"] = true
		}
		for _, claim := range way.Claims {
			for _, implied := range impliedBy(claim) {
				held[implied.Permission()] = true
			}
		}
	}
	return held
}

// impliedBy is R-14: `owner` implies every claim, manage_X implies view_X.
func impliedBy(claim tenancy.Claim) []tenancy.Claim {
	if claim == tenancy.ClaimOwner {
		return tenancy.Claims
	}
	implied := []tenancy.Claim{claim}
	if noun, manages := strings.CutPrefix(string(claim), "manage_"); manages && noun != "billing" {
		implied = append(implied, tenancy.Claim("view_"+noun))
	}
	return implied
}

// stands is R-32 and D-17: whoever has access, and the owners of active groups.
func (o *oracle) stands(user, organization string) bool {
	if o.may(user, "access", organization) {
		return true
	}
	for group := range o.home {
		if o.works(group, organization) && o.ownsGroup(user, group) {
			return true
		}
	}
	return false
}
