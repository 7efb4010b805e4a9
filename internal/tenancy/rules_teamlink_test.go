package tenancy_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestR54WhoLinksToATenantGroup is attack 10 for tenant groups: of the eight combinations of
// owning the group's home, all that is covered, and the group, the one of all three passes.
// All of them administer the tenant group and see the security group.
func TestR54WhoLinksToATenantGroup(t *testing.T) {
	for n := range 8 {
		home, covered, group := n&1 > 0, n&2 > 0, n&4 > 0
		t.Run(fmt.Sprintf("home %t, covered %t, group %t", home, covered, group), func(t *testing.T) {
			w := teamed(t)
			w.users("she")
			w.use("retail", "she", groupAdministrator)
			w.put("techs", groupMember, "she")
			for organization, owns := range map[string]bool{"acme": home, "shop": covered, "kiosk": covered} {
				if owns {
					w.owner(organization, "she")
				}
			}
			want := refused("forbidden", "acme")
			if group {
				w.put("techs", groupOwner, "she")
			}
			if home && covered && group {
				want = done("acme", teamSteps("+")...)
			}
			w.expect(want, teamAs("she", "retail", "techs"))
		})
	}
}

// TestR54EverythingThatIsCoveredIsOwned, what is in subgroups too.
func TestR54EverythingThatIsCoveredIsOwned(t *testing.T) {
	w := teamed(t)
	require.NoError(t, disownAs("platform", "kiosk", "olga")(w))
	w.expect(refused("forbidden", "acme"), teamAs("olga", "retail", "techs"))
	w.owner("kiosk", "olga")
	require.NoError(t, disownAs("platform", "shop", "olga")(w))
	w.expect(refused("forbidden", "acme"), teamAs("olga", "retail", "techs"))
	require.NoError(t, teamAs("olga", "east", "techs")(w))
}

// TestR54TheTenantGroupIsAdministered by who links to it: sam owns the group site, its home
// and what east has.
func TestR54TheTenantGroupIsAdministered(t *testing.T) {
	own := func(t *testing.T) *world {
		w := teamed(t)
		w.group("site", "shop", "sam", "view_agents")
		w.owner("kiosk", "sam")
		return w
	}
	as := func(in tenancy.TenantGroupUserInput) func(*testing.T) *world {
		return func(t *testing.T) *world {
			w := own(t)
			w.use("east", "sam", in)
			return w
		}
	}
	run(t, own, trial{"who does not see it", teamAs("sam", "east", "site"), refused("not-found", "acme")})
	run(t, as(allTenants), trial{"its user", teamAs("sam", "east", "site"), refused("forbidden", "acme")})
	run(t, as(groupAdministrator), trial{"its administrator", teamAs("sam", "east", "site"), done("acme",
		"+tenant_group:east#linked_group@group:site", "+group:site#linked_collection@tenant_group:east")})
}

func TestR54WhatIsNotSeenIsNotLinked(t *testing.T) {
	run(t, teamed,
		trial{"a group administrator who does not see the group", teamAs("gail", "retail", "techs"), refused("not-found", "acme")},
		trial{"a group's owner who does not see the tenant group", teamAs("gus", "retail", "techs"), refused("not-found", "acme")},
		trial{"an owner of another tree", teamAs("rita", "retail", "techs"), refused("not-found", "acme")},
		trial{"from another tree", teamAs("olga@rival", "retail", "techs"), refused("not-found", "acme")},
		trial{"another tree's tenant group", teamAs("olga", "alien", "techs"), refused("not-found", "rival")},
		trial{"no tenant group", teamAs("olga", "nothing", "techs"), refused("not-found", "service")},
		trial{"no group", teamAs("olga", "retail", "nobody"), refused("not-found", "acme")},
		trial{"a console without a user", teamAs("console", "retail", "techs"), refused("forbidden", "service")},
		trial{"claims that the group lacks", teamOnAs("olga", "retail", "techs", narrow("view_gateways")), refused("invalid", "acme")},
		trial{"past", teamOnAs("olga", "retail", "techs", tenancy.LinkInput{ExpiresAt: ptr("2020-01-01T00:00:00Z")}), refused("invalid", "acme")},
		trial{"the owner of all", teamAs("olga@shop", "retail", "techs"), done("acme", teamSteps("+")...)},
		trial{"the platform", teamAs("platform", "retail", "techs"), done("acme", teamSteps("+")...)},
	)
}

