package tenancy_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// meanwhile has something done after an operation has read the record, and before it first
// asks who may do what.
func (w *world) meanwhile(do func()) *world {
	late := *w
	late.service = tenancy.NewService(w.store, lateDecisions{w.deliverer, sync.OnceFunc(do)}, w.deliverer, clock, tenancy.Options{Log: quiet})
	return &late
}

// TestR83WhatWasDeletedMeanwhileIsNotFound by an owner above, who would see that it exists.
func TestR83WhatWasDeletedMeanwhileIsNotFound(t *testing.T) {
	for name, do := range map[string]func(organization string) call{
		"change": func(o string) call { return renameAs("olga", o) },
		"look":   func(o string) call { return rosterAs("olga", o) },
		"below":  func(o string) call { return createAs("olga", o, "below") },
		"detach": func(o string) call { return detachAs("olga", o) },
		"dry run": func(o string) call {
			return func(w *world) error {
				_, err := w.undertake("olga", tenancy.Terms{DryRun: true}, renameAs("olga", o))
				return err
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := twoTrees(t)
			late := w.meanwhile(func() { require.NoError(t, deleteAs("platform", "farm")(w)) })
			late.expectCode(tenancy.CodeNotFound, do("farm"))
		})
	}
}

func (w *world) expectCode(want tenancy.Code, do call) {
	w.t.Helper()
	require.Equal(w.t, want, codeOf(w.t, do(w)))
}

// TestR2WhatWasTakenAwayBeforeIsNotShown to somebody who was let in after it, while he was
// looking.
func TestR2WhatWasTakenAwayBeforeIsNotShown(t *testing.T) {
	w := twoTrees(t)
	w.owner("shop", "nina")
	late := w.meanwhile(func() {
		require.NoError(t, disownAs("sam", "shop", "nina")(w))
		require.NoError(t, ownAs("sam", "shop", "finn")(w))
	})
	entries, err := late.service.Roster(late.ctx, late.as("finn"), late.id("shop"), tenancy.RosterQuery{}, tenancy.PageAll)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	for _, entry := range entries {
		require.NotEqual(t, w.id("nina"), entry.User.ID)
	}
}

// The same holds for lists.
func TestR2WhatWasTakenAwayBeforeIsNotListed(t *testing.T) {
	w := twoTrees(t)
	dashboard := func(name string) {
		_, _, err := w.service.PatchOrganization(w.ctx, w.as("sam"), w.id("shop"), tenancy.OrganizationPatch{DefaultDashboard: &name})
		require.NoError(t, err)
	}
	dashboard("private")
	late := w.meanwhile(func() {
		dashboard("public")
		require.NoError(t, ownAs("sam", "shop", "nina")(w))
	})
	views, err := late.service.Organizations(late.ctx, late.as("nina"), tenancy.OrganizationQuery{}, tenancy.PageAll)
	require.NoError(t, err)
	require.Len(t, views, 1)
	require.Equal(t, "public", views[0].DefaultDashboard)
}

// TestR2ARefusalTellsCustomersNothingOfEachOther. Olga owns shop, kiosk and farm, whose other
// owners do not know of each other: whatever she tries between them is told in the trail of
// the tree, and gives none of it away to them.
func TestR2ARefusalTellsCustomersNothingOfEachOther(t *testing.T) {
	w := teams(t)
	for code, do := range map[tenancy.Code]call{
		tenancy.CodeNotDescendant: linkAs("olga", "farm", "mid"),
		tenancy.CodeSameTree:      attachAs("olga", "farm", "shop"),
		tenancy.CodeIDUsed:        createAs("olga", "farm", "shop"),
	} {
		w.expect(refused(code, "acme"), do)
	}
	w.expect(refused(tenancy.CodeNotDescendant, "acme"), batchAs("olga", "mid", "kiosk", "farm"))
	w.expect(refused(tenancy.CodeNotDescendant, "acme"), batchBelowAs("olga", "mid", "farm"))

	require.NotContains(t, w.refusalsIn("sam", "shop"), w.id("farm"))
	require.NotContains(t, w.refusalsIn("finn", "farm"), w.id("mid"))
	require.Contains(t, w.refusalsIn("finn", "farm"), "not-descendant", "what was tried on farm itself is told there")
	all := w.refusalsIn("olga", "acme")
	require.Contains(t, all, w.id("farm"))
	require.Contains(t, all, w.id("mid"), "the tree's trail has all of it")
}

// refusalsIn is all that the trail of an organization tells somebody of refused attempts.
func (w *world) refusalsIn(actor, organization string) string {
	w.t.Helper()
	events, err := w.service.Audit(w.ctx, w.as(actor), w.id(organization), tenancy.AuditQuery{}, 1000)
	require.NoError(w.t, err)
	var told []tenancy.Event
	for _, e := range events {
		if e.Result == tenancy.ResultRefused {
			told = append(told, e)
		}
	}
	return fmt.Sprint(told)
}

// TestR1ARefusedAttachNamesNothingOfTheOtherTree to those who own only what was to be moved.
func TestR1ARefusedAttachNamesNothingOfTheOtherTree(t *testing.T) {
	w := attachable(t)
	w.expect(refused(tenancy.CodeDepthExceeded, "hill"), attachAs("platform", "hill", "shop"))
	require.NotContains(t, fmt.Sprint(w.last("hill")), w.id("shop"))
}
