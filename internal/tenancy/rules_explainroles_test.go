package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestExplainTellsOfTheAccount: roles in it, in a subaccount and in all, and what ends them.
func TestExplainTellsOfTheAccount(t *testing.T) {
	w := twoTrees(t)
	w.users("adam", "lucy", "bert")
	w.delegateAll("shop", "farm")
	w.administrator("adam", inAll("help_desk", "billing"))
	w.administrator("lucy", onlyIn("help_desk", "shop"))
	w.administrator("bert", butFor("billing", "farm"))
	for name, c := range map[string]struct{ user, permission, organization, text string }{
		"in the account":    {"adam", "view_roster", "acme", "`adam` has `view_roster` on *acme*. `adam` has `help_desk` among the account roles in *acme*, which hold in *acme*."},
		"everywhere":        {"adam", "manage_billing", "shop", "`adam` has `manage_billing` on *shop*. `adam` has `billing` among the subaccount roles in all that is delegated to *acme*, which include the account roles in *shop*, which hold in *shop*."},
		"in a list":         {"lucy", "view_agents", "shop", "`lucy` has `view_agents` on *shop*. `lucy` has `help_desk` among the account roles in *shop*, which hold in *shop*."},
		"the account owner": {"olga", "own", "shop", "`olga` has `own` on *shop*. `olga` is an owner of *acme*, which is the account behind the account roles in *shop*, which hold in *shop*."},
		"not in the list":   {"lucy", "access", "farm", "`lucy` does not have `access` on *farm*. `lucy` is an administrator of *acme* with the subaccount role `help_desk`, but *farm* is not among the subaccounts that are reached by that."},
		"excepted":          {"bert", "access", "farm", "`bert` does not have `access` on *farm*. `bert` is an administrator of *acme* with the subaccount role `billing`, but *farm* is not among the subaccounts that are reached by that."},
		"isolated":          {"adam", "access", "kiosk", "`adam` does not have `access` on *kiosk*. `adam` is an administrator of *acme* with the subaccount role `billing`, but *kiosk* is isolated from its account."},
		"too small a role":  {"adam", "own", "shop", "`adam` does not have `own` on *shop*. `adam` has `billing` among the subaccount roles in all that is delegated to *acme*, which include the account roles in *shop*, which hold in *shop*, but that does not give `own`."},
	} {
		t.Run(name, func(t *testing.T) {
			in := *w
			in.t = t
			_, text := in.explain("console", "user:"+c.user, c.permission, "organization:"+c.organization)
			require.Equal(t, c.text, text)
		})
	}
}

// TestExplainTellsOfTenantGroups, and of subgroups on the way.
func TestExplainTellsOfTenantGroups(t *testing.T) {
	w := collected(t)
	for name, c := range map[string]struct{ subject, permission, resource, text string }{
		"a user":           {"uwe", "access", "organization:shop", "`uwe` has `access` on *shop*. `uwe` is a user of the tenant group *retail*, which contains *shop*."},
		"of a subgroup":    {"tina", "manage_agents", "organization:kiosk", "`tina` has `manage_agents` on *kiosk*. `tina` has all tenant permissions in the tenant group *retail*, which has the tenant group *east* as a subgroup, which contains *kiosk*."},
		"who administers":  {"ed", "administer", "tenant_group:east", "`ed` has `administer` on the tenant group *east*. `ed` administers the tenant group *east*."},
		"the root's owner": {"olga", "administer", "tenant_group:east", "`olga` has `administer` on the tenant group *east*. `olga` is an owner of *acme*, which is the root over the tenant group *retail*, which has the tenant group *east* as a subgroup. `olga` is an owner of *acme*, which is the root over the tenant group *east*."},
		"a user alone":     {"uwe", "view_agents", "organization:shop", "`uwe` does not have `view_agents` on *shop*. `uwe` is a user of the tenant group *retail*, which contains *shop*, but that does not give `view_agents`."},
		"not in it":        {"uwe", "access", "organization:farm", "`uwe` does not have `access` on *farm*. `uwe` is a user of the tenant group *retail*, which does not contain *farm*."},
	} {
		t.Run(name, func(t *testing.T) {
			in := *w
			in.t = t
			_, text := in.explain("console", "user:"+c.subject, c.permission, c.resource)
			require.Equal(t, c.text, text)
		})
	}
	_, text := w.explain("uwe", "user:uwe", "access", "organization:shop")
	require.NotContains(t, text, "`retail`", "its users see a tenant group")
	e, _ := w.explain("console", "user:uwe", "access", "organization:shop")
	require.Len(t, e.Paths, 1)
	require.NoError(t, displaceAs("platform", "retail", "shop")(w))
	e, _ = w.explain("console", "user:uwe", "access", "organization:shop")
	require.False(t, e.Allowed)
}
