package storetest

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var teamLinkTests = map[string]func(world){
	"Links to a tenant group are told from those to organizations": linksToTenantGroup,
	"Links to tenant groups cover what is in them and below":       linksCoveringTenants,
	"Modules given are those of all users but one":                 modulesGiven,
	"TreeOf finds a module by its organization":                    treeOfModule,
}

func linksToTenantGroup(w world) {
	t := newTeams(w)
	techs := group("techs", root("acme"))
	atRoot, atTop, atLow := link(techs, root("acme")), linkTo(t.top, techs), linkTo(t.low, techs)
	atRoot.Scope, atTop.Claims, atTop.ExpiresAt = tenancy.ScopeSubtree, []tenancy.Claim{"view_agents"}, minute(40)
	w.commit(create(techs), create(atRoot), create(atTop), create(atLow))
	w.look(func(s tenancy.Snapshot) {
		same := func(want tenancy.Link) func(tenancy.Link, error) {
			return func(got tenancy.Link, err error) {
				require.NoError(w.t, err)
				require.Equal(w.t, want, got)
			}
		}
		same(atRoot)(s.Link(w.ctx(), "techs", "acme"))
		same(atTop)(s.TenantGroupLink(w.ctx(), "top", "techs"))
		same(atLow)(s.TenantGroupLink(w.ctx(), "low", "techs"))
		for _, id := range []string{"mid", "side", ""} {
			_, err := s.TenantGroupLink(w.ctx(), id, "techs")
			require.ErrorIs(w.t, err, tenancy.ErrNoRow)
		}
	})
	w.endsAt("acme", minute(40))
	w.commit(remove(atTop))
	w.endsAt("acme", time.Time{})
}

func linksCoveringTenants(w world) {
	t := newTeams(w)
	techs, sales := group("techs", root("acme")), group("sales", root("acme"))
	links := map[string]tenancy.Link{
		"techs top": linkTo(t.top, techs), "techs low": linkTo(t.low, techs), "sales side": linkTo(t.side, sales), "techs north": link(techs, t.north),
	}
	changes := []tenancy.RowChange{create(techs), create(sales)}
	for _, l := range links {
		changes = append(changes, create(l))
	}
	w.commit(changes...)
	for _, c := range []struct {
		organization tenancy.Organization
		want         []string
	}{
		{t.north, []string{"sales side", "techs top", "techs north"}},
		{t.south, []string{"techs low", "techs top"}},
		{root("acme"), nil},
	} {
		var want []tenancy.Link
		for _, name := range c.want {
			want = append(want, links[name])
		}
		w.look(func(s tenancy.Snapshot) {
			got, err := s.LinksCovering(w.ctx(), c.organization, tenancy.PageAll)
			require.NoError(w.t, err)
			require.Equal(w.t, want, got, c.organization.ID)
		})
	}
}

func modulesGiven(w world) {
	t := newTeams(w)
	ben := tenantGroupUser(t.low, "ben")
	more, without := tenantGroupUser(t.low, "ann"), tenantGroupUser(t.low, "cid")
	more.Modules, more.Inactive, without.Modules = []string{"invoicing", "payroll"}, true, nil
	w.commit(alter(ben, ben), create(more), create(without))
	for except, want := range map[string][]string{"": {"invoicing", "payroll"}, "ann": {"invoicing"}, "cid": {"invoicing", "payroll"}} {
		w.look(func(s tenancy.Snapshot) {
			got, err := s.ModulesGiven(w.ctx(), "low", except)
			require.NoError(w.t, err)
			require.Equal(w.t, want, got)
			got, err = s.ModulesGiven(w.ctx(), "top", except)
			require.NoError(w.t, err)
			require.Empty(w.t, got)
		})
	}
}

func treeOfModule(w world) {
	newTeams(w)
	for _, name := range []string{"invoicing", "what/ever"} {
		tree, err := w.TreeOf(w.ctx(), tenancy.Object{Type: "module", ID: "north/" + name})
		require.NoError(w.t, err)
		require.Equal(w.t, "acme", tree.RootID)
	}
	for _, id := range []string{"north", "nowhere/invoicing", "/invoicing", "mid/invoicing"} {
		_, err := w.TreeOf(w.ctx(), tenancy.Object{Type: "module", ID: id})
		require.ErrorIs(w.t, err, tenancy.ErrNoRow, id)
	}
}

// manyTeams has a link of techs, homed in acme, to each of many tenant groups, and a link of
// many groups to the tenant group team, in which north is.
func manyTeams(w world) (keys []string) {
	acme := root("acme")
	north, techs, team := child("north", acme), group("techs", acme), tenantGroup("team", acme)
	rows := []tenancy.RowChange{create(acme), create(north), create(techs), create(team), create(tenantGroupPlace(team, north))}
	for i := range many {
		keys = append(keys, key(i))
		t, g := tenantGroup(key(i), acme), group(key(i), acme)
		rows = append(rows, create(t), create(g), create(linkTo(t, techs)), create(linkTo(team, g)))
	}
	w.commit(rows...)
	return keys
}

func pagesOfLinksOfTenantGroups(w world) {
	keys := manyTeams(w)
	subtree := link(group("techs", root("acme")), root("acme"))
	w.commit(create(subtree))
	want := []string{"acme"}
	for _, id := range keys {
		want = append(want, "acme/"+id)
	}
	w.look(func(s tenancy.Snapshot) {
		pages(w, want, func(p tenancy.Page) ([]tenancy.Link, error) { return s.LinksOf(w.ctx(), "techs", p) }, tenancy.Link.Place)
	})
}

func pagesOfTenantGroupLinks(w world) {
	keys := manyTeams(w)
	w.look(func(s tenancy.Snapshot) {
		pages(w, keys, func(p tenancy.Page) ([]tenancy.Link, error) { return s.TenantGroupLinks(w.ctx(), "team", p) },
			func(l tenancy.Link) string { return l.GroupID })
	})
}

// pagesOfLinksCovering has for every group a link at north, at acme and at the tenant group.
func pagesOfLinksCovering(w world) {
	keys := manyTeams(w)
	acme := root("acme")
	north := child("north", acme)
	var rows []tenancy.RowChange
	var want []string
	for _, id := range keys {
		at, above := link(group(id, acme), north), link(group(id, acme), acme)
		above.Scope = tenancy.ScopeSubtree
		rows = append(rows, create(at), create(above))
		want = append(want, id+"/acme", id+"/acme/team", id+"/north")
	}
	w.commit(rows...)
	slices.Sort(want)
	for _, limit := range []int{1, 2, 7, len(want)} {
		w.look(func(s tenancy.Snapshot) {
			var got []string
			for after := ""; ; after = got[len(got)-1] {
				links, err := s.LinksCovering(w.ctx(), north, tenancy.Page{After: after, Limit: limit})
				require.NoError(w.t, err)
				if len(links) == 0 {
					break
				}
				for _, l := range links {
					got = append(got, l.Key())
				}
			}
			require.ElementsMatch(w.t, want, got, "pages of %d", limit)
		})
	}
}
