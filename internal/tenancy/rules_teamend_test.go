package tenancy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestR24ALinkToATenantGroupEnds to the millisecond, and all whom it covered are told, each
// of his own.
func TestR24ALinkToATenantGroupEnds(t *testing.T) {
	w, now := newTimedWorld(t)
	w.growTwoTrees()
	w.growGroups()
	w.growTechs()
	require.NoError(t, teamOnAs("olga", "retail", "techs", tenancy.LinkInput{ExpiresAt: ptr(endText)})(w))
	now.set(end.Add(-time.Millisecond))
	require.True(t, w.may("mia", "view_agents", "kiosk"))
	now.set(end)
	require.False(t, w.may("mia", "access", "kiosk"))
	require.False(t, w.may("mia", "access", "shop"))
	require.Empty(t, w.teamLinks("gail", "retail"))
	own := map[string]string{"link.tenant_group:techs/acme/retail": end.Format(time.RFC3339Nano) + " acme acme"} //nolint:dupword // the root, and the home
	require.Equal(t, []map[string]string{own}, w.told("kim", "kiosk", "ended"))
	require.Equal(t, []map[string]string{own}, w.told("sam", "shop", "ended"))
	require.Empty(t, w.told("finn", "farm", "ended"))
}

// TestR82ALinkToATenantGroupIsToldWhereItCovers: its beginning and its end, nowhere beside.
func TestR82ALinkToATenantGroupIsToldWhereItCovers(t *testing.T) {
	w := teamLinked(t)
	require.NoError(t, unteamAs("gus", "retail", "techs")(w))
	for _, action := range []string{"tenant_group.link.put", "tenant_group.link.remove"} {
		require.Equal(t, []map[string]string{{"group_id": "techs"}}, w.told("kim", "kiosk", action))
		require.Len(t, w.told("sam", "shop", action), 1)
		require.Empty(t, w.told("finn", "farm", action))
	}
	w.teamLink("retail", "techs")
	require.NoError(t, deleteGroupAs("platform", "techs")(w))
	require.Len(t, w.told("kim", "kiosk", "group.delete"), 1)
	require.Empty(t, w.told("finn", "farm", "group.delete"))
}

// TestD7AGroupOfASuspendedHomeGivesNothing by its links to tenant groups either.
func TestD7AGroupOfASuspendedHomeGivesNothing(t *testing.T) {
	w := teamed(t)
	w.group("site", "shop", "sam", "view_agents")
	w.put("site", groupMember, "mia")
	w.tenantGroup("branch", "acme", "")
	w.place("branch", "kiosk")
	w.teamLink("branch", "site")
	require.True(t, w.may("mia", "view_agents", "kiosk"))
	require.NoError(t, stateAs("platform", "shop", suspended)(w))
	require.Empty(t, w.heldIn("kiosk"))
	links, err := w.service.TenantGroupLinks(w.ctx, w.as("olga"), w.id("branch"), tenancy.PageAll)
	require.NoError(t, err)
	require.True(t, links[0].Suspended)
	require.Empty(t, w.roster("platform", "kiosk", everybody))
	require.NoError(t, stateAs("platform", "shop", inUse)(w))
	require.Equal(t, []string{"access", "view_agents"}, w.heldIn("kiosk"))
}

// TestD7ALinkIsMadeAsItsHomeIs, while that is suspended.
func TestD7ALinkIsMadeAsItsHomeIs(t *testing.T) {
	w := teamed(t)
	w.group("site", "shop", "sam", "view_agents")
	w.put("site", groupMember, "mia")
	require.NoError(t, stateAs("platform", "shop", suspended)(w))
	w.expect(done("acme"), teamAs("platform", "east", "site"))
	require.NoError(t, stateAs("platform", "shop", inUse)(w))
	require.Equal(t, []string{"access", "view_agents"}, w.heldIn("kiosk"))
}

