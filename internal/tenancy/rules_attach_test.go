package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// attachable is teams, and another tree of both's: hill, with lodge below (owned by lou)
// and a group in each; "inner" is linked from hill to lodge, where mia views agents.
func attachable(t *testing.T) *world {
	t.Helper()
	w := teams(t)
	w.users("lou")
	w.root("hill", "both")
	w.child("lodge", "hill", "lou")
	w.group("inner", "hill", "both", "view_agents")
	w.group("cosy", "lodge", "lou", "manage_agents")
	w.put("inner", groupMember, "mia")
	w.link("inner", "lodge")
	w.plan("hill", tenancy.PlanFree)
	return w
}

// moved are the steps of hill's tree to below acme.
func moved(parent, root string) []string {
	return append(linked("inner", "lodge"),
		"-organization:hill#root@organization:hill", "-organization:lodge#root@organization:hill",
		"+organization:hill#root@organization:"+root, "+organization:lodge#root@organization:"+root,
		"+organization:hill#parent@organization:"+parent, "+organization:"+parent+"#child@organization:hill",
		"+organization:hill#subtree@subtree:"+root, "+organization:lodge#subtree@subtree:"+root)
}

// both says that a change is told in two trails.
func inBoth(one, other string, steps ...string) outcome {
	return outcome{events: []string{one + " done", other + " done"}, steps: steps}
}

func TestR6WhoAttaches(t *testing.T) {
	run(t, attachable,
		trial{"who owns only what is attached", attachAs("lou", "hill", "acme"), refused("not-found", "hill")},
		trial{"who owns only the new parent", attachAs("olga", "hill", "acme"), refused("not-found", "hill")},
		trial{"who owns only the root, of the two", attachAs("both", "hill", "farm"), refused("forbidden", "hill")},
		trial{"who may see neither", attachAs("nina", "hill", "acme"), refused("not-found", "hill")},
		trial{"a console without a user", attachAs("console", "hill", "acme"), refused("forbidden", "service")},
		trial{"to nothing", attachAs("both", "hill", "nowhere"), refused("not-found", "hill")},
		trial{"nothing", attachAs("both", "nowhere", "acme"), refused("not-found", "service")},
		trial{"from the tree of the new parent", attachAs("both@acme", "hill", "acme"), refused("not-found", "hill")},
		trial{"under itself", attachAs("both", "acme", "acme"), refused("same-tree", "acme")},
		trial{"under what is below it", attachAs("platform", "acme", "kiosk"), refused("same-tree", "acme")},
		trial{"what is no root", attachAs("platform", "lodge", "acme"), refused("invalid", "hill")},
		trial{"within its tree", attachAs("platform", "shop", "farm"), refused("same-tree", "acme")},
		trial{"too deep", attachAs("platform", "hill", "shop"), refused("depth-exceeded", "hill")},
		trial{"an owner of both", attachAs("both@hill", "hill", "acme"), inBoth("acme", "hill", moved("acme", "acme")...)},
		trial{"the platform", attachAs("platform", "hill", "acme"), inBoth("acme", "hill", moved("acme", "acme")...)},
	)
}

func TestR6AttachNeedsTheLicenceOfTheNewRoot(t *testing.T) {
	w := attachable(t)
	w.plan("acme", tenancy.PlanPro)
	w.expect(refused("license-required", "hill"), attachAs("both", "hill", "acme"))
	w.expect(refused("license-required", "hill"), attachAs("platform", "hill", "acme"))
}

func TestR6AttachNeedsTheEndOfTheSubscription(t *testing.T) {
	w := attachable(t)
	w.plan("hill", tenancy.PlanPro)
	w.expect(refused("subscription-active", "hill"), attachAs("both", "hill", "acme"))
	require.NoError(t, subscribeAs("platform", "hill", tenancy.PlanPro, tenancy.SubscriptionCanceled)(w))
	w.plan("lodge", tenancy.PlanPro)
	w.expect(refused("subscription-active", "hill"), attachAs("both", "hill", "acme"))
}

// TestR6AllOfTheTreeHasTheNewRoot and what it has from there: the licence. Its people keep
// what they had, and get nothing by the place of their organizations.
func TestR6AllOfTheTreeHasTheNewRoot(t *testing.T) {
	w := attachable(t)
	require.False(t, w.may("mia", "view_agents", "lodge"), "no licence")
	answer, token, err := w.service.AttachOrganization(w.ctx, w.as("both"), w.id("hill"), w.id("acme"))
	require.NoError(t, err)
	require.Equal(t, w.id("acme"), token.RootID)
	require.Equal(t, w.id("acme"), answer.Organization.RootID)
	require.Equal(t, w.id("acme"), answer.Organization.ParentID)
	require.Equal(t, 2, answer.Organization.Depth)
	require.Equal(t, tenancy.PlanEnterprise, answer.Organization.Plan)
	require.Empty(t, answer.Removed)
	view, err := w.service.Organization(w.ctx, w.as("lou"), w.id("lodge"))
	require.NoError(t, err)
	require.Equal(t, w.id("acme"), view.RootID)
	require.Equal(t, w.id("hill"), view.ParentID)
	require.Equal(t, 3, view.Depth)
	require.True(t, w.may("mia", "view_agents", "lodge"))
	require.True(t, w.may("lou", "own", "lodge"))
	require.False(t, w.may("olga", "access", "hill"), "R-2")
	require.NoError(t, linkAs("platform", "lodge", "top")(w), "a group of the new root reaches it")
}

