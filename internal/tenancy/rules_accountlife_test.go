package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestR33WhatComesFromTheAccountIsManagedThere: an attempt to take it elsewhere says where.
func TestR33WhatComesFromTheAccountIsManagedThere(t *testing.T) {
	w := account(t)
	w.administrator("ada", inAll("billing", "owner"))
	w.administrator("art", admin{role: "owner"})
	w.delegateAll("farm")
	for _, c := range []struct {
		organization, user string
		code               tenancy.Code
	}{
		{"shop", "ada", "managed-elsewhere"}, {"shop", "art", "managed-elsewhere"}, {"acme", "art", "managed-elsewhere"},
		{"shop", "olga", "managed-elsewhere"}, {"kiosk", "gil", "managed-elsewhere"},
		{"acme", "ada", "managed-elsewhere"}, {"shop", "gus", "not-found"}, {"shop", "nina", "not-found"},
	} {
		_, err := w.service.RemoveOwner(w.ctx, platform, w.id(c.organization), w.id(c.user))
		require.Equal(t, c.code, codeOf(t, err), "%+v", c)
		if e, _ := tenancy.AsError(err); c.code == "managed-elsewhere" {
			require.Equal(t, tenancy.ManagedAt{Kind: "account_role", ID: w.id(c.user), OrganizationID: w.id("acme")}, *e.ManagedAt)
		}
	}
	require.NoError(t, isolationAs("finn", "farm", tenancy.Isolated)(w))
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, disownAs("platform", "farm", "olga")(w)))
	require.NoError(t, stateAs("platform", "shop", suspended)(w))
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, disownAs("platform", "shop", "ada")(w)), "it has no force now")
}

// TestD7SuspendedAccountsGiveNothing, and what is active again gives what it gave.
func TestD7SuspendedAccountsGiveNothing(t *testing.T) {
	w := account(t)
	w.administrator("ada", inAll("help_desk", "owner"))
	w.administrator("art", butFor("help_desk", "shop"))
	before := w.held(w.ctx)
	for _, c := range []struct {
		suspend string
		may     map[string]bool
	}{
		{"acme", map[string]bool{"acme": false, "shop": false, "kiosk": false}},
		{"shop", map[string]bool{"acme": true, "shop": false, "kiosk": false}},
		{"kiosk", map[string]bool{"acme": true, "shop": true, "kiosk": false}},
	} {
		require.NoError(t, stateAs("platform", c.suspend, suspended)(w))
		for organization, want := range c.may {
			require.Equal(t, want, w.may("ada", "view_agents", organization), "%s while %s is suspended", organization, c.suspend)
		}
		require.NoError(t, stateAs("platform", c.suspend, inUse)(w))
		require.Empty(t, w.steps(before))
	}
	require.NoError(t, stateAs("platform", "acme", suspended)(w))
	require.NoError(t, stateAs("platform", "kiosk", suspended)(w))
	require.NoError(t, stateAs("platform", "kiosk", inUse)(w))
	require.False(t, w.may("art", "access", "kiosk"), "what it names does not end the suspension of the root")
	require.NoError(t, administrateAs("platform", "acme", "nina", admin{role: "owner"})(w))
	require.False(t, w.may("nina", "access", "acme"))
	require.NoError(t, stateAs("platform", "acme", inUse)(w))
	require.True(t, w.may("nina", "own", "shop"))
}

// TestD7WhatIsNamedDoesNotResumeItsAccount: an administrator has his roles when the root has
// what it had, and not when a subaccount that he names, or one above that, is suspended and
// active again.
func TestD7WhatIsNamedDoesNotResumeItsAccount(t *testing.T) {
	w := account(t)
	w.administrator("ada", onlyIn("help_desk", "kiosk"))
	w.administrator("art", butFor("help_desk", "kiosk"))
	before := w.held(w.ctx)
	require.NoError(t, stateAs("platform", "acme", suspended)(w))
	for _, organization := range []string{"kiosk", "shop"} {
		w.expect(done("acme"), stateAs("platform", organization, suspended))
		w.expect(done("acme"), stateAs("platform", organization, inUse))
	}
	require.NoError(t, stateAs("platform", "acme", inUse)(w))
	require.Empty(t, w.steps(before))
	require.True(t, w.may("ada", "view_agents", "kiosk"))
}

// TestD8DeactivatedAdministratorsHaveNoRole, and have theirs again when they are back.
func TestD8DeactivatedAdministratorsHaveNoRole(t *testing.T) {
	w := account(t)
	w.administrator("ada", butFor("administrator", "kiosk"))
	before := w.held(w.ctx)
	w.setUser("ada", tenancy.UserDeactivated)
	require.ElementsMatch(t, []string{
		"-account_role:acme#administrator@user:ada", "-account_role:acme/all#administrator@user:ada", "-account_role:kiosk#except@user:ada",
	}, w.steps(before))
	require.NoError(t, deleteAs("platform", "kiosk")(w))
	w.setUser("ada", tenancy.UserActive)
	require.True(t, w.may("ada", "manage_agents", "shop"))
}

