package tenancy_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// narrow is an input with these claims, and none other.
func narrow(claims ...tenancy.Claim) tenancy.LinkInput {
	return tenancy.LinkInput{Claims: append([]tenancy.Claim{}, claims...)}
}

// held are those of some permissions that mia has in an organization.
func (w *world) heldIn(organization string) (permissions []string) {
	w.t.Helper()
	for _, permission := range []string{"own", "access", "view_roster", "manage_billing", "view_agents", "manage_agents", "view_gateways"} {
		if w.may("mia", permission, organization) {
			permissions = append(permissions, permission)
		}
	}
	return permissions
}

// TestR24ANarrowedLinkGivesWhatIsInBoth is D-14.
func TestR24ANarrowedLinkGivesWhatIsInBoth(t *testing.T) {
	for _, c := range []struct {
		name         string
		group, claim []tenancy.Claim
		want         []string
	}{
		{"a claim that it has", []tenancy.Claim{"view_agents", "view_gateways"}, []tenancy.Claim{"view_agents"}, []string{"access", "view_agents"}},
		{"a claim that it implies", []tenancy.Claim{"manage_agents"}, []tenancy.Claim{"view_agents"}, []string{"access", "view_agents"}},
		{"what the link's claim implies", []tenancy.Claim{"manage_agents"}, []tenancy.Claim{"manage_agents"}, []string{"access", "view_agents", "manage_agents"}},
		{"part of ownership", []tenancy.Claim{"owner"}, []tenancy.Claim{"manage_billing"}, []string{"access", "manage_billing"}},
		{"ownership", []tenancy.Claim{"owner"}, []tenancy.Claim{"owner"}, []string{"own", "access", "view_roster", "manage_billing", "view_agents", "manage_agents", "view_gateways"}},
		{"nothing but access", []tenancy.Claim{"owner"}, []tenancy.Claim{}, []string{"access"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := teams(t)
			require.NoError(t, claimsAs("platform", "top", c.group...)(w))
			require.NoError(t, linkOnAs("olga", "shop", "top", narrow(c.claim...))(w))
			require.NoError(t, takeAs("gus", "mid", groupMember, "mia")(w))
			require.Equal(t, c.want, w.heldIn("shop"))
			require.Empty(t, w.heldIn("farm"))
			links, err := w.service.LinksInto(w.ctx, w.as("sam"), w.id("shop"), tenancy.PageAll)
			require.NoError(t, err)
			require.Equal(t, c.claim, links[0].Claims)
		})
	}
}

// TestR23ALinkIsAnEdge has the group change behind a narrowed link, which never widens it.
func TestR23ALinkIsAnEdge(t *testing.T) {
	w := teams(t)
	require.NoError(t, takeAs("gus", "mid", groupMember, "mia")(w))
	require.NoError(t, claimsAs("olga", "top", "manage_agents", "view_gateways")(w))
	require.NoError(t, linkOnAs("olga", "shop", "top", narrow("manage_agents"))(w))
	for _, step := range []struct {
		claims []tenancy.Claim
		want   []string
	}{
		{[]tenancy.Claim{"view_agents"}, []string{"access", "view_agents"}},
		{[]tenancy.Claim{"manage_billing"}, []string{"access"}},
		{[]tenancy.Claim{"owner"}, []string{"access", "view_agents", "manage_agents"}},
		{nil, []string{"access"}},
	} {
		require.NoError(t, claimsAs("platform", "top", step.claims...)(w))
		require.Equal(t, step.want, w.heldIn("shop"), "the group has %v", step.claims)
	}
}

// TestD29WhatAPutLeavesOutIsReset alters one link, and finds it altered once.
func TestD29WhatAPutLeavesOutIsReset(t *testing.T) {
	w := teams(t)
	require.NoError(t, claimsAs("olga", "top", "manage_agents", "view_gateways")(w))
	require.NoError(t, takeAs("gus", "mid", groupMember, "mia")(w))
	limited := tenancy.LinkInput{Scope: tenancy.ScopeSubtree, Claims: []tenancy.Claim{"view_gateways"}, ExpiresAt: ptr("2027-01-01T00:00:00Z")}
	require.NoError(t, linkOnAs("olga", "shop", "top", limited)(w))
	w.expect(unchanged, linkOnAs("olga", "shop", "top", limited))
	require.Equal(t, []string{"access", "view_gateways"}, w.heldIn("shop"))
	require.NoError(t, linkAs("olga", "shop", "top")(w))
	require.Equal(t, []string{"access", "view_agents", "manage_agents", "view_gateways"}, w.heldIn("shop"))
	links, err := w.service.LinksOf(w.ctx, w.as("gus"), w.id("top"), tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, []tenancy.Link{{
		GroupID: w.id("top"), OrganizationID: w.id("shop"), RootID: w.id("acme"), Scope: tenancy.ScopeOrganization, CreatedAt: clock.Now(),
	}}, links)
}