// TestR12LinksToTenantGroupsGo with the group, with its home, and with the root.
func TestR12LinksToTenantGroupsGo(t *testing.T) {
	w := teamLinked(t)
	w.group("plot", "farm", "finn", "view_agents")
	w.tenantGroup("empty", "acme", "")
	require.NoError(t, teamOnAs("platform", "empty", "plot", narrow("view_agents"))(w))
	require.NoError(t, deleteAs("platform", "farm")(w))
	w.namesNothing("farm", "plot")
	require.Empty(t, w.teamLinks("olga", "empty"))
	require.NoError(t, deleteGroupAs("platform", "techs")(w))
	w.namesNothing("techs")
	require.Empty(t, w.teamLinks("olga", "retail"))

	w.group("alpha", "rival", "rita", "view_agents")
	w.teamLink("alien", "alpha")
	require.NoError(t, deleteAs("platform", "stall")(w))
	require.NoError(t, subscribeAs("platform", "rival", tenancy.PlanEnterprise, tenancy.SubscriptionCanceled)(w))
	require.NoError(t, deleteAs("platform", "rival")(w))
	w.namesNothing("rival", "alpha", "alien")
}

// TestR7LinksToTenantGroupsEndWithTheDetachment of the group's home.
func TestR7LinksToTenantGroupsEndWithTheDetachment(t *testing.T) {
	w := teamLinked(t)
	w.group("site", "shop", "sam", "view_agents")
	w.put("site", groupMember, "mia")
	w.teamLink("east", "site")
	answer, _, err := w.service.DetachOrganization(w.ctx, platform, w.id("shop"))
	require.NoError(t, err)
	require.ElementsMatch(t, []tenancy.Removal{
		{Kind: "tenant_group_place", ID: w.id("retail"), OrganizationID: w.id("shop")},
		{Kind: "tenant_group_place", ID: w.id("east"), OrganizationID: w.id("kiosk")},
		{Kind: "link", ID: w.id("site"), OrganizationID: w.id("acme")},
	}, answer.Removed)
	require.Empty(t, w.heldIn("kiosk"))
	require.Equal(t, []string{"techs"}, w.teamLinks("olga", "retail"))
	require.Empty(t, w.teamLinks("olga", "east"))
	require.Equal(t, []string{"access", "view_agents"}, w.heldIn("shop"), "at its home")
}

// TestD34LinksToTenantGroupsEndWithTheAttachment of their root.
func TestD34LinksToTenantGroupsEndWithTheAttachment(t *testing.T) {
	w := twoTrees(t)
	w.users("mia")
	w.tenantGroup("crew", "rival", "")
	w.place("crew", "stall")
	w.use("crew", "mia", tenancy.TenantGroupUserInput{Modules: []string{"payroll"}})
	w.group("alpha", "rival", "rita", "view_agents")
	w.put("alpha", groupMember, "nina")
	w.teamLink("crew", "alpha")
	require.NoError(t, subscribeAs("platform", "rival", tenancy.PlanEnterprise, tenancy.SubscriptionCanceled)(w))
	w.plan("acme", tenancy.PlanEnterprise)
	answer, _, err := w.service.AttachOrganization(w.ctx, platform, w.id("rival"), w.id("acme"))
	require.NoError(t, err)
	require.ElementsMatch(t, []tenancy.Removal{
		{Kind: "tenant_group_place", ID: w.id("crew"), OrganizationID: w.id("stall")},
		{Kind: "link", ID: w.id("alpha"), OrganizationID: w.id("rival")},
	}, answer.Removed)
	require.False(t, w.may("nina", "access", "stall"))
	require.False(t, w.uses("mia", "stall", "payroll"))
	for _, text := range heldTexts(w) {
		require.NotContains(t, text, "module:")
	}
}

