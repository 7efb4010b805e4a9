package tenancy_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestR18TheLastOwnerStays(t *testing.T) {
	run(t, teams,
		trial{"another tree's owner", disownAs("rita", "acme", "olga"), refused("not-found", "acme")},
		trial{"a member", disownAs("mia", "acme", "olga"), refused("forbidden", "acme")},
		trial{"an owner of the parent has no say", disownAs("olga2", "kiosk", "kim"), refused("forbidden", "acme")},
		trial{"who is no owner", disownAs("olga", "acme", "nina"), refused("not-found", "acme")},
		trial{"one of two", disownAs("olga", "farm", "finn"), done("acme", "-organization:farm#owner@user:finn")},
		trial{"himself", disownAs("finn", "farm", "finn"), done("acme", "-organization:farm#owner@user:finn")},
		trial{"by the platform", disownAs("platform", "farm", "finn"), done("acme", "-organization:farm#owner@user:finn")},
	)
	run(t, twoTrees,
		trial{"himself", disownAs("sam", "shop", "sam"), refused("last-owner", "acme")},
		trial{"by the platform too", disownAs("platform", "shop", "sam"), refused("last-owner", "acme")},
		trial{"of a root", disownAs("olga", "acme", "olga"), refused("last-owner", "acme")},
	)
	run(t, teams,
		trial{"of a group", takeAs("rita", "alien", groupOwner, "rita"), refused("last-owner", "rival")},
		trial{"of a group, by the platform", takeAs("platform", "alien", groupOwner, "rita"), refused("last-owner", "rival")},
	)
}

func TestOwnersMakeOwners(t *testing.T) {
	run(t, teams,
		trial{"an owner of the parent", ownAs("olga2", "shop", "olga2"), refused("forbidden", "acme")},
		trial{"a member", ownAs("mia", "shop", "mia"), refused("forbidden", "acme")},
		trial{"a stranger", ownAs("nina", "shop", "nina"), refused("not-found", "acme")},
		trial{"another tree's owner", ownAs("rita", "shop", "rita"), refused("not-found", "acme")},
		trial{"nobody", ownAs("sam", "shop", "nobody"), refused("not-found", "acme")},
		trial{"again", ownAs("sam", "shop", "olga"), unchanged},
		trial{"an owner", ownAs("sam", "shop", "nina"), done("acme", "+organization:shop#owner@user:nina")},
	)
}

// TestD33OnlyActiveOwnersCount in organizations and in groups.
func TestD33OnlyActiveOwnersCount(t *testing.T) {
	inactive := func(t *testing.T) *world {
		t.Helper()
		w := teams(t)
		w.users("ida")
		w.owner("rival", "ida")
		require.NoError(t, disownAs("platform", "rival", "both")(w))
		w.put("alien", groupOwner, "ida")
		w.setUser("ida", tenancy.UserDeactivated)
		return w
	}
	run(t, inactive,
		trial{"the last active one of an organization", disownAs("rita", "rival", "rita"), refused("last-owner", "rival")},
		trial{"the last active one of a group", takeAs("rita", "alien", groupOwner, "rita"), refused("last-owner", "rival")},
		trial{"an inactive one of an organization", disownAs("rita", "rival", "ida"), done("rival")},
		trial{"an inactive one of a group", takeAs("rita", "alien", groupOwner, "ida"), done("rival")},
	)
}

// TestD5ThePlatformDeactivatesTheLastOwner and names another one.
func TestD5ThePlatformDeactivatesTheLastOwner(t *testing.T) {
	w := twoTrees(t)
	w.expect(outcome{
		events: []string{"acme done", "service done"},
		steps:  []string{"-organization:farm#owner@user:finn"},
	}, putUserAs("platform", "finn", tenancy.UserDeactivated))
	w.expect(unchanged, putUserAs("platform", "finn", tenancy.UserDeactivated))
	w.expect(done("acme", "+organization:farm#owner@user:nina"), ownAs("platform", "farm", "nina"))
}

// TestOwnershipByAGroupIsManagedThere where it is direct too, the direct one goes first.
func TestOwnershipByAGroupIsManagedThere(t *testing.T) {
	w := teams(t)
	w.group("chiefs", "acme", "olga", tenancy.ClaimOwner)
	w.put("chiefs", groupMember, "nina")
	w.requireManagedAt("acme", "nina", tenancy.ManagedAt{Kind: "group", ID: w.id("chiefs"), OrganizationID: w.id("acme")})
	w.expect(refused("not-found", "acme"), disownAs("olga", "shop", "nina"))
	w.link("chiefs", "shop")
	w.requireManagedAt("shop", "nina", tenancy.ManagedAt{Kind: "link", ID: w.id("chiefs"), OrganizationID: w.id("acme")})
	w.plan("acme", tenancy.PlanPro)
	w.expect(refused("not-found", "acme"), disownAs("olga", "shop", "nina"))
}

func (w *world) requireManagedAt(organization, user string, want tenancy.ManagedAt) {
	w.t.Helper()
	_, err := w.service.RemoveOwner(w.ctx, w.as("olga"), w.id(organization), w.id(user))
	e, ok := tenancy.AsError(err)
	require.True(w.t, ok)
	require.Equal(w.t, tenancy.CodeManagedElsewhere, e.Code)
	require.Equal(w.t, want, *e.ManagedAt)
}

// TestR18TwoOwnersRemoveEachOther at once, time and again: attack 13.
func TestR18TwoOwnersRemoveEachOther(t *testing.T) {
	rounds := 1000 // of an organization's owners and of a group's
	if testing.Short() {
		rounds = 50
	}
	w := twoTrees(t)
	w.group("team", "acme", "olga")
	w.put("team", groupOwner, "sam")
	w.owner("acme", "sam")
	for range rounds {
		w.removeEachOther(disownAs("olga", "acme", "sam"), disownAs("sam", "acme", "olga"), func(left string) {
			w.owner("acme", left)
		})
		w.removeEachOther(takeAs("olga", "team", groupOwner, "sam"), takeAs("sam", "team", groupOwner, "olga"), func(left string) {
			w.put("team", groupOwner, left)
		})
	}
}

// removeEachOther expects that one of two removals succeeds, and brings the other owner back.
func (w *world) removeEachOther(olgas, sams call, restore func(left string)) {
	w.t.Helper()
	var codes [2]tenancy.Code
	var wg sync.WaitGroup
	for i, do := range []call{olgas, sams} {
		wg.Go(func() { codes[i] = codeOf(w.t, do(w)) })
	}
	wg.Wait()
	switch {
	case codes[0] == "" && codes[1] != "":
		restore("sam")
	case codes[1] == "" && codes[0] != "":
		restore("olga")
	default:
		require.Failf(w.t, "not one of them succeeded", "%q", codes)
	}
}
