package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// placed are the steps by which an organization comes into a tenant group, displaced those by
// which it leaves.
func placed(group, organization string) []string {
	return []string{
		"+organization:" + organization + "#tenant_group@tenant_group:" + group,
		"+tenant_group:" + group + "#tenant@organization:" + organization,
	}
}

func displaced(group, organization string) []string {
	return []string{
		"-organization:" + organization + "#tenant_group@tenant_group:" + group,
		"-tenant_group:" + group + "#tenant@organization:" + organization,
	}
}

// TestD19WhoAddsAnOrganization: he administers the group, and owns or administers the
// organization. farm is in a tenant group west, in which hal has all tenant permissions.
func TestD19WhoAddsAnOrganization(t *testing.T) {
	west := func(t *testing.T) *world {
		w := collected(t)
		w.users("hal", "own")
		w.tenantGroup("west", "acme", "")
		w.place("west", "farm")
		w.use("west", "hal", allTenants)
		w.use("retail", "hal", groupAdministrator)
		w.use("retail", "own", groupAdministrator)
		w.owner("farm", "own")
		w.use("west", "gail", tenancy.TenantGroupUserInput{})
		return w
	}
	run(t, west,
		trial{"a group administrator who is a user of it", placeAs("gail", "retail", "farm"), refused("forbidden", "acme")},
		trial{"a group administrator who does not see it", placeAs("ed", "east", "farm"), refused("not-found", "acme")},
		trial{"its owner", placeAs("finn", "retail", "farm"), refused("not-found", "acme")},
		trial{"who administers it, no group administrator", placeAs("tina", "east", "shop"), refused("forbidden", "acme")},
		trial{"an owner of the root, who sees that it exists", placeAs("olga", "retail", "farm"), refused("forbidden", "acme")},
		trial{"an owner of another tree", placeAs("rita", "retail", "farm"), refused("not-found", "acme")},
		trial{"from another tree", placeAs("hal@rival", "retail", "farm"), refused("not-found", "acme")},
		trial{"another tree's", placeAs("olga", "retail", "stall"), refused("not-found", "acme")},
		trial{"another tree's, by the platform", placeAs("platform", "retail", "stall"), refused("not-descendant", "acme")},
		trial{"none", placeAs("olga", "retail", "nothing"), refused("not-found", "acme")},
		trial{"into none", placeAs("olga", "nothing", "shop"), refused("not-found", "service")},
		trial{"a console without a user", placeAs("console", "retail", "farm"), refused("forbidden", "service")},
		trial{"what is in it", placeAs("platform", "retail", "shop"), unchanged},
		trial{"with all tenant permissions there", placeAs("hal@farm", "retail", "farm"), done("acme", placed("retail", "farm")...)},
		trial{"with all tenant permissions there, into a subgroup", placeAs("hal", "east", "farm"), done("acme", placed("east", "farm")...)},
		trial{"an owner of it", placeAs("own", "retail", "farm"), done("acme", placed("retail", "farm")...)},
		trial{"the platform", placeAs("platform", "east", "farm"), done("acme", placed("east", "farm")...)},
		trial{"the root", placeAs("olga", "retail", "acme"), done("acme", placed("retail", "acme")...)},
	)
	w := west(t)
	require.NoError(t, placeAs("own", "retail", "farm")(w))
	require.Equal(t, []string{w.id("acme"), w.id("farm")}, w.last("acme").Organizations, "no other organization is told")
	w.plan("acme", tenancy.PlanFree)
	require.NoError(t, placeAs("own", "east", "farm")(w), "D-32: it takes no licence")
}

// TestR1AnOrganizationOfAnotherTreeIsNotAdded, whoever owns both.
func TestR1AnOrganizationOfAnotherTreeIsNotAdded(t *testing.T) {
	w := collected(t)
	w.owner("rival", "olga")
	w.owner("stall", "olga")
	w.expect(refused("not-descendant", "acme"), placeAs("olga", "retail", "stall"))
	require.Equal(t, []string{w.id("acme")}, w.last("acme").Organizations)
	w.expect(refused("not-descendant", "acme"), createInAs("olga", "retail", "rival", "new"))
}

func TestD32WhoTakesAnOrganizationOut(t *testing.T) {
	out := done("acme", displaced("retail", "shop")...)
	run(t, collected,
		trial{"with all tenant permissions", displaceAs("tina", "retail", "shop"), refused("forbidden", "acme")},
		trial{"a group user", displaceAs("uwe", "retail", "shop"), refused("forbidden", "acme")},
		trial{"a group administrator of a subgroup", displaceAs("ed", "retail", "shop"), refused("not-found", "acme")},
		trial{"an owner of what is below", displaceAs("kim", "retail", "shop"), refused("not-found", "acme")},
		trial{"an owner of another tree", displaceAs("rita", "retail", "shop"), refused("not-found", "acme")},
		trial{"from another tree", displaceAs("olga@rival", "retail", "shop"), refused("not-found", "acme")},
		trial{"what is in a subgroup", displaceAs("olga", "retail", "kiosk"), refused("not-found", "acme")},
		trial{"what is in no group", displaceAs("olga", "retail", "farm"), refused("not-found", "acme")},
		trial{"a console without a user", displaceAs("console", "retail", "shop"), refused("forbidden", "service")},
		trial{"an owner of the organization", displaceAs("sam@shop", "retail", "shop"), out},
		trial{"a group administrator", displaceAs("gail", "retail", "shop"), out},
		trial{"an owner of the root", displaceAs("olga", "retail", "shop"), out},
		trial{"the platform", displaceAs("platform", "retail", "shop"), out},
	)
}

