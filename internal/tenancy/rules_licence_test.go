package tenancy_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	active   = tenancy.SubscriptionActive
	canceled = tenancy.SubscriptionCanceled
)

func TestR8ThePlatformSetsSubscriptions(t *testing.T) {
	run(t, teams,
		trial{"an owner", subscribeAs("olga", "acme", "pro", active), refused("forbidden", "acme")},
		trial{"a member", subscribeAs("mia", "acme", "pro", active), refused("forbidden", "acme")},
		trial{"a stranger", subscribeAs("nina", "acme", "pro", active), refused("not-found", "acme")},
		trial{"a console without a user", subscribeAs("console", "acme", "pro", active), refused("forbidden", "service")},
		trial{"nowhere", subscribeAs("platform", "nowhere", "pro", active), refused("not-found", "service")},
		trial{"an unknown plan", subscribeAs("platform", "acme", "gold", active), refused("invalid", "acme")},
		trial{"an unknown status", subscribeAs("platform", "acme", "pro", "paused"), refused("invalid", "acme")},
		trial{"what is there", subscribeAs("platform", "acme", "enterprise", active), unchanged},
		trial{"another", subscribeAs("platform", "acme", "pro", active), done("acme")},
	)
}

// TestR9AnotherLicenceEndsTheForceOfLinks has every way to lose Enterprise, and D-13: what
// a sub-organization pays for is no licence.
func TestR9AnotherLicenceEndsTheForceOfLinks(t *testing.T) {
	run(t, withLink,
		trial{"free", subscribeAs("platform", "acme", "free", active), done("acme", unlinked("top", "shop")...)},
		trial{"pro", subscribeAs("platform", "acme", "pro", active), done("acme", unlinked("top", "shop")...)},
		trial{"canceled", subscribeAs("platform", "acme", "enterprise", canceled), done("acme", unlinked("top", "shop")...)},
		trial{"of a sub-organization", subscribeAs("platform", "shop", "enterprise", canceled), done("acme")},
		trial{"of another tree", subscribeAs("platform", "rival", "free", active), done("rival")},
	)
	run(t, unlicensed,
		trial{"a sub-organization's does not bring it back", subscribeAs("platform", "shop", "enterprise", active), done("acme")},
		trial{"canceled Enterprise does not either", subscribeAs("platform", "acme", "enterprise", canceled), done("acme")},
		trial{"the root's does", subscribeAs("platform", "acme", "enterprise", active), done("acme", linked("top", "shop")...)},
	)
}

func TestR9NothingIsDeleted(t *testing.T) {
	w := withLink(t)
	require.NoError(t, takeAs("gus", "mid", tenancy.GroupMember, "mia")(w))
	require.True(t, w.may("mia", "view_agents", "shop"))
	w.plan("acme", tenancy.PlanFree)
	require.False(t, w.may("mia", "view_agents", "shop"))
	require.True(t, w.may("mia", "view_agents", "acme"), "at home the group grants without a licence")
	require.True(t, w.may("sam", "own", "shop"), "owners keep their organizations")
	links, err := w.service.LinksInto(w.ctx, w.as("sam"), w.id("shop"), tenancy.PageAll)
	require.NoError(t, err)
	require.Len(t, links, 1)
	require.True(t, links[0].Unlicensed, "it is shown as inactive")
	w.plan("acme", tenancy.PlanEnterprise)
	require.True(t, w.may("mia", "view_agents", "shop"))
}

