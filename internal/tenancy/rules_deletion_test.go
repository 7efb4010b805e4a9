package tenancy_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestR10WhoDeletesAnOrganization, and from where.
func TestR10WhoDeletesAnOrganization(t *testing.T) {
	run(t, teams,
		trial{"from nowhere", deleteAs("finn", "farm"), refused("current-organization-required", "service")},
		trial{"a console without a user", deleteAs("console@acme", "farm"), refused("forbidden", "service")},
		trial{"from where he has no access", deleteAs("finn@acme", "farm"), refused("not-found", "acme")},
		trial{"from the organization itself", deleteAs("finn@farm", "farm"), refused("current-organization", "acme")},
		trial{"from another tree", deleteAs("both@rival", "farm"), refused("not-found", "acme")},
		trial{"an owner of the parent", deleteAs("olga2@acme", "farm"), refused("forbidden", "acme")},
		trial{"a stranger", deleteAs("nina@acme", "farm"), refused("not-found", "acme")},
		trial{"an owner of another tree", deleteAs("rita@rival", "farm"), refused("not-found", "acme")},
		trial{"what is not there", deleteAs("olga@acme", "nowhere"), refused("not-found", "service")},
		trial{"what has children, by the platform", deleteAs("platform", "shop"), refused("deletion-blocked", "acme")},
		trial{"an owner, from above", deleteAs("olga@acme", "farm"), done("acme",
			"-organization:farm#root@organization:acme", "-organization:farm#parent@organization:acme",
			"-organization:acme#child@organization:farm", "-organization:farm#subtree@subtree:farm", "-organization:farm#subtree@subtree:acme",
			"-organization:farm#owner@user:finn", "-organization:farm#owner@user:olga")},
		trial{"the platform, from nowhere", deleteAs("platform", "farm"), done("acme",
			"-organization:farm#root@organization:acme", "-organization:farm#parent@organization:acme",
			"-organization:acme#child@organization:farm", "-organization:farm#subtree@subtree:farm", "-organization:farm#subtree@subtree:acme",
			"-organization:farm#owner@user:finn", "-organization:farm#owner@user:olga")},
	)
}

// TestR11AllBlockersAreNamed with their counts, and a plan that costs nothing blocks nothing.
func TestR11AllBlockersAreNamed(t *testing.T) {
	w := twoTrees(t)
	blockers := func(organization string) []tenancy.Blocker {
		all, err := w.service.DeletionBlockers(w.ctx, platform, w.id(organization))
		require.NoError(t, err)
		return all
	}
	want := []tenancy.Blocker{{Kind: "subscription", Count: 1}, {Kind: "child_organization", Count: 2}}
	require.Equal(t, want, blockers("acme"))
	_, err := w.service.DeleteOrganization(w.ctx, platform, w.id("acme"))
	refusal, _ := tenancy.AsError(err)
	require.NotNil(t, refusal)
	require.Equal(t, want, refusal.Blockers)

	w.plan("farm", tenancy.PlanPro)
	require.Equal(t, want[:1], blockers("farm"))
	require.NoError(t, subscribeAs("platform", "farm", tenancy.PlanPro, tenancy.SubscriptionCanceled)(w))
	require.Empty(t, blockers("farm"))
	w.plan("farm", tenancy.PlanFree)
	require.Empty(t, blockers("farm"), "D-26")
	run(t, teams,
		trial{"blockers for an owner of the parent", blockersAs("olga2", "farm"), refused("forbidden", "acme")},
		trial{"blockers for a stranger", blockersAs("nina", "farm"), refused("not-found", "acme")},
		trial{"blockers for the owner", blockersAs("finn", "farm"), unchanged},
	)
}

