package tenancy_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestR82WhatAnEventTells of a change, and of the same attempt refused.
func TestR82WhatAnEventTells(t *testing.T) {
	w := teams(t)
	require.NoError(t, linkAs("olga@acme", "shop", "top")(w))
	want := tenancy.Event{
		At: clock.Now(), RootID: w.id("acme"), Organizations: []string{w.id("shop"), w.id("acme")},
		Actor: tenancy.Object{Type: "console_key", ID: "console-key"}, OnBehalfOf: w.id("olga"), From: "192.0.2.1",
		Action: "link.put", Target: tenancy.Object{Type: "organization", ID: w.id("shop")},
		Detail: map[string]string{"group_id": w.id("top")}, Result: tenancy.ResultDone, RequestID: "r",
	}
	got := w.last("acme")
	want.Seq, want.Version, want.PreviousHash, want.Hash = got.Seq, got.Version, got.PreviousHash, got.Hash
	require.Equal(t, want, got)

	require.Error(t, linkAs("sam", "shop", "top")(w))
	want.OnBehalfOf, want.Result, want.Code, want.Seq = w.id("sam"), tenancy.ResultRefused, tenancy.CodeForbidden, want.Seq+1
	want.PreviousHash, want.Hash = got.Hash, w.last("acme").Hash
	require.Equal(t, want, w.last("acme"), "the version is that at which it was refused")
}

// TestR82EveryChangeIsNamed has each operation once.
func TestR82EveryChangeIsNamed(t *testing.T) {
	w := withLink(t)
	for _, c := range []struct {
		do            call
		action, about string
		detail        map[string]string
	}{
		{createAs("olga", "acme", "new"), "organization.create", "acme new", map[string]string{"parent_id": "acme", "owner_id": "olga"}},
		{renameAs("sam", "shop"), "organization.patch", "shop", nil},
		{subscribeAs("platform", "shop", "pro", active), "subscription.put", "shop", map[string]string{"plan": "pro", "status": "active"}},
		{ownAs("sam", "shop", "nina"), "owner.put", "shop", map[string]string{"user_id": "nina"}},
		{disownAs("sam", "shop", "nina"), "owner.remove", "shop", map[string]string{"user_id": "nina"}},
		{groupAs("sam", "shop", "fresh", "view_agents", "owner"), "group.create", "shop", map[string]string{"claims": "owner view_agents", "owner_id": "sam"}},
		{claimsAs("sam", "fresh", "manage_agents"), "group.claims", "shop", map[string]string{"claims": "manage_agents"}},
		{renameGroupAs("sam", "fresh"), "group.rename", "shop", nil},
		{giveAs("sam", "fresh", groupMember, "nina"), "group.member.put", "shop", map[string]string{"user_id": "nina"}},
		{takeAs("sam", "fresh", groupMember, "nina"), "group.member.remove", "shop", map[string]string{"user_id": "nina"}},
		{giveAs("sam", "fresh", groupOwner, "nina"), "group.owner.put", "shop", map[string]string{"user_id": "nina"}},
		{takeAs("sam", "fresh", groupOwner, "nina"), "group.owner.remove", "shop", map[string]string{"user_id": "nina"}},
		{unlinkAs("sam", "shop", "top"), "link.remove", "shop acme", map[string]string{"group_id": "top"}},
		{deleteGroupAs("sam", "fresh"), "group.delete", "shop", nil},
	} {
		t.Run(c.action, func(t *testing.T) {
			require.NoError(t, c.do(w))
			event := w.last("acme")
			require.Equal(t, c.action, event.Action)
			require.Equal(t, "["+c.about+"]", w.names(fmt.Sprint(event.Organizations)))
			require.Equal(t, fmt.Sprint(c.detail), w.names(fmt.Sprint(event.Detail)))
		})
	}
}

