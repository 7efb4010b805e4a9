package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

const suspended, inUse = tenancy.OrganizationSuspended, tenancy.OrganizationActive

// suspendable is teams with links: top is active in shop and kiosk, mid in kiosk.
func suspendable(t *testing.T) *world {
	t.Helper()
	w := teams(t)
	w.link("top", "shop", "kiosk")
	w.link("mid", "kiosk")
	return w
}

// kioskOut are the steps of the suspension of kiosk.
func kioskOut(sign string) (steps []string) {
	for _, r := range []string{
		"organization:kiosk#owner@user:kim", "organization:kiosk#owner@user:olga",
		"organization:kiosk#group@group:low", "group:low#home@organization:kiosk",
		"group:low#claim_view_agents@group:low#member",
		"group:low#owner@user:gus", "group:low#owner@user:olga", "group:low#member@user:mia",
		"organization:kiosk#linked_group@group:top", "group:top#linked_organization@organization:kiosk",
		"organization:kiosk#linked_group@group:mid", "group:mid#linked_organization@organization:kiosk",
		"organization:kiosk#subtree@subtree:kiosk", "organization:kiosk#subtree@subtree:shop", "organization:kiosk#subtree@subtree:acme",
	} {
		steps = append(steps, sign+r)
	}
	return steps
}

func TestD7ThePlatformSuspends(t *testing.T) {
	run(t, suspendable,
		trial{"an owner", stateAs("kim", "kiosk", suspended), refused("forbidden", "acme")},
		trial{"an owner, as it is", stateAs("kim", "kiosk", inUse), refused("forbidden", "acme")},
		trial{"a stranger", stateAs("nina", "kiosk", suspended), refused("not-found", "acme")},
		trial{"a state that there is not", stateAs("platform", "kiosk", "asleep"), refused("invalid", "acme")},
		trial{"as it is", stateAs("platform", "kiosk", inUse), unchanged},
		trial{"the platform", stateAs("platform", "kiosk", suspended), done("acme", kioskOut("-")...)},
	)
	w := suspendable(t)
	require.NoError(t, stateAs("platform", "kiosk", suspended)(w))
	w.expect(unchanged, stateAs("platform", "kiosk", suspended))
	w.expect(done("acme", kioskOut("+")...), stateAs("platform", "kiosk", inUse))
}

// TestD7SuspensionReachesEverythingBelow, and groups homed there grant nothing anywhere.
func TestD7SuspensionReachesEverythingBelow(t *testing.T) {
	w := suspendable(t)
	w.users("mo")
	w.put("mid", groupMember, "mo")
	require.NoError(t, stateAs("platform", "shop", suspended)(w))
	for _, organization := range []string{"shop", "kiosk"} {
		for _, user := range []string{"sam", "kim", "olga", "mia", "mo", "gus"} {
			require.False(t, w.may(user, "access", organization), "%s in %s", user, organization)
		}
		require.Equal(t, tenancy.CodeNotFound, codeOf(t, seeAs("mia", organization)(w)))
		require.Equal(t, tenancy.CodeNotFound, codeOf(t, treeAs("sam", organization)(w)))
	}
	for _, group := range []string{"mid", "low"} {
		require.Equal(t, tenancy.CodeNotFound, codeOf(t, seeGroupAs("gus", group)(w)), "its owner")
		require.Equal(t, tenancy.CodeNotFound, codeOf(t, giveAs("olga", group, groupMember, "nina")(w)))
	}
	require.Equal(t, []string{"acme"}, w.listed("mia", 10))
	require.True(t, w.may("mia", "view_agents", "acme"), "what is above goes on")
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, treeAs("olga@shop", "acme")(w)), "nobody operates from there")
}

// TestD25AnOwnerAboveSeesTheState of what is suspended, and nothing more.
func TestD25AnOwnerAboveSeesTheState(t *testing.T) {
	w := suspendable(t)
	require.NoError(t, stateAs("platform", "shop", suspended)(w))
	for _, organization := range []string{"shop", "kiosk"} {
		view, err := w.service.Organization(w.ctx, w.as("olga"), w.id(organization))
		require.NoError(t, err)
		require.True(t, view.ExistenceOnly)
		require.Equal(t, suspended, view.State, organization)
		require.Equal(t, tenancy.CodeForbidden, codeOf(t, renameAs("olga", organization)(w)))
	}
	top, err := w.service.OrganizationTree(w.ctx, w.as("olga"), w.id("acme"))
	require.NoError(t, err)
	for _, node := range top.Children {
		require.Equal(t, node.ID == w.id("shop"), node.State == suspended)
	}
	view, err := w.service.Organization(w.ctx, platform, w.id("kiosk"))
	require.NoError(t, err)
	require.False(t, view.ExistenceOnly)
}

