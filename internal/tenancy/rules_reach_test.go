package tenancy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// reaching is teams with people who have something where they own nothing: art administers
// the account, olga2 and sam are in groups of shop and of acme.
func reaching(t *testing.T) *world {
	t.Helper()
	w := siblings(t)
	w.users("art")
	require.NoError(t, administrateAs("olga", "acme", "art", admin{role: "administrator"})(w))
	w.group("chiefs", "acme", "olga", tenancy.ClaimOwner)
	w.group("guests", "acme", "olga", "view_machines")
	w.put("guests", groupMember, "sam")
	w.put("mid", groupMember, "olga2")
	w.child("den", "acme", "both")
	return w
}

// TestD2AGroupOutOfReach: an administrator manages groups, but none with a claim that he
// lacks, and gives none.
func TestD2AGroupOutOfReach(t *testing.T) {
	run(t, reaching,
		trial{"a claim of his", groupAs("art", "acme", "new", "manage_agents"), done("acme", grouped("new", "acme", "art", "manage_agents")...)},
		trial{"a claim that he lacks", groupAs("art", "acme", "new", "manage_agents", tenancy.ClaimOwner), refused("forbidden", "acme")},
		trial{"added to a group", claimsAs("art", "guests", "view_machines", tenancy.ClaimOwner), refused("forbidden", "acme")},
		trial{"taken from a group", claimsAs("art", "chiefs", "view_agents"), refused("forbidden", "acme")},
		trial{"with its group", deleteGroupAs("art", "chiefs"), refused("forbidden", "acme")},
	)
}

// TestAccessIsNoOwnership where something asks for an owner.
func TestAccessIsNoOwnership(t *testing.T) {
	run(t, reaching,
		trial{"removing an owner", disownAs("mia", "shop", "olga"), refused("forbidden", "acme")},
		trial{"detaching, by the parent's owner", detachAs("olga2", "shop"), refused("forbidden", "acme")},
		trial{"looking for what blocks a deletion", blockersAs("mia", "acme"), refused("forbidden", "acme")},
		trial{"attaching to nothing", func(w *world) error {
			_, _, err := w.service.AttachOrganization(w.ctx, w.as("mia"), w.id("acme"), "")
			return err
		}, refused("forbidden", "acme")},
		trial{"reading the trail", auditAs("mia", "acme"), refused("forbidden", "acme")},
		trial{"D-9: altering a user from nowhere", putUserAs("console@nowhere", "nina", "deactivated"), refused("not-found", "service")},
		trial{"D-9: deleting from another tree", deleteAs("both@rival", "den"), refused("not-found", "acme")},
	)
	w := attachable(t)
	w.group("inn", "hill", "lou", "view_agents")
	w.put("inn", groupMember, "olga")
	w.expect(refused("forbidden", "hill"), attachAs("olga", "hill", "acme"))
}

// TestR2AccessToTheHomeShowsNoOtherLinks of a group that somebody sees for what he owns.
func TestR2AccessToTheHomeShowsNoOtherLinks(t *testing.T) {
	require.Equal(t, []string{"shop"}, reaching(t).linksOf("sam", "top", 50))
}

// TestOwnersOfGroupsHaveNoEnd: members do.
func TestOwnersOfGroupsHaveNoEnd(t *testing.T) {
	w := reaching(t)
	end := "2099-01-02T03:04:05Z"
	put := func(role tenancy.GroupRole) error {
		_, _, err := w.service.PutMembership(w.ctx, w.as("gus"), w.id("top"), role, w.id("sam"), tenancy.MembershipInput{ExpiresAt: &end})
		return err
	}
	require.Equal(t, tenancy.CodeInvalid, codeOf(t, put(groupOwner)))
	require.NoError(t, put(groupMember))
}

// TestR44WhatABatchRefuses as a whole, before it looks at anybody or after: too many, one
// twice, and what is in another tree (attacks 1, 3 and 34).
func TestR44WhatABatchRefuses(t *testing.T) {
	w := reaching(t)
	help := tenancy.AdministratorInput{UserID: w.id("art"), Role: "help_desk"}
	elsewhere := help
	elsewhere.Subaccounts = &tenancy.Subaccounts{Reach: tenancy.ReachList, Organizations: []string{w.id("stall")}}
	unknown := tenancy.AdministratorInput{UserID: w.id("nobody"), Role: "help_desk"}
	for _, inputs := range map[string][]tenancy.AdministratorInput{
		"too many":       slices.Repeat([]tenancy.AdministratorInput{unknown}, 1001),
		"one twice":      {help, help},
		"another tree's": {elsewhere},
	} {
		w.expect(refused("invalid", "acme"), func(w *world) error {
			_, _, err := w.service.PutAdministrators(w.ctx, w.as("olga"), w.id("acme"), inputs)
			return err
		})
	}
}