// TestI4NothingNamesWhatWasDeleted on either side: no relationship of the engine, no row.
func TestI4NothingNamesWhatWasDeleted(t *testing.T) {
	w := teams(t)
	w.group("above", "acme", "olga", "view_agents")
	w.group("here", "farm", "finn", "manage_agents", tenancy.ClaimOwner)
	w.put("here", groupMember, "nina", "mia")
	w.link("above", "farm")
	require.True(t, w.may("nina", "own", "farm"))
	require.NoError(t, deleteAs("olga@acme", "farm")(w))
	w.namesNothing("farm", "here")
	require.False(t, w.may("nina", "access", "farm"))
	require.False(t, w.allowed("nina", "view", "group", "here"))
	for _, c := range []call{
		createAs("olga", "acme", "farm"), groupAs("olga", "acme", "here"), detachedAs("olga@acme", "farm"),
	} {
		require.Equal(t, tenancy.CodeIDUsed, codeOf(t, c(w)), "R-13")
	}
	event := w.last("acme")
	require.Equal(t, tenancy.CodeIDUsed, event.Code)
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, seeAs("platform", "farm")(w)))
}

// namesNothing reads all rows and all that the engine holds.
func (w *world) namesNothing(names ...string) {
	w.t.Helper()
	for _, text := range append(w.texts(), heldTexts(w)...) {
		for _, name := range names {
			if strings.HasPrefix(text, "tenancy.EndedTree ") {
				continue
			}
			require.NotContains(w.t, text, ":"+w.id(name)+"#")
			require.NotContains(w.t, text, ":"+w.id(name)+" ")
			require.False(w.t, strings.HasSuffix(text, ":"+w.id(name)), text)
		}
	}
}

func heldTexts(w *world) (texts []string) {
	w.t.Helper()
	for r := range w.held(w.ctx) {
		texts = append(texts, r)
	}
	return texts
}

// TestD9ARootIsDeletedFromAnotherTree, and its tree is gone: the fence too. The trail stays,
// for the platform.
func TestD9ARootIsDeletedFromAnotherTree(t *testing.T) {
	w := teams(t)
	w.root("brief", "both")
	w.plan("brief", tenancy.PlanFree)
	w.group("inner", "brief", "both", "view_agents")
	w.expect(refused("current-organization", "brief"), deleteAs("both@brief", "brief"))
	w.expect(refused("not-found", "brief"), deleteAs("both@nowhere", "brief"))
	require.NoError(t, deleteAs("both@rival", "brief")(w))
	w.namesNothing("brief", "inner")
	require.Contains(t, w.texts(), "tenancy.EndedTree {RootID:"+w.id("brief")+" Version:5}")
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, auditAs("both", "brief")(w)))
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, auditAs("platform@acme", "brief")(w)))
	events, err := w.service.Audit(w.ctx, platform, w.id("brief"), tenancy.AuditQuery{}, 100)
	require.NoError(t, err)
	require.Equal(t, "organization.delete", events[len(events)-1].Action)
	require.Equal(t, tenancy.CodeIDUsed, codeOf(t, detachedAs("both@rival", "brief")(w)))
}

// TestR12ADeletionThatTheEngineMissed is delivered when it can be, and nobody is answered
// from what was there before.
func TestR12ADeletionThatTheEngineMissed(t *testing.T) {
	w, engine := withFaults(t)
	require.NoError(t, subscribeAs("platform", "rival", tenancy.PlanFree, active)(w))
	require.NoError(t, deleteAs("platform", "stall")(w))
	engine.set(false, w.id("rival"))
	require.NoError(t, deleteAs("platform", "rival")(w))
	require.False(t, w.may("rita", "access", "rival"))
	require.Empty(t, w.listed("rita", 10))
	engine.set(false)
	ctx, stop := context.WithCancel(w.ctx)
	ticks, ended := make(chan time.Time), make(chan struct{})
	go func() {
		defer close(ended)
		w.deliverer.Relay(ctx, ticks)
	}()
	ticks <- time.Time{}
	ticks <- time.Time{} // the first round has ended
	stop()
	<-ended
	w.namesNothing("rival")
}
