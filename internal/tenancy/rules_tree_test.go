package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func created(id, parent, root, owner string) []string {
	steps := []string{"+organization:" + id + "#root@organization:" + root, "+organization:" + id + "#owner@user:" + owner}
	subtrees := []string{id}
	if parent != "" {
		steps = append(steps, "+organization:"+id+"#parent@organization:"+parent, "+organization:"+parent+"#child@organization:"+id)
		subtrees = append(subtrees, parent)
	}
	if root != id && root != parent {
		subtrees = append(subtrees, root)
	}
	for _, top := range subtrees {
		steps = append(steps, "+organization:"+id+"#subtree@subtree:"+top)
	}
	return steps
}

func TestR4WhoCreatesASubOrganization(t *testing.T) {
	run(t, teams,
		trial{"an owner of the parent's parent", createAs("olga2", "shop", "new"), refused("forbidden", "acme")},
		trial{"a member of the parent's group", createAs("mia", "shop", "new"), refused("forbidden", "acme")},
		trial{"an owner of the parent's group", createAs("gus", "shop", "new"), refused("not-found", "acme")},
		trial{"a stranger", createAs("nina", "shop", "new"), refused("not-found", "acme")},
		trial{"an owner of another tree", createAs("rita", "shop", "new"), refused("not-found", "acme")},
		trial{"below nothing", createAs("olga", "nowhere", "new"), refused("not-found", "service")},
		trial{"no parent and no current organization", createAs("olga", "", "new"), refused("current-organization-required", "service")},
		trial{"a console without a user", createAs("console", "acme", "new"), refused("forbidden", "service")},
		trial{"a parent in another tree than the current organization", createAs("both@rival", "acme", "new"), refused("not-found", "acme")},
		trial{"the platform, without an owner", createAs("platform", "acme", "new"), refused("invalid", "acme")},
		trial{"an owner of the parent", createAs("sam", "shop", "new"), done("acme", created("new", "shop", "acme", "sam")...)},
		trial{"the parent from the current organization", createAs("sam@shop", "", "new"), done("acme", created("new", "shop", "acme", "sam")...)},
		trial{"another parent than the current organization", createAs("olga@shop", "acme", "new"), done("acme", created("new", "acme", "acme", "olga")...)},
	)
}

func TestR4NeedsEnterpriseOfTheRoot(t *testing.T) {
	for name, plan := range map[string]tenancy.Plan{"free": tenancy.PlanFree, "pro": tenancy.PlanPro} {
		t.Run(name, func(t *testing.T) {
			w := twoTrees(t)
			w.plan("acme", plan)
			w.plan("shop", tenancy.PlanEnterprise) // D-13: not the root's
			w.expect(refused("license-required", "acme"), createAs("sam", "shop", "new"))
			w.expect(refused("license-required", "acme"), detachedAs("olga@acme", "new"))
			w.expect(refused("license-required", "acme"), createOwnedAs("platform", "shop", "new", "sam"))
		})
	}
}

func TestR8ACanceledPlanIsNone(t *testing.T) {
	w := twoTrees(t)
	require.NoError(t, subscribeAs("platform", "acme", "enterprise", canceled)(w))
	w.expect(refused("license-required", "acme"), createAs("sam", "shop", "new"))
	require.NoError(t, subscribeAs("platform", "acme", "enterprise", active)(w))
	w.expect(done("acme", created("new", "shop", "acme", "sam")...), createAs("sam", "shop", "new"))
}

// createOwnedAs names an owner.
func createOwnedAs(actor, parent, id, owner string) call {
	return func(w *world) error {
		in := tenancy.NewOrganization{ID: w.id(id), Name: id, ParentID: w.id(parent), OwnerID: w.id(owner)}
		if parent == "" {
			in.ParentID, in.Detached = "", true
		}
		_, _, err := w.service.CreateOrganization(w.ctx, w.as(actor), in)
		return err
	}
}

func TestD35ThePlatformNamesTheOwner(t *testing.T) {
	run(t, twoTrees,
		trial{"who does not exist", createOwnedAs("platform", "acme", "new", "nobody"), refused("not-found", "acme")},
		trial{"a user may not", createOwnedAs("olga", "acme", "new", "sam"), refused("invalid", "acme")},
		trial{"detached, without an owner", detachedAs("platform", "new"), refused("invalid", "service")},
		trial{"below", createOwnedAs("platform", "acme", "new", "nina"), done("acme", created("new", "acme", "acme", "nina")...)},
		trial{"detached", createOwnedAs("platform", "", "new", "nina"), done("new", created("new", "", "new", "nina")...)},
	)
}

func TestR3ATreeHasThreeLevels(t *testing.T) {
	run(t, twoTrees,
		trial{"a fourth level", createAs("kim", "kiosk", "new"), refused("depth-exceeded", "acme")},
		trial{"by the platform too", createOwnedAs("platform", "kiosk", "new", "kim"), refused("depth-exceeded", "acme")},
		trial{"a third", createAs("finn", "farm", "new"), done("acme", created("new", "farm", "acme", "finn")...)},
	)
}

func TestR5Detached(t *testing.T) {
	run(t, teams,
		trial{"without a current organization", detachedAs("olga", "new"), refused("current-organization-required", "service")},
		trial{"by a member", detachedAs("mia@acme", "new"), refused("forbidden", "acme")},
		trial{"from where he has no access", detachedAs("gus@acme", "new"), refused("not-found", "acme")},
		trial{"by a stranger", detachedAs("nina@acme", "new"), refused("not-found", "acme")},
		trial{"by a console without a user", detachedAs("console@acme", "new"), refused("forbidden", "service")},
		trial{"by an owner of the organization he operates from", detachedAs("sam@shop", "new"), done("new", created("new", "", "new", "sam")...)},
	)
}

// TestR5ADetachedOrganizationKnowsNothingOfItsMaker looks at what its own trail tells.
func TestR5ADetachedOrganizationKnowsNothingOfItsMaker(t *testing.T) {
	w := twoTrees(t)
	require.NoError(t, detachedAs("olga@acme", "island")(w))
	require.Equal(t, []string{w.id("island")}, w.last("island").Organizations)
	view, err := w.service.Organization(w.ctx, w.as("olga@island"), w.id("island"))
	require.NoError(t, err)
	require.Equal(t, tenancy.PlanFree, view.Plan, "it has a subscription of its own, and none yet")
	require.Equal(t, []string{"add-second-owner"}, view.Recommendations)
}
