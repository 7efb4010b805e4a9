package tenancy_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// made are the steps of the creation of a tenant group in acme.
func made(id, parent string) []string {
	steps := []string{"+tenant_group:" + id + "#root@organization:acme"}
	if parent != "" {
		steps = append(steps, "+tenant_group:"+id+"#parent@tenant_group:"+parent, "+tenant_group:"+parent+"#subgroup@tenant_group:"+id)
	}
	return steps
}

func TestD19WhoCreatesATenantGroup(t *testing.T) {
	run(t, collected,
		trial{"a group administrator, beside his groups", tenantGroupAs("gail", "acme", "", "new"), refused("forbidden", "acme")},
		trial{"with all tenant permissions", tenantGroupAs("tina", "acme", "retail", "new"), refused("not-found", "acme")},
		trial{"a group user", tenantGroupAs("uwe", "acme", "retail", "new"), refused("not-found", "acme")},
		trial{"a group administrator of a subgroup, above it", tenantGroupAs("ed", "acme", "retail", "new"), refused("not-found", "acme")},
		trial{"an owner of a sub-organization", tenantGroupAs("sam", "acme", "", "new"), refused("not-found", "acme")},
		trial{"a stranger", tenantGroupAs("nina", "acme", "retail", "new"), refused("not-found", "acme")},
		trial{"an owner of another tree", tenantGroupAs("rita", "acme", "", "new"), refused("not-found", "acme")},
		trial{"below another tree's group", tenantGroupAs("olga", "acme", "alien", "new"), refused("not-found", "acme")},
		trial{"below another tree's group, by the platform", tenantGroupAs("platform", "acme", "alien", "new"), refused("invalid", "acme")},
		trial{"in a sub-organization", tenantGroupAs("platform", "shop", "", "new"), refused("invalid", "acme")},
		trial{"below no group", tenantGroupAs("olga", "acme", "nothing", "new"), refused("not-found", "acme")},
		trial{"with an id in use", tenantGroupAs("olga", "acme", "", "retail"), refused("id-used", "acme")},
		trial{"with another tree's id", tenantGroupAs("olga", "acme", "", "alien"), refused("id-used", "acme")},
		trial{"a console without a user", tenantGroupAs("console", "acme", "", "new"), refused("forbidden", "service")},
		trial{"an owner of the root", tenantGroupAs("olga@acme", "acme", "", "new"), done("acme", made("new", "")...)},
		trial{"an owner of the root, a subgroup", tenantGroupAs("olga", "acme", "east", "new"), done("acme", made("new", "east")...)},
		trial{"a group administrator, in his group", tenantGroupAs("gail", "acme", "retail", "new"), done("acme", made("new", "retail")...)},
		trial{"a group administrator, in a subgroup", tenantGroupAs("gail@kiosk", "acme", "east", "new"), done("acme", made("new", "east")...)},
		trial{"a group administrator of the subgroup", tenantGroupAs("ed", "acme", "east", "new"), done("acme", made("new", "east")...)},
		trial{"the platform", tenantGroupAs("platform", "acme", "retail", "new"), done("acme", made("new", "retail")...)},
	)
	inside := func(t *testing.T) *world { // they see the root and the groups, and administer none but west
		w := collected(t)
		w.group("clerks", "acme", "olga", "view_agents")
		w.put("clerks", groupMember, "uwe", "tina")
		w.tenantGroup("west", "acme", "")
		w.use("west", "uwe", groupAdministrator)
		return w
	}
	run(t, inside,
		trial{"a group user who sees the root", tenantGroupAs("uwe", "acme", "retail", "new"), refused("forbidden", "acme")},
		trial{"with all tenant permissions, who sees the root", tenantGroupAs("tina", "acme", "east", "new"), refused("forbidden", "acme")},
		trial{"where he is the group administrator", tenantGroupAs("uwe", "acme", "west", "new"), done("acme", made("new", "west")...)},
	)
	w := collected(t)
	w.plan("acme", tenancy.PlanFree)
	require.NoError(t, tenantGroupAs("olga", "acme", "", "new")(w), "D-32: it takes no licence")
}

