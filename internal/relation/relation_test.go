package relation_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestRelationshipsOfEachRow(t *testing.T) {
	for name, c := range map[string]struct {
		row  tenancy.Row
		want []string
	}{
		"root": {
			tenancy.Organization{ID: "acme", RootID: "acme"},
			[]string{"organization:acme#root@organization:acme", "organization:acme#subtree@subtree:acme"},
		},
		"sub-organization": {
			tenancy.Organization{ID: "shop", ParentID: "acme", RootID: "acme"},
			[]string{
				"organization:shop#root@organization:acme", "organization:shop#parent@organization:acme",
				"organization:acme#child@organization:shop",
				"organization:shop#subtree@subtree:shop", "organization:shop#subtree@subtree:acme",
			},
		},
		"organization of the third level": {
			tenancy.Organization{ID: "kiosk", ParentID: "shop", RootID: "acme"},
			[]string{
				"organization:kiosk#root@organization:acme", "organization:kiosk#parent@organization:shop",
				"organization:shop#child@organization:kiosk", "organization:kiosk#subtree@subtree:kiosk",
				"organization:kiosk#subtree@subtree:shop", "organization:kiosk#subtree@subtree:acme",
			},
		},
		"owner":                     {tenancy.Owner{OrganizationID: "acme", UserID: "a/b"}, []string{"organization:acme#owner@user:a/b"}},
		"owner who is deactivated":  {tenancy.Owner{OrganizationID: "acme", UserID: "a", Inactive: true}, nil},
		"member":                    {tenancy.Membership{GroupID: "g", Role: tenancy.GroupMember, UserID: "a"}, []string{"group:g#member@user:a"}},
		"group owner":               {tenancy.Membership{GroupID: "g", Role: tenancy.GroupOwner, UserID: "a"}, []string{"group:g#owner@user:a"}},
		"member who is deactivated": {tenancy.Membership{GroupID: "g", Role: tenancy.GroupMember, UserID: "a", Inactive: true}, nil},
		"group": {
			tenancy.Group{ID: "g", OrganizationID: "acme", Claims: []tenancy.Claim{"view_agents", "owner"}},
			[]string{
				"group:g#home@organization:acme", "organization:acme#group@group:g",
				"group:g#claim_view_agents@group:g#member", "group:g#claim_owner@group:g#member",
			},
		},
		"link": {
			tenancy.Link{GroupID: "g", OrganizationID: "shop"},
			[]string{"organization:shop#linked_group@group:g", "group:g#linked_organization@organization:shop"},
		},
		"narrowed link": {
			tenancy.Link{GroupID: "g", OrganizationID: "shop", Scope: tenancy.ScopeOrganization, Claims: []tenancy.Claim{"manage_billing", "manage_agents"}},
			[]string{
				"link:g/shop#group@group:g", "link:g/shop#claim_manage_billing@group:g",
				"link:g/shop#claim_view_agents@group:g", "link:g/shop#claim_manage_agents@group:g",
				"organization:shop#linked_group@link:g/shop", "group:g#linked_organization@organization:shop",
			},
		},
		"link narrowed to nothing": {
			tenancy.Link{GroupID: "g", OrganizationID: "shop", Claims: []tenancy.Claim{}},
			[]string{
				"link:g/shop#group@group:g",
				"organization:shop#linked_group@link:g/shop", "group:g#linked_organization@organization:shop",
			},
		},
		"subtree link": {
			tenancy.Link{GroupID: "g", OrganizationID: "shop", Scope: tenancy.ScopeSubtree},
			[]string{"subtree:shop#linked_group@group:g", "group:g#linked_subtree@organization:shop"},
		},
		"narrowed subtree link": {
			tenancy.Link{GroupID: "g", OrganizationID: "shop", Scope: tenancy.ScopeSubtree, Claims: []tenancy.Claim{"view_agents"}},
			[]string{
				"link:g/shop#group@group:g", "link:g/shop#claim_view_agents@group:g",
				"subtree:shop#linked_group@link:g/shop", "group:g#linked_subtree@organization:shop",
			},
		},
		"link without a licence": {tenancy.Link{GroupID: "g", OrganizationID: "shop", Unlicensed: true}, nil},
		"owner while suspended":  {tenancy.Owner{OrganizationID: "acme", UserID: "a", Suspended: true}, nil},
		"member while suspended": {tenancy.Membership{GroupID: "g", Role: tenancy.GroupMember, UserID: "a", Suspended: true}, nil},
		"group while suspended":  {tenancy.Group{ID: "g", OrganizationID: "acme", Claims: []tenancy.Claim{"owner"}, Suspended: true}, nil},
		"link while suspended":   {tenancy.Link{GroupID: "g", OrganizationID: "shop", Suspended: true}, nil},
		"organization while suspended": {
			tenancy.Organization{ID: "acme", RootID: "acme", State: tenancy.OrganizationSuspended, Suspended: true},
			[]string{"organization:acme#root@organization:acme"},
		},
		"tree":         {tenancy.Tree{RootID: "acme", Version: 7}, []string{"organization:acme#version@version:7"}},
		"subscription": {tenancy.Subscription{OrganizationID: "acme", Plan: tenancy.PlanEnterprise}, nil},
		"user":         {tenancy.User{ID: "a"}, nil},
		"invitation":   {tenancy.Invitation{ID: "i", GroupID: "g", State: tenancy.InvitationPending}, nil},
		"machine": {
			tenancy.Resource{Type: tenancy.Machine, ID: "m", OrganizationID: "shop"},
			[]string{"machine:m#organization@organization:shop"},
		},
		"agent": {
			tenancy.Resource{Type: tenancy.Agent, ID: "a", OrganizationID: "shop"},
			[]string{"agent:a#organization@organization:shop", "organization:shop#agent@agent:a"},
		},
		"backup configuration": {
			tenancy.Resource{Type: tenancy.BackupConfig, ID: "b", OrganizationID: "shop",
				AssignedTo: []tenancy.Object{{Type: "agent", ID: "a"}, {Type: "machine", ID: "m"}}},
			[]string{"backup_config:b#organization@organization:shop", "backup_config:b#assigned@agent:a", "backup_config:b#assigned@machine:m"},
		},
		"monitored system": {
			tenancy.Resource{Type: tenancy.MonitoredSystem, ID: "s", OrganizationID: "shop", ParentID: "p"},
			[]string{"monitored_system:s#organization@organization:shop", "monitored_system:s#parent@monitored_system:p"},
		},
		"tenant group": {tenancy.TenantGroup{ID: "t", RootID: "acme"}, []string{"tenant_group:t#root@organization:acme"}},
		"subgroup": {
			tenancy.TenantGroup{ID: "s", RootID: "acme", ParentID: "t"},
			[]string{
				"tenant_group:s#root@organization:acme", "tenant_group:s#parent@tenant_group:t", "tenant_group:t#subgroup@tenant_group:s",
			},
		},
		"subgroup below modules": {
			tenancy.TenantGroup{ID: "s", RootID: "acme", ParentID: "t", Inherited: []string{"invoicing", "payroll"}},
			[]string{
				"tenant_group:s#root@organization:acme", "tenant_group:s#parent@tenant_group:t", "tenant_group:t#subgroup@tenant_group:s",
				"tenant_module:s/invoicing#parent@tenant_module:t/invoicing", "tenant_module:s/payroll#parent@tenant_module:t/payroll",
			},
		},
		"tenant group while suspended": {tenancy.TenantGroup{ID: "s", RootID: "acme", ParentID: "t", Suspended: true}, nil},
		"place in a tenant group": {
			tenancy.TenantGroupPlace{TenantGroupID: "t", OrganizationID: "shop"},
			[]string{"organization:shop#tenant_group@tenant_group:t", "tenant_group:t#tenant@organization:shop"},
		},
		"place with modules": {
			tenancy.TenantGroupPlace{TenantGroupID: "t", OrganizationID: "shop", Modules: []string{"invoicing", "payroll"}},
			[]string{
				"organization:shop#tenant_group@tenant_group:t", "tenant_group:t#tenant@organization:shop",
				"module:shop/invoicing#given_at@tenant_module:t/invoicing", "module:shop/payroll#given_at@tenant_module:t/payroll",
			},
		},
		"group user with modules": {
			tenancy.TenantGroupUser{TenantGroupID: "t", UserID: "a", Modules: []string{"invoicing", "payroll"}},
			[]string{"tenant_group:t#user@user:a", "tenant_module:t/invoicing#user@user:a", "tenant_module:t/payroll#user@user:a"},
		},
		"link to a tenant group": {
			tenancy.Link{GroupID: "g", OrganizationID: "acme", TenantGroupID: "t"},
			[]string{"tenant_group:t#linked_group@group:g", "group:g#linked_collection@tenant_group:t"},
		},
		"narrowed link to a tenant group": {
			tenancy.Link{GroupID: "g", OrganizationID: "acme", TenantGroupID: "t", Claims: []tenancy.Claim{"view_agents"}},
			[]string{
				"link:g/acme/t#group@group:g", "link:g/acme/t#claim_view_agents@group:g",
				"tenant_group:t#linked_group@link:g/acme/t", "group:g#linked_collection@tenant_group:t",
			},
		},
		"link to a tenant group without a licence":   {tenancy.Link{GroupID: "g", OrganizationID: "acme", TenantGroupID: "t", Unlicensed: true}, nil},
		"link to a tenant group while suspended":     {tenancy.Link{GroupID: "g", OrganizationID: "acme", TenantGroupID: "t", Suspended: true}, nil},
		"place with modules while suspended":         {tenancy.TenantGroupPlace{TenantGroupID: "t", OrganizationID: "shop", Modules: []string{"m"}, Suspended: true}, nil},
		"group user with modules who is deactivated": {tenancy.TenantGroupUser{TenantGroupID: "t", UserID: "a", Modules: []string{"m"}, Inactive: true}, nil},
		"place of a suspended organization":          {tenancy.TenantGroupPlace{TenantGroupID: "t", OrganizationID: "shop", Suspended: true}, nil},
		"group user":                                 {tenancy.TenantGroupUser{TenantGroupID: "t", UserID: "a"}, []string{"tenant_group:t#user@user:a"}},
		"group administrator": {
			tenancy.TenantGroupUser{TenantGroupID: "t", UserID: "a", GroupAdministrator: true},
			[]string{"tenant_group:t#user@user:a", "tenant_group:t#administrator@user:a"},
		},
		"group user with all tenant permissions": {
			tenancy.TenantGroupUser{TenantGroupID: "t", UserID: "a", AllTenantPermissions: true},
			[]string{"tenant_group:t#user@user:a", "tenant_group:t#all_tenants@user:a"},
		},
		"group user who is deactivated":        {tenancy.TenantGroupUser{TenantGroupID: "t", UserID: "a", GroupAdministrator: true, Inactive: true}, nil},
		"group user while suspended":           {tenancy.TenantGroupUser{TenantGroupID: "t", UserID: "a", AllTenantPermissions: true, Suspended: true}, nil},
		"resource of a suspended organization": {tenancy.Resource{Type: tenancy.Agent, ID: "a", OrganizationID: "shop", Suspended: true}, nil},
		"root with administrators": {
			tenancy.Organization{ID: "acme", RootID: "acme", Administered: true},
			[]string{"organization:acme#root@organization:acme", "organization:acme#subtree@subtree:acme", "organization:acme#account_role@account_role:acme"},
		},
		"delegated organization": {
			tenancy.Organization{ID: "kiosk", ParentID: "shop", RootID: "acme", Isolation: tenancy.Delegated},
			[]string{
				"organization:kiosk#root@organization:acme", "organization:kiosk#parent@organization:shop",
				"organization:shop#child@organization:kiosk", "organization:kiosk#subtree@subtree:kiosk",
				"organization:kiosk#subtree@subtree:shop", "organization:kiosk#subtree@subtree:acme",
				"organization:kiosk#account_role@account_role:kiosk",
				"account_role:kiosk#account@organization:acme", "account_role:kiosk#everywhere@account_role:acme/all",
			},
		},
		"delegated organization while suspended": {
			tenancy.Organization{ID: "shop", ParentID: "acme", RootID: "acme", Isolation: tenancy.Delegated, Suspended: true},
			[]string{
				"organization:shop#root@organization:acme", "organization:shop#parent@organization:acme",
				"organization:acme#child@organization:shop",
			},
		},
		"administrator of all": {
			administrator("a", tenancy.ReachAll),
			[]string{"account_role:acme#help_desk@user:a", "account_role:acme/all#billing@user:a"},
		},
		"administrator of a list": {
			administrator("a", tenancy.ReachList, "shop", "kiosk"),
			[]string{"account_role:acme#help_desk@user:a", "account_role:shop#billing@user:a", "account_role:kiosk#billing@user:a"},
		},
		"administrator of all except": {
			administrator("a", tenancy.ReachExcept, "shop"),
			[]string{"account_role:acme#help_desk@user:a", "account_role:acme/all#billing@user:a", "account_role:shop#except@user:a"},
		},
		"administrator who is deactivated": {tenancy.Administrator{RootID: "acme", UserID: "a", Role: "owner", SubaccountRole: "owner", Inactive: true}, nil},
		"administrator while suspended":    {tenancy.Administrator{RootID: "acme", UserID: "a", Role: "owner", SubaccountRole: "owner", Suspended: true}, nil},
		"access key":                       {tenancy.AccessKey{ID: "k", OrganizationID: "shop", Subject: tenancy.Object{Type: "agent", ID: "a"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range relation.Of(c.row) {
				got = append(got, r.String())
			}
			require.Equal(t, c.want, got)
		})
	}
}

func administrator(userID string, reach tenancy.Reach, named ...string) tenancy.Administrator {
	return tenancy.Administrator{RootID: "acme", UserID: userID, Role: "help_desk", SubaccountRole: "billing",
		Subaccounts: tenancy.Subaccounts{Reach: reach, Organizations: named}}
}

// TestFollowingUpdatesGivesAll is invariant I-2: the updates of random changes, followed
// from nothing, lead to what the state itself says, and no relationship has two sources.
func TestFollowingUpdatesGivesAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := map[string]tenancy.Row{}
		held := map[tenancy.Relationship]bool{}
		for range rapid.IntRange(1, 30).Draw(t, "changes") {
			change := drawChange(t, state)
			for _, updates := range relation.Updates(change) {
				follow(t, held, updates)
			}
		}
		require.Equal(t, all(t, state), held)
	})
}

