package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// moduled is collected, and tina has the module invoicing at retail.
func moduled(t *testing.T) *world {
	t.Helper()
	w := collected(t)
	w.use("retail", "tina", tenancy.TenantGroupUserInput{AllTenantPermissions: true, Modules: []string{"invoicing"}})
	return w
}

func (w *world) uses(user, organization, name string) bool {
	w.t.Helper()
	allowed, _, err := w.service.Check(w.ctx, console, tenancy.Question{
		Subject: tenancy.Object{Type: "user", ID: w.id(user)}, Permission: "use",
		Resource: tenancy.Object{Type: "module", ID: w.id(organization) + "/" + name},
	}, tenancy.Token{})
	require.NoError(w.t, err)
	return allowed
}

// usersOf are the ones of some people who use a module in an organization.
func (w *world) usersOf(organization, name string) (users []string) {
	w.t.Helper()
	for _, user := range []string{"olga", "sam", "kim", "finn", "gail", "tina", "uwe", "ed", "rita"} {
		if w.uses(user, organization, name) {
			users = append(users, user)
		}
	}
	return users
}

// TestR53ModulesAreSetAtTheGroup and hold in every organization of it and of its subgroups.
// Owners, administrators and other users have none by being that (D-20).
func TestR53ModulesAreSetAtTheGroup(t *testing.T) {
	w := moduled(t)
	w.use("east", "uwe", modules("payroll", "invoicing"))
	for organization, want := range map[string]map[string][]string{
		"shop":  {"invoicing": {"tina"}, "payroll": nil},
		"kiosk": {"invoicing": {"tina", "uwe"}, "payroll": {"uwe"}},
		"farm":  {"invoicing": nil, "payroll": nil},
		"acme":  {"invoicing": nil, "payroll": nil},
		"stall": {"invoicing": nil},
		"none":  {"invoicing": nil},
	} {
		for name, users := range want {
			require.Equal(t, users, w.usersOf(organization, name), "%s in %s", name, organization)
		}
	}
	require.Empty(t, w.usersOf("kiosk", "Payroll"), "it is another name")
}

// TestR53LaterOnesHaveTheModules that are given where they join, and leave them behind.
func TestR53LaterOnesHaveTheModules(t *testing.T) {
	w := moduled(t)
	w.use("east", "uwe", modules("payroll"))
	w.place("east", "farm")
	require.Equal(t, []string{"tina"}, w.usersOf("farm", "invoicing"))
	require.Equal(t, []string{"uwe"}, w.usersOf("farm", "payroll"))
	w.tenantGroup("late", "acme", "east")
	w.tenantGroup("later", "acme", "late")
	require.NoError(t, createInAs("platform", "later", "", "new")(w))
	require.Equal(t, []string{"tina"}, w.usersOf("new", "invoicing"))
	require.Equal(t, []string{"uwe"}, w.usersOf("new", "payroll"))
	w.use("late", "ed", modules("invoicing", "scheduling"))
	require.Equal(t, []string{"tina", "ed"}, w.usersOf("new", "invoicing"))
	require.Equal(t, []string{"ed"}, w.usersOf("new", "scheduling"))
	require.Equal(t, []string{"tina"}, w.usersOf("farm", "invoicing"))
	require.NoError(t, displaceAs("platform", "later", "new")(w))
	require.Empty(t, w.usersOf("new", "invoicing"))
	require.NoError(t, placeAs("platform", "east", "new")(w))
	require.Empty(t, w.usersOf("new", "scheduling"))
}

// TestR53WhatChangesIsWhatIsNew: somebody who is given what others have costs what he is given.
func TestR53WhatChangesIsWhatIsNew(t *testing.T) {
	both := func(t *testing.T) *world {
		w := moduled(t)
		w.use("east", "ed", tenancy.TenantGroupUserInput{GroupAdministrator: true, Modules: []string{"invoicing"}})
		return w
	}
	run(t, both,
		trial{"a name that is in use", useAs("platform", "retail", "uwe", modules("invoicing")), done("acme",
			"+tenant_module:retail/invoicing#user@user:uwe")},
		trial{"a name that is new", useAs("platform", "retail", "uwe", modules("payroll")), done("acme",
			"+tenant_module:retail/payroll#user@user:uwe", "+module:shop/payroll#given_at@tenant_module:retail/payroll",
			"+tenant_module:east/payroll#parent@tenant_module:retail/payroll", "+module:kiosk/payroll#given_at@tenant_module:east/payroll")},
		trial{"the last one of a name that is in use below", disuseAs("platform", "retail", "tina"), done("acme",
			"-tenant_group:retail#user@user:tina", "-tenant_group:retail#all_tenants@user:tina",
			"-tenant_module:retail/invoicing#user@user:tina", "-module:shop/invoicing#given_at@tenant_module:retail/invoicing",
			"-tenant_module:east/invoicing#parent@tenant_module:retail/invoicing")},
		trial{"one of two in a chain", disuseAs("platform", "east", "ed"), done("acme",
			"-tenant_group:east#user@user:ed", "-tenant_group:east#administrator@user:ed", "-tenant_module:east/invoicing#user@user:ed")},
		trial{"nothing new", useAs("platform", "east", "ed", tenancy.TenantGroupUserInput{GroupAdministrator: true, Modules: []string{"invoicing", "invoicing"}}), unchanged},
		trial{"nothing any more", useAs("platform", "retail", "tina", allTenants), done("acme",
			"-tenant_module:retail/invoicing#user@user:tina", "-module:shop/invoicing#given_at@tenant_module:retail/invoicing",
			"-tenant_module:east/invoicing#parent@tenant_module:retail/invoicing")},
	)
}