// TestD19WhoCreatesInAGroup: a group administrator creates below the root without owning it,
// and elsewhere as everybody.
func TestD19WhoCreatesInAGroup(t *testing.T) {
	created := func(parent, group, owner string) outcome {
		steps := append(placed(group, "new"),
			"+organization:new#root@organization:acme", "+organization:new#parent@organization:"+parent,
			"+organization:"+parent+"#child@organization:new", "+organization:new#subtree@subtree:new",
			"+organization:new#subtree@subtree:acme", "+organization:new#owner@user:"+owner)
		if parent != "acme" {
			steps = append(steps, "+organization:new#subtree@subtree:"+parent)
		}
		return done("acme", steps...)
	}
	run(t, collected,
		trial{"with all tenant permissions", createInAs("tina", "retail", "", "new"), refused("forbidden", "acme")},
		trial{"a group user", createInAs("uwe", "retail", "", "new"), refused("forbidden", "acme")},
		trial{"a group user, below the root by its name", createInAs("uwe", "retail", "acme", "new"), refused("not-found", "acme")},
		trial{"a group administrator of a subgroup", createInAs("ed", "retail", "", "new"), refused("not-found", "acme")},
		trial{"an owner of an organization in it", createInAs("sam", "retail", "shop", "new"), refused("not-found", "acme")},
		trial{"an owner of another tree", createInAs("rita", "retail", "", "new"), refused("not-found", "acme")},
		trial{"a group administrator, below what he does not own", createInAs("gail", "retail", "shop", "new"), refused("forbidden", "acme")},
		trial{"a group administrator, below what he does not see", createInAs("gail", "retail", "farm", "new"), refused("not-found", "acme")},
		trial{"a group administrator, without the group", createAs("gail", "acme", "new"), refused("forbidden", "acme")},
		trial{"too deep", createInAs("platform", "retail", "kiosk", "new"), refused("depth-exceeded", "acme")},
		trial{"a fourth level", createInAs("platform", "retail", "kiosk", "new"), refused("depth-exceeded", "acme")},
		trial{"another tree's parent, by the platform", createInAs("platform", "retail", "rival", "new"), refused("not-descendant", "acme")},
		trial{"into none", createInAs("olga", "nothing", "", "new"), refused("not-found", "service")},
		trial{"a console without a user", createInAs("console", "retail", "", "new"), refused("forbidden", "service")},
		trial{"a group administrator", createInAs("gail", "retail", "", "new"), created("acme", "retail", "gail")},
		trial{"a group administrator, from elsewhere", createInAs("gail@shop", "east", "", "new"), created("acme", "east", "gail")},
		trial{"a group administrator, below the root by its name", createInAs("ed", "east", "acme", "new"), created("acme", "east", "ed")},
		trial{"an owner of the root", createInAs("olga", "retail", "", "new"), created("acme", "retail", "olga")},
		trial{"the platform", createInAs("platform", "east", "shop", "new"), created("shop", "east", "nina")},
	)
	w := collected(t)
	w.owner("shop", "uwe")
	w.expect(refused("forbidden", "acme"), createInAs("uwe", "retail", "shop", "new")) // he owns the parent, and is a user of the group
	w.plan("acme", tenancy.PlanPro)
	w.expect(refused("license-required", "acme"), createInAs("gail", "retail", "", "new"))
	w.expect(refused("license-required", "acme"), createInAs("platform", "retail", "", "new"))
	_, _, err := w.service.CreateOrganization(w.ctx, platform,
		tenancy.NewOrganization{Name: "new", Detached: true, OwnerID: w.id("olga"), TenantGroupID: w.id("retail")})
	require.Equal(t, tenancy.CodeInvalid, codeOf(t, err))
}

// TestD25AGroupAdministratorSeesThatTheRootExists, and nothing else outside of his groups.
func TestD25AGroupAdministratorSeesThatTheRootExists(t *testing.T) {
	w := collected(t)
	for _, actor := range []string{"gail", "ed"} {
		view, err := w.service.Organization(w.ctx, w.as(actor), w.id("acme"))
		require.NoError(t, err)
		require.True(t, view.ExistenceOnly)
		require.Equal(t, w.id("acme"), view.ID)
		require.Equal(t, inUse, view.State)
		for _, look := range []func(actor, organization string) call{treeAs, ownersAs, groupsAs, auditAs, rosterAs, linksIntoAs} {
			w.expect(refused("forbidden", "acme"), look(actor, "acme"))
		}
		w.expect(refused("not-found", "acme"), seeAs(actor, "farm"))
		w.expect(refused("not-found", "rival"), seeAs(actor, "rival"))
	}
	w.expect(refused("not-found", "acme"), seeAs("ed", "shop"))
	for _, actor := range []string{"tina", "uwe", "sam", "nina"} {
		w.expect(refused("not-found", "acme"), seeAs(actor, "acme"))
	}
	require.NoError(t, stateAs("platform", "acme", suspended)(w))
	w.expect(refused("not-found", "acme"), seeAs("gail", "acme")) // D-7: his place gives nothing now
	require.NoError(t, stateAs("platform", "acme", inUse)(w))
	require.NoError(t, seeAs("gail", "acme")(w))
	w.use("retail", "gail", tenancy.TenantGroupUserInput{})
	w.expect(refused("not-found", "acme"), seeAs("gail", "acme"))
	w.setUser("ed", tenancy.UserDeactivated)
	w.expect(outcome{code: "unauthenticated"}, seeAs("ed", "acme"))
}