// TestUpdatesFollowTheChange says that a change costs what it changes: its updates name
// nothing but what begins or ceases to hold.
func TestUpdatesFollowTheChange(t *testing.T) {
	before := tenancy.Group{ID: "g", OrganizationID: "acme", RootID: "acme", Claims: []tenancy.Claim{"view_agents", "manage_agents"}}
	after := before
	after.Name, after.Claims = "renamed", []tenancy.Claim{"manage_agents", "manage_billing"}
	updates := relation.Updates(tenancy.Change{Rows: []tenancy.RowChange{{Before: before, After: after}}})
	require.Len(t, updates, 1)
	var got []string
	for _, u := range updates["acme"] {
		got = append(got, u.String())
	}
	require.Equal(t, []string{
		"-group:g#claim_view_agents@group:g#member",
		"+group:g#claim_manage_billing@group:g#member",
	}, got)
}

func TestATreeThatMovesWithoutUpdatesIsListed(t *testing.T) {
	before := tenancy.Organization{ID: "acme", RootID: "acme", Name: "Acme"}
	after := before
	after.Name = "Acme Ltd"
	updates := relation.Updates(tenancy.Change{Rows: []tenancy.RowChange{{Before: before, After: after}}})
	require.Equal(t, []string{"acme"}, slices.Collect(maps.Keys(updates)))
	require.Empty(t, updates["acme"])
}

