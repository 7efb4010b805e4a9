package tenancy_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// account is two trees; of acme's, shop and the kiosk below it are delegated, and farm is not.
// gil owns acme as a member of bosses, whose owner is gus. ada and art are users.
func account(t *testing.T) *world {
	t.Helper()
	w := twoTrees(t)
	w.users("ada", "art", "gil", "gus")
	w.group("bosses", "acme", "gus", "owner")
	w.put("bosses", groupMember, "gil")
	w.delegateAll("shop", "kiosk")
	return w
}

func (w *world) delegateAll(organizations ...string) {
	w.t.Helper()
	for _, organization := range organizations {
		require.NoError(w.t, isolationAs("platform", organization, tenancy.Delegated)(w))
	}
}

func (w *world) administrator(user string, a admin) {
	w.t.Helper()
	require.NoError(w.t, administrateAs("olga", "acme", user, a)(w))
}

func inAll(role, below tenancy.AccountRole) admin { return admin{role: role, below: below} }
func onlyIn(role tenancy.AccountRole, names ...string) admin {
	return admin{role: role, reach: tenancy.ReachList, named: names}
}
func butFor(role tenancy.AccountRole, names ...string) admin {
	return admin{role: role, reach: tenancy.ReachExcept, named: names}
}

// opened are the steps of the delegation of an organization to acme.
func opened(sign, organization string) []string {
	return []string{
		sign + "organization:" + organization + "#account_role@account_role:" + organization,
		sign + "account_role:" + organization + "#account@organization:acme",
		sign + "account_role:" + organization + "#everywhere@account_role:acme/all",
	}
}

// TestD11WhoDelegates: an owner of the organization itself, and nobody who does not own it.
func TestD11WhoDelegates(t *testing.T) {
	run(t, account,
		trial{"the owner of the root", isolationAs("olga", "farm", "delegated"), refused("forbidden", "acme")},
		trial{"an owner of the root by a group", isolationAs("gil", "farm", "delegated"), refused("forbidden", "acme")},
		trial{"an owner beside it", isolationAs("sam", "farm", "delegated"), refused("not-found", "acme")},
		trial{"an owner in another tree", isolationAs("rita", "farm", "delegated"), refused("not-found", "acme")},
		trial{"a stranger", isolationAs("nina", "farm", "delegated"), refused("not-found", "acme")},
		trial{"a console without a user", isolationAs("console", "farm", "delegated"), refused("forbidden", "service")},
		trial{"what there is not", isolationAs("finn", "farm", "open"), refused("invalid", "acme")},
		trial{"a root", isolationAs("olga", "acme", "delegated"), refused("invalid", "acme")},
		trial{"as it is", isolationAs("finn", "farm", "isolated"), unchanged},
		trial{"as it is, delegated", isolationAs("sam", "shop", "delegated"), unchanged},
		trial{"its owner", isolationAs("finn", "farm", "delegated"), done("acme", opened("+", "farm")...)},
		trial{"the platform", isolationAs("platform", "farm", "delegated"), done("acme", opened("+", "farm")...)},
	)
}

// TestD11WhoIsolatesAgain: its owner, or an owner of the root.
func TestD11WhoIsolatesAgain(t *testing.T) {
	run(t, account,
		trial{"a stranger", isolationAs("nina", "shop", "isolated"), refused("not-found", "acme")},
		trial{"an owner below", isolationAs("kim", "shop", "isolated"), refused("not-found", "acme")},
		trial{"the group's owner", isolationAs("gus", "shop", "isolated"), refused("not-found", "acme")},
		trial{"its owner", isolationAs("sam", "shop", "isolated"), done("acme", opened("-", "shop")...)},
		trial{"the owner of the root", isolationAs("olga", "shop", "isolated"), done("acme", opened("-", "shop")...)},
		trial{"an owner of the root by a group", isolationAs("gil", "shop", "isolated"), done("acme", opened("-", "shop")...)},
		trial{"an owner above that, in a third level", isolationAs("olga", "kiosk", "isolated"), done("acme", opened("-", "kiosk")...)},
	)
	w := account(t)
	w.administrator("ada", inAll("read_only", "administrator"))
	w.expect(refused("forbidden", "acme"), isolationAs("ada", "shop", "isolated"))
	w.administrator("ada", inAll("read_only", "owner"))
	w.expect(done("acme", opened("-", "shop")...), isolationAs("ada", "shop", "isolated"))
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, isolationAs("ada", "shop", "delegated")(w)), "he can't let himself in again")
}

