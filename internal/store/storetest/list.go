package storetest

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var listTests = map[string]func(world){
	"Organizations page by id":                  pagesOfOrganizations,
	"Owners page by user":                       pagesOfOwners,
	"Groups page by id":                         pagesOfGroups,
	"Memberships page by user":                  pagesOfMemberships,
	"Links into an organization by group":       pagesOfLinksInto,
	"Links of a group by organization":          pagesOfLinksOf,
	"Links of a group by tenant group":          pagesOfLinksOfTenantGroups,
	"Links to a tenant group by group":          pagesOfTenantGroupLinks,
	"Links covering an organization are merged": pagesOfLinksCovering,
	"Events page by seq":                        pagesOfEvents,
}

// many is how many rows the lists have; keys are chosen such that case and signs matter to
// their order.
const many = 23

func key(i int) string { return fmt.Sprintf("%c%d", "aZ_-B"[i%5], i) }

// pages asserts that a list comes complete, in order and without repetition, whatever the
// size of its pages.
func pages[T any](w world, want []string, page func(tenancy.Page) ([]T, error), keyOf func(T) string) {
	w.t.Helper()
	slices.Sort(want)
	for _, limit := range []int{1, 2, 7, many - 1, many, many + 1, tenancy.PageAll.Limit} {
		var got []string
		after := ""
		for {
			rows, err := page(tenancy.Page{After: after, Limit: limit})
			require.NoError(w.t, err)
			require.LessOrEqual(w.t, len(rows), limit)
			for _, row := range rows {
				require.Greater(w.t, keyOf(row), after)
				after = keyOf(row)
				got = append(got, after)
			}
			if len(rows) < limit {
				break
			}
		}
		require.Equal(w.t, want, got, "pages of %d", limit)
	}
}

// manyRows commits rows of each kind: organizations below acme, users who own acme, groups
// there, members of techs, links of techs and into north.
func manyRows(w world) (keys []string) {
	acme := root("acme")
	north, techs := child("north", acme), group("techs", acme)
	rows := []tenancy.RowChange{create(acme), create(north), create(techs),
		create(root("other")), create(group("elsewhere", root("other")))}
	for i := range many {
		id := key(i)
		o, g := child(id, north), group(id, north)
		keys = append(keys, id)
		rows = append(rows, create(o), create(user(id)), create(owner(acme, id)), create(g),
			create(membership(techs, tenancy.GroupMember, id)), create(link(techs, o)), create(link(g, acme)))
	}
	rows = append(rows, create(membership(techs, tenancy.GroupOwner, key(0))), create(owner(north, key(1))))
	w.commit(rows...)
	return keys
}

func pagesOfOrganizations(w world) {
	keys := manyRows(w)
	id := func(o tenancy.Organization) string { return o.ID }
	list := func(f tenancy.OrganizationFilter) func(tenancy.Page) ([]tenancy.Organization, error) {
		return func(p tenancy.Page) (page []tenancy.Organization, err error) {
			w.look(func(s tenancy.Snapshot) { page, err = s.Organizations(w.ctx(), f, p) })
			return page, err
		}
	}
	inTree := append(slices.Clone(keys), "acme", "north")
	pages(w, append(slices.Clone(inTree), "other"), list(tenancy.OrganizationFilter{}), id)
	pages(w, inTree, list(tenancy.OrganizationFilter{RootID: "acme"}), id)
	pages(w, keys, list(tenancy.OrganizationFilter{ParentID: "north"}), id)
	pages(w, slices.Clone(keys[3:]), list(tenancy.OrganizationFilter{IDs: append(slices.Clone(keys[3:]), "nowhere", keys[4])}), id)
}

func pagesOfOwners(w world) {
	keys := manyRows(w)
	w.look(func(s tenancy.Snapshot) {
		pages(w, keys, func(p tenancy.Page) ([]tenancy.Owner, error) { return s.Owners(w.ctx(), "acme", p) },
			func(o tenancy.Owner) string { return o.UserID })
	})
}

func pagesOfGroups(w world) {
	keys := manyRows(w)
	w.look(func(s tenancy.Snapshot) {
		pages(w, keys, func(p tenancy.Page) ([]tenancy.Group, error) { return s.Groups(w.ctx(), "north", p) },
			func(g tenancy.Group) string { return g.ID })
	})
}

func pagesOfMemberships(w world) {
	keys := manyRows(w)
	w.look(func(s tenancy.Snapshot) {
		pages(w, keys, func(p tenancy.Page) ([]tenancy.Membership, error) {
			return s.Memberships(w.ctx(), "techs", tenancy.GroupMember, p)
		}, func(m tenancy.Membership) string { return m.UserID })
	})
}

func pagesOfLinksInto(w world) {
	keys := manyRows(w)
	w.look(func(s tenancy.Snapshot) {
		pages(w, keys, func(p tenancy.Page) ([]tenancy.Link, error) {
			if p.After != "" {
				p.After += "/acme"
			}
			return s.LinksCovering(w.ctx(), root("acme"), p)
		},
			func(l tenancy.Link) string { return l.GroupID })
	})
}

func pagesOfLinksOf(w world) {
	keys := manyRows(w)
	w.look(func(s tenancy.Snapshot) {
		pages(w, keys, func(p tenancy.Page) ([]tenancy.Link, error) { return s.LinksOf(w.ctx(), "techs", p) },
			func(l tenancy.Link) string { return l.OrganizationID })
	})
}

func pagesOfEvents(w world) {
	w.commit(create(root("acme")))
	want := []string{"1001"}
	for seq := 2; seq <= many; seq++ {
		require.NoError(w.t, w.Record(w.ctx(), refused("acme")))
		want = append(want, strconv.Itoa(1000+seq))
	}
	number := func(e tenancy.Event) string { return strconv.Itoa(1000 + int(e.Seq)) }
	w.look(func(s tenancy.Snapshot) {
		pages(w, want, func(p tenancy.Page) ([]tenancy.Event, error) {
			f := tenancy.EventFilter{RootID: "acme"}
			if n, err := strconv.Atoi(p.After); err == nil {
				f.After = int64(n - 1000)
			}
			return s.Events(w.ctx(), f, p.Limit)
		}, number)
	})
}
