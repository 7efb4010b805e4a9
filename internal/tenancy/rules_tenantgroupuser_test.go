package tenancy_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// using are the steps by which somebody gets a place in a tenant group.
func using(group, user string, rights ...string) (steps []string) {
	for _, right := range append([]string{"user"}, rights...) {
		steps = append(steps, "+tenant_group:"+group+"#"+right+"@user:"+user)
	}
	return steps
}

func modules(names ...string) tenancy.TenantGroupUserInput {
	return tenancy.TenantGroupUserInput{Modules: names}
}

func TestR52WhoManagesGroupUsers(t *testing.T) {
	none := tenancy.TenantGroupUserInput{}
	run(t, collected,
		trial{"with all tenant permissions", useAs("tina", "retail", "nina", none), refused("forbidden", "acme")},
		trial{"a group user", useAs("uwe", "retail", "nina", none), refused("forbidden", "acme")},
		trial{"a group administrator of a subgroup", useAs("ed", "retail", "nina", none), refused("not-found", "acme")},
		trial{"an owner of an organization in it", useAs("sam", "retail", "nina", none), refused("not-found", "acme")},
		trial{"an owner of another tree", useAs("rita", "retail", "nina", none), refused("not-found", "acme")},
		trial{"from another tree", useAs("olga@rival", "retail", "nina", none), refused("not-found", "acme")},
		trial{"a user that there is not", useAs("olga", "retail", "nobody", none), refused("not-found", "acme")},
		trial{"a console without a user", useAs("console", "retail", "nina", none), refused("forbidden", "service")},
		trial{"as it is", useAs("gail", "retail", "uwe", none), unchanged},
		trial{"what is no module", useAs("olga", "retail", "nina", modules("a/b")), refused("invalid", "acme")},
		trial{"a group administrator", useAs("gail", "retail", "nina", none), done("acme", using("retail", "nina")...)},
		trial{"a group administrator, in a subgroup", useAs("gail@shop", "east", "nina", groupAdministrator), done("acme", using("east", "nina", "administrator")...)},
		trial{"an owner of the root", useAs("olga", "retail", "nina", allTenants), done("acme", using("retail", "nina", "all_tenants")...)},
		trial{"the platform", useAs("platform", "east", "nina", allTenants), done("acme", using("east", "nina", "all_tenants")...)},
	)
	run(t, collected,
		trial{"removal with all tenant permissions", disuseAs("tina", "retail", "uwe"), refused("forbidden", "acme")},
		trial{"removal of himself", disuseAs("uwe", "retail", "uwe"), refused("forbidden", "acme")},
		trial{"removal by another tree's", disuseAs("rita", "retail", "uwe"), refused("not-found", "acme")},
		trial{"removal of nobody", disuseAs("gail", "retail", "nina"), refused("not-found", "acme")},
		trial{"removal below his place", disuseAs("gail", "east", "uwe"), refused("managed-elsewhere", "acme")},
		trial{"removal below his place, by who does not see that", disuseAs("ed", "east", "uwe"), refused("not-found", "acme")},
		trial{"removal of himself as the administrator", disuseAs("ed", "east", "ed"), done("acme", "-tenant_group:east#user@user:ed", "-tenant_group:east#administrator@user:ed")},
		trial{"removal", disuseAs("gail", "retail", "tina"), done("acme", "-tenant_group:retail#user@user:tina", "-tenant_group:retail#all_tenants@user:tina")},
	)
}