// TestR40CreatedDelegated: by who will own it.
func TestR40CreatedDelegated(t *testing.T) {
	w := account(t)
	create := func(isolation tenancy.Isolation, id string) error {
		_, _, err := w.service.CreateOrganization(w.ctx, w.as("sam"), tenancy.NewOrganization{ID: w.id(id), Name: id, ParentID: w.id("shop"), Isolation: isolation})
		return err
	}
	require.NoError(t, create("delegated", "stand"))
	require.NoError(t, create("", "cellar"))
	require.Equal(t, tenancy.CodeInvalid, codeOf(t, create("x", "tent")))
	require.True(t, w.may("olga", "own", "stand"))
	require.False(t, w.may("olga", "access", "cellar"), "isolated is the default")
	_, _, err := w.service.CreateOrganization(w.ctx, platform, tenancy.NewOrganization{Name: "n", Detached: true, OwnerID: w.id("ada"), Isolation: "delegated"})
	require.Equal(t, tenancy.CodeInvalid, codeOf(t, err), "a root is the account itself")
}

// rolePermissions is what a role gives, of what a person can hold in an organization (API, "Objects").
var rolePermissions = map[tenancy.AccountRole]func(permission string) bool{
	"owner":         func(string) bool { return true },
	"administrator": func(p string) bool { return p != "own" && p != "owner" },
	"user_manager":  func(p string) bool { return p == "access" || p == "view_roster" || p == "manage_users" },
	"help_desk":     func(p string) bool { return p == "access" || p == "view_roster" || isView(p) },
	"billing":       func(p string) bool { return p == "access" || p == "manage_billing" },
	"read_only":     func(p string) bool { return p == "access" || isView(p) },
}

func isView(permission string) bool {
	return len(permission) > 5 && permission[:5] == "view_" && permission != "view_roster"
}

// TestR41WhatEachRoleGives at each level, and nothing in isolated organizations.
func TestR41WhatEachRoleGives(t *testing.T) {
	w := account(t)
	for i, role := range tenancy.AccountRoles[1:] { // an owner can't have another one below
		below := tenancy.AccountRoles[(i+3)%len(tenancy.AccountRoles)]
		w.administrator("ada", inAll(role, below))
		for _, permission := range tenancy.PermissionsOf("organization") {
			require.Equal(t, rolePermissions[role](permission), w.may("ada", permission, "acme"), "%s as %s", permission, role)
			for _, organization := range []string{"shop", "kiosk"} {
				require.Equal(t, rolePermissions[below](permission), w.may("ada", permission, organization), "%s as %s in %s", permission, below, organization)
			}
			require.False(t, w.may("ada", permission, "farm"), permission)
			require.False(t, w.may("ada", permission, "rival"), permission)
		}
	}
}

// TestR41TheSubaccountRoleIsTheSameUnlessGiven, also when the role changes.
func TestR41TheSubaccountRoleIsTheSameUnlessGiven(t *testing.T) {
	w := account(t)
	w.expect(done("acme", "+account_role:acme#billing@user:ada", "+account_role:acme/all#billing@user:ada",
		"+organization:acme#account_role@account_role:acme"), administrateAs("olga", "acme", "ada", admin{role: "billing"}))
	w.expect(unchanged, administrateAs("olga", "acme", "ada", inAll("billing", "billing")))
	w.expect(done("acme", "-account_role:acme/all#billing@user:ada", "+account_role:acme/all#read_only@user:ada"),
		administrateAs("olga", "acme", "ada", inAll("billing", "read_only")))
	w.expect(done("acme", "-account_role:acme#billing@user:ada", "+account_role:acme#help_desk@user:ada",
		"-account_role:acme/all#read_only@user:ada", "+account_role:acme/all#help_desk@user:ada"),
		administrateAs("olga", "acme", "ada", admin{role: "help_desk"}))
}