// TestTenantGroupsAreNestedSoDeep is attack 34; what is as deep as can be is decided about.
func TestTenantGroupsAreNestedSoDeep(t *testing.T) {
	w := collected(t)
	above := ""
	for i := range tenancy.MaxTenantGroupDepth {
		id := fmt.Sprint("level", i)
		require.NoError(t, tenantGroupAs("olga", "acme", above, id)(w))
		above = id
	}
	w.expect(refused("depth-exceeded", "acme"), tenantGroupAs("olga", "acme", above, "deeper"))
	w.expect(refused("depth-exceeded", "acme"), tenantGroupAs("platform", "acme", above, "deeper"))
	w.place(above, "farm")
	w.use("level0", "nina", tenancy.TenantGroupUserInput{GroupAdministrator: true, AllTenantPermissions: true})
	require.True(t, w.may("nina", "manage_agents", "farm"))
	require.True(t, w.allowed("nina", "administer", "tenant_group", above))
	require.True(t, w.allowed("olga", "administer", "tenant_group", above))
	require.NoError(t, disuseAs("olga", "level0", "nina")(w))
	require.False(t, w.may("nina", "access", "farm"))
}

// TestR52WhatEachHoldsWhere: group administrators and those with all tenant permissions hold
// what the rule says, in the group and its subgroups and nowhere else.
func TestR52WhatEachHoldsWhere(t *testing.T) {
	w := collected(t)
	organizations := map[string]map[string]string{
		"gail": {"shop": "access", "kiosk": "access"},
		"uwe":  {"shop": "access", "kiosk": "access"},
		"tina": {"shop": "administration", "kiosk": "administration"},
		"ed":   {"kiosk": "access"},
		"olga": {"acme": "everything"},
	}
	for user, places := range organizations {
		for _, organization := range []string{"acme", "shop", "kiosk", "farm", "rival", "stall"} {
			for _, permission := range tenancy.PermissionsOf("organization") {
				require.Equal(t, holds(places[organization], permission), w.may(user, tenancy.Claim(permission).Permission(), organization),
					"%s: %s in %s", user, permission, organization)
			}
		}
	}
	for user, groups := range map[string]map[string][2]bool{ // administer, use
		"gail": {"retail": {true, true}, "east": {true, true}}, "tina": {"retail": {false, true}, "east": {false, true}},
		"uwe": {"retail": {false, true}, "east": {false, true}}, "ed": {"east": {true, true}},
		"olga": {"retail": {true, false}, "east": {true, false}}, "sam": {}, "kim": {}, "rita": {"alien": {true, false}},
	} {
		for _, group := range []string{"retail", "east", "alien"} {
			require.Equal(t, groups[group][0], w.allowed(user, "administer", "tenant_group", group), "%s at %s", user, group)
			require.Equal(t, groups[group][1], w.allowed(user, "use", "tenant_group", group), "%s at %s", user, group)
		}
	}
}

// holds reports whether a permission on an organization is part of a set (D-3).
func holds(set, permission string) bool {
	switch set {
	case "everything":
		return true
	case "administration":
		return permission != "own" && permission != "owner"
	}
	return set == permission
}

// TestR51AlsoWhatIsAddedLater is covered, and no longer what leaves.
func TestR51AlsoWhatIsAddedLater(t *testing.T) {
	w := collected(t)
	for _, group := range []string{"retail", "east"} {
		w.place(group, "farm")
		require.True(t, w.may("uwe", "access", "farm"))
		require.True(t, w.may("tina", "manage_agents", "farm"))
		require.Equal(t, group == "east", w.may("ed", "access", "farm"))
		require.NoError(t, displaceAs("finn", group, "farm")(w))
		require.False(t, w.may("uwe", "access", "farm"))
		require.False(t, w.may("tina", "manage_agents", "farm"))
	}
	w.tenantGroup("deep", "acme", "east")
	w.place("deep", "farm")
	require.True(t, w.may("uwe", "access", "farm"))
	require.True(t, w.may("ed", "access", "farm"))
}