func TestLinksThatAreInvalid(t *testing.T) {
	run(t, teams,
		trial{"a claim that the group lacks", linkOnAs("olga", "shop", "top", narrow("view_gateways")), refused("invalid", "acme")},
		trial{"a claim that implies the group's", linkOnAs("olga", "shop", "top", narrow("manage_agents")), refused("invalid", "acme")},
		trial{"ownership of a group without", linkOnAs("olga", "shop", "top", narrow("owner")), refused("invalid", "acme")},
		trial{"no claim", linkOnAs("olga", "shop", "top", narrow("fly")), refused("invalid", "acme")},
		trial{"no scope", linkOnAs("olga", "shop", "top", tenancy.LinkInput{Scope: "world"}), refused("invalid", "acme")},
		trial{"no time", linkOnAs("olga", "shop", "top", tenancy.LinkInput{ExpiresAt: ptr("soon")}), refused("invalid", "acme")},
		trial{"empty time", linkOnAs("olga", "shop", "top", tenancy.LinkInput{ExpiresAt: ptr("")}), refused("invalid", "acme")},
		trial{"past", linkOnAs("olga", "shop", "top", tenancy.LinkInput{ExpiresAt: ptr("2026-03-04T05:06:07.007Z")}), refused("invalid", "acme")},
		trial{"now", linkOnAs("olga", "shop", "top", tenancy.LinkInput{ExpiresAt: ptr("2026-03-04T05:06:07.008Z")}), refused("invalid", "acme")},
		trial{"not his, and invalid", linkOnAs("sam", "shop", "mid", tenancy.LinkInput{Scope: "world"}), refused("forbidden", "acme")},
		trial{"a membership that is past", giveUntilAs("gus", "top", groupMember, "nina", "2026-03-04T05:06:07.008Z"), refused("invalid", "acme")},
		trial{"an owner's end", giveUntilAs("gus", "top", groupOwner, "nina", "2027-01-01T00:00:00Z"), refused("invalid", "acme")},
	)
}

// TestR24ALinkEnds to the millisecond, where it was narrowed and where it covers a subtree.
func TestR24ALinkEnds(t *testing.T) {
	for name, in := range map[string]tenancy.LinkInput{
		"plain":           {},
		"narrowed":        narrow("view_agents"),
		"subtree":         {Scope: tenancy.ScopeSubtree},
		"subtree, narrow": {Scope: tenancy.ScopeSubtree, Claims: []tenancy.Claim{"view_agents"}},
	} {
		t.Run(name, func(t *testing.T) {
			w, now := timed(t)
			w.owner("shop", "olga")
			w.put("top", groupOwner, "olga")
			w.put("top", groupMember, "mia") // without end
			in.ExpiresAt = ptr(endText)
			require.NoError(t, linkOnAs("olga", "shop", "top", in)(w))
			require.Equal(t, end, w.linksAt("sam", "shop")[0].ExpiresAt)
			now.set(end.Add(-time.Millisecond))
			require.True(t, w.may("mia", "view_agents", "shop"))
			now.set(end)
			require.False(t, w.may("mia", "access", "shop"))
			require.True(t, w.may("mia", "view_agents", "acme"), "the group goes on")
			require.Empty(t, w.linksAt("sam", "shop"))
			name := map[tenancy.LinkScope]string{tenancy.ScopeSubtree: "link.subtree:top/shop"}[in.Scope]
			requireEnded(t, w, cmp.Or(name, "link:top/shop"))
		})
	}
}

func (w *world) linksAt(actor, organization string) []tenancy.Link {
	w.t.Helper()
	links, err := w.service.LinksInto(w.ctx, w.as(actor), w.id(organization), tenancy.PageAll)
	require.NoError(w.t, err)
	return links
}