// follow fails on an update that does not change anything: then two rows would have one
// relationship, and removing one would take the other's.
func follow(t *rapid.T, held map[tenancy.Relationship]bool, updates []tenancy.Update) {
	for _, u := range updates {
		if u.Delete != held[u.Relationship] {
			t.Fatalf("%s changes nothing", u)
		}
		if u.Delete {
			delete(held, u.Relationship)
		} else {
			held[u.Relationship] = true
		}
	}
}

func all(t *rapid.T, state map[string]tenancy.Row) map[tenancy.Relationship]bool {
	held := map[tenancy.Relationship]bool{}
	rows := func(yield func(tenancy.Row, error) bool) {
		for _, row := range state {
			if !without(row) && !yield(row, nil) {
				return
			}
		}
	}
	for r, err := range relation.All(rows) {
		if err != nil || held[r] {
			t.Fatalf("%s follows from two rows, or %v", r, err)
		}
		held[r] = true
	}
	return held
}

// without reports whether a rebuild does not read the row.
func without(row tenancy.Row) bool {
	return slices.ContainsFunc(relation.Without, func(kind tenancy.Row) bool { return reflect.TypeOf(kind) == reflect.TypeOf(row) })
}

// drawChange alters a few rows of a small state; each key of the state stands for one row.
func drawChange(t *rapid.T, state map[string]tenancy.Row) tenancy.Change {
	var change tenancy.Change
	rows := drawRows(t)
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		before, row := state[key], rows[key]
		if before != nil && rapid.Bool().Draw(t, "remove") {
			row = nil
		}
		change.Rows = append(change.Rows, tenancy.RowChange{Before: before, After: row})
		if row == nil {
			delete(state, key)
		} else {
			state[key] = row
		}
	}
	return change
}