// TestR50AnOrganizationIsInSeveral: while one place is left, so is the access.
func TestR50AnOrganizationIsInSeveral(t *testing.T) {
	w := collected(t)
	w.place("retail", "kiosk")
	require.NoError(t, displaceAs("olga", "east", "kiosk")(w))
	require.True(t, w.may("uwe", "access", "kiosk"))
	require.False(t, w.may("ed", "access", "kiosk"))
	require.NoError(t, displaceAs("olga", "retail", "kiosk")(w))
	require.False(t, w.may("uwe", "access", "kiosk"))
}

func TestWhoSeesATenantGroup(t *testing.T) {
	for _, look := range []func(actor, group string) call{seeTenantGroupAs, tenantsAs, groupUsersAs} {
		run(t, collected,
			trial{"an owner of the root", look("olga", "east"), unchanged},
			trial{"the platform", look("platform", "retail"), unchanged},
			trial{"a group administrator", look("gail", "east"), unchanged},
			trial{"with all tenant permissions", look("tina", "retail"), unchanged},
			trial{"a group user", look("uwe", "retail"), unchanged},
			trial{"a user of a subgroup", look("ed", "east"), unchanged},
			trial{"a user of a subgroup, above it", look("ed", "retail"), refused("not-found", "acme")},
			trial{"an owner of an organization in it", look("sam", "retail"), refused("not-found", "acme")},
			trial{"a stranger", look("nina", "retail"), refused("not-found", "acme")},
			trial{"an owner of another tree", look("rita", "retail"), refused("not-found", "acme")},
			trial{"from another tree", look("olga@rival", "retail"), refused("not-found", "acme")},
			trial{"none", look("olga", "nothing"), refused("not-found", "service")},
			trial{"a console without a user", look("console", "retail"), refused("forbidden", "service")},
		)
	}
}

// TestTenantGroupsListed are those that each may see, and of their groups above nobody learns
// who may not see them.
func TestTenantGroupsListed(t *testing.T) {
	w := collected(t)
	w.tenantGroup("other", "acme", "")
	w.use("other", "ed", groupAdministrator)
	for actor, want := range map[string][]string{
		"olga": {"east < retail", "other < ", "retail < "}, "platform": {"east < retail", "other < ", "retail < "},
		"gail": {"east < retail", "retail < "}, "ed": {"east < ", "other < "},
	} {
		for _, limit := range []int{1, 2, 100} {
			require.Equal(t, want, w.tenantGroups(actor, limit), actor)
		}
	}
	g, err := w.service.TenantGroup(w.ctx, w.as("ed"), w.id("east"))
	require.NoError(t, err)
	require.Empty(t, g.ParentID)
	g, _, err = w.service.PatchTenantGroup(w.ctx, w.as("ed"), w.id("east"), tenancy.TenantGroupPatch{Name: ptr("New")})
	require.NoError(t, err)
	require.Empty(t, g.ParentID)
	groups, err := w.service.TenantGroups(w.ctx, platform, w.id("shop"), tenancy.PageAll)
	require.NoError(t, err)
	require.Empty(t, groups)
	w.expect(refused("not-found", "acme"), tenantGroupsAs("uwe", "acme"))
	w.expect(refused("not-found", "acme"), tenantGroupsAs("sam", "acme"))
}

func tenantGroupsAs(actor, root string) call {
	return func(w *world) error {
		_, err := w.service.TenantGroups(w.ctx, w.as(actor), w.id(root), tenancy.PageAll)
		return err
	}
}

// tenantGroups lists those of acme, page by page, each with the group above it.
func (w *world) tenantGroups(actor string, limit int) (names []string) {
	w.t.Helper()
	page := tenancy.Page{Limit: limit}
	for {
		groups, err := w.service.TenantGroups(w.ctx, w.as(actor), w.id("acme"), page)
		require.NoError(w.t, err)
		for _, g := range groups {
			names = append(names, w.names(g.ID)+" < "+w.names(g.ParentID))
			page.After = g.ID
		}
		if len(groups) < limit {
			return names
		}
	}
}

