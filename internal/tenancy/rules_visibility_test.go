package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestR83SeeingAndDoing is the matrix of who gets what: "+" done, "3" forbidden, "4" not
// found. The actors stand above each column; all operations are on shop, on the group top
// (homed in acme, linked to shop) or on its link, and none changes anything.
//
//	sam   owns shop            olga2  owns acme, above shop     finn  owns farm, beside shop
//	kim   owns kiosk, below    mia    member of top and mid     gus   owner of top and mid
//	rita  owns rival           nina   stands nowhere
func TestR83SeeingAndDoing(t *testing.T) {
	actors := []string{"sam", "olga2", "finn", "kim", "mia", "gus", "rita", "nina"}
	codes := map[rune]tenancy.Code{'+': "", '3': tenancy.CodeForbidden, '4': tenancy.CodeNotFound}
	w := withLink(t)
	for _, c := range []struct {
		name string
		as   func(actor string) call
		want string // one for each actor
	}{
		{"get the organization", func(a string) call { return seeAs(a, "shop") }, "++44+444"},
		{"its tree", func(a string) call { return treeAs(a, "shop") }, "+344+444"},
		{"its owners", func(a string) call { return ownersAs(a, "shop") }, "+3443444"},
		{"its groups", func(a string) call { return groupsAs(a, "shop") }, "+3443444"},
		{"its links", func(a string) call { return linksIntoAs(a, "shop") }, "+3443444"},
		{"its roster", func(a string) call { return rosterAs(a, "shop") }, "+3443444"},
		{"its trail", func(a string) call { return auditAs(a, "shop") }, "+3443444"},
		{"what held in it", func(a string) call { return checkAtAs(a, "shop", clock.Now()) }, "+3443444"},
		{"who had what in it", func(a string) call { return reviewAs(a, "shop", clock.Now()) }, "+3443444"},
		{"its trail verified", func(a string) call { return verifyAs(a, "shop") }, "+3443444"},
		{"make an owner", func(a string) call { return ownAs(a, "shop", "sam") }, "+3443444"},
		{"get the group", func(a string) call { return seeGroupAs(a, "top") }, "++44++44"},
		{"its members", func(a string) call { return membersAs(a, "top") }, "++44++44"},
		{"its links", func(a string) call { return linksOfAs(a, "top") }, "++44++44"},
		{"its claims", func(a string) call { return claimsAs(a, "top", "view_agents") }, "3+443344"},
		{"add a member", func(a string) call { return giveAs(a, "top", groupMember, "mia") }, "33443+44"},
		{"link it", func(a string) call { return linkAs(a, "shop", "top") }, "33443444"},
	} {
		for i, actor := range actors {
			t.Run(c.name+"/"+actor, func(t *testing.T) {
				in := *w
				in.t, in.ctx = t, t.Context()
				want := outcome{code: codes[rune(c.want[i])]}
				if want.code != "" {
					want = refused(want.code, "acme")
				}
				in.expect(want, c.as(actor))
			})
		}
	}
}

// TestR2ExistenceOnly is what an owner of the parent gets of a child (D-10, D-21).
func TestR2ExistenceOnly(t *testing.T) {
	w := teams(t)
	w.plan("shop", tenancy.PlanPro)
	dashboard := "private"
	_, _, err := w.service.PatchOrganization(w.ctx, w.as("sam"), w.id("shop"), tenancy.OrganizationPatch{DefaultDashboard: &dashboard})
	require.NoError(t, err)

	view, err := w.service.Organization(w.ctx, w.as("olga2"), w.id("shop"))
	require.NoError(t, err)
	require.Equal(t, tenancy.OrganizationView{ExistenceOnly: true, Organization: tenancy.Organization{
		ID: w.id("shop"), Name: "shop", ParentID: w.id("acme"), RootID: w.id("acme"), Depth: 2, State: "active",
	}}, view)
	for _, permission := range tenancy.PermissionsOf("organization") {
		require.False(t, w.may("olga2", permission, "shop"), permission)
	}

	top, err := w.service.OrganizationTree(w.ctx, w.as("mia"), w.id("acme"))
	require.NoError(t, err)
	require.Equal(t, []string{"farm", "shop"}, []string{w.names(top.Children[0].ID), w.names(top.Children[1].ID)})
	require.Equal(t, w.id("kiosk"), top.Children[1].Children[0].ID)
	require.Empty(t, top.Children[1].DefaultDashboard, "the tree shows what is in an organization")
	require.Equal(t, tenancy.Isolated, top.Children[1].Isolation)

	view, err = w.service.Organization(w.ctx, w.as("mia"), w.id("shop"))
	require.NoError(t, err)
	require.Equal(t, "private", view.DefaultDashboard)
	require.Equal(t, tenancy.PlanEnterprise, view.Plan, "the licence of the tree")
	require.Equal(t, tenancy.PlanPro, view.Subscription.Plan)
	w.expect(refused("not-found", "acme"), seeAs("mia", "farm")) // D-10: her access above is no ownership
}

