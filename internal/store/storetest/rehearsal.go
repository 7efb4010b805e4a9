package storetest

import (
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var rehearsalTests = map[string]func(world){
	"Rehearse leaves nothing behind":    rehearsalLeavesNothing,
	"Rehearse fails as Commit would":    rehearsalFails,
	"A change can be made as rehearsed": rehearsedChange,
}

func rehearsalLeavesNothing(w world) {
	oneOfEach(w)
	acme := root("acme")
	for _, rc := range []tenancy.RowChange{
		create(root("new")), create(child("south", acme)), create(user("ben")),
		alter(acme, altered(acme)), remove(owner(child("north", acme), "ann")),
	} {
		c := w.change(rc)
		a := answer("key")
		c.Answer = &a
		before := w.everything()
		require.NoError(w.t, w.Rehearse(w.ctx(), c, nil))
		require.Equal(w.t, before, w.everything())
		_, ok := w.kept(a.Requester, a.Key)
		require.False(w.t, ok)
	}
	tree, err := w.TreeOf(w.ctx(), tenancy.Object{Type: "organization", ID: "acme"})
	require.NoError(w.t, err)
	require.EqualValues(w.t, 1, tree.Version)
}

func rehearsalFails(w world) {
	oneOfEach(w)
	acme := root("acme")
	moved := w.change(alter(acme, altered(acme)))
	moved.Basis.Trees["acme"] = 7
	require.ErrorIs(w.t, w.Rehearse(w.ctx(), moved, nil), tenancy.ErrMoved)
	require.ErrorIs(w.t, w.Rehearse(w.ctx(), w.change(create(child("north", acme))), nil), tenancy.ErrIDUsed)
	require.Error(w.t, w.Rehearse(w.ctx(), w.change(remove(owner(acme, "nobody"))), nil))
}

// What a rehearsal has taken, ids above all, is there for the change itself.
func rehearsedChange(w world) {
	c := w.change(create(root("acme")))
	require.NoError(w.t, w.Rehearse(w.ctx(), c, nil))
	versions, err := w.Commit(w.ctx(), c, nil)
	require.NoError(w.t, err)
	require.Equal(w.t, map[string]int64{"acme": 1}, versions)
}