// TestR12DeletedOnesLeaveTheLists (I-4), and the deletion of the root takes all of it.
func TestR12DeletedOnesLeaveTheLists(t *testing.T) {
	w := account(t)
	w.administrator("ada", onlyIn("help_desk", "kiosk", "farm"))
	w.administrator("art", butFor("help_desk", "kiosk"))
	require.NoError(t, deleteAs("platform", "kiosk")(w))
	admins, err := w.service.Administrators(w.ctx, platform, w.id("acme"), tenancy.AdministratorQuery{}, tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, tenancy.Subaccounts{Reach: tenancy.ReachList, Organizations: []string{w.id("farm")}}, admins[0].Subaccounts)
	require.Equal(t, tenancy.Subaccounts{Reach: tenancy.ReachExcept, Organizations: []string{}}, admins[1].Subaccounts)
	for relationship := range w.held(w.ctx) {
		require.NotContains(t, relationship, "kiosk")
	}
	w.plan("acme", tenancy.PlanFree)
	for _, organization := range []string{"shop", "farm", "acme"} {
		require.NoError(t, deleteAs("platform", organization)(w))
	}
	require.False(t, w.may("ada", "access", "acme"))
}

// TestD34DetachEndsTheDelegation of all that leaves, and the roles there; those in the rest stay.
func TestD34DetachEndsTheDelegation(t *testing.T) {
	w := account(t)
	w.administrator("ada", onlyIn("help_desk", "kiosk", "farm"))
	w.administrator("art", butFor("help_desk", "kiosk"))
	w.administrator("nina", admin{role: "billing"})
	w.delegateAll("farm")
	move, _, err := w.service.DetachOrganization(w.ctx, w.as("olga"), w.id("shop"))
	require.NoError(t, err, "R-7, D-4: olga owns what is delegated, and what is above")
	require.ElementsMatch(t, []tenancy.Removal{
		{Kind: "delegation", ID: w.id("shop"), OrganizationID: w.id("shop")},
		{Kind: "delegation", ID: w.id("kiosk"), OrganizationID: w.id("kiosk")},
		{Kind: "account_role", ID: w.id("ada"), OrganizationID: w.id("kiosk")},
	}, move.Removed)
	for _, user := range []string{"olga", "gil", "ada", "art", "nina"} {
		require.False(t, w.may(user, "access", "shop"), user)
		require.False(t, w.may(user, "access", "kiosk"), user)
		require.True(t, w.may(user, "access", "farm"), user)
	}
	admins, err := w.service.Administrators(w.ctx, platform, w.id("acme"), tenancy.AdministratorQuery{}, tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, []string{w.id("farm")}, admins[0].Subaccounts.Organizations)
	require.Empty(t, admins[1].Subaccounts.Organizations)
	require.NoError(t, administrateAs("sam", "shop", "ada", onlyIn("help_desk", "kiosk"))(w), "it is an account of its own")
	require.False(t, w.may("ada", "access", "kiosk"), "nobody has delegated it to this one")
}

// TestD11AttachEndsTheAccount that is attached, and what is moved is isolated.
func TestD11AttachEndsTheAccount(t *testing.T) {
	w := account(t)
	w.users("both")
	w.owner("rival", "both")
	w.owner("acme", "both")
	w.delegateAll("stall")
	require.NoError(t, administrateAs("rita", "rival", "art", onlyIn("help_desk", "stall"))(w))
	w.administrator("ada", admin{role: "help_desk"})
	w.plan("rival", tenancy.PlanFree)
	move, _, err := w.service.AttachOrganization(w.ctx, w.as("both"), w.id("rival"), w.id("acme"))
	require.NoError(t, err)
	require.ElementsMatch(t, []tenancy.Removal{
		{Kind: "delegation", ID: w.id("stall"), OrganizationID: w.id("stall")},
		{Kind: "account_role", ID: w.id("art"), OrganizationID: w.id("rival")},
	}, move.Removed)
	for _, organization := range []string{"rival", "stall"} {
		require.False(t, w.may("art", "access", organization))
		require.False(t, w.may("ada", "access", organization), "nothing is delegated by being attached")
		require.False(t, w.may("olga", "own", organization))
	}
	w.delegateAll("stall")
	require.True(t, w.may("ada", "view_agents", "stall"))
	require.True(t, w.may("olga", "own", "stall"))
	require.NoError(t, detachAs("platform", "rival")(w))
	require.False(t, w.may("ada", "access", "stall"))
	require.False(t, w.may("art", "access", "rival"), "what has ended does not come back")
}