// TestATreeThatComesBackGoesOn: versions are never used twice, and a token of the former
// tree makes no answer wrong.
func TestATreeThatComesBackGoesOn(t *testing.T) {
	w := attachable(t)
	_, old, err := w.service.PutOwner(w.ctx, platform, w.id("hill"), w.id("nina"))
	require.NoError(t, err)
	require.NoError(t, attachAs("both", "hill", "acme")(w))
	require.NoError(t, disownAs("both", "hill", "nina")(w))
	allowed, at, err := w.service.Check(w.ctx, console, w.question("nina", "own", "hill"), old)
	require.NoError(t, err)
	require.False(t, allowed, "the token is of a tree that is no more")
	require.Equal(t, w.id("acme"), at.RootID)

	_, back, err := w.service.DetachOrganization(w.ctx, w.as("both"), w.id("hill"))
	require.NoError(t, err)
	require.Equal(t, w.id("hill"), back.RootID)
	require.Greater(t, back.Version, old.Version+1)
	allowed, at, err = w.service.Check(w.ctx, console, w.question("nina", "own", "hill"), old)
	require.NoError(t, err)
	require.False(t, allowed)
	require.Equal(t, back, at)
	require.NoError(t, attachAs("both", "hill", "acme")(w))
	require.NoError(t, detachAs("both", "hill")(w))
}

func TestD11WhoDetaches(t *testing.T) {
	out := []string{
		"-organization:shop#root@organization:acme", "-organization:kiosk#root@organization:acme",
		"-organization:shop#parent@organization:acme", "-organization:acme#child@organization:shop",
		"-organization:shop#subtree@subtree:acme", "-organization:kiosk#subtree@subtree:acme",
		"+organization:shop#root@organization:shop", "+organization:kiosk#root@organization:shop",
	}
	run(t, teams,
		trial{"who owns it alone", detachAs("sam", "shop"), refused("forbidden", "acme")},
		trial{"who owns the parent alone", detachAs("olga2", "shop"), refused("forbidden", "acme")},
		trial{"a stranger", detachAs("nina", "shop"), refused("not-found", "acme")},
		trial{"another tree's owner", detachAs("rita", "shop"), refused("not-found", "acme")},
		trial{"from another tree", detachAs("both@rival", "shop"), refused("not-found", "acme")},
		trial{"a root", detachAs("olga", "acme"), refused("invalid", "acme")},
		trial{"a root, by the platform", detachAs("platform", "acme"), refused("invalid", "acme")},
		trial{"an owner of both", detachAs("olga", "shop"), inBoth("acme", "shop", out...)},
		trial{"the platform", detachAs("platform", "shop"), inBoth("acme", "shop", out...)},
	)
}

// TestR7NothingReachesIntoWhatIsDetached; what is within stays, without the licence that it
// had from above.
func TestR7NothingReachesIntoWhatIsDetached(t *testing.T) {
	w := teams(t)
	w.link("top", "shop", "kiosk", "farm")
	w.link("mid", "kiosk")
	w.users("mo")
	w.put("mid", groupMember, "mo")
	require.True(t, w.may("mo", "view_agents", "kiosk"))
	answer, token, err := w.service.DetachOrganization(w.ctx, w.as("olga"), w.id("shop"))
	require.NoError(t, err)
	require.Equal(t, tenancy.Token{RootID: w.id("shop"), Version: 1}, token)
	require.ElementsMatch(t, []tenancy.Removal{
		{Kind: "link", ID: w.id("top"), OrganizationID: w.id("shop")},
		{Kind: "link", ID: w.id("top"), OrganizationID: w.id("kiosk")},
	}, answer.Removed)
	require.Empty(t, answer.Organization.ParentID)
	require.Equal(t, 1, answer.Organization.Depth)
	require.Equal(t, tenancy.PlanFree, answer.Organization.Plan)
	require.False(t, w.may("mo", "view_agents", "kiosk"), "R-9: no licence of its own")
	require.True(t, w.may("mo", "view_agents", "shop"))
	require.True(t, w.may("mia", "view_agents", "farm"), "what is not detached keeps its link")
	w.plan("shop", tenancy.PlanEnterprise)
	require.True(t, w.may("mo", "view_agents", "kiosk"))
	require.Equal(t, []string{w.id("shop"), w.id("kiosk")}, w.last("shop").Organizations)
	require.NoError(t, detachAs("olga", "kiosk")(w), "a third level, detached from a second")
}

// TestR1NothingOfTheFormerTreeIsTold in the trail of what was detached.
func TestR1NothingOfTheFormerTreeIsTold(t *testing.T) {
	w := teams(t)
	w.link("top", "shop")
	require.NoError(t, detachAs("olga", "shop")(w))
	event := w.last("shop")
	require.Equal(t, []string{w.id("shop"), w.id("kiosk")}, event.Organizations)
	require.Empty(t, event.Detail)
	require.Contains(t, w.last("acme").Organizations, w.id("acme"), "the parent is told")
}
