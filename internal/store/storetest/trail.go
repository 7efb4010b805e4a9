package storetest

import (
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var trailTests = map[string]func(world){
	"Commit tells of the change in each tree that it moves":         trailOfEachTree,
	"Commit tells of a user's change in the service's trail":        trailOfUser,
	"Commit tells of a change of nothing in the service's trail":    trailOfNothing,
	"Commit tells of a change of trees in no other trail":           trailOfOthers,
	"Seq counts each trail without gaps, refusals and failures too": trailWithoutGaps,
}

func trailOfEachTree(w world) {
	w.commit(create(user("ann")), create(root("a")), create(root("b")))
	w.commit(create(child("below", root("b"))))
	c := w.change(create(owner(root("a"), "ann")), create(owner(root("b"), "ann")))
	c.Event = refused("ignored")
	c.Event.Result, c.Event.Code = tenancy.ResultDone, ""
	c.About = map[string][]string{"a": {"a"}, "b": {"below", "b"}}
	_, err := w.Commit(w.ctx(), c, nil)
	require.NoError(w.t, err)
	for rootID, n := range map[string]int64{"a": 2, "b": 3} {
		want := c.Event
		want.RootID, want.Seq, want.Version, want.Organizations = rootID, n, n, c.About[rootID]
		require.Equal(w.t, want, w.trail(rootID)[n-1])
		for _, id := range []string{"a", "b", "below"} {
			found := w.seqs(tenancy.EventFilter{RootID: rootID, OrganizationID: id, After: n - 1}, 10)
			require.Equal(w.t, slices.Contains(c.About[rootID], id), len(found) == 1, "R-1: %s in the trail of %s", id, rootID)
		}
	}
}

func trailOfUser(w world) {
	w.commit(create(user("ann")), create(root("a")))
	c := w.change(alter(user("ann"), altered(user("ann"))))
	c.About = map[string][]string{"a": {"a"}}
	_, err := w.Commit(w.ctx(), c, nil)
	require.NoError(w.t, err)
	require.Len(w.t, w.trail("a"), 1)
	events := w.trail("")
	require.Len(w.t, events, 2)
	for _, e := range events {
		require.Empty(w.t, e.RootID)
		require.Zero(w.t, e.Version)
		require.Empty(w.t, e.Organizations)
		require.Equal(w.t, "test.change", e.Action)
	}
}

func trailOfNothing(w world) {
	w.commit()
	require.Len(w.t, w.trail(""), 1)
}

func trailOfOthers(w world) {
	w.commit(create(root("a")))
	w.commit(create(root("b")))
	w.commit(create(child("below", root("b"))))
	require.Len(w.t, w.trail("a"), 1)
	require.Len(w.t, w.trail("b"), 2)
	require.Empty(w.t, w.trail(""))
}

func trailWithoutGaps(w world) {
	w.commit(create(root("a")))
	for i := range 5 {
		w.commit(alter(root("a"), root("a")))
		require.NoError(w.t, w.Record(w.ctx(), refused("a")))
		require.NoError(w.t, w.Record(w.ctx(), refused("")))
		stale := w.change(alter(root("a"), root("a")))
		stale.Basis.Trees["a"] = int64(i)
		w.fails(tenancy.ErrMoved, stale)
	}
	requireGapless(w, "a", 11)
	requireGapless(w, "", 5)
}

func requireGapless(w world, rootID string, events int) {
	w.t.Helper()
	trail := w.trail(rootID)
	require.Len(w.t, trail, events)
	for i, e := range trail {
		require.EqualValues(w.t, i+1, e.Seq)
	}
}