// TestR20ALinkToATenantGroupGoesDown: the home stands above all that it covers.
func TestR20ALinkToATenantGroupGoesDown(t *testing.T) {
	below := func(t *testing.T) *world {
		w := teamed(t)
		w.group("site", "shop", "olga", "view_agents")
		w.group("plot", "farm", "olga", "view_agents")
		w.group("strange", "rival", "olga", "view_agents")
		w.tenantGroup("empty", "acme", "")
		return w
	}
	run(t, below,
		trial{"its home is in the group", teamAs("platform", "retail", "site"), refused("not-descendant", "acme")},
		trial{"its home is beside", teamAs("platform", "east", "plot"), refused("not-descendant", "acme")},
		trial{"its home is in another tree", teamAs("platform", "east", "strange"), refused("not-descendant", "acme")},
		trial{"its home is in another tree, and nothing is covered", teamAs("platform", "empty", "strange"), refused("not-descendant", "acme")},
		trial{"its home is above", teamAs("platform", "east", "site"), done("acme",
			"+tenant_group:east#linked_group@group:site", "+group:site#linked_collection@tenant_group:east")},
		trial{"nothing is covered", teamAs("platform", "empty", "plot"), done("acme",
			"+tenant_group:empty#linked_group@group:plot", "+group:plot#linked_collection@tenant_group:empty")},
	)
}

// TestR54LaterOnesAreCovered: organizations, subgroups, members and claims that come later.
func TestR54LaterOnesAreCovered(t *testing.T) {
	w := teamLinked(t)
	for _, organization := range []string{"shop", "kiosk"} {
		require.Equal(t, []string{"access", "view_agents"}, w.heldIn(organization), organization)
	}
	require.Empty(t, w.heldIn("farm"))
	require.Empty(t, w.heldIn("acme")[2:], "at home it is a group of that")
	w.place("east", "farm")
	require.Equal(t, []string{"access", "view_agents"}, w.heldIn("farm"))
	w.tenantGroup("late", "acme", "east")
	require.NoError(t, createInAs("platform", "late", "", "new")(w))
	require.Equal(t, []string{"access", "view_agents"}, w.heldIn("new"))
	require.NoError(t, claimsAs("platform", "techs", "manage_billing")(w))
	require.Equal(t, []string{"access", "manage_billing"}, w.heldIn("new"))
	w.users("late-mia")
	w.put("techs", groupMember, "late-mia")
	require.True(t, w.may("late-mia", "manage_billing", "kiosk"))
	require.NoError(t, displaceAs("platform", "late", "new")(w))
	require.Empty(t, w.heldIn("new"))
	require.NoError(t, unteamAs("gus", "retail", "techs")(w))
	require.Empty(t, w.heldIn("kiosk"))
}

// TestR24ALinkToATenantGroupIsNarrowed, and altered by the next PUT (D-29).
func TestR24ALinkToATenantGroupIsNarrowed(t *testing.T) {
	w := teamed(t)
	require.NoError(t, claimsAs("platform", "techs", "owner")(w))
	limited := narrow("manage_agents")
	limited.ExpiresAt = ptr("2027-01-01T00:00:00Z")
	require.NoError(t, teamOnAs("olga", "retail", "techs", limited)(w))
	w.expect(unchanged, teamOnAs("olga", "retail", "techs", limited))
	require.Equal(t, []string{"access", "view_agents", "manage_agents"}, w.heldIn("kiosk"))
	require.NoError(t, claimsAs("platform", "techs", "view_agents", "view_gateways")(w))
	require.Equal(t, []string{"access", "view_agents"}, w.heldIn("kiosk"), "R-23")
	require.NoError(t, teamAs("olga", "retail", "techs")(w))
	require.Equal(t, []string{"access", "view_agents", "view_gateways"}, w.heldIn("kiosk"))
	links, err := w.service.TenantGroupLinks(w.ctx, w.as("gail"), w.id("retail"), tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, []tenancy.Link{{
		GroupID: w.id("techs"), OrganizationID: w.id("acme"), TenantGroupID: w.id("retail"), RootID: w.id("acme"), CreatedAt: clock.Now(),
	}}, links)
}