// TestD21TheTrailOfAnOrganization holds its own events, and the root's those of its tree.
func TestD21TheTrailOfAnOrganization(t *testing.T) {
	w := withLink(t)
	w.link("top", "kiosk")
	require.NoError(t, renameAs("finn", "farm")(w))
	require.Error(t, renameAs("rita", "shop")(w))
	require.NoError(t, deleteGroupAs("olga", "top")(w))

	root, err := w.service.Audit(w.ctx, w.as("olga"), w.id("acme"), tenancy.AuditQuery{}, 1000)
	require.NoError(t, err)
	require.Len(t, root, len(w.events(w.ctx, w.id("acme"), 0)))

	shop, err := w.service.Audit(w.ctx, w.as("sam"), w.id("shop"), tenancy.AuditQuery{}, 1000)
	require.NoError(t, err)
	for _, e := range shop {
		require.Equal(t, []string{w.id("shop")}, e.Organizations, "R-2: it tells of other organizations")
		require.NotEqual(t, w.id("farm"), e.Target.ID)
	}
	require.Equal(t, "group.delete", shop[len(shop)-1].Action)
	require.Equal(t, "acme refused not-found", w.newsOf(shop[len(shop)-2]), "the stranger's attempt")
	require.Equal(t, w.id("rita"), shop[len(shop)-2].OnBehalfOf)
}

// TestR82ATrailHoldsTheEventsOfItsOwnOrganizations when one change reaches several trees,
// and several organizations of one tree.
func TestR82ATrailHoldsTheEventsOfItsOwnOrganizations(t *testing.T) {
	w := everywhere(t)
	w.owner("kiosk", "dora")
	w.setUser("dora", tenancy.UserDeactivated)
	for organization, about := range map[string]string{"acme": "[acme kiosk]", "rival": "[rival]"} {
		require.Equal(t, about, w.names(fmt.Sprint(sorted(w.last(organization).Organizations))), "R-1")
	}
	for organization, owner := range map[string]string{"acme": "olga", "kiosk": "kim", "rival": "rita"} {
		events, err := w.service.Audit(w.ctx, w.as(owner), w.id(organization), tenancy.AuditQuery{Action: "user.put"}, 10)
		require.NoError(t, err)
		require.Len(t, events, 1, organization)
		require.Equal(t, w.id("dora"), events[0].Target.ID)
	}
	for organization, owner := range map[string]string{"shop": "sam", "farm": "finn", "stall": "stan"} {
		events, err := w.service.Audit(w.ctx, w.as(owner), w.id(organization), tenancy.AuditQuery{Action: "user.put"}, 10)
		require.NoError(t, err)
		require.Empty(t, events, "she stands in no row there")
	}
}

func sorted(texts []string) []string { return slices.Sorted(slices.Values(texts)) }

func TestAuditIsFiltered(t *testing.T) {
	w := withLink(t)
	for name, c := range map[string]struct {
		query tenancy.AuditQuery
		match func(tenancy.Event) bool
	}{
		"action":     {tenancy.AuditQuery{Action: "group.create"}, func(e tenancy.Event) bool { return e.Action == "group.create" }},
		"credential": {tenancy.AuditQuery{Actor: "platform-key"}, func(e tenancy.Event) bool { return e.Actor.ID == "platform-key" }},
		"both":       {tenancy.AuditQuery{Actor: "platform-key", Action: "link.put"}, func(e tenancy.Event) bool { return e.Action == "link.put" }},
		"after":      {tenancy.AuditQuery{After: 5}, func(e tenancy.Event) bool { return e.Seq > 5 }},
		"nobody":     {tenancy.AuditQuery{Actor: w.id("nina")}, func(tenancy.Event) bool { return false }},
	} {
		t.Run(name, func(t *testing.T) {
			var want []tenancy.Event
			for _, e := range w.events(w.ctx, w.id("acme"), 0) {
				if c.match(e) {
					want = append(want, e)
				}
			}
			got, err := w.service.Audit(w.ctx, w.as("olga"), w.id("acme"), c.query, 1000)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}
