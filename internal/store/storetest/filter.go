package storetest

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var filterTests = map[string]func(world){
	"Organizations match all that a filter names":   filterOrganizations,
	"Organizations match a text whatever its case":  filterText,
	"Organizations match a hundred thousand ids":    filterManyIDs,
	"Events match all that a filter names":          filterEvents,
	"Events of an organization are found in a page": filterEventPages,
}

func filterOrganizations(w world) {
	a, b := root("a"), root("b")
	north, south := child("north", a), child("south", a)
	under := child("under", north)
	for _, o := range []tenancy.Organization{a, b, north, south, under} {
		w.commit(create(o))
	}
	for _, c := range []struct {
		filter tenancy.OrganizationFilter
		want   []string
	}{
		{tenancy.OrganizationFilter{}, []string{"a", "b", "north", "south", "under"}},
		{tenancy.OrganizationFilter{IDs: []string{}}, nil},
		{tenancy.OrganizationFilter{IDs: []string{"south", "a", "a", "nowhere"}}, []string{"a", "south"}},
		{tenancy.OrganizationFilter{RootID: "a"}, []string{"a", "north", "south", "under"}},
		{tenancy.OrganizationFilter{RootID: "north"}, nil},
		{tenancy.OrganizationFilter{ParentID: "a"}, []string{"north", "south"}},
		{tenancy.OrganizationFilter{ParentID: "a", RootID: "b"}, nil},
		{tenancy.OrganizationFilter{ParentID: "a", RootID: "a", Text: "OUTH"}, []string{"south"}},
		{tenancy.OrganizationFilter{IDs: []string{"a", "b", "under"}, RootID: "a"}, []string{"a", "under"}},
		{tenancy.OrganizationFilter{IDs: []string{"a", "north", "under"}, ParentID: "a"}, []string{"north"}},
		{tenancy.OrganizationFilter{IDs: []string{"a", "north", "under"}, Text: "north"}, []string{"north"}},
		{tenancy.OrganizationFilter{RootID: "a", Text: "name of n"}, []string{"north"}},
	} {
		require.Equal(w.t, c.want, w.found(c.filter), "%+v", c.filter)
	}
}

// found is the ids of the organizations that match.
func (w world) found(f tenancy.OrganizationFilter) (ids []string) {
	w.look(func(s tenancy.Snapshot) {
		list, err := s.Organizations(w.ctx(), f, tenancy.PageAll)
		require.NoError(w.t, err)
		for _, o := range list {
			ids = append(ids, o.ID)
		}
	})
	return ids
}