// TestR42WhichSubaccountsAreReached, also those that are delegated or created later.
func TestR42WhichSubaccountsAreReached(t *testing.T) {
	w := account(t)
	w.delegateAll("farm")
	for i, c := range []struct {
		name    string
		as      admin
		reached []string
		later   bool
	}{
		{"all", admin{role: "help_desk"}, []string{"shop", "kiosk", "farm"}, true},
		{"a list", onlyIn("help_desk", "farm", "kiosk", "farm"), []string{"kiosk", "farm"}, false},
		{"a list of none", onlyIn("help_desk"), nil, false},
		{"all except a list", butFor("help_desk", "kiosk"), []string{"shop", "farm"}, true},
		{"all except none", butFor("help_desk"), []string{"shop", "kiosk", "farm"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.administrator("ada", c.as)
			for _, organization := range []string{"shop", "kiosk", "farm"} {
				reached := slices.Contains(c.reached, organization)
				require.Equal(t, reached, w.may("ada", "view_agents", organization), organization)
				require.Equal(t, reached, w.may("ada", "access", organization), organization)
			}
			later := fmt.Sprint("later", i)
			w.child(later, "farm", "finn")
			require.False(t, w.may("ada", "access", later))
			w.delegateAll(later)
			require.Equal(t, c.later, w.may("ada", "access", later))
			require.NoError(t, deleteAs("platform", later)(w))
		})
	}
}

// TestD23DelegationIsEachOwn: below an isolated child a delegated one is reached.
func TestD23DelegationIsEachOwn(t *testing.T) {
	w := account(t)
	w.administrator("ada", admin{role: "help_desk"})
	require.NoError(t, isolationAs("sam", "shop", tenancy.Isolated)(w))
	require.False(t, w.may("ada", "access", "shop"))
	require.True(t, w.may("ada", "access", "kiosk"))
	require.True(t, w.may("olga", "own", "kiosk"))
	require.False(t, w.may("olga", "own", "shop"))
}

// TestIsolatedOnesMayBeListed, and grant nothing until they are delegated.
func TestIsolatedOnesMayBeListed(t *testing.T) {
	w := account(t)
	w.administrator("ada", onlyIn("help_desk", "farm"))
	w.administrator("art", butFor("help_desk", "farm"))
	require.False(t, w.may("ada", "access", "farm"))
	w.delegateAll("farm")
	require.True(t, w.may("ada", "view_agents", "farm"))
	require.False(t, w.may("art", "view_agents", "farm"))
}

// TestR43OwnersReachEverySubaccount as owners, whichever way they own the account (D-4), also
// where somebody would except them.
func TestR43OwnersReachEverySubaccount(t *testing.T) {
	w := account(t)
	w.administrator("ada", admin{role: "owner"})
	for _, owner := range []string{"olga", "gil", "ada"} {
		for _, permission := range tenancy.PermissionsOf("organization") {
			require.True(t, w.may(owner, permission, "shop"), "%s: %s", owner, permission)
		}
		require.True(t, w.may(owner, "own", "kiosk"))
		require.False(t, w.may(owner, "access", "farm"))
	}
	require.False(t, w.may("gus", "access", "shop"), "who owns the group alone has none of its claims")
	w.administrator("art", butFor("help_desk", "shop"))
	w.owner("acme", "art")
	require.True(t, w.may("art", "own", "shop"), "an owner can't be excepted")
	require.NoError(t, disownAs("olga", "acme", "art")(w))
	require.False(t, w.may("art", "access", "shop"))
}

// TestR43NothingElseCanBeChosenForAnOwner.
func TestR43NothingElseCanBeChosenForAnOwner(t *testing.T) {
	refusal := refused("owner-subaccount-role", "acme")
	run(t, account,
		trial{"another subaccount role", administrateAs("olga", "acme", "ada", inAll("owner", "administrator")), refusal},
		trial{"a list", administrateAs("olga", "acme", "ada", onlyIn("owner", "shop")), refusal},
		trial{"all except some", administrateAs("olga", "acme", "ada", butFor("owner", "shop")), refusal},
		trial{"less for the owner of the root", administrateAs("platform", "acme", "olga", admin{role: "billing"}), refusal},
		trial{"less for an owner by a group", administrateAs("platform", "acme", "gil", admin{role: "billing"}), refusal},
		trial{"the owner of the root once more", administrateAs("olga", "acme", "olga", admin{role: "owner"}),
			done("acme", "+account_role:acme#owner@user:olga", "+account_role:acme/all#owner@user:olga", "+organization:acme#account_role@account_role:acme")},
		trial{"less for the owner of a group", administrateAs("olga", "acme", "gus", admin{role: "billing"}),
			done("acme", "+account_role:acme#billing@user:gus", "+account_role:acme/all#billing@user:gus", "+organization:acme#account_role@account_role:acme")},
	)
}

