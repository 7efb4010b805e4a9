package storetest

import (
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var textTests = map[string]func(world){
	"What no record can hold is looked for in vain": textsInVain,
	"An attempt at what no record can hold is told": textsTold,
}

// illegible are texts that a caller can send and that not every database takes.
var illegible = []string{"acme\x00", "\x00", "\xff", "techs\xc3", "a\x00/\xfe"}

func textsInVain(w world) {
	oneOfEach(w)
	noRow := func(err error) {
		w.t.Helper()
		require.ErrorIs(w.t, err, tenancy.ErrNoRow)
	}
	for _, id := range illegible {
		for _, kind := range []string{"organization", "group", "tenant_group", "module", "agent", id} {
			_, err := w.TreeOf(w.ctx(), tenancy.Object{Type: kind, ID: id})
			noRow(err)
			roots, err := w.RootsOf(w.ctx(), kind, []string{id, "nowhere"})
			require.NoError(w.t, err)
			require.Empty(w.t, roots)
		}
		roots, err := w.RootsOf(w.ctx(), "group", []string{id, "techs"})
		require.NoError(w.t, err)
		require.Equal(w.t, map[string]string{"techs": "acme"}, roots)
		trees, err := w.TreesOf(w.ctx(), id)
		require.NoError(w.t, err)
		require.Empty(w.t, trees)
		_, err = w.ServiceKey(w.ctx(), id)
		noRow(err)
		_, err = w.AccessKey(w.ctx(), id)
		noRow(err)
		w.look(func(s tenancy.Snapshot) { snapshotInVain(w, s, id, noRow) })
	}
}

func snapshotInVain(w world, s tenancy.Snapshot, id string, noRow func(error)) {
	ctx := w.ctx()
	_, errUser := s.User(ctx, id)
	_, errOrganization := s.Organization(ctx, id)
	_, errMembership := s.Membership(ctx, "techs", tenancy.GroupRole(id), id)
	_, errResource := s.Resource(ctx, tenancy.Object{Type: id, ID: id})
	_, errAnswer := s.Answer(ctx, tenancy.Requester{KeyID: "key1", UserID: id}, id)
	for _, err := range []error{errUser, errOrganization, errMembership, errResource, errAnswer} {
		noRow(err)
	}
	tree, err := s.Tree(ctx, id)
	require.NoError(w.t, err)
	require.Zero(w.t, tree.Version)
	organizations, err := s.Organizations(ctx, tenancy.OrganizationFilter{IDs: []string{id, "acme"}, Text: id}, tenancy.PageAll)
	require.NoError(w.t, err)
	require.Empty(w.t, organizations)
	people, err := s.People(ctx, tenancy.Places{OrganizationID: id, GroupIDs: []string{id, "techs"}}, id, tenancy.Page{After: id, Limit: 5})
	require.NoError(w.t, err)
	require.Empty(w.t, people)
	events, err := s.Events(ctx, tenancy.EventFilter{RootID: "acme", OrganizationID: id, Actor: id, Action: id}, 5)
	require.NoError(w.t, err)
	require.Empty(w.t, events)
}

func textsTold(w world) {
	w.commit(create(root("acme")))
	for _, text := range illegible {
		for _, rootID := range []string{"acme", text} {
			e := refused(rootID)
			e.Target.ID, e.OnBehalfOf, e.From, e.Detail = text, text, text, map[string]string{text: text}
			require.NoError(w.t, w.Record(w.ctx(), e))
		}
	}
	require.Len(w.t, w.trail("acme"), 1+len(illegible))
	require.Len(w.t, w.trail(""), len(illegible))
	require.Equal(w.t, "\uFFFD", w.trail("")[1].Target.ID)
}