func filterText(w world) {
	for id, name := range map[string]string{
		"Org-1": "100% Cloud", "org-2": "100_Cloud", "org-3": "ÅNGSTRÖM Straße", "org-4": `back\slash`, "org-5": "ＡＣＭＥ",
	} {
		o := root(id)
		o.Name = name
		w.commit(create(o))
	}
	for text, want := range map[string][]string{
		"cloud": {"Org-1", "org-2"}, "100%": {"Org-1"}, "0_C": {"org-2"}, "%": {"Org-1"}, "_": {"org-2"}, `\`: {"org-4"},
		"ångström": {"org-3"}, "STRASSE": {"org-3"}, "A\u030angstr": {"org-3"}, "acme": {"org-5"},
		"ORG-1": {"Org-1"}, "org-1": {"Org-1"}, "ORG-2": {"org-2"}, "org": nil, "rg-1": nil, "angstrom": nil,
	} {
		require.Equal(w.t, want, w.found(tenancy.OrganizationFilter{Text: text}), "text %q", text)
	}
}

func filterManyIDs(w world) {
	var rows []tenancy.RowChange
	for _, id := range []string{"id000000", "id050000", "id050001", "id099999", "unlisted"} {
		rows = append(rows, create(root(id)))
	}
	w.commit(rows...)
	ids := make([]string, 100_000)
	for i := range ids {
		ids[len(ids)-1-i] = fmt.Sprintf("id%06d", i)
	}
	require.Equal(w.t, []string{"id000000", "id050000", "id050001", "id099999"}, w.found(tenancy.OrganizationFilter{IDs: ids}))
	w.look(func(s tenancy.Snapshot) {
		page, err := s.Organizations(w.ctx(), tenancy.OrganizationFilter{IDs: ids}, tenancy.Page{Limit: 2})
		require.NoError(w.t, err)
		require.Len(w.t, page, 2)
	})
	require.Equal(w.t, "id099999", ids[0], "the list of the caller is his own")
}

func filterEvents(w world) {
	w.commit(create(root("acme")), create(root("other"))) // each: seq 1, test.change by key1
	for _, e := range []tenancy.Event{                    // seq 2 and so on
		{Action: "a.one", Actor: tenancy.Object{ID: "key1"}, OnBehalfOf: "ann", Organizations: []string{"north", "acme", "north"}},
		{Action: "a.two", Actor: tenancy.Object{ID: "key2"}, OnBehalfOf: "ann", Organizations: []string{"north"}},
		{Action: "a.one", Actor: tenancy.Object{ID: "ann"}, OnBehalfOf: "ann"},
		{Action: "a.one", Actor: tenancy.Object{ID: "key2"}, Organizations: []string{"south"}},
	} {
		e.RootID, e.Result = "acme", tenancy.ResultRefused
		require.NoError(w.t, w.Record(w.ctx(), e))
	}
	for _, c := range []struct {
		filter tenancy.EventFilter
		want   []int64
	}{
		{tenancy.EventFilter{}, []int64{1, 2, 3, 4, 5}},
		{tenancy.EventFilter{After: 3}, []int64{4, 5}},
		{tenancy.EventFilter{OrganizationID: "north"}, []int64{2, 3}},
		{tenancy.EventFilter{OrganizationID: "north", After: 2}, []int64{3}},
		{tenancy.EventFilter{OrganizationID: "north", Action: "a.one"}, []int64{2}},
		{tenancy.EventFilter{OrganizationID: "north", Actor: "key2"}, []int64{3}},
		{tenancy.EventFilter{Actor: "ann"}, []int64{2, 3, 4}},
		{tenancy.EventFilter{Actor: "key2"}, []int64{3, 5}},
		{tenancy.EventFilter{Actor: "ann", Action: "a.one", After: 2}, []int64{4}},
		{tenancy.EventFilter{Action: "a.one"}, []int64{2, 4, 5}},
		{tenancy.EventFilter{Action: "a"}, nil},
		{tenancy.EventFilter{OrganizationID: "nowhere"}, nil},
	} {
		c.filter.RootID = "acme"
		require.Equal(w.t, c.want, w.seqs(c.filter, 100), "%+v", c.filter)
	}
	require.Empty(w.t, w.seqs(tenancy.EventFilter{RootID: "other", Actor: "ann"}, 100))
}

func (w world) seqs(f tenancy.EventFilter, limit int) (seqs []int64) {
	w.look(func(s tenancy.Snapshot) {
		events, err := s.Events(w.ctx(), f, limit)
		require.NoError(w.t, err)
		for _, e := range events {
			seqs = append(seqs, e.Seq)
		}
	})
	return seqs
}

func filterEventPages(w world) {
	w.commit(create(root("acme")))
	for i := range 10 {
		e := refused("acme")
		e.Organizations = []string{fmt.Sprint("org", i%2)}
		require.NoError(w.t, w.Record(w.ctx(), e))
	}
	f := tenancy.EventFilter{RootID: "acme", OrganizationID: "org0"}
	require.Equal(w.t, []int64{2, 4}, w.seqs(f, 2))
	f.After = 4
	require.Equal(w.t, []int64{6, 8}, w.seqs(f, 2))
	f.After = 8
	require.Equal(w.t, []int64{10}, w.seqs(f, 2))
}
