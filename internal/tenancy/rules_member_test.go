package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	groupOwner  = tenancy.GroupOwner
	groupMember = tenancy.GroupMember
)

func TestR15WhoChangesAGroupsPeople(t *testing.T) {
	run(t, teams,
		trial{"a member adds", giveAs("mia", "top", groupMember, "nina"), refused("forbidden", "acme")},
		trial{"a member makes himself owner", giveAs("mia", "top", groupOwner, "mia"), refused("forbidden", "acme")},
		trial{"a member removes", takeAs("mia", "top", groupOwner, "gus"), refused("forbidden", "acme")},
		trial{"an owner of a linked or other organization", giveAs("finn", "top", groupMember, "finn"), refused("not-found", "acme")},
		trial{"another tree's owner", giveAs("rita", "top", groupOwner, "rita"), refused("not-found", "acme")},
		trial{"a stranger removes", takeAs("nina", "top", groupMember, "mia"), refused("not-found", "acme")},
		trial{"a console without a user", giveAs("console", "top", groupMember, "nina"), refused("forbidden", "service")},
		trial{"to no group", giveAs("gus", "nobody", groupMember, "nina"), refused("not-found", "service")},
		trial{"nobody", giveAs("gus", "top", groupMember, "nobody"), refused("not-found", "acme")},
		trial{"nobody is removed", takeAs("gus", "top", groupMember, "nobody"), refused("not-found", "acme")},
		trial{"a member is no owner", takeAs("gus", "top", groupOwner, "mia"), refused("not-found", "acme")},
		trial{"who is in it is added", giveAs("gus", "top", groupMember, "mia"), unchanged},
		trial{"an owner adds a member", giveAs("gus", "top", groupMember, "nina"), done("acme", "+group:top#member@user:nina")},
		trial{"an owner adds an owner", giveAs("gus", "top", groupOwner, "nina"), done("acme", "+group:top#owner@user:nina")},
		trial{"one may be both", giveAs("gus", "top", groupOwner, "mia"), done("acme", "+group:top#owner@user:mia")},
		trial{"an owner removes a member", takeAs("gus", "top", groupMember, "mia"), done("acme", "-group:top#member@user:mia")},
		trial{"an owner removes an owner", takeAs("gus", "top", groupOwner, "olga"), done("acme", "-group:top#owner@user:olga")},
		trial{"an owner removes himself", takeAs("gus", "top", groupOwner, "gus"), done("acme", "-group:top#owner@user:gus")},
		trial{"the platform adds", giveAs("platform", "top", groupMember, "nina"), done("acme", "+group:top#member@user:nina")},
	)
}

// TestR15AGroupsOwnerHoldsNoneOfItsClaims is attack 8, and D-28.
func TestR15AGroupsOwnerHoldsNoneOfItsClaims(t *testing.T) {
	w := withLink(t)
	for _, organization := range []string{"acme", "shop"} {
		for _, permission := range tenancy.PermissionsOf("organization") {
			require.False(t, w.may("gus", permission, organization), "%s on %s", permission, organization)
		}
	}
	require.True(t, w.allowed("gus", "manage_members", "group", "top"))
	require.False(t, w.allowed("mia", "manage_members", "group", "top"))
	w.expect(refused("not-found", "acme"), seeAs("gus", "acme"))
	w.expect(unchanged, seeGroupAs("gus", "top"))
	list, err := w.service.Organizations(w.ctx, w.as("gus"), tenancy.OrganizationQuery{}, tenancy.PageAll)
	require.NoError(t, err)
	require.Empty(t, list)
}

// TestD24AnOwnerOfHomeIsNoOwnerOfTheGroup but can make himself one, for all to see.
func TestD24AnOwnerOfHomeIsNoOwnerOfTheGroup(t *testing.T) {
	run(t, teams,
		trial{"adds a member", giveAs("olga2", "top", groupMember, "nina"), refused("forbidden", "acme")},
		trial{"adds another owner", giveAs("olga2", "top", groupOwner, "nina"), refused("forbidden", "acme")},
		trial{"adds himself as a member", giveAs("olga2", "top", groupMember, "olga2"), refused("forbidden", "acme")},
		trial{"removes", takeAs("olga2", "top", groupMember, "mia"), refused("forbidden", "acme")},
		trial{"links", linkAs("olga2", "shop", "top"), refused("forbidden", "acme")},
		trial{"above home, himself as owner", giveAs("olga2", "mid", groupOwner, "olga2"), refused("not-found", "acme")},
		trial{"himself as owner", giveAs("olga2", "top", groupOwner, "olga2"), done("acme", "+group:top#owner@user:olga2")},
	)
	w := teams(t)
	require.NoError(t, giveAs("olga2", "top", groupOwner, "olga2")(w))
	require.Equal(t, map[string]string{"user_id": w.id("olga2"), "self_grant": "true"}, w.last("acme").Detail)
}

// TestR19ASelfGrantIsRecorded in the trail and in the row.
func TestR19ASelfGrantIsRecorded(t *testing.T) {
	w := teams(t)
	for user, self := range map[string]bool{"gus": true, "nina": false} {
		m, _, err := w.service.PutMembership(w.ctx, w.as("gus"), w.id("top"), groupMember, w.id(user), tenancy.MembershipInput{})
		require.NoError(t, err)
		require.Equal(t, self, m.SelfGrant)
		require.Equal(t, self, w.last("acme").Detail["self_grant"] == "true")
	}
	members, err := w.service.Memberships(w.ctx, w.as("gus"), w.id("top"), groupMember, tenancy.PageAll)
	require.NoError(t, err)
	for _, m := range members {
		require.Equal(t, m.UserID == w.id("gus"), m.SelfGrant)
		require.Equal(t, clock.Now(), m.Since)
	}
}

func TestR19ADeploymentForbidsSelfGrants(t *testing.T) {
	strict := func(t *testing.T) *world {
		t.Helper()
		w := teams(t)
		w.service = w.parts.service(tenancy.Options{ForbidSelfGrants: true})
		return w
	}
	run(t, strict,
		trial{"a member of his own group", giveAs("gus", "top", groupMember, "gus"), refused("forbidden", "acme")},
		trial{"another one", giveAs("gus", "top", groupMember, "nina"), done("acme", "+group:top#member@user:nina")},
		trial{"owner of a group of his organization", giveAs("olga2", "top", groupOwner, "olga2"), done("acme", "+group:top#owner@user:olga2")},
	)
}
