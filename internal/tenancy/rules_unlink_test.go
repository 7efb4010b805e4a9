package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// withLink is teams with the group of acme linked to shop.
func withLink(t *testing.T) *world {
	t.Helper()
	w := teams(t)
	w.link("top", "shop")
	return w
}

// unlicensed is withLink after the licence has lapsed.
func unlicensed(t *testing.T) *world {
	t.Helper()
	w := withLink(t)
	w.plan("acme", tenancy.PlanFree)
	return w
}

func TestD32WhoRemovesALink(t *testing.T) {
	run(t, withLink,
		trial{"the group's member", unlinkAs("mia", "shop", "top"), refused("forbidden", "acme")},
		trial{"an owner of the child next to it", unlinkAs("finn", "shop", "top"), refused("not-found", "acme")},
		trial{"an owner below", unlinkAs("kim", "shop", "top"), refused("not-found", "acme")},
		trial{"a stranger", unlinkAs("nina", "shop", "top"), refused("not-found", "acme")},
		trial{"an owner of another tree", unlinkAs("rita", "shop", "top"), refused("not-found", "acme")},
		trial{"a console without a user", unlinkAs("console", "shop", "top"), refused("forbidden", "service")},
		trial{"what is not linked", unlinkAs("olga", "farm", "top"), refused("not-found", "acme")},
		trial{"from nowhere", unlinkAs("olga", "nowhere", "top"), refused("not-found", "service")},
		trial{"of no group", unlinkAs("olga", "shop", "nobody"), refused("not-found", "acme")},
		trial{"of another tree's group", unlinkAs("olga", "shop", "alien"), refused("not-found", "acme")},
		trial{"an owner of the target", unlinkAs("sam", "shop", "top"), done("acme", unlinked("top", "shop")...)},
		trial{"an owner of the source", unlinkAs("olga", "shop", "top"), done("acme", unlinked("top", "shop")...)},
		trial{"an owner of the group", unlinkAs("gus", "shop", "top"), done("acme", unlinked("top", "shop")...)},
		trial{"the platform", unlinkAs("platform", "shop", "top"), done("acme", unlinked("top", "shop")...)},
	)
}

func TestD32NoLicenceIsNeededToTakeAway(t *testing.T) {
	run(t, unlicensed,
		trial{"an owner of the target", unlinkAs("sam", "shop", "top"), done("acme")},
		trial{"an owner of the group", unlinkAs("gus", "shop", "top"), done("acme")},
	)
}

func TestD33ALinkIsPutOnce(t *testing.T) {
	run(t, withLink, trial{"again", linkAs("olga", "shop", "top"), unchanged})
}

// TestR82BothEndsAreToldOfALink is so that an owner of either finds it in the trail.
func TestR82BothEndsAreToldOfALink(t *testing.T) {
	w := withLink(t)
	require.ElementsMatch(t, []string{w.id("acme"), w.id("shop")}, w.last("acme").Organizations)
	require.NoError(t, unlinkAs("sam", "shop", "top")(w))
	require.ElementsMatch(t, []string{w.id("acme"), w.id("shop")}, w.last("acme").Organizations)
}

// TestUnlinkLeavesTheOtherWays is attack 15.
func TestUnlinkLeavesTheOtherWays(t *testing.T) {
	w := withLink(t)
	w.group("second", "acme", "olga", "view_agents", "manage_billing")
	w.put("second", tenancy.GroupMember, "mia")
	w.link("second", "shop")

	require.NoError(t, unlinkAs("sam", "shop", "top")(w))
	require.True(t, w.may("mia", "view_agents", "shop"), "the other link still grants")
	require.NoError(t, unlinkAs("sam", "shop", "second")(w))
	require.True(t, w.may("mia", "view_agents", "shop"), "the group homed in shop still grants")
	require.False(t, w.may("mia", "manage_billing", "shop"), "that was the link's alone")
	require.NoError(t, takeAs("gus", "mid", tenancy.GroupMember, "mia")(w))
	require.False(t, w.may("mia", "access", "shop"))

	w.link("second", "shop")
	require.True(t, w.may("mia", "manage_billing", "shop"))
	require.True(t, w.may("mia", "view_agents", "shop"))
}