// TestR82ALapsedLicenceIsToldWhereLinksCover: in all that a link gave something, once, and in
// nothing beside it; and so is the one that is back.
func TestR82ALapsedLicenceIsToldWhereLinksCover(t *testing.T) {
	w := collected(t)
	w.users("sue", "stu")
	w.child("store", "farm", "sue") // nothing covers it
	w.child("stand", "shop", "stu") // the subtree link alone does
	w.place("retail", "farm")
	for _, group := range []string{"wide", "techs"} {
		w.group(group, "acme", "olga", "view_agents")
	}
	require.NoError(t, linkOnAs("platform", "shop", "wide", tenancy.LinkInput{Scope: tenancy.ScopeSubtree})(w))
	w.teamLink("retail", "techs")
	for n, plan := range []tenancy.Plan{tenancy.PlanFree, tenancy.PlanEnterprise} {
		w.plan("acme", plan)
		for owner, organization := range map[string]string{"sam": "shop", "kim": "kiosk", "finn": "farm", "stu": "stand"} {
			require.Len(t, w.told(owner, organization, "subscription.put"), n+1, organization)
		}
		require.Empty(t, w.told("sue", "store", "subscription.put"))
	}
}

func TestR22LinksNeedEnterprise(t *testing.T) {
	run(t, unlicensed,
		trial{"an owner of all three", linkAs("olga", "kiosk", "top"), refused("license-required", "acme")},
		trial{"the platform", linkAs("platform", "kiosk", "top"), refused("license-required", "acme")},
		trial{"who may not is not told", linkAs("sam", "shop", "mid"), refused("forbidden", "acme")},
	)
}

// TestR9ManyLinks has a tree whose licence changes more links than one write of the engine
// takes. It has a record of its own, which no other test has to read.
func TestR9ManyLinks(t *testing.T) {
	const children = 1200
	store, err := openRecord(t.Context(), clock)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	w := over(store, shared.engine, shared.index).world(t.Context(), t)
	w.users("olga", "mia")
	w.root("acme", "olga")
	w.group("top", "acme", "olga", "view_agents")
	w.put("top", tenancy.GroupMember, "mia")
	w.manyChildren(children)

	require.True(t, w.may("mia", "view_agents", "c7"))
	w.plan("acme", tenancy.PlanFree)
	require.False(t, w.may("mia", "view_agents", "c7"))
	require.Zero(t, w.mayWhere("mia", "view_agents", children))
	w.verify(t.Context())
	w.plan("acme", tenancy.PlanEnterprise)
	require.Equal(t, children, w.mayWhere("mia", "view_agents", children))
	w.verify(t.Context())

	w.setUser("mia", tenancy.UserDeactivated)
	require.Zero(t, w.mayWhere("mia", "view_agents", children))
	require.NoError(t, deleteGroupAs("olga", "top")(w))
	w.verify(t.Context())
}

// manyChildren writes children with a link to each in one change, which no operation does.
func (w *world) manyChildren(n int) {
	w.t.Helper()
	root := w.id("acme")
	change := tenancy.Change{
		Basis: tenancy.Basis{Trees: trees(w)},
		Event: tenancy.Event{At: clock.Now(), Action: "test", RootID: root, Result: tenancy.ResultDone},
	}
	for i := range n {
		id := w.id(fmt.Sprint("c", i))
		o := tenancy.Organization{ID: id, Name: id, ParentID: root, RootID: root, Depth: 2, Isolation: "isolated", State: "active", CreatedAt: clock.Now()}
		link := tenancy.Link{GroupID: w.id("top"), OrganizationID: id, RootID: root, CreatedAt: clock.Now()}
		change.Rows = append(change.Rows, tenancy.RowChange{After: o}, tenancy.RowChange{After: link})
	}
	_, err := w.deliverer.Commit(w.ctx, change)
	require.NoError(w.t, err)
}

// trees are the versions of the world's trees.
func trees(w *world) map[string]int64 {
	w.t.Helper()
	versions := map[string]int64{}
	for _, row := range w.rows(w.ctx) {
		if tree, ok := row.(tenancy.Tree); ok {
			versions[tree.RootID] = tree.Version
		}
	}
	return versions
}

// mayWhere counts in how many children the user has the permission.
func (w *world) mayWhere(user, permission string, children int) int {
	w.t.Helper()
	n := 0
	for i := range children {
		if w.may(user, permission, fmt.Sprint("c", i)) {
			n++
		}
	}
	return n
}