// TestR53TwoGroupsGiveOneModule, also to one person: as long as one gives it, he has it.
func TestR53TwoGroupsGiveOneModule(t *testing.T) {
	w := moduled(t)
	w.tenantGroup("other", "acme", "")
	w.place("other", "kiosk")
	w.use("other", "tina", modules("invoicing"))
	w.use("east", "tina", modules("invoicing"))
	w.place("retail", "kiosk")
	for _, take := range []call{
		disuseAs("platform", "retail", "tina"), disuseAs("platform", "east", "tina"), displaceAs("platform", "retail", "kiosk"),
	} {
		require.Equal(t, []string{"tina"}, w.usersOf("kiosk", "invoicing"))
		require.NoError(t, take(w))
	}
	require.Equal(t, []string{"tina"}, w.usersOf("kiosk", "invoicing"))
	require.NoError(t, displaceAs("platform", "other", "kiosk")(w))
	require.Empty(t, w.usersOf("kiosk", "invoicing"))
	w.place("other", "kiosk")
	require.Equal(t, []string{"tina"}, w.usersOf("kiosk", "invoicing"))
}

// TestR53WhoHasNoForceUsesNothing: deactivated people, and what is suspended.
func TestR53WhoHasNoForceUsesNothing(t *testing.T) {
	w := moduled(t)
	for _, step := range []struct{ off, on call }{
		{putUserAs("console", "tina", tenancy.UserDeactivated), putUserAs("console", "tina", tenancy.UserActive)},
		{stateAs("platform", "shop", suspended), stateAs("platform", "shop", inUse)},
		{stateAs("platform", "acme", suspended), stateAs("platform", "acme", inUse)},
	} {
		require.NoError(t, step.off(w))
		require.Empty(t, w.usersOf("kiosk", "invoicing"))
		require.NoError(t, step.on(w))
		require.Equal(t, []string{"tina"}, w.usersOf("kiosk", "invoicing"))
	}
}

// TestR53ModulesGivenWhileTheRootIsSuspended hold when it is active again.
func TestR53ModulesGivenWhileTheRootIsSuspended(t *testing.T) {
	w := moduled(t)
	require.NoError(t, stateAs("platform", "acme", suspended)(w))
	w.use("retail", "uwe", modules("payroll"))
	w.tenantGroup("late", "acme", "east")
	w.place("late", "farm")
	require.Empty(t, w.usersOf("farm", "payroll"))
	require.NoError(t, stateAs("platform", "acme", inUse)(w))
	require.Equal(t, []string{"uwe"}, w.usersOf("farm", "payroll"))
	require.Equal(t, []string{"tina"}, w.usersOf("farm", "invoicing"))
}

// TestI4NoModuleOfWhatIsGoneIsLeft, nor of what has left the tree.
func TestI4NoModuleOfWhatIsGoneIsLeft(t *testing.T) {
	w := moduled(t)
	w.place("retail", "kiosk")
	require.NoError(t, deleteAs("platform", "kiosk")(w))
	require.NoError(t, detachAs("platform", "shop")(w))
	for _, text := range heldTexts(w) {
		require.NotContains(t, text, "module:"+w.id("kiosk"))
		require.NotContains(t, text, "module:"+w.id("shop"))
	}
	require.NoError(t, deleteTenantGroupAs("platform", "east")(w))
	for _, text := range heldTexts(w) {
		require.NotContains(t, text, "tenant_module:"+w.id("east"))
	}
	require.False(t, w.uses("tina", "shop", "invoicing"))
}