// TestWhatIsMadeWhileSuspendedHasNoForce until it is over, and then only what holds by
// itself: not the deactivated, not the unlicensed, not what is suspended below.
func TestWhatIsMadeWhileSuspendedHasNoForce(t *testing.T) {
	w := suspendable(t)
	w.users("ann", "ian")
	require.NoError(t, stateAs("platform", "shop", suspended)(w))
	for _, c := range []call{
		ownAs("platform", "shop", "ann"), giveAs("platform", "mid", groupMember, "ann"), giveAs("platform", "mid", groupMember, "ian"),
		linkAs("platform", "kiosk", "top"), createOwnedAs("platform", "shop", "stand", "ann"), ownAs("platform", "kiosk", "ian"),
		stateAs("platform", "kiosk", suspended), putUserAs("platform", "ian", tenancy.UserDeactivated),
	} {
		require.NoError(t, c(w))
	}
	w.group("fresh", "shop", "ann", "view_agents")
	require.False(t, w.may("ann", "access", "shop"))
	require.False(t, w.may("ann", "access", "stand"))
	require.False(t, w.allowed("ann", "view", "group", "fresh"))
	require.NoError(t, stateAs("platform", "shop", inUse)(w))
	require.True(t, w.may("ann", "own", "shop"))
	require.True(t, w.may("ann", "own", "stand"))
	require.True(t, w.allowed("ann", "manage_members", "group", "fresh"))
	require.False(t, w.may("ian", "access", "shop"))
	require.False(t, w.may("kim", "access", "kiosk"), "kiosk is suspended by itself")
	w.plan("acme", tenancy.PlanFree)
	require.NoError(t, stateAs("platform", "kiosk", inUse)(w))
	require.True(t, w.may("kim", "own", "kiosk"))
	require.True(t, w.may("mia", "view_agents", "kiosk"), "by its own group")
	require.False(t, w.may("ann", "view_agents", "kiosk"), "by a link without a licence")
	w.plan("acme", tenancy.PlanEnterprise)
	require.True(t, w.may("ann", "view_agents", "kiosk"))
	w.verifyForce()
}

// TestMovesFollowSuspension into a suspended place, and out of it.
func TestMovesFollowSuspension(t *testing.T) {
	w := attachable(t)
	require.NoError(t, stateAs("platform", "acme", suspended)(w))
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, attachAs("both", "hill", "acme")(w)))
	require.NoError(t, attachAs("platform", "hill", "acme")(w))
	require.False(t, w.may("lou", "access", "lodge"))
	require.NoError(t, detachAs("platform", "hill")(w))
	require.True(t, w.may("lou", "own", "lodge"))
	require.NoError(t, stateAs("platform", "acme", inUse)(w))
	require.NoError(t, stateAs("platform", "hill", suspended)(w))
	require.NoError(t, attachAs("platform", "hill", "acme")(w))
	require.False(t, w.may("lou", "access", "lodge"), "it is suspended by itself")
	require.NoError(t, stateAs("platform", "lodge", suspended)(w))
	require.NoError(t, stateAs("platform", "hill", inUse)(w))
	require.True(t, w.may("both", "own", "hill"))
	require.False(t, w.may("lou", "access", "lodge"))
	w.verifyForce()
}

// TestASuspendedOrganizationCanBeDeleted by the platform, whole.
func TestASuspendedOrganizationCanBeDeleted(t *testing.T) {
	w := suspendable(t)
	require.NoError(t, stateAs("platform", "kiosk", suspended)(w))
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, deleteAs("kim@shop", "kiosk")(w)))
	require.NoError(t, deleteAs("platform", "kiosk")(w))
	w.namesNothing("kiosk", "low")
}

// TestD7NobodyStandsInTheRosterOfWhatIsSuspended, nor is told anything there, also by a link
// from above that is in force elsewhere (I-6).
func TestD7NobodyStandsInTheRosterOfWhatIsSuspended(t *testing.T) {
	w := teams(t)
	w.users("mo")
	w.put("top", groupMember, "mo")
	require.NoError(t, linkOnAs("platform", "acme", "top", tenancy.LinkInput{Scope: tenancy.ScopeSubtree})(w))
	require.Contains(t, w.recipients("organization kiosk"), "mo")
	require.NoError(t, stateAs("platform", "shop", suspended)(w))
	for _, organization := range []string{"shop", "kiosk"} {
		require.False(t, w.may("mo", "access", organization))
		require.Empty(t, w.roster("platform", organization, everybody))
		require.Empty(t, w.recipients("organization "+organization))
		require.Empty(t, w.recipients("user mo "+organization))
	}
	require.True(t, w.may("mo", "access", "acme"))
	require.NoError(t, stateAs("platform", "shop", inUse)(w))
	require.Contains(t, w.recipients("organization kiosk"), "mo")
}