// TestR32TheRosterShowsEveryOutsideWay, over all mechanisms at once, and since when.
func TestR32TheRosterShowsEveryOutsideWay(t *testing.T) {
	w, now := newTimedWorld(t)
	w.growTwoTrees()
	w.growGroups()
	w.growTechs()
	now.set(now.Now().Add(time.Minute))
	w.teamLink("retail", "techs")
	w.use("east", "mia", tenancy.TenantGroupUserInput{GroupAdministrator: true, AllTenantPermissions: true})
	w.put("techs", groupMember, "kim")
	w.invite("a", "olga", "techs", "zoe@example.com", groupMember)
	require.Equal(t, []string{
		"gail locked: tenant_group/group_administrator retail@acme []",
		"gus locked: linked_group/owner techs retail@acme []",
		"kim: owner/owner @kiosk [owner], linked_group/member techs retail@acme [view_agents]",
		"mia locked: linked_group/member techs retail@acme [view_agents], tenant_group/all_tenant_permissions east@acme ALL, tenant_group/group_administrator east@acme []",
		"olga: owner/owner @kiosk [owner], linked_group/owner techs retail@acme []",
		"tina locked: tenant_group/all_tenant_permissions retail@acme ALL",
		"uwe locked: tenant_group/user retail@acme []",
		"ed locked: tenant_group/group_administrator east@acme []",
		"zoe@example.com pending locked: linked_group/member techs retail@acme [view_agents]",
	}, sortedAs(w.teamRoster("kim", "kiosk", everybody), "gail", "gus", "kim", "mia", "olga", "tina", "uwe", "ed", "zoe"))
	require.Len(t, w.teamRoster("kim", "kiosk", tenancy.RosterQuery{Via: tenancy.ViaTenantGroup}), 5)
	require.Len(t, w.teamRoster("kim", "kiosk", tenancy.RosterQuery{Via: tenancy.ViaLinkedGroup}), 5)
	require.Len(t, w.teamRoster("kim", "kiosk", tenancy.RosterQuery{Via: tenancy.ViaTenantGroup, Text: "TINA"}), 1)
	require.Empty(t, w.teamRoster("kim", "kiosk", tenancy.RosterQuery{Via: tenancy.ViaTenantGroup, State: tenancy.RosterPending}))
	require.Equal(t, []string{"finn: owner/owner @farm [owner]"}, w.teamRoster("finn", "farm", everybody))

	now.set(now.Now().Add(time.Minute))
	joined := now.Now()
	w.place("east", "farm")
	for _, e := range w.entries("finn", "farm", everybody) {
		for _, way := range e.Access {
			if way.Via.Inside() {
				continue
			}
			require.Equal(t, joined, way.Since, "since the organization is in the group: %+v", way)
		}
	}
	now.set(now.Now().Add(time.Minute))
	w.place("retail", "farm")
	for _, e := range w.entries("finn", "farm", tenancy.RosterQuery{Via: tenancy.ViaTenantGroup}) {
		require.Equal(t, joined, e.Access[len(e.Access)-1].Since, "another place is no new beginning")
	}
}

// teamRoster is a roster as texts with tenant groups in them; ALL is what an administrator has.
func (w *world) teamRoster(actor, organization string, query tenancy.RosterQuery) (texts []string) {
	w.t.Helper()
	for _, e := range w.entries(actor, organization, query) {
		for i, way := range e.Access {
			if way.TenantGroupID != "" {
				e.Access[i].GroupID = strings.TrimSpace(way.GroupID + " " + way.TenantGroupID)
			}
		}
		text := w.names(textOf(e))
		texts = append(texts, strings.ReplaceAll(text, allButOwner(), "ALL"))
	}
	return texts
}

func allButOwner() string {
	var names []string
	for _, c := range tenancy.Claims {
		if c != tenancy.ClaimOwner {
			names = append(names, string(c))
		}
	}
	return "[" + strings.Join(names, " ") + "]"
}

// sortedAs puts texts in the order of what they begin with.
func sortedAs(texts []string, beginnings ...string) (sorted []string) {
	for _, beginning := range beginnings {
		for _, text := range texts {
			if strings.HasPrefix(text, beginning) {
				sorted = append(sorted, text)
			}
		}
	}
	return sorted
}
