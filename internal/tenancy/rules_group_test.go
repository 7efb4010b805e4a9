package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// grouped is what the engine is told of a new group.
func grouped(id, home, owner string, claims ...string) []string {
	steps := []string{"+group:" + id + "#home@organization:" + home, "+organization:" + home + "#group@group:" + id, "+group:" + id + "#owner@user:" + owner}
	for _, c := range claims {
		steps = append(steps, "+group:"+id+"#claim_"+c+"@group:"+id+"#member")
	}
	return steps
}

func TestR17WhoCreatesAGroup(t *testing.T) {
	run(t, teams,
		trial{"a group's owner", groupAs("gus", "acme", "new"), refused("not-found", "acme")},
		trial{"a group's member", groupAs("mia", "acme", "new"), refused("forbidden", "acme")},
		trial{"an owner of the organization above", groupAs("olga2", "shop", "new"), refused("forbidden", "acme")},
		trial{"an owner of the organization below", groupAs("sam", "acme", "new"), refused("not-found", "acme")},
		trial{"a stranger", groupAs("nina", "acme", "new"), refused("not-found", "acme")},
		trial{"an unknown claim", groupAs("olga", "acme", "new", "fly"), refused("invalid", "acme")},
		trial{"the platform, without an owner", groupAs("platform", "acme", "new"), refused("invalid", "acme")},
		trial{"without claims", groupAs("olga", "acme", "new"), done("acme", grouped("new", "acme", "olga")...)},
		trial{"with claims, one of them twice", groupAs("olga", "acme", "new", "view_agents", "owner", "view_agents"),
			done("acme", grouped("new", "acme", "olga", "owner", "view_agents")...)},
	)
}

// TestR17TheGroupsOwnersAsSuchChangeNothingOfIt is attack 12, and attack 9 for its members.
func TestR17TheGroupsOwnersAsSuchChangeNothingOfIt(t *testing.T) {
	for _, actor := range []string{"gus", "mia"} {
		run(t, teams,
			trial{actor + " claims", claimsAs(actor, "top", "owner"), refused("forbidden", "acme")},
			trial{actor + " renames", renameGroupAs(actor, "top"), refused("forbidden", "acme")},
			trial{actor + " deletes", deleteGroupAs(actor, "top"), refused("forbidden", "acme")},
		)
	}
	run(t, teams,
		trial{"another tree's owner deletes", deleteGroupAs("rita", "top"), refused("not-found", "acme")},
		trial{"no group", deleteGroupAs("olga", "nobody"), refused("not-found", "service")},
		trial{"an owner of home renames", renameGroupAs("olga", "top"), done("acme")},
	)
}

func TestR17ClaimsAreReplaced(t *testing.T) {
	run(t, teams,
		trial{"the same", claimsAs("olga", "top", "view_agents"), unchanged},
		trial{"the same, twice", claimsAs("olga", "top", "view_agents", "view_agents"), unchanged},
		trial{"unknown", claimsAs("olga", "top", "view_agents", "fly"), refused("invalid", "acme")},
		trial{"others", claimsAs("olga", "top", "manage_billing", "owner"), done("acme",
			"-group:top#claim_view_agents@group:top#member",
			"+group:top#claim_manage_billing@group:top#member", "+group:top#claim_owner@group:top#member")},
		trial{"none", claimsAs("olga", "top"), done("acme", "-group:top#claim_view_agents@group:top#member")},
	)
}

// TestD1NobodyGivesWhatHeDoesNotHave uses the platform's right to make a group whose
// members own the organization, and takes that claim away from it.
func TestD1NobodyGivesWhatHeDoesNotHave(t *testing.T) {
	chiefs := func(t *testing.T) *world {
		t.Helper()
		w := teams(t)
		w.group("chiefs", "acme", "olga", tenancy.ClaimOwner)
		w.put("chiefs", tenancy.GroupMember, "nina")
		return w
	}
	run(t, chiefs,
		trial{"in the child, by an owner of the parent", groupAs("olga2", "kiosk", "new", "view_agents"), refused("forbidden", "acme")},
		trial{"an owner by a group's claim holds all", groupAs("nina", "acme", "new", "owner", "manage_agents"),
			done("acme", grouped("new", "acme", "nina", "owner", "manage_agents")...)},
		trial{"and manages groups with all", claimsAs("nina", "chiefs"), done("acme", "-group:chiefs#claim_owner@group:chiefs#member")},
	)
}

// TestR23ALaterChangeHoldsInEveryLinkedOrganization has no step for the link itself.
func TestR23ALaterChangeHoldsInEveryLinkedOrganization(t *testing.T) {
	w := withLink(t)
	w.users("new")
	w.link("top", "kiosk")
	require.NoError(t, giveAs("gus", "top", tenancy.GroupMember, "new")(w))
	for _, organization := range []string{"acme", "shop", "kiosk"} {
		require.True(t, w.may("new", "view_agents", organization))
	}
	require.NoError(t, claimsAs("olga", "top", "manage_machines")(w))
	for _, organization := range []string{"acme", "shop", "kiosk"} {
		require.False(t, w.may("new", "view_agents", organization))
		require.True(t, w.may("new", "view_machines", organization))
	}
	require.False(t, w.may("new", "access", "farm"))
	require.NoError(t, takeAs("gus", "top", tenancy.GroupMember, "new")(w))
	for _, organization := range []string{"acme", "shop", "kiosk"} {
		require.False(t, w.may("new", "access", organization))
	}
}

func TestDeletingAGroupTakesAllOfIt(t *testing.T) {
	w := withLink(t)
	w.link("top", "kiosk")
	w.expect(done("acme",
		"-group:top#home@organization:acme", "-organization:acme#group@group:top",
		"-group:top#claim_view_agents@group:top#member",
		"-group:top#owner@user:gus", "-group:top#owner@user:olga", "-group:top#member@user:mia",
		"-organization:shop#linked_group@group:top", "-group:top#linked_organization@organization:shop",
		"-organization:kiosk#linked_group@group:top", "-group:top#linked_organization@organization:kiosk",
	), deleteGroupAs("olga", "top"))
	require.ElementsMatch(t, []string{w.id("acme"), w.id("shop"), w.id("kiosk")}, w.last("acme").Organizations)
	require.False(t, w.may("mia", "access", "acme"))
}
