package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestD7APlaceOfASuspendedOrganizationGivesNothing, and the group goes on elsewhere.
func TestD7APlaceOfASuspendedOrganizationGivesNothing(t *testing.T) {
	w := collected(t)
	require.NoError(t, stateAs("platform", "shop", suspended)(w))
	for _, user := range []string{"gail", "tina", "uwe", "ed"} {
		require.False(t, w.may(user, "access", "shop"))
		require.False(t, w.may(user, "access", "kiosk"), "it is below")
	}
	require.True(t, w.allowed("gail", "administer", "tenant_group", "retail"))
	require.NoError(t, createInAs("gail", "retail", "", "new")(w))
	require.True(t, w.may("tina", "manage_agents", "new"))
	require.Empty(t, w.tenants("ed", "east"))
	require.Equal(t, []string{"new"}, w.tenants("gail", "retail"))
	require.Equal(t, []string{"new", "shop"}, w.tenants("olga", "retail"), "D-25")
	w.expect(refused("not-found", "acme"), displaceAs("sam", "retail", "shop"))
	require.NoError(t, createOwnedAs("platform", "shop", "late", "sam")(w))
	w.place("retail", "late")
	require.False(t, w.may("uwe", "access", "late"))
	require.NoError(t, stateAs("platform", "shop", inUse)(w))
	for _, organization := range []string{"shop", "kiosk", "late"} {
		require.True(t, w.may("uwe", "access", organization), organization)
	}
}

// tenants lists what somebody sees in a tenant group, one by one.
func (w *world) tenants(actor, group string) (names []string) {
	w.t.Helper()
	for page := (tenancy.Page{Limit: 1}); ; {
		places, err := w.service.TenantGroupPlaces(w.ctx, w.as(actor), w.id(group), page)
		require.NoError(w.t, err)
		if len(places) == 0 {
			return names
		}
		names = append(names, w.names(places[0].OrganizationID))
		page.After = places[0].OrganizationID
	}
}

// TestD7WithTheRootEverythingIsSuspended, also what is made meanwhile.
func TestD7WithTheRootEverythingIsSuspended(t *testing.T) {
	w := collected(t)
	require.NoError(t, stateAs("platform", "acme", suspended)(w))
	w.tenantGroup("late", "acme", "east")
	w.use("late", "nina", groupAdministrator)
	w.place("late", "farm")
	w.verifyForce()
	for _, user := range []string{"gail", "tina", "uwe", "ed", "olga", "nina"} {
		for _, group := range []string{"retail", "east", "late"} {
			require.False(t, w.allowed(user, "use", "tenant_group", group))
			require.False(t, w.allowed(user, "administer", "tenant_group", group))
		}
		w.expect(refused("not-found", "acme"), seeTenantGroupAs(user, "retail"))
		w.expect(refused("not-found", "acme"), seeAs(user, "acme"))
		require.False(t, w.may(user, "access", "kiosk"))
	}
	require.NoError(t, stateAs("platform", "acme", inUse)(w))
	require.True(t, w.may("nina", "access", "farm"))
	require.True(t, w.may("ed", "access", "farm"))
	require.True(t, w.allowed("gail", "administer", "tenant_group", "late"))
}

// TestR12AnOrganizationLeavesItsTenantGroupsWhenItIsDeleted: they do not keep it, and nothing
// names it afterwards.
func TestR12AnOrganizationLeavesItsTenantGroupsWhenItIsDeleted(t *testing.T) {
	w := collected(t)
	w.place("retail", "kiosk")
	require.NoError(t, deleteAs("platform", "kiosk")(w))
	w.namesNothing("kiosk")
	require.NoError(t, deleteTenantGroupAs("olga", "east")(w))
	w.tenantGroup("again", "acme", "retail")
	w.expect(refused("id-used", "acme"), tenantGroupAs("olga", "acme", "", "east"))
}

// TestR12ARootTakesItsTenantGroupsWithIt.
func TestR12ARootTakesItsTenantGroupsWithIt(t *testing.T) {
	w := collected(t)
	w.users("ina")
	require.NoError(t, deleteAs("platform", "stall")(w))
	w.tenantGroup("inner", "rival", "alien")
	w.place("inner", "rival")
	w.use("alien", "ina", groupAdministrator)
	require.NoError(t, subscribeAs("platform", "rival", tenancy.PlanEnterprise, tenancy.SubscriptionCanceled)(w))
	require.True(t, w.may("ina", "access", "rival"))
	require.NoError(t, deleteAs("platform", "rival")(w))
	w.namesNothing("rival", "alien", "inner")
	require.False(t, w.may("ina", "access", "rival"))
	w.expect(refused("id-used", "acme"), tenantGroupAs("olga", "acme", "", "alien"))
}

// TestR7PlacesEndWithTheDetachment of what is in them, and the answer says so.
func TestR7PlacesEndWithTheDetachment(t *testing.T) {
	w := collected(t)
	w.place("east", "farm")
	answer, _, err := w.service.DetachOrganization(w.ctx, platform, w.id("shop"))
	require.NoError(t, err)
	require.ElementsMatch(t, []tenancy.Removal{
		{Kind: "tenant_group_place", ID: w.id("retail"), OrganizationID: w.id("shop")},
		{Kind: "tenant_group_place", ID: w.id("east"), OrganizationID: w.id("kiosk")},
	}, answer.Removed)
	require.False(t, w.may("tina", "access", "shop"))
	require.False(t, w.may("ed", "access", "kiosk"))
	require.True(t, w.may("ed", "access", "farm"))
	require.Equal(t, []string{"farm"}, w.tenants("gail", "east"))
}

// TestD34TheTenantGroupsOfARootEndWhenItIsAttached.
func TestD34TheTenantGroupsOfARootEndWhenItIsAttached(t *testing.T) {
	w := collected(t)
	w.users("ina")
	w.place("alien", "rival", "stall")
	w.tenantGroup("inner", "rival", "alien")
	w.use("inner", "ina", allTenants)
	w.use("alien", "ina", groupAdministrator)
	require.NoError(t, subscribeAs("platform", "rival", tenancy.PlanEnterprise, tenancy.SubscriptionCanceled)(w))
	answer, _, err := w.service.AttachOrganization(w.ctx, platform, w.id("rival"), w.id("acme"))
	require.NoError(t, err)
	require.ElementsMatch(t, []tenancy.Removal{
		{Kind: "tenant_group_place", ID: w.id("alien"), OrganizationID: w.id("rival")},
		{Kind: "tenant_group_place", ID: w.id("alien"), OrganizationID: w.id("stall")},
	}, answer.Removed)
	w.namesNothing("alien", "inner")
	require.False(t, w.may("ina", "access", "stall"))
	w.expect(refused("not-found", "service"), seeTenantGroupAs("platform", "alien"))
	w.expect(refused("not-found", "acme"), seeAs("ina", "rival"))
	w.place("east", "stall")
	require.True(t, w.may("ed", "access", "stall"), "it joins the groups of its new tree")
}