// TestR2TheTrailOfAnEndTellsEachItsOwn: the owners of shop and of farm learn of their own
// link, and not that the other one is there.
func TestR2TheTrailOfAnEndTellsEachItsOwn(t *testing.T) {
	w, now := timed(t)
	w.child("farm", "acme", "nina")
	for _, target := range []string{"shop", "farm"} {
		require.NoError(t, linkOnAs("platform", target, "top", tenancy.LinkInput{ExpiresAt: ptr(endText)})(w))
	}
	now.set(end)
	require.True(t, w.may("sam", "own", "shop"))
	for actor, c := range map[string]struct{ organization, named string }{
		"sam": {"shop", "link:top/shop"}, "nina": {"farm", "link:top/farm"},
	} {
		events, err := w.service.Audit(w.ctx, w.as(actor), w.id(c.organization), tenancy.AuditQuery{Action: "ended"}, 10)
		require.NoError(t, err)
		require.Len(t, events, 1)
		require.Equal(t, []string{w.id(c.organization)}, events[0].Organizations)
		var named []string
		for what := range events[0].Detail {
			named = append(named, w.names(what))
		}
		require.Equal(t, []string{c.named}, named)
	}
}

// subtree links top from acme to shop and below, narrowed if claims are given.
func subtree(claims ...tenancy.Claim) func(t *testing.T) *world {
	return func(t *testing.T) *world {
		t.Helper()
		w := teams(t)
		require.NoError(t, takeAs("gus", "mid", groupMember, "mia")(w))
		require.NoError(t, takeAs("gus", "low", groupMember, "mia")(w))
		in := tenancy.LinkInput{Scope: tenancy.ScopeSubtree}
		if claims != nil {
			require.NoError(t, claimsAs("platform", "top", "manage_agents", "view_gateways")(w))
			in.Claims = claims
		}
		require.NoError(t, linkOnAs("olga", "shop", "top", in)(w))
		return w
	}
}

// TestR25ASubtreeLinkCoversWhatIsBelow, also what is created later; not what is beside.
func TestR25ASubtreeLinkCoversWhatIsBelow(t *testing.T) {
	for name, c := range map[string]struct {
		claims []tenancy.Claim
		want   []string
	}{
		"whole":    {nil, []string{"access", "view_agents"}},
		"narrowed": {[]tenancy.Claim{"view_gateways"}, []string{"access", "view_gateways"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := subtree(c.claims...)(t)
			w.child("booth", "shop", "kim")
			w.child("barn", "farm", "finn")
			for _, organization := range []string{"shop", "kiosk", "booth"} {
				require.Equal(t, c.want, w.heldIn(organization), organization)
				require.Equal(t, w.id("shop"), w.linksAt("platform", organization)[0].OrganizationID, "D-18: %s", organization)
			}
			for _, organization := range []string{"farm", "barn"} {
				require.Empty(t, w.heldIn(organization), organization)
				require.Empty(t, w.linksAt("platform", organization))
			}
			list, err := w.service.Organizations(w.ctx, w.as("mia"), tenancy.OrganizationQuery{}, tenancy.PageAll)
			require.NoError(t, err)
			require.Len(t, list, 4)

			w.plan("acme", tenancy.PlanFree)
			require.Empty(t, w.heldIn("booth"), "R-9")
			w.plan("acme", tenancy.PlanEnterprise)
			require.NoError(t, unlinkAs("gus", "shop", "top")(w))
			require.Empty(t, w.heldIn("booth"))
		})
	}
}

// TestD17OwnersWhereItIsActiveSeeAGroup by narrowed and by subtree links.
func TestD17OwnersWhereItIsActiveSeeAGroup(t *testing.T) {
	w := subtree("view_gateways")(t)
	require.NoError(t, linkOnAs("olga", "farm", "top", narrow("view_agents"))(w))
	for actor, want := range map[string][]string{"sam": {"shop"}, "kim": {"shop"}, "finn": {"farm"}, "gus": {"farm", "shop"}} {
		require.NoError(t, seeGroupAs(actor, "top")(w), actor)
		require.Equal(t, want, w.linksOf(actor, "top", 1), actor)
	}
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, seeGroupAs("nina", "top")(w)))
	require.NoError(t, unlinkAs("gus", "shop", "top")(w))
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, seeGroupAs("kim", "top")(w)))
}