// TestR82WhatTheTrailTells: the account all, a subaccount what somebody is there.
func TestR82WhatTheTrailTells(t *testing.T) {
	w := account(t)
	w.administrator("ada", admin{role: "administrator", below: "help_desk", reach: tenancy.ReachList, named: []string{"shop", "farm"}})
	require.NoError(t, administrateAllAs("olga", "acme", map[string]admin{"ada": butFor("billing", "shop"), "art": inAll("billing", "read_only")})(w))
	told := func(actor, organization, action string) []map[string]string {
		events, err := w.service.Audit(w.ctx, w.as(actor), w.id(organization), tenancy.AuditQuery{Action: action}, 10)
		require.NoError(t, err)
		var details []map[string]string
		for _, e := range events {
			detail := map[string]string{}
			for key, value := range e.Detail {
				detail[w.names(key)] = w.names(value)
			}
			details = append(details, detail)
		}
		return details
	}
	require.Equal(t, []map[string]string{{"user_id": "ada", "role": "administrator", "subaccount_role": "help_desk", "subaccounts": "list farm shop"}},
		told("olga", "acme", "administrator.put"))
	require.Equal(t, []map[string]string{{"user_id": "ada", "subaccount_role": "help_desk"}}, told("sam", "shop", "administrator.put"))
	require.Empty(t, told("finn", "farm", "administrator.put"), "it is isolated")
	require.Empty(t, told("kim", "kiosk", "administrator.put"))
	w.administrator("art", admin{role: "billing", below: "read_only", reach: tenancy.ReachList, named: []string{"shop"}})
	w.administrator("art", admin{role: "billing", below: "administrator", reach: tenancy.ReachList, named: []string{"kiosk"}})
	require.Equal(t, []map[string]string{{"user_id": "art"}}, told("sam", "shop", "administrator.put")[2:], "what he is elsewhere")
	require.Equal(t, []map[string]string{{"administrator:ada": "billing billing except shop", "administrator:art": "billing read_only all"}}, //nolint:dupword // both of his roles
		told("olga", "acme", "administrator.batch"))
	require.Equal(t, []map[string]string{{"administrator:art": "read_only"}}, told("sam", "shop", "administrator.batch"))
	require.Equal(t, []map[string]string{{"administrator:ada": "billing", "administrator:art": "read_only"}}, told("kim", "kiosk", "administrator.batch"))
}

// TestR32AccountRolesStandInTheRoster, locked, with what they give there (R-33, D-36).
func TestR32AccountRolesStandInTheRoster(t *testing.T) {
	w := account(t)
	w.administrator("ada", inAll("billing", "user_manager"))
	w.administrator("art", butFor("billing", "shop"))
	require.Equal(t, []string{
		"ada: account_role/billing @acme [manage_billing]",
		"art: account_role/billing @acme [manage_billing]",
		"gil: group/member bosses@acme [owner]",
		"gus: group/owner bosses@acme []",
		"olga: owner/owner @acme [owner]",
	}, w.roster("olga", "acme", everybody), "in the account itself they are changed")
	require.Equal(t, []string{
		"ada locked: account_role/user_manager @acme []",
		"gil locked: account_role/owner @acme [owner]",
		"olga locked: account_role/owner @acme [owner]",
		"sam: owner/owner @shop [owner]",
	}, w.roster("sam", "shop", everybody))
	require.Equal(t, w.roster("sam", "shop", everybody), w.roster("ada", "shop", everybody), "a user manager sees it")
	require.Len(t, w.roster("kim", "kiosk", everybody), 5)
	require.Equal(t, []string{"finn: owner/owner @farm [owner]"}, w.roster("finn", "farm", everybody))
	byRole := tenancy.RosterQuery{Via: tenancy.ViaAccountRole}
	require.Equal(t, []string{
		"ada locked: account_role/user_manager @acme []",
		"gil locked: account_role/owner @acme [owner]",
		"olga locked: account_role/owner @acme [owner]",
	}, w.roster("sam", "shop", byRole))
	require.Empty(t, w.roster("finn", "farm", byRole))
	require.Equal(t, []string{"sam: owner/owner @shop [owner]"}, w.roster("sam", "shop", tenancy.RosterQuery{Via: tenancy.ViaOwner}))
	for _, e := range w.entries("sam", "shop", byRole) {
		for _, way := range e.Access {
			require.Equal(t, clock.Now(), way.Since)
		}
	}
}

// TestBothWaysOfAnOwningGroup: who owns the account by a group that is linked too
// has both ways.
func TestBothWaysOfAnOwningGroup(t *testing.T) {
	w := account(t)
	w.link("bosses", "shop")
	require.Equal(t, []string{
		"gil locked: linked_group/member bosses@acme [owner], account_role/owner @acme [owner]",
		"gus locked: linked_group/owner bosses@acme []",
		"olga locked: account_role/owner @acme [owner]",
		"sam: owner/owner @shop [owner]",
	}, w.roster("sam", "shop", everybody))
}