// TestD9WhereTheCallerOperatesFrom: attack 2.
func TestD9WhereTheCallerOperatesFrom(t *testing.T) {
	run(t, withLink,
		trial{"another tree, where he has access too", seeAs("both@rival", "acme"), refused("not-found", "acme")},
		trial{"another tree, a group", seeGroupAs("both@rival", "top"), refused("not-found", "acme")},
		trial{"another tree, an ending link", unlinkAs("both@rival", "shop", "top"), refused("not-found", "acme")},
		trial{"another tree, by the platform", seeAs("platform@rival", "acme"), refused("not-found", "acme")},
		trial{"without access", seeAs("olga2@shop", "acme"), refused("not-found", "acme")},
		trial{"which is not there", seeAs("olga@nowhere", "acme"), refused("not-found", "acme")},
		trial{"which is not there, a list", listAs("olga@nowhere"), refused("not-found", "service")},
		trial{"without access, a list", listAs("olga@stall"), refused("not-found", "service")},
		trial{"as a group's owner", seeGroupAs("gus@acme", "top"), refused("not-found", "acme")},
		trial{"the same tree", seeAs("olga@kiosk", "acme"), unchanged},
		trial{"the same tree, a link", linkAs("olga@farm", "kiosk", "top"), done("acme", linked("top", "kiosk")...)},
	)
}

func listAs(actor string) call {
	return func(w *world) error {
		_, err := w.service.Organizations(w.ctx, w.as(actor), tenancy.OrganizationQuery{}, tenancy.PageAll)
		return err
	}
}

// TestOrganizationsAreThoseWithAccess: attack 4, over pages of every size.
func TestOrganizationsAreThoseWithAccess(t *testing.T) {
	w := withLink(t)
	for actor, want := range map[string][]string{
		"sam": {"shop"}, "olga2": {"acme"}, "both": {"acme", "rival"}, "gus": nil, "nina": nil,
		"mia": {"acme", "kiosk", "shop"}, "olga": {"acme", "farm", "kiosk", "shop"},
	} {
		for size := 1; size < 5; size++ {
			require.Equal(t, want, w.listed(actor, size), actor)
		}
	}
	w.plan("acme", tenancy.PlanFree)
	require.NoError(t, takeAs("gus", "mid", groupMember, "mia")(w))
	require.Equal(t, []string{"acme", "kiosk"}, w.listed("mia", 2))
	_, err := w.service.Organizations(w.ctx, console, tenancy.OrganizationQuery{}, tenancy.PageAll)
	require.Equal(t, tenancy.CodeForbidden, codeOf(t, err))
	all, err := w.service.Organizations(w.ctx, platform, tenancy.OrganizationQuery{RootID: w.id("rival")}, tenancy.PageAll)
	require.NoError(t, err)
	require.Len(t, all, 2)
}

func (w *world) listed(actor string, size int) (names []string) {
	w.t.Helper()
	page := tenancy.Page{Limit: size}
	for {
		views, err := w.service.Organizations(w.ctx, w.as(actor), tenancy.OrganizationQuery{}, page)
		require.NoError(w.t, err)
		for _, v := range views {
			require.False(w.t, v.ExistenceOnly)
			names = append(names, w.names(v.ID))
			page.After = v.ID
		}
		if len(views) < size {
			return names
		}
	}
}

// TestD27TheStrangersOwnTrailIsSilent: whether what he names is another tree's or nobody's,
// he gets the same answer, and his own trail does not tell the two apart.
func TestD27TheStrangersOwnTrailIsSilent(t *testing.T) {
	w := withLink(t)
	for name, as := range map[string]func(organization, group string) call{
		"link there":   func(o, _ string) call { return linkAs("olga", o, "top") },
		"link from":    func(_, g string) call { return linkAs("olga", "shop", g) },
		"unlink there": func(o, _ string) call { return unlinkAs("olga", o, "top") },
		"unlink from":  func(_, g string) call { return unlinkAs("olga", "shop", g) },
		"create":       func(o, _ string) call { return createAs("olga", o, "new") },
		"create from":  func(o, _ string) call { return createAs("olga@"+o, "acme", "new") },
		"detach from":  func(o, _ string) call { return detachedAs("olga@"+o, "new") },
		"see from":     func(o, _ string) call { return seeAs("olga@"+o, "acme") },
		"own":          func(o, _ string) call { return ownAs("olga", o, "olga") },
		"group":        func(_, g string) call { return giveAs("olga", g, groupMember, "olga") },
		"list":         func(o, _ string) call { return auditAs("olga", o) },
	} {
		t.Run(name, func(t *testing.T) {
			foreign, foreignEvents := w.tried("acme", as("stall", "alien"))
			unknown, unknownEvents := w.tried("acme", as("nowhere", "nobody"))
			require.Equal(t, unknown, foreign)
			require.Equal(t, unknownEvents, foreignEvents)
		})
	}
}

// tried is the public part of a refusal, and the events in one trail.
func (w *world) tried(trail string, do call) (refusal tenancy.Error, events []string) {
	w.t.Helper()
	heads := w.heads()
	e, ok := tenancy.AsError(do(w))
	require.True(w.t, ok)
	for _, event := range w.events(w.ctx, w.id(trail), heads[w.id(trail)]) {
		events = append(events, w.newsOf(event))
	}
	return tenancy.Error{Code: e.Code, Detail: e.Detail, Fields: e.Fields, ManagedAt: e.ManagedAt}, events
}
