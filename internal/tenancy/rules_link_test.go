package tenancy_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// teams is twoTrees with a group in each organization of acme and in rival. gus owns the
// groups and has mia as their member. olga owns all of acme and the groups, olga2 acme
// alone, both acme and rival.
func teams(t *testing.T) *world {
	t.Helper()
	w := twoTrees(t)
	w.formTeams()
	return w
}

func (w *world) formTeams() {
	w.t.Helper()
	w.users("gus", "mia", "both", "olga2")
	w.owner("acme", "both", "olga2")
	w.owner("rival", "both")
	w.owner("shop", "olga")
	w.owner("kiosk", "olga")
	w.owner("farm", "olga")
	for group, home := range map[string]string{"top": "acme", "mid": "shop", "low": "kiosk"} {
		w.group(group, home, "gus", "view_agents")
		w.put(group, tenancy.GroupOwner, "olga")
		w.put(group, tenancy.GroupMember, "mia")
	}
	w.group("alien", "rival", "rita", "view_agents")
}

func linked(group, target string) []string {
	return []string{
		fmt.Sprintf("+organization:%s#linked_group@group:%s", target, group),
		fmt.Sprintf("+group:%s#linked_organization@organization:%s", group, target),
	}
}

func unlinked(group, target string) []string {
	return []string{
		fmt.Sprintf("-organization:%s#linked_group@group:%s", target, group),
		fmt.Sprintf("-group:%s#linked_organization@organization:%s", group, target),
	}
}

// TestR20LinksGoDown is attack 11.
func TestR20LinksGoDown(t *testing.T) {
	run(t, teams,
		trial{"to a child", linkAs("olga", "shop", "top"), done("acme", linked("top", "shop")...)},
		trial{"to a grandchild", linkAs("olga", "kiosk", "top"), done("acme", linked("top", "kiosk")...)},
		trial{"from the middle down", linkAs("olga", "kiosk", "mid"), done("acme", linked("mid", "kiosk")...)},
		trial{"to itself", linkAs("olga", "acme", "top"), refused("not-descendant", "acme")},
		trial{"up", linkAs("olga", "acme", "mid"), refused("not-descendant", "acme")},
		trial{"up two levels", linkAs("olga", "acme", "low"), refused("not-descendant", "acme")},
		trial{"sideways", linkAs("olga", "farm", "mid"), refused("not-descendant", "acme")},
		trial{"sideways and down", linkAs("olga", "farm", "low"), refused("not-descendant", "acme")},
		trial{"to another tree", linkAs("olga", "stall", "top"), refused("not-found", "rival")},
		trial{"of another tree's group", linkAs("olga", "shop", "alien"), refused("not-found", "acme")},
		trial{"to nowhere", linkAs("olga", "nowhere", "top"), refused("not-found", "service")},
		trial{"of no group", linkAs("olga", "shop", "nobody"), refused("not-found", "acme")},
		trial{"by the platform, to another tree", linkAs("platform", "stall", "top"), refused("not-descendant", "rival")},
		trial{"by the platform, up", linkAs("platform", "acme", "mid"), refused("not-descendant", "acme")},
		trial{"by the platform, down", linkAs("platform", "kiosk", "mid"), done("acme", linked("mid", "kiosk")...)},
		trial{"by a console without a user", linkAs("console", "shop", "top"), refused("forbidden", "service")},
	)
}

// TestR20ADetachedOrganizationIsAnotherTree has one person own everything on both sides.
func TestR20ADetachedOrganizationIsAnotherTree(t *testing.T) {
	w := teams(t)
	w.root("island", "olga")
	w.expect(refused("not-descendant", "island"), linkAs("olga", "island", "top"))
	event := w.last("island")
	require.Equal(t, []string{w.id("island")}, event.Organizations, "R-1: the trail names what is of another tree")
}

// TestR21AllThreeAreOwned is attack 10: of all combinations of owning the source, the
// target and the group only all three pass.
func TestR21AllThreeAreOwned(t *testing.T) {
	for bits := range 8 {
		source, target, group := bits&1 > 0, bits&2 > 0, bits&4 > 0
		t.Run(fmt.Sprintf("source %t, target %t, group %t", source, target, group), func(t *testing.T) {
			w := teams(t)
			if source {
				w.owner("acme", "nina")
			}
			if target {
				w.owner("shop", "nina")
			}
			if group {
				w.put("top", tenancy.GroupOwner, "nina")
			}
			w.expect(linkOutcome(source, target, group), linkAs("nina", "shop", "top"))
		})
	}
}

// linkOutcome knows that a source's owner sees everything, and nobody else both ends unless
// he owns them.
func linkOutcome(source, target, group bool) outcome {
	switch {
	case source && target && group:
		return done("acme", linked("top", "shop")...)
	case source || target && group:
		return refused("forbidden", "acme")
	default:
		return refused("not-found", "acme")
	}
}

// TestR21OwnershipByAClaimCounts has an owner of both ends by a group with the claim.
func TestR21OwnershipByAClaimCounts(t *testing.T) {
	w := teams(t)
	w.group("chiefs", "acme", "olga", tenancy.ClaimOwner)
	w.put("chiefs", tenancy.GroupMember, "nina")
	w.put("top", tenancy.GroupOwner, "nina")
	w.expect(refused("forbidden", "acme"), linkAs("nina", "shop", "top"))
	w.link("chiefs", "shop")
	w.expect(done("acme", linked("top", "shop")...), linkAs("nina", "shop", "top"))
}

// TestR16AGroupIsActiveAtHomeAndWhereItIsLinked, and nowhere else.
func TestR16AGroupIsActiveAtHomeAndWhereItIsLinked(t *testing.T) {
	w := teams(t)
	w.group("crew", "acme", "olga", "view_agents")
	w.put("crew", groupMember, "nina")
	w.link("crew", "kiosk")
	for organization, active := range map[string]bool{"acme": true, "kiosk": true, "shop": false, "farm": false, "rival": false} {
		require.Equal(t, active, w.may("nina", "view_agents", organization), organization)
		require.Equal(t, active, w.may("nina", "access", organization), organization)
	}
	require.NoError(t, unlinkAs("olga", "kiosk", "crew")(w))
	w.link("crew", "shop")
	for organization, active := range map[string]bool{"acme": true, "shop": true, "kiosk": false} {
		require.Equal(t, active, w.may("nina", "view_agents", organization), organization)
	}
}
