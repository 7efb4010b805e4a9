package tenancy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// told are what the events of one kind in an organization's trail name, an event each.
func (w *world) told(actor, organization, action string) (details []map[string]string) {
	w.t.Helper()
	events, err := w.service.Audit(w.ctx, w.as(actor), w.id(organization), tenancy.AuditQuery{Action: action}, 10)
	require.NoError(w.t, err)
	for _, e := range events {
		require.Equal(w.t, []string{w.id(organization)}, e.Organizations)
		named := map[string]string{}
		for what, how := range e.Detail {
			named[w.names(what)] = w.names(how)
		}
		details = append(details, named)
	}
	return details
}

// TestR82ASubtreeLinkIsToldWhereItCovers: its beginning, its end by somebody and its end by
// itself; nowhere beside, and nothing of what is linked to the organization above alone.
func TestR82ASubtreeLinkIsToldWhereItCovers(t *testing.T) {
	w, now := timed(t)
	w.users("kim", "finn")
	w.child("kiosk", "shop", "kim")
	w.child("farm", "acme", "finn")
	w.group("other", "acme", "gus", "view_agents")
	require.NoError(t, linkOnAs("platform", "shop", "top", tenancy.LinkInput{Scope: tenancy.ScopeSubtree})(w))
	require.NoError(t, unlinkAs("gus", "shop", "top")(w))
	require.NoError(t, linkOnAs("platform", "shop", "top", tenancy.LinkInput{Scope: tenancy.ScopeSubtree, ExpiresAt: ptr(endText)})(w))
	require.NoError(t, linkOnAs("platform", "shop", "other", tenancy.LinkInput{ExpiresAt: ptr(endText)})(w))
	now.set(end)
	require.False(t, w.may("mia", "access", "kiosk"))

	require.Len(t, w.told("kim", "kiosk", "link.put"), 2)
	require.Len(t, w.told("kim", "kiosk", "link.remove"), 1)
	wide := map[string]string{"link.subtree:top/shop": end.Format(time.RFC3339Nano) + " shop acme"}
	require.Equal(t, []map[string]string{wide}, w.told("kim", "kiosk", "ended"))
	require.Len(t, w.told("sam", "shop", "ended")[0], 2)
	for _, action := range []string{"link.put", "link.remove", "ended"} {
		require.Empty(t, w.told("finn", "farm", action), action)
	}
}

// TestD33ALinkThatIsAlteredIsAsOldAsBefore.
func TestD33ALinkThatIsAlteredIsAsOldAsBefore(t *testing.T) {
	w, now := timed(t)
	now.set(clock.Now().Add(time.Minute))
	require.NoError(t, linkOnAs("platform", "shop", "top", narrow("view_agents"))(w))
	require.Equal(t, clock.Now(), w.linksAt("sam", "shop")[0].CreatedAt)
}

// TestR25ABatchNamesOneOrTheOther.
func TestR25ABatchNamesOneOrTheOther(t *testing.T) {
	batch := func(in tenancy.LinkBatch) call {
		return func(w *world) error {
			_, _, err := w.service.PutLinks(w.ctx, w.as("olga"), w.id("top"), in)
			return err
		}
	}
	w := teams(t)
	w.expect(refused("invalid", "acme"), batch(tenancy.LinkBatch{}))
	w.expect(refused("invalid", "acme"), batch(tenancy.LinkBatch{OrganizationIDs: []string{w.id("shop")}, DescendantsOf: ptr(w.id("acme"))}))
}

// TestD15TheOrganizationThatIsNamedIsOwnedToo, not only all that is below it.
func TestD15TheOrganizationThatIsNamedIsOwnedToo(t *testing.T) {
	w := teams(t)
	w.owner("acme", "nina")
	w.owner("kiosk", "nina")
	w.put("top", groupOwner, "nina")
	w.expect(refused("forbidden", "acme"), batchBelowAs("nina", "top", "shop"))
	w.owner("shop", "nina")
	w.expect(done("acme", linked("top", "kiosk")...), batchBelowAs("nina", "top", "shop"))
}

// TestNothingIsEndedBeforeItIsOver, nor in a tree that is not there.
func TestNothingIsEndedBeforeItIsOver(t *testing.T) {
	w, now := timed(t)
	now.set(end.Add(-time.Millisecond))
	before := trees(w)
	for _, root := range []string{"acme", "nowhere"} {
		require.NoError(t, w.deliverer.End(w.ctx, w.id(root)))
	}
	require.Equal(t, before, trees(w))
	now.set(end)
	for range 2 {
		require.NoError(t, w.deliverer.End(w.ctx, w.id("acme")))
		require.Equal(t, before[w.id("acme")]+1, trees(w)[w.id("acme")], "once")
	}
}

// TestD14WhatALinkGives is what rosters show of it.
func TestD14WhatALinkGives(t *testing.T) {
	for _, c := range []struct{ link, group, want []tenancy.Claim }{
		{nil, []tenancy.Claim{"manage_agents"}, []tenancy.Claim{"manage_agents"}},
		{[]tenancy.Claim{"manage_agents"}, []tenancy.Claim{"manage_agents"}, []tenancy.Claim{"view_agents", "manage_agents"}},
		{[]tenancy.Claim{"view_agents"}, []tenancy.Claim{"manage_agents"}, []tenancy.Claim{"view_agents"}},
		{[]tenancy.Claim{"manage_agents"}, []tenancy.Claim{"view_agents"}, []tenancy.Claim{"view_agents"}},
		{[]tenancy.Claim{"owner"}, []tenancy.Claim{"manage_billing"}, []tenancy.Claim{"manage_billing"}},
		{[]tenancy.Claim{"manage_billing"}, nil, nil},
	} {
		require.ElementsMatch(t, c.want, tenancy.Link{Claims: c.link}.Gives(tenancy.Group{Claims: c.group}), "%v of %v", c.link, c.group)
	}
}