// TestD1NobodyGivesMoreThanHeHasAtATenantGroup; owners of the root have everything (D-30).
// pam is group administrator of retail with all tenant permissions and a module; gail is one
// without, and tina has another module.
func TestD1NobodyGivesMoreThanHeHasAtATenantGroup(t *testing.T) {
	paired := func(t *testing.T) *world {
		w := collected(t)
		w.users("pam")
		w.use("retail", "pam", tenancy.TenantGroupUserInput{GroupAdministrator: true, AllTenantPermissions: true, Modules: []string{"payroll"}})
		w.use("retail", "tina", tenancy.TenantGroupUserInput{AllTenantPermissions: true, Modules: []string{"invoicing"}})
		return w
	}
	all := func(names ...string) tenancy.TenantGroupUserInput {
		return tenancy.TenantGroupUserInput{AllTenantPermissions: true, Modules: names}
	}
	run(t, paired,
		trial{"all tenant permissions, without them", useAs("gail", "retail", "nina", allTenants), refused("forbidden", "acme")},
		trial{"to himself", useAs("gail", "retail", "gail", tenancy.TenantGroupUserInput{GroupAdministrator: true, AllTenantPermissions: true}), refused("forbidden", "acme")},
		trial{"in a subgroup", useAs("gail", "east", "gail", allTenants), refused("forbidden", "acme")},
		trial{"a module, without it", useAs("gail", "retail", "nina", modules("payroll")), refused("forbidden", "acme")},
		trial{"another module", useAs("pam", "retail", "nina", modules("payroll", "invoicing")), refused("forbidden", "acme")},
		trial{"one more to who has one", useAs("gail", "retail", "tina", all("invoicing", "payroll")), refused("forbidden", "acme")},
		trial{"what he has already", useAs("gail", "retail", "tina", all("invoicing")), unchanged},
		trial{"less", useAs("gail", "retail", "tina", modules("invoicing")), done("acme", "-tenant_group:retail#all_tenants@user:tina")},
		trial{"what he has", useAs("pam", "retail", "nina", allTenants), done("acme", using("retail", "nina", "all_tenants")...)},
		trial{"what he has above", useAs("pam", "east", "nina", allTenants), done("acme", using("east", "nina", "all_tenants")...)},
		trial{"an owner of the root", useAs("olga", "east", "nina", allTenants), done("acme", using("east", "nina", "all_tenants")...)},
	)
	for actor, in := range map[string]tenancy.TenantGroupUserInput{"pam": all("payroll"), "olga": all("anything"), "platform": all("anything")} {
		for _, group := range []string{"retail", "east"} {
			require.NoError(t, useAs(actor, group, "nina", in)(paired(t)), "%s at %s", actor, group)
		}
	}
	w := paired(t)
	w.use("east", "ed", tenancy.TenantGroupUserInput{GroupAdministrator: true, AllTenantPermissions: true, Modules: []string{"ledger"}})
	w.use("retail", "ed", groupAdministrator)
	w.expect(refused("forbidden", "acme"), useAs("ed", "retail", "nina", allTenants)) // he has them below alone
	w.expect(refused("forbidden", "acme"), useAs("ed", "retail", "nina", modules("ledger")))
	require.NoError(t, useAs("ed", "east", "nina", modules("ledger"))(w))
}

// TestR53ModulesAreKeptInOrder, each once, and so many.
func TestR53ModulesAreKeptInOrder(t *testing.T) {
	w := collected(t)
	for _, user := range []string{"nina", "gail"} {
		u, _, err := w.service.PutTenantGroupUser(w.ctx, w.as("olga"), w.id("retail"), w.id(user), modules("payroll", "invoicing", "payroll"))
		require.NoError(t, err)
		require.Equal(t, []string{"invoicing", "payroll"}, u.Modules)
	}
	require.NoError(t, useAs("olga", "retail", "nina", tenancy.TenantGroupUserInput{})(w))
	users, err := w.service.TenantGroupUsers(w.ctx, w.as("uwe"), w.id("retail"), tenancy.PageAll)
	require.NoError(t, err)
	names := map[string][]string{}
	for _, u := range users {
		names[w.names(u.UserID)] = u.Modules
	}
	require.Equal(t, map[string][]string{"gail": {"invoicing", "payroll"}, "nina": nil, "tina": nil, "uwe": nil}, names)
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprint("module", i)
	}
	w.expect(refused("invalid", "acme"), useAs("olga", "retail", "nina", modules(many...)))
}