func drawRows(t *rapid.T) map[string]tenancy.Row {
	org := rapid.SampledFrom([]string{"o1", "o2"})
	grp := rapid.SampledFrom([]string{"g1", "g2"})
	usr := rapid.SampledFrom([]string{"u1", "u2"})
	flag := rapid.Bool()
	o, g, u := org.Draw(t, "org"), grp.Draw(t, "group"), usr.Draw(t, "user")
	config := tenancy.Resource{Type: tenancy.BackupConfig, ID: "c", OrganizationID: o, RootID: "r", Suspended: flag.Draw(t, "suspended")}
	for _, id := range []string{"x", "y"} {
		if flag.Draw(t, "assigned") {
			config.AssignedTo = append(config.AssignedTo, tenancy.Object{Type: "machine", ID: id})
		}
	}
	system := tenancy.Resource{Type: tenancy.MonitoredSystem, ID: "s", OrganizationID: o, RootID: "r",
		ParentID: rapid.SampledFrom([]string{"", "t"}).Draw(t, "above")}
	role := rapid.SampledFrom([]tenancy.GroupRole{tenancy.GroupOwner, tenancy.GroupMember}).Draw(t, "role")
	claims := rapid.SliceOfDistinct(rapid.SampledFrom(tenancy.Claims), rapid.ID[tenancy.Claim])
	rows := map[string]tenancy.Row{
		"config": config, "system": system,
		"agent":                              tenancy.Resource{Type: tenancy.Agent, ID: "a", OrganizationID: o, RootID: "r"},
		"organization " + o:                  tenancy.Organization{ID: o, ParentID: rapid.SampledFrom([]string{"", "o3"}).Draw(t, "parent"), RootID: "r"},
		"account":                            tenancy.Organization{ID: "r", RootID: "r", Administered: flag.Draw(t, "administered")},
		"owner " + o + u:                     tenancy.Owner{OrganizationID: o, RootID: "r", UserID: u, Inactive: flag.Draw(t, "inactive"), Suspended: flag.Draw(t, "suspended")},
		"group " + g:                         tenancy.Group{ID: g, OrganizationID: "home" + g, RootID: "r", Claims: claims.Draw(t, "claims"), Suspended: flag.Draw(t, "suspended")},
		"membership " + g + u + string(role): tenancy.Membership{GroupID: g, RootID: "r", Role: role, UserID: u, Inactive: flag.Draw(t, "inactive"), Suspended: flag.Draw(t, "suspended")},
		"user " + u:                          tenancy.User{ID: u, Email: u + "@example.org", State: tenancy.UserActive},
		"subscription " + o:                  tenancy.Subscription{OrganizationID: o, RootID: "r", Plan: tenancy.PlanEnterprise, Status: tenancy.SubscriptionActive},
		"invitation " + o:                    tenancy.Invitation{ID: o, RootID: "r", GroupID: g},
		"link " + g + o:                      drawLink(t, g, o, "", claims),
		"link " + g + o + " in a group":      drawLink(t, g, "r", o, claims),
		"tenant group " + g: tenancy.TenantGroup{ID: g, RootID: "r", ParentID: rapid.SampledFrom([]string{"", "g3"}).Draw(t, "parent group"),
			Inherited: drawModules(t), Suspended: flag.Draw(t, "suspended")},
		"place " + g + o: tenancy.TenantGroupPlace{TenantGroupID: g, OrganizationID: o, RootID: "r", Modules: drawModules(t), Suspended: flag.Draw(t, "suspended")},
		"group user " + g + u: tenancy.TenantGroupUser{TenantGroupID: g, UserID: u, RootID: "r", GroupAdministrator: flag.Draw(t, "administrator"),
			AllTenantPermissions: flag.Draw(t, "all tenants"), Modules: drawModules(t), Inactive: flag.Draw(t, "inactive"), Suspended: flag.Draw(t, "suspended")},
		"delegated":          drawSubaccount(t),
		"administrator " + u: drawAdministrator(t, u),
	}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		if !flag.Draw(t, "keep "+key) {
			delete(rows, key)
		}
	}
	return rows
}