func TestWhoRenamesATenantGroup(t *testing.T) {
	run(t, collected,
		trial{"with all tenant permissions", renameTenantGroupAs("tina", "retail"), refused("forbidden", "acme")},
		trial{"a group user", renameTenantGroupAs("uwe", "retail"), refused("forbidden", "acme")},
		trial{"a group administrator of a subgroup", renameTenantGroupAs("ed", "retail"), refused("not-found", "acme")},
		trial{"an owner of another tree", renameTenantGroupAs("rita", "retail"), refused("not-found", "acme")},
		trial{"a group administrator", renameTenantGroupAs("gail", "east"), done("acme")},
		trial{"an owner of the root", renameTenantGroupAs("olga", "retail"), done("acme")},
	)
	w := collected(t)
	require.NoError(t, renameTenantGroupAs("olga", "retail")(w))
	w.expect(unchanged, renameTenantGroupAs("olga", "retail"))
}

func TestD32WhoDeletesATenantGroup(t *testing.T) {
	gone := []string{"-tenant_group:leaf#root@organization:acme", "-tenant_group:leaf#parent@tenant_group:east",
		"-tenant_group:east#subgroup@tenant_group:leaf",
		"-tenant_group:leaf#user@user:nina", "-tenant_group:leaf#administrator@user:nina"}
	leafy := func(t *testing.T) *world {
		w := collected(t)
		w.tenantGroup("leaf", "acme", "east")
		w.tenantGroup("single", "acme", "")
		w.use("single", "gail", groupAdministrator)
		w.use("leaf", "nina", groupAdministrator)
		return w
	}
	run(t, leafy,
		trial{"its own group administrator", deleteTenantGroupAs("nina", "leaf"), refused("forbidden", "acme")},
		trial{"a group administrator of a group that is no subgroup", deleteTenantGroupAs("gail", "single"), refused("forbidden", "acme")},
		trial{"with all tenant permissions", deleteTenantGroupAs("tina", "leaf"), refused("forbidden", "acme")},
		trial{"an owner of another tree", deleteTenantGroupAs("rita", "leaf"), refused("not-found", "acme")},
		trial{"with something in it", deleteTenantGroupAs("olga", "east"), refused("deletion-blocked", "acme")},
	)
	for _, actor := range []string{"ed", "gail", "olga", "platform"} {
		w := leafy(t)
		w.expect(done("acme", gone...), deleteTenantGroupAs(actor, "leaf"))
		w.namesNothing("leaf")
		w.expect(refused("id-used", "acme"), tenantGroupAs("olga", "acme", "", "leaf"))
	}
	w := leafy(t)
	require.NoError(t, deleteTenantGroupAs("olga", "single")(w))
}

// TestD32AllThatIsInATenantGroupIsNamed, what is in its subgroups not.
func TestD32AllThatIsInATenantGroupIsNamed(t *testing.T) {
	w := collected(t)
	w.tenantGroup("leaf", "acme", "east")
	blocked := func(group string) []tenancy.Blocker {
		_, err := w.service.DeleteTenantGroup(w.ctx, platform, w.id(group))
		refusal, _ := tenancy.AsError(err)
		require.NotNil(t, refusal)
		return refusal.Blockers
	}
	require.Equal(t, []tenancy.Blocker{{Kind: "tenant_group", Count: 1}, {Kind: "organization", Count: 1}}, blocked("retail"))
	require.NoError(t, displaceAs("olga", "retail", "shop")(w))
	require.Equal(t, []tenancy.Blocker{{Kind: "tenant_group", Count: 1}}, blocked("retail"))
	require.NoError(t, deleteTenantGroupAs("olga", "leaf")(w))
	require.Equal(t, []tenancy.Blocker{{Kind: "organization", Count: 1}}, blocked("east"))
}