// TestR9ALinkToATenantGroupNeedsTheLicence, to be made and to give.
func TestR9ALinkToATenantGroupNeedsTheLicence(t *testing.T) {
	w := teamLinked(t)
	w.plan("acme", tenancy.PlanFree)
	require.Empty(t, w.heldIn("kiosk"))
	require.False(t, w.allowed("kim", "view", "group", "techs"))
	require.True(t, w.linksAt("kim", "kiosk")[0].Unlicensed)
	require.Empty(t, w.roster("kim", "kiosk", tenancy.RosterQuery{Via: tenancy.ViaLinkedGroup}))
	w.expect(refused("license-required", "acme"), teamAs("olga", "east", "techs"))
	require.NoError(t, placeAs("platform", "east", "farm")(w))
	w.plan("acme", tenancy.PlanEnterprise)
	require.Equal(t, []string{"access", "view_agents"}, w.heldIn("kiosk"))
	require.Equal(t, []string{"access", "view_agents"}, w.heldIn("farm"))
	w.plan("acme", tenancy.PlanFree)
	w.expect(done("acme"), unteamAs("gus", "retail", "techs"))
}

// TestD19WhatJoinsIsBelowEveryHome: what is linked to the tenant group, and to those above.
func TestD19WhatJoinsIsBelowEveryHome(t *testing.T) {
	w := teamed(t)
	w.group("site", "shop", "sam", "view_agents")
	w.tenantGroup("branch", "acme", "")
	w.tenantGroup("twig", "acme", "branch")
	w.teamLink("branch", "site")
	for _, group := range []string{"branch", "twig"} {
		w.expect(refused("not-descendant", "acme"), placeAs("platform", group, "farm"))
		w.expect(refused("not-descendant", "acme"), placeAs("platform", group, "shop"))
		w.expect(refused("not-descendant", "acme"), placeAs("platform", group, "acme"))
		w.expect(refused("not-descendant", "acme"), createInAs("olga", group, "", "new"))
	}
	require.NoError(t, createInAs("platform", "twig", "shop", "new")(w))
	require.NoError(t, placeAs("platform", "branch", "kiosk")(w))
	w.plan("acme", tenancy.PlanFree)
	w.expect(refused("not-descendant", "acme"), placeAs("platform", "twig", "farm"))
	require.NoError(t, unteamAs("sam", "branch", "site")(w))
	require.NoError(t, placeAs("platform", "branch", "farm")(w))
	w.plan("acme", tenancy.PlanEnterprise)
	w.teamLink("twig", "site") // the subgroup's own link, with nothing linked above it
	w.expect(refused("not-descendant", "acme"), placeAs("platform", "twig", "farm"))
	w.expect(refused("not-descendant", "acme"), createInAs("olga", "twig", "", "other"))
	require.NoError(t, unteamAs("sam", "twig", "site")(w))
	require.NoError(t, placeAs("platform", "twig", "farm")(w))
}

// TestD1NobodyLetsInWhatHeDoesNotHave: hal administers farm, and does not own it; so he does
// not add it to a tenant group to which owners are linked.
func TestD1NobodyLetsInWhatHeDoesNotHave(t *testing.T) {
	w := teamed(t)
	w.users("hal")
	w.tenantGroup("west", "acme", "")
	w.place("west", "farm")
	w.use("west", "hal", allTenants)
	w.use("retail", "hal", groupAdministrator)
	w.use("retail", "finn", groupAdministrator)
	w.group("chiefs", "acme", "gus", "owner")
	w.teamLink("retail", "chiefs")
	w.expect(refused("forbidden", "acme"), placeAs("hal", "retail", "farm"))
	w.expect(refused("forbidden", "acme"), placeAs("hal", "east", "farm"))
	require.NoError(t, teamOnAs("platform", "retail", "chiefs", narrow("manage_agents"))(w))
	require.NoError(t, placeAs("hal", "retail", "farm")(w))
	require.NoError(t, displaceAs("hal", "retail", "farm")(w))
	w.teamLink("retail", "chiefs")
	require.NoError(t, placeAs("finn", "retail", "farm")(w))
	require.NoError(t, unteamAs("platform", "retail", "chiefs")(w))
	w.teamLink("east", "chiefs") // the subgroup's own
	w.expect(refused("forbidden", "acme"), placeAs("hal", "east", "farm"))
}