// drawLink may narrow, to nothing too, and cover a subtree.
func drawLink(t *rapid.T, groupID, organizationID, tenantGroupID string, claims *rapid.Generator[[]tenancy.Claim]) tenancy.Link {
	return tenancy.Link{
		GroupID: groupID, OrganizationID: organizationID, TenantGroupID: tenantGroupID, RootID: "r",
		Scope:      rapid.SampledFrom([]tenancy.LinkScope{tenancy.ScopeOrganization, tenancy.ScopeSubtree}).Draw(t, "scope"),
		Claims:     rapid.OneOf(rapid.Just[[]tenancy.Claim](nil), claims).Draw(t, "through"),
		Unlicensed: rapid.Bool().Draw(t, "unlicensed"), Suspended: rapid.Bool().Draw(t, "suspended"),
	}
}

// drawSubaccount is an organization that is delegated, or not.
func drawSubaccount(t *rapid.T) tenancy.Organization {
	return tenancy.Organization{
		ID: "o4", ParentID: "o3", RootID: "r", Suspended: rapid.Bool().Draw(t, "suspended"),
		Isolation: rapid.SampledFrom([]tenancy.Isolation{tenancy.Isolated, tenancy.Delegated}).Draw(t, "isolation"),
	}
}

// drawAdministrator reaches some of two organizations, in every way.
func drawAdministrator(t *rapid.T, userID string) tenancy.Administrator {
	role := rapid.SampledFrom(tenancy.AccountRoles)
	return tenancy.Administrator{
		RootID: "r", UserID: userID, Role: role.Draw(t, "role"), SubaccountRole: role.Draw(t, "subaccount role"),
		Subaccounts: tenancy.Subaccounts{
			Reach:         rapid.SampledFrom([]tenancy.Reach{tenancy.ReachAll, tenancy.ReachList, tenancy.ReachExcept}).Draw(t, "reach"),
			Organizations: rapid.SliceOfDistinct(rapid.SampledFrom([]string{"o3", "o4"}), rapid.ID[string]).Draw(t, "named"),
		},
		Inactive: rapid.Bool().Draw(t, "inactive"), Suspended: rapid.Bool().Draw(t, "suspended"),
	}
}

func drawModules(t *rapid.T) []string {
	return rapid.SampledFrom([][]string{nil, {"invoicing"}, {"payroll"}, {"invoicing", "payroll"}}).Draw(t, "modules")
}

// What a change repairs is an update of its own, behind what follows from its rows.
func TestRepairsAreUpdates(t *testing.T) {
	repair := tenancy.Update{Relationship: tenancy.Relationship{
		Resource: tenancy.Object{Type: "organization", ID: "acme"}, Relation: "owner", Subject: tenancy.Object{Type: "user", ID: "ann"},
	}}
	updates := relation.Updates(tenancy.Change{
		Rows:    []tenancy.RowChange{{After: tenancy.Owner{OrganizationID: "acme", RootID: "acme", UserID: "ben"}}},
		Repairs: map[string][]tenancy.Update{"acme": {repair}, "other": nil},
	})
	require.Len(t, updates, 2)
	require.Equal(t, "+organization:acme#owner@user:ben", updates["acme"][0].String())
	require.Equal(t, repair, updates["acme"][1])
	require.Empty(t, updates["other"])
}