// staffed is account with ada as an administrator of all.
func staffed(t *testing.T) *world {
	t.Helper()
	w := account(t)
	w.administrator("ada", admin{role: "administrator"})
	return w
}

// TestR44WhoEditsRoles: owners of the account alone.
func TestR44WhoEditsRoles(t *testing.T) {
	help := admin{role: "help_desk"}
	given := []string{"+account_role:acme#help_desk@user:art", "+account_role:acme/all#help_desk@user:art"}
	taken := []string{"-account_role:acme#administrator@user:ada", "-account_role:acme/all#administrator@user:ada", "-organization:acme#account_role@account_role:acme"}
	run(t, staffed,
		trial{"an administrator", administrateAs("ada", "acme", "art", help), refused("forbidden", "acme")},
		trial{"an administrator, himself", administrateAs("ada", "acme", "ada", admin{role: "owner"}), refused("forbidden", "acme")},
		trial{"an administrator, of nobody known", administrateAs("ada", "acme", "noone", help), refused("forbidden", "acme")},
		trial{"the owner of a subaccount", administrateAs("sam", "acme", "art", help), refused("not-found", "acme")},
		trial{"an owner in another tree", administrateAs("rita", "acme", "art", help), refused("not-found", "acme")},
		trial{"who operates from another tree", administrateAs("platform@rival", "acme", "art", help), refused("not-found", "acme")},
		trial{"a console without a user", administrateAs("console", "acme", "art", help), refused("forbidden", "service")},
		trial{"an unknown user", administrateAs("olga", "acme", "noone", help), refused("not-found", "acme")},
		trial{"in a sub-organization", administrateAs("sam", "shop", "art", help), refused("invalid", "acme")},
		trial{"what is in another tree", administrateAs("olga", "acme", "art", onlyIn("billing", "stall")), refused("invalid", "acme")},
		trial{"what is not there", administrateAs("olga", "acme", "art", onlyIn("billing", "nowhere")), refused("invalid", "acme")},
		trial{"the root itself", administrateAs("olga", "acme", "art", butFor("billing", "acme")), refused("invalid", "acme")},
		trial{"no role", administrateAs("olga", "acme", "art", admin{}), refused("invalid", "acme")},
		trial{"the owner", administrateAs("olga", "acme", "art", help), done("acme", given...)},
		trial{"an owner by a group", administrateAs("gil", "acme", "art", help), done("acme", given...)},
		trial{"the platform", administrateAs("platform", "acme", "art", help), done("acme", given...)},

		trial{"removed by himself", dismissAs("ada", "acme", "ada"), refused("forbidden", "acme")},
		trial{"removed by the owner of a subaccount", dismissAs("sam", "acme", "ada"), refused("not-found", "acme")},
		trial{"removed, who is none", dismissAs("olga", "acme", "art"), refused("not-found", "acme")},
		trial{"removed, who owns the root", dismissAs("gil", "acme", "olga"), refused("not-found", "acme")},
		trial{"removed by the owner", dismissAs("olga", "acme", "ada"), done("acme", taken...)},
		trial{"removed by the platform", dismissAs("platform", "acme", "ada"), done("acme", taken...)},
	)
}

// TestR44OwnersByRoleEditRoles, and the last one may go: the root keeps an owner of its own.
func TestR44OwnersByRoleEditRoles(t *testing.T) {
	w := account(t)
	w.administrator("ada", admin{role: "owner"})
	require.NoError(t, administrateAs("ada", "acme", "art", admin{role: "billing"})(w))
	require.NoError(t, dismissAs("ada", "acme", "ada")(w))
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, dismissAs("ada", "acme", "art")(w)))
	require.Equal(t, tenancy.CodeLastOwner, codeOf(t, disownAs("olga", "acme", "olga")(w)), "D-4, D-33: the root's last active owner stays")
}

