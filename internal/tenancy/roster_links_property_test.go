package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestI6RostersOfEveryKindOfLinkEqualChecks has the platform link groups in every way, and
// alter around them what it can; what is refused changes nothing. Then the rosters say of
// everybody everywhere what single checks answer.
func TestI6RostersOfEveryKindOfLinkEqualChecks(t *testing.T) {
	playGames(t, func(rt *rapid.T, g *game) {
		g.tenantGroup("t", "a", "")
		g.tenantGroup("tt", "a", "t")
		for range rapid.IntRange(5, 30).Draw(rt, "moves") {
			_ = g.arrange(rt)(g.world)
		}
		g.t = rt
		g.verify(g.ctx)
		for organization := range g.parent {
			g.compareWays(organization)
		}
	})
}

// arrange is a random operation of the platform.
func (g *game) arrange(t *rapid.T) call {
	group := rapid.SampledFrom([]string{"ga", "ga1", "ga11"}).Draw(t, "group")
	organization := rapid.SampledFrom([]string{"a", "a1", "a11", "a2"}).Draw(t, "organization")
	collection := rapid.SampledFrom([]string{"t", "tt"}).Draw(t, "tenant group")
	user := rapid.SampledFrom(gamers).Draw(t, "user")
	claims := rapid.SampledFrom([][]tenancy.Claim{{"view_agents"}, {"manage_agents"}, {"owner"}, {"manage_billing"}, {}})
	in := tenancy.LinkInput{Claims: rapid.OneOf(rapid.Just[[]tenancy.Claim](nil), claims).Draw(t, "through")}
	wide := in
	wide.Scope = rapid.SampledFrom([]tenancy.LinkScope{tenancy.ScopeOrganization, tenancy.ScopeSubtree}).Draw(t, "scope")
	rights := tenancy.TenantGroupUserInput{
		GroupAdministrator: rapid.Bool().Draw(t, "administers"), AllTenantPermissions: rapid.Bool().Draw(t, "all"),
	}
	return rapid.SampledFrom([]call{
		teamOnAs("platform", collection, group, in), teamOnAs("platform", collection, group, in), linkOnAs("platform", organization, group, wide),
		placeAs("platform", collection, organization), placeAs("platform", collection, organization), useAs("platform", collection, user, rights),
		giveAs("platform", group, groupMember, user), giveAs("platform", group, groupOwner, user),
		claimsAs("platform", group, claims.Draw(t, "claims")...), claimsAs("platform", group, claims.Draw(t, "claims")...),
		unteamAs("platform", collection, group), displaceAs("platform", collection, organization), unlinkAs("platform", organization, group),
		takeAs("platform", group, groupMember, user), disuseAs("platform", collection, user),
		stateAs("platform", organization, rapid.SampledFrom([]tenancy.OrganizationState{suspended, inUse, inUse}).Draw(t, "state")),
		putUserAs("console", user, rapid.SampledFrom([]tenancy.UserState{tenancy.UserDeactivated, tenancy.UserActive}).Draw(t, "user state")),
		subscribeAs("platform", "a", rapid.SampledFrom([]tenancy.Plan{tenancy.PlanEnterprise, tenancy.PlanFree}).Draw(t, "plan"), active),
	}).Draw(t, "what")
}

// compareWays says of everybody in one organization that he stands in the roster with exactly
// what he holds; who holds nothing may stand there as the owner of a group (D-17).
func (g *game) compareWays(organization string) {
	listed := map[string]tenancy.RosterEntry{}
	for _, e := range g.entries("platform", organization, everybody) {
		listed[g.names(e.User.ID)] = e
	}
	for _, user := range gamers {
		e := listed[user]
		require.Equal(g.t, g.holdings(user, organization), claimsOf(e), "%s in %s: %+v", user, organization, e)
	}
}