// TestR82GroupUsersAreToldWhereTheyComeIn: at the root, and in all that is in the group.
func TestR82GroupUsersAreToldWhereTheyComeIn(t *testing.T) {
	w := collected(t)
	told := []string{w.id("acme"), w.id("kiosk"), w.id("shop")}
	for _, c := range []call{
		useAs("gail", "retail", "nina", groupAdministrator), putUserAs("platform", "nina", tenancy.UserDeactivated),
		putUserAs("platform", "nina", tenancy.UserActive), disuseAs("olga", "retail", "nina"),
	} {
		require.NoError(t, c(w))
		require.ElementsMatch(t, told, w.last("acme").Organizations)
	}
	require.NoError(t, useAs("olga", "east", "nina", allTenants)(w))
	require.ElementsMatch(t, told[:2], w.last("acme").Organizations)
}

// TestD8ADeactivatedGroupUserHasNothing until he is active again; he is given nothing more
// meanwhile, and can be removed.
func TestD8ADeactivatedGroupUserHasNothing(t *testing.T) {
	w := collected(t)
	w.setUser("tina", tenancy.UserDeactivated)
	require.False(t, w.may("tina", "access", "shop"))
	require.False(t, w.allowed("tina", "use", "tenant_group", "retail"))
	w.expect(refused("not-found", "acme"), useAs("olga", "retail", "tina", allTenants))
	w.expect(refused("not-found", "acme"), disuseAs("gail", "east", "tina")) // nothing comes from above
	w.setUser("tina", tenancy.UserActive)
	w.expect(refused("managed-elsewhere", "acme"), disuseAs("gail", "east", "tina"))
	require.True(t, w.may("tina", "manage_groups", "kiosk"))
	w.setUser("tina", tenancy.UserDeactivated)
	w.expect(done("acme"), disuseAs("gail", "retail", "tina"))
	w.setUser("tina", tenancy.UserActive)
	require.False(t, w.may("tina", "access", "shop"))
}

// TestR55GroupUsersAreChangedAtTheirGroup: an attempt in the organization says where.
func TestR55GroupUsersAreChangedAtTheirGroup(t *testing.T) {
	w := collected(t)
	elsewhere := func(organization, user string) *tenancy.ManagedAt {
		_, err := w.service.RemoveOwner(w.ctx, platform, w.id(organization), w.id(user))
		refusal, _ := tenancy.AsError(err)
		require.NotNil(t, refusal)
		if refusal.Code == tenancy.CodeNotFound {
			return nil
		}
		require.Equal(t, tenancy.CodeManagedElsewhere, refusal.Code)
		return refusal.ManagedAt
	}
	at := func(group string) *tenancy.ManagedAt {
		return &tenancy.ManagedAt{Kind: "tenant_group", ID: w.id(group), OrganizationID: w.id("acme")}
	}
	require.Equal(t, at("retail"), elsewhere("shop", "tina"))
	require.Equal(t, at("retail"), elsewhere("kiosk", "uwe"))
	require.Equal(t, at("east"), elsewhere("kiosk", "ed"))
	w.use("east", "gail", allTenants)
	require.Equal(t, at("retail"), elsewhere("kiosk", "gail"), "the one above comes first")
	for _, c := range [][2]string{{"shop", "ed"}, {"farm", "tina"}, {"acme", "gail"}, {"shop", "nina"}} {
		require.Nil(t, elsewhere(c[0], c[1]))
	}
	w.expect(refused("managed-elsewhere", "acme"), disownAs("sam", "shop", "tina"))
	w.expect(refused("forbidden", "acme"), disownAs("tina", "shop", "tina"))
	w.setUser("tina", tenancy.UserDeactivated)
	require.Nil(t, elsewhere("shop", "tina"))
	require.NoError(t, stateAs("platform", "kiosk", suspended)(w))
	require.Nil(t, elsewhere("kiosk", "ed"))
}