// TestR44BatchesAreAllOrNothing.
func TestR44BatchesAreAllOrNothing(t *testing.T) {
	help, billing := admin{role: "help_desk"}, onlyIn("billing", "shop")
	run(t, staffed,
		trial{"by an administrator", administrateAllAs("ada", "acme", map[string]admin{"art": help}), refused("forbidden", "acme")},
		trial{"by an administrator, himself", administrateAllAs("ada", "acme", map[string]admin{"ada": {role: "owner"}}), refused("forbidden", "acme")},
	)
	run(t, account,
		trial{"with one that is bad", administrateAllAs("olga", "acme", map[string]admin{"ada": help, "art": {role: "king"}}), refused("invalid", "acme")},
		trial{"with one that is not known", administrateAllAs("olga", "acme", map[string]admin{"ada": help, "noone": help}), refused("not-found", "acme")},
		trial{"with an owner of less", administrateAllAs("olga", "acme", map[string]admin{"ada": help, "olga": help}), refused("owner-subaccount-role", "acme")},
		trial{"with another tree's", administrateAllAs("olga", "acme", map[string]admin{"ada": help, "art": onlyIn("billing", "stall")}), refused("invalid", "acme")},
		trial{"by an owner below", administrateAllAs("sam", "acme", map[string]admin{"ada": help}), refused("not-found", "acme")},
		trial{"of nobody", administrateAllAs("olga", "acme", nil), unchanged},
		trial{"of good ones", administrateAllAs("olga", "acme", map[string]admin{"ada": help, "art": billing}), done("acme",
			"+account_role:acme#help_desk@user:ada", "+account_role:acme/all#help_desk@user:ada",
			"+account_role:acme#billing@user:art", "+account_role:shop#billing@user:art", "+organization:acme#account_role@account_role:acme")},
	)
}

// TestR45Search finds administrators by name, role and subaccount role.
func TestR45Search(t *testing.T) {
	w := account(t)
	_, _, _, err := w.service.PutUser(w.ctx, platform, w.id("art"), tenancy.UserInput{Name: "Arthur Dent", Email: "dent@example.org"})
	require.NoError(t, err)
	w.administrator("ada", inAll("administrator", "read_only"))
	w.administrator("art", inAll("read_only", "read_only"))
	w.administrator("nina", onlyIn("read_only"))
	for _, c := range []struct {
		query tenancy.AdministratorQuery
		want  []string
	}{
		{tenancy.AdministratorQuery{}, []string{"ada", "art", "nina"}},
		{tenancy.AdministratorQuery{Text: "DENT"}, []string{"art"}},
		{tenancy.AdministratorQuery{Role: "read_only"}, []string{"art", "nina"}},
		{tenancy.AdministratorQuery{SubaccountRole: "read_only", Role: "administrator"}, []string{"ada"}},
		{tenancy.AdministratorQuery{Role: "owner"}, nil},
	} {
		var got []string
		for page := (tenancy.Page{Limit: 1}); ; page.After = w.id(got[len(got)-1]) {
			some, err := w.service.Administrators(w.ctx, w.as("olga"), w.id("acme"), c.query, page)
			require.NoError(t, err)
			if len(some) == 0 {
				break
			}
			got = append(got, w.names(some[0].UserID))
		}
		require.Equal(t, c.want, got, "%+v", c.query)
	}
	w.setUser("nina", tenancy.UserDeactivated)
	for actor, want := range map[string]tenancy.Code{
		"olga": "", "ada": "", "art": "forbidden", "sam": "not-found", "rita": "not-found", "nina": "unauthenticated", "platform": "",
	} {
		require.Equal(t, want, codeOf(t, administratorsAs(actor, "acme")(w)), actor)
	}
	require.Equal(t, tenancy.CodeInvalid, codeOf(t, administratorsAs("sam", "shop")(w)))
}

// TestR45TwoOwnersAreRecommended: those of the root and owners by role count, each once and
// while they are active.
func TestR45TwoOwnersAreRecommended(t *testing.T) {
	w := account(t)
	recommended := func() bool {
		view, err := w.service.Organization(w.ctx, w.as("olga"), w.id("acme"))
		require.NoError(t, err)
		return slices.Contains(view.Recommendations, "add-second-owner")
	}
	require.True(t, recommended())
	w.administrator("olga", admin{role: "owner"})
	require.True(t, recommended(), "she is one person")
	w.administrator("ada", admin{role: "administrator"})
	require.True(t, recommended())
	w.administrator("ada", admin{role: "owner"})
	require.False(t, recommended())
	w.setUser("ada", tenancy.UserDeactivated)
	require.True(t, recommended())
}