// TestSeed003 is NonStop Accounting: three accountants have a team each, create three companies
// in it, and William adds Nora to his before he leaves.
func TestSeed003(t *testing.T) {
	w := newWorld(t)
	w.users("ole", "mathias", "nora", "william", "anna")
	w.root("nonstop", "ole")
	own := map[string][]string{"mathias": {"a", "b", "c"}, "nora": {"d", "e", "f"}, "william": {"g", "h", "i"}}
	both := tenancy.TenantGroupUserInput{GroupAdministrator: true, AllTenantPermissions: true}
	for accountant, companies := range own {
		require.NoError(t, tenantGroupAs("ole", "nonstop", "", "team-"+accountant)(w))
		require.NoError(t, useAs("ole", "team-"+accountant, accountant, both)(w))
		for _, company := range companies {
			require.NoError(t, createInAs(accountant, "team-"+accountant, "", company)(w))
			require.True(t, w.may(accountant, "own", company), "he owns what he creates")
		}
	}
	require.False(t, w.may("nora", "access", "g"))
	require.NoError(t, useAs("mathias", "team-mathias", "anna", tenancy.TenantGroupUserInput{})(w))
	require.True(t, w.may("anna", "access", "c"))
	require.False(t, w.may("anna", "view_roster", "c"))

	require.NoError(t, useAs("william", "team-william", "nora", both)(w))
	w.setUser("william", tenancy.UserDeactivated)
	for _, company := range []string{"d", "e", "f", "g", "h", "i"} {
		require.True(t, w.may("nora", "manage_users", company), company)
		require.False(t, w.may("william", "access", company))
	}
	require.False(t, w.may("nora", "own", "g"))
	require.False(t, w.may("nora", "access", "a"))
	require.False(t, w.may("mathias", "access", "g"))
	require.NoError(t, createInAs("nora", "team-william", "", "j")(w))
}

// TestD32NothingComesIntoWhatIsDeleted at the same time: it is there, or the group is gone.
func TestD32NothingComesIntoWhatIsDeleted(t *testing.T) {
	w := collected(t)
	for i := range rounds() / 10 {
		group, below := fmt.Sprint("group", i), fmt.Sprint("below", i)
		w.tenantGroup(group, "acme", "")
		come := []call{placeAs("platform", group, "farm"), tenantGroupAs("olga", "acme", group, below)}[i%2]
		leave := []call{displaceAs("finn", group, "farm"), deleteTenantGroupAs("olga", below)}[i%2]
		switch codes := w.atOnce(deleteTenantGroupAs("olga", group), come); codes {
		case [2]tenancy.Code{"", tenancy.CodeNotFound}:
		case [2]tenancy.Code{tenancy.CodeDeletionBlocked, ""}:
			require.NoError(t, leave(w))
			require.NoError(t, deleteTenantGroupAs("olga", group)(w))
		default:
			require.Failf(t, "not one of them succeeded", "%q", codes)
		}
	}
}

// TestD1WhatIsTakenIsNotGivenOn at the same time: once it is taken, nobody has it from him.
func TestD1WhatIsTakenIsNotGivenOn(t *testing.T) {
	w := collected(t)
	w.users("pam")
	for range rounds() / 10 {
		w.use("retail", "pam", tenancy.TenantGroupUserInput{GroupAdministrator: true, AllTenantPermissions: true})
		codes := w.atOnce(useAs("gail", "retail", "pam", groupAdministrator), useAs("pam", "retail", "nina", allTenants))
		require.Empty(t, codes[0])
		require.Contains(t, []tenancy.Code{"", tenancy.CodeForbidden}, codes[1])
		require.Equal(t, codes[1] == "", w.may("nina", "manage_groups", "shop"))
		require.Equal(t, tenancy.CodeForbidden, codeOf(t, useAs("pam", "retail", "kim", allTenants)(w)))
		if codes[1] == "" {
			require.NoError(t, disuseAs("gail", "retail", "nina")(w))
		}
	}
}