// TestR25AllThatASubtreeLinkCoversIsOwned when it is made.
func TestR25AllThatASubtreeLinkCoversIsOwned(t *testing.T) {
	whole := tenancy.LinkInput{Scope: tenancy.ScopeSubtree}
	w := teams(t)
	w.child("booth", "shop", "kim") // not olga's
	w.expect(refused("forbidden", "acme"), linkOnAs("olga", "shop", "top", whole))
	w.owner("booth", "olga")
	require.NoError(t, linkOnAs("olga", "shop", "top", whole)(w))
	w.expect(refused("not-descendant", "acme"), linkOnAs("olga", "farm", "mid", whole))
	w.expect(refused("not-descendant", "acme"), linkOnAs("olga", "acme", "mid", whole))
	require.NoError(t, linkOnAs("olga", "acme", "top", whole)(w), "D-34: at home it covers what is below")
	require.Equal(t, []string{"access", "view_agents"}, w.heldIn("farm"))
}

// TestD29ASubtreeLinkCoversWhatIsAttached below it, and the answer lists it; what is detached
// it does not cover any more.
func TestD29ASubtreeLinkCoversWhatIsAttached(t *testing.T) {
	w := attachable(t)
	require.NoError(t, linkOnAs("olga", "acme", "top", tenancy.LinkInput{Scope: tenancy.ScopeSubtree})(w))
	move, _, err := w.service.AttachOrganization(w.ctx, w.as("both"), w.id("hill"), w.id("acme"))
	require.NoError(t, err)
	require.Equal(t, w.linksOfAll("top"), move.CoveredBy)
	require.Equal(t, []string{"access", "view_agents"}, w.heldIn("lodge"))
	require.NoError(t, takeAs("both", "inner", groupMember, "mia")(w))
	require.Equal(t, []string{"access", "view_agents"}, w.heldIn("hill"))
	require.NoError(t, detachAs("both", "hill")(w))
	require.Empty(t, w.heldIn("hill"))
	require.Empty(t, w.heldIn("lodge"))
	require.Len(t, w.linksOfAll("top"), 1)
}

// TestD7NothingIsHeldBySubtreeLinksInWhatIsSuspended below their place.
func TestD7NothingIsHeldBySubtreeLinksInWhatIsSuspended(t *testing.T) {
	w := subtree()(t)
	require.NoError(t, stateAs("platform", "kiosk", suspended)(w))
	require.Empty(t, w.heldIn("kiosk"))
	require.Equal(t, []string{"access", "view_agents"}, w.heldIn("shop"))
	require.NoError(t, stateAs("platform", "kiosk", inUse)(w))
	require.Equal(t, []string{"access", "view_agents"}, w.heldIn("kiosk"))
}

// TestR33ManagedElsewhereKnowsWhatALinkLetsThrough: ownership by a group is told where it is.
func TestR33ManagedElsewhereKnowsWhatALinkLetsThrough(t *testing.T) {
	w := teams(t)
	w.group("chiefs", "acme", "olga", tenancy.ClaimOwner)
	w.put("chiefs", groupMember, "nina")
	require.NoError(t, linkOnAs("olga", "shop", "chiefs", narrow("view_agents"))(w))
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, disownAs("sam", "shop", "nina")(w)))
	require.NoError(t, linkOnAs("olga", "shop", "chiefs", tenancy.LinkInput{})(w))
	require.Equal(t, tenancy.CodeManagedElsewhere, codeOf(t, disownAs("sam", "shop", "nina")(w)))
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, disownAs("kim", "kiosk", "nina")(w)), "it does not reach below")
	require.NoError(t, linkOnAs("olga", "shop", "chiefs", tenancy.LinkInput{Scope: tenancy.ScopeSubtree})(w))
	require.Equal(t, tenancy.CodeManagedElsewhere, codeOf(t, disownAs("kim", "kiosk", "nina")(w)))
}