func TestD32WhoRemovesALinkToATenantGroup(t *testing.T) {
	linked := func(t *testing.T) *world {
		w := teamLinked(t)
		w.users("both", "home", "member")
		w.owner("shop", "both")
		w.owner("kiosk", "both")
		w.put("techs", groupMember, "member")
		w.use("retail", "member", tenancy.TenantGroupUserInput{})
		w.plan("acme", tenancy.PlanFree)
		return w
	}
	gone := done("acme")
	run(t, linked,
		trial{"an owner of one that is covered", unteamAs("sam", "retail", "techs"), refused("not-found", "acme")},
		trial{"the group's member", unteamAs("mia", "retail", "techs"), refused("not-found", "acme")},
		trial{"the tenant group's user", unteamAs("uwe", "retail", "techs"), refused("not-found", "acme")},
		trial{"a user and member of both", unteamAs("member", "retail", "techs"), refused("forbidden", "acme")},
		trial{"a subgroup's administrator", unteamAs("ed", "retail", "techs"), refused("not-found", "acme")},
		trial{"an owner of another tree", unteamAs("rita", "retail", "techs"), refused("not-found", "acme")},
		trial{"from another tree", unteamAs("olga@rival", "retail", "techs"), refused("not-found", "acme")},
		trial{"what is linked above", unteamAs("olga", "east", "techs"), refused("not-found", "acme")},
		trial{"no group", unteamAs("olga", "retail", "nobody"), refused("not-found", "acme")},
		trial{"no tenant group", unteamAs("olga", "nothing", "techs"), refused("not-found", "service")},
		trial{"a console without a user", unteamAs("console", "retail", "techs"), refused("forbidden", "service")},
		trial{"an owner of the group", unteamAs("gus", "retail", "techs"), gone},
		trial{"an owner of its home", unteamAs("olga@acme", "retail", "techs"), gone},
		trial{"who administers the tenant group", unteamAs("gail", "retail", "techs"), gone},
		trial{"who owns all that is covered", unteamAs("both", "retail", "techs"), gone},
		trial{"the platform", unteamAs("platform", "retail", "techs"), gone},
	)
}

// TestD32ATenantGroupWithLinksIsNotDeleted.
func TestD32ATenantGroupWithLinksIsNotDeleted(t *testing.T) {
	w := teamed(t)
	w.tenantGroup("empty", "acme", "")
	w.teamLink("empty", "techs")
	_, err := w.service.DeleteTenantGroup(w.ctx, w.as("olga"), w.id("empty"))
	refusal, _ := tenancy.AsError(err)
	require.Equal(t, []tenancy.Blocker{{Kind: "link", Count: 1}}, refusal.Blockers)
	require.NoError(t, unteamAs("olga", "empty", "techs")(w))
	require.NoError(t, deleteTenantGroupAs("olga", "empty")(w))
}

// TestWhoListsTheLinksOfATenantGroup: those who administer it or all that is in it.
func TestWhoListsTheLinksOfATenantGroup(t *testing.T) {
	run(t, teamLinked,
		trial{"a group user", teamLinksAs("uwe", "retail"), refused("forbidden", "acme")},
		trial{"an owner of what is in it", teamLinksAs("sam", "retail"), refused("not-found", "acme")},
		trial{"a member of the group", teamLinksAs("mia", "retail"), refused("not-found", "acme")},
		trial{"an owner of another tree", teamLinksAs("rita", "retail"), refused("not-found", "acme")},
		trial{"a console without a user", teamLinksAs("console", "retail"), refused("forbidden", "service")},
		trial{"a group administrator", teamLinksAs("gail", "retail"), unchanged},
		trial{"with all tenant permissions", teamLinksAs("tina", "retail"), unchanged},
		trial{"an owner of the root", teamLinksAs("olga", "retail"), unchanged},
	)
	w := teamLinked(t)
	require.Equal(t, []string{"techs"}, w.teamLinks("tina", "retail"))
	require.Empty(t, w.teamLinks("tina", "east"), "those of a group above are listed there")
}

// TestD17OwnersOfWhatIsCoveredSeeTheGroup, and nobody else of the tenant group does by that.
func TestD17OwnersOfWhatIsCoveredSeeTheGroup(t *testing.T) {
	w := teamLinked(t)
	for user, sees := range map[string]bool{
		"kim": true, "sam": true, "gus": true, "mia": true, "olga": true, "finn": false, "gail": false, "tina": false, "uwe": false, "rita": false,
	} {
		require.Equal(t, sees, w.allowed(user, "view", "group", "techs"), user)
	}
	require.NoError(t, displaceAs("kim", "east", "kiosk")(w))
	require.False(t, w.allowed("kim", "view", "group", "techs"))
}

