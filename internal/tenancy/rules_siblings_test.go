package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// siblings is teams with the group of acme linked to shop, which Sam owns, and to farm,
// which Finn owns. Neither may learn of the other's organization.
func siblings(t *testing.T) *world {
	t.Helper()
	w := teams(t)
	w.link("top", "shop", "farm")
	return w
}

func TestR2CustomersOfOneProviderDoNotLearnOfEachOther(t *testing.T) {
	w := siblings(t)
	for actor, want := range map[string][]string{
		"olga":     {"farm", "shop"}, // owns the home
		"gus":      {"farm", "shop"}, // owns the group
		"mia":      {"farm", "shop"}, // is a member, and so has access to both
		"platform": {"farm", "shop"},
		"sam":      {"shop"},
		"finn":     {"farm"},
	} {
		for _, limit := range []int{1, 50} {
			require.Equal(t, want, w.linksOf(actor, "top", limit), "%s, %d a page", actor, limit)
		}
	}
}

// linksOf names the targets of a group's links as the actor finds them, over all pages.
func (w *world) linksOf(actor, group string, limit int) (targets []string) {
	page := tenancy.Page{Limit: limit}
	for {
		links, err := w.service.LinksOf(w.ctx, w.as(actor), w.id(group), page)
		require.NoError(w.t, err)
		for _, link := range links {
			targets = append(targets, w.names(link.OrganizationID))
			page.After = link.OrganizationID
		}
		if len(links) < limit {
			return targets
		}
	}
}

func TestR2ALinkElsewhereIsNotThere(t *testing.T) {
	run(t, siblings,
		trial{"linked", unlinkAs("sam", "farm", "top"), refused("not-found", "acme")},
		trial{"not linked", unlinkAs("sam", "kiosk", "top"), refused("not-found", "acme")},
	)
}