func TestR25ABatchIsAllOrNothing(t *testing.T) {
	both := slices.Concat(linked("top", "farm"), linked("top", "shop"))
	run(t, teams,
		trial{"two", batchAs("olga", "top", "shop", "farm", "shop"), done("acme", both...)},
		trial{"none", batchAs("olga", "top"), unchanged},
		trial{"attack 3: one of another tree", batchAs("olga", "top", "shop", "stall"), refused("not-found", "acme")},
		trial{"one that is not", batchAs("olga", "top", "shop", "nowhere"), refused("not-found", "acme")},
		trial{"one not below", batchAs("olga", "mid", "kiosk", "farm"), refused("not-descendant", "acme")},
		trial{"one in another tree that is his too", batchAs("both", "top", "rival"), refused("forbidden", "acme")},
		trial{"by the platform, one in another tree", batchAs("platform", "top", "shop", "stall"), refused("not-descendant", "acme")},
		trial{"one that he does not own", batchAs("sam", "mid", "kiosk"), refused("forbidden", "acme")},
		trial{"a group that he does not see", batchAs("rita", "top", "stall"), refused("not-found", "acme")},
		trial{"more than a batch takes", batchAs("olga", "top", slices.Repeat([]string{"x"}, 1001)...), refused("invalid", "acme")},
		trial{"all below its home", batchBelowAs("olga", "top", "acme"), done("acme", slices.Concat(both, linked("top", "kiosk"))...)},
		trial{"all below a child", batchBelowAs("olga", "top", "shop"), done("acme", linked("top", "kiosk")...)},
		trial{"D-15: nothing is below", batchBelowAs("olga", "top", "kiosk"), unchanged},
		trial{"below what is beside", batchBelowAs("olga", "mid", "farm"), refused("not-descendant", "acme")},
		trial{"below what is above", batchBelowAs("olga", "mid", "acme"), refused("not-descendant", "acme")},
		trial{"D-15: the one named is not his", batchBelowAs("sam", "mid", "kiosk"), refused("forbidden", "acme")},
		trial{"below nowhere", batchBelowAs("olga", "top", "nowhere"), refused("not-found", "acme")},
	)
	w := unlicensed(t)
	w.expect(refused("license-required", "acme"), batchBelowAs("olga", "top", "shop"))
}

// TestR25WhatABatchFindsItAlters to what the batch says.
func TestR25WhatABatchFindsItAlters(t *testing.T) {
	w := teams(t)
	require.NoError(t, linkOnAs("olga", "shop", "top", narrow())(w))
	links, _, err := w.service.PutLinks(w.ctx, w.as("olga"), w.id("top"),
		tenancy.LinkBatch{DescendantsOf: ptr(w.id("acme")), Claims: []tenancy.Claim{"view_agents"}, ExpiresAt: ptr("2027-01-01T00:00:00Z")})
	require.NoError(t, err)
	require.Len(t, links, 3)
	for _, link := range links {
		require.Equal(t, []tenancy.Claim{"view_agents"}, link.Claims)
		require.Equal(t, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), link.ExpiresAt)
	}
	require.ElementsMatch(t, links, w.linksOfAll("top"))
}

func (w *world) linksOfAll(group string) []tenancy.Link {
	w.t.Helper()
	links, err := w.service.LinksOf(w.ctx, platform, w.id(group), tenancy.PageAll)
	require.NoError(w.t, err)
	return links
}

// TestR19WhoProlongsHisOwnPlaceGrantsItHimself, and who shortens it does not.
func TestR19WhoProlongsHisOwnPlaceGrantsItHimself(t *testing.T) {
	const sooner, later = "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z"
	w := teams(t)
	forbidding := *w
	forbidding.service = w.parts.service(tenancy.Options{ForbidSelfGrants: true})
	require.NoError(t, giveAs("olga", "top", groupMember, "gus")(w))
	require.NoError(t, giveUntilAs("gus", "top", groupMember, "gus", later)(&forbidding), "it had no end")
	require.NoError(t, giveUntilAs("gus", "top", groupMember, "gus", sooner)(&forbidding))
	require.False(t, w.member("top", "gus").SelfGrant)
	require.Equal(t, tenancy.CodeForbidden, codeOf(t, giveUntilAs("gus", "top", groupMember, "gus", later)(&forbidding)))
	require.Equal(t, tenancy.CodeForbidden, codeOf(t, giveAs("gus", "top", groupMember, "gus")(&forbidding)))
	require.NoError(t, giveAs("gus", "top", groupMember, "gus")(w))
	require.True(t, w.member("top", "gus").SelfGrant)
	require.True(t, w.member("top", "gus").ExpiresAt.IsZero(), "D-29")
}

func (w *world) member(group, user string) tenancy.Membership {
	w.t.Helper()
	for _, m := range w.members(group) {
		if m.UserID == w.id(user) {
			return m
		}
	}
	return tenancy.Membership{}
}