// TestD18LinksAreShownWithTheirPlace, to those who may see them.
func TestD18LinksAreShownWithTheirPlace(t *testing.T) {
	w := teamLinked(t)
	w.link("techs", "farm")
	require.NoError(t, linkOnAs("platform", "shop", "techs", tenancy.LinkInput{Scope: tenancy.ScopeSubtree})(w))
	var keys []string
	for _, l := range w.linksAt("kim", "kiosk") {
		keys = append(keys, w.names(l.Key()))
	}
	require.Equal(t, []string{"techs/acme/retail", "techs/shop"}, keys)
	places := func(actor string) (places []string) {
		for page := (tenancy.Page{Limit: 1}); ; {
			links, err := w.service.LinksOf(w.ctx, w.as(actor), w.id("techs"), page)
			require.NoError(t, err)
			if len(links) == 0 {
				return places
			}
			places = append(places, w.names(links[0].Place()))
			page.After = links[0].Place()
		}
	}
	require.Equal(t, []string{"acme/retail", "farm", "shop"}, places("gus"))
	require.Equal(t, []string{"acme/retail", "shop"}, places("kim"), "R-2: farm is none of his")
	require.Equal(t, []string{"farm"}, places("finn"))
}

// TestR33ALinkFromElsewhereIsManagedThere: what covers an organization from above, or by a
// tenant group, is not ended there.
func TestR33ALinkFromElsewhereIsManagedThere(t *testing.T) {
	w := teamLinked(t)
	w.group("wide", "acme", "gus", "view_agents")
	require.NoError(t, linkOnAs("platform", "shop", "wide", tenancy.LinkInput{Scope: tenancy.ScopeSubtree})(w))
	managedAt := func(actor, organization, group string) *tenancy.ManagedAt {
		err := unlinkAs(actor, organization, group)(w)
		refusal, _ := tenancy.AsError(err)
		require.Equal(t, tenancy.CodeManagedElsewhere, refusal.Code)
		return refusal.ManagedAt
	}
	for _, actor := range []string{"kim", "gus", "platform"} {
		require.Equal(t, &tenancy.ManagedAt{Kind: "tenant_group", ID: w.id("retail"), OrganizationID: w.id("acme")}, managedAt(actor, "kiosk", "techs"))
		require.Equal(t, &tenancy.ManagedAt{Kind: "link", ID: w.id("wide"), OrganizationID: w.id("shop")}, managedAt(actor, "kiosk", "wide"))
	}
	w.expect(refused("not-found", "acme"), unlinkAs("rita", "kiosk", "techs"))
	w.expect(refused("not-found", "acme"), unlinkAs("finn", "kiosk", "techs"))
	w.expect(refused("forbidden", "acme"), unlinkAs("mia", "kiosk", "techs"))
	w.expect(refused("not-found", "acme"), unlinkAs("finn", "farm", "techs"))
	w.link("techs", "kiosk")
	require.NoError(t, unlinkAs("kim", "kiosk", "techs")(w), "its own link is ended there")
	managedAt("kim", "kiosk", "techs")
	require.NoError(t, claimsAs("platform", "techs", "owner")(w))
	err := disownAs("kim", "kiosk", "mia")(w)
	refusal, _ := tenancy.AsError(err)
	require.Equal(t, &tenancy.ManagedAt{Kind: "link", ID: w.id("techs"), OrganizationID: w.id("acme")}, refusal.ManagedAt)
}

// TestR1NoTrailTellsOfAnotherTree, also where somebody who sees two trees names something of one
// as the other end of what he asks for in the other.
func TestR1NoTrailTellsOfAnotherTree(t *testing.T) {
	w := teamed(t)
	for _, organization := range []string{"rival", "stall"} {
		w.owner(organization, "olga")
	}
	w.place("alien", "rival")
	for _, c := range []struct {
		trail   string
		attempt call
	}{
		{"rival", linkAs("olga", "stall", "techs")},
		{"rival", teamAs("olga", "alien", "techs")},
		{"acme", placeAs("olga", "retail", "stall")},
	} {
		w.expect(refused("not-descendant", c.trail), c.attempt)
		require.Empty(t, w.last(c.trail).Detail)
	}
	w.expect(refused("not-descendant", "acme"), linkAs("olga", "acme", "techs"))
	require.Equal(t, map[string]string{"group_id": w.id("techs")}, w.last("acme").Detail, "it is of this tree")
}
