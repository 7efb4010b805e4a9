package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var movedTests = map[string]func(world){
	"TreesMoved tells when trees moved, the oldest move first": treesMoved,
	"TreesMoved goes on after a place in its order":            treesMovedInPages,
	"VersionOf is that of a tree, ended or not":                versionOf,
	"A repair moves a tree, ended or not, and no row":          repairMoves,
}

// movedAfter are the trees that moved after a place.
func (w world) movedAfter(after tenancy.MovedTree, limit int) []tenancy.MovedTree {
	w.t.Helper()
	trees, err := w.TreesMoved(w.ctx(), after, limit)
	require.NoError(w.t, err)
	return trees
}

func treesMoved(w world) {
	a, b, c := root("a"), root("b"), root("c")
	w.commit(create(a), create(b))
	w.clock.Set(minute(7))
	w.commit(create(c), create(user("ann")))
	w.clock.Set(minute(8))
	w.commit(alter(a, a))
	w.clock.Set(minute(9))
	w.commit(create(user("ben")))
	require.NoError(w.t, w.Record(w.ctx(), refused("b")))
	require.NoError(w.t, w.Rehearse(w.ctx(), w.change(alter(b, b)), nil))
	stale := w.change(alter(c, c))
	w.commit(remove(c))
	w.fails(tenancy.ErrMoved, stale)
	require.Equal(w.t, []tenancy.MovedTree{
		{RootID: "b", Version: 1, At: minute(6)}, {RootID: "a", Version: 2, At: minute(8)}, {RootID: "c", Version: 2, At: minute(9)},
	}, w.movedAfter(tenancy.MovedTree{}, 10), "the last one has ended")
	w.clock.Set(minute(10))
	w.commit(alter(a, attached(a, b)))
	require.Equal(w.t, []tenancy.MovedTree{
		{RootID: "c", Version: 2, At: minute(9)}, {RootID: "a", Version: 3, At: minute(10)}, {RootID: "b", Version: 2, At: minute(10)},
	}, w.movedAfter(tenancy.MovedTree{}, 10))
}

func treesMovedInPages(w world) {
	ids := []string{"a", "b", "c", "d", "e"}
	for i, id := range ids {
		w.clock.Set(minute(6 + i/2)) // two at a time
		w.commit(create(root(id)))
	}
	for limit := 1; limit <= len(ids); limit++ {
		var found []string
		for after := (tenancy.MovedTree{}); ; {
			page := w.movedAfter(after, limit)
			require.LessOrEqual(w.t, len(page), limit)
			if len(page) == 0 {
				break
			}
			for _, tree := range page {
				found = append(found, tree.RootID)
			}
			after = page[len(page)-1]
		}
		require.Equal(w.t, ids, found)
	}
	require.Len(w.t, w.movedAfter(tenancy.MovedTree{At: minute(7)}, 10), 3, "a time alone is before what moved then")
	require.Empty(w.t, w.movedAfter(tenancy.MovedTree{At: minute(8).Add(time.Millisecond)}, 10))
}

func versionOf(w world) {
	a := root("a")
	is := func(want int64) {
		w.t.Helper()
		version, err := w.VersionOf(w.ctx(), "a")
		require.NoError(w.t, err)
		require.Equal(w.t, want, version)
	}
	is(0)
	w.commit(create(a))
	w.commit(alter(a, a))
	is(2)
	w.commit(remove(a))
	is(3)
}

func repairMoves(w world) {
	a, b := root("a"), root("b")
	w.commit(create(a), create(b))
	w.commit(remove(b))
	before := w.rows()
	repairs := map[string][]tenancy.Update{"a": updates("+organization:a#owner@user:ann"), "b": nil}
	c := w.changeAt(map[string]int64{"a": 1, "b": 2})
	c.Repairs, c.About = repairs, map[string][]string{"a": {"a"}}
	versions, err := w.Commit(w.ctx(), c, repairs)
	require.NoError(w.t, err)
	require.Equal(w.t, map[string]int64{"a": 2, "b": 3}, versions)
	after := w.rows()
	require.Equal(w.t, tenancy.Tree{RootID: "a", Version: 2}, after["tree a"])
	require.Equal(w.t, tenancy.EndedTree{RootID: "b", Version: 3}, after["ended-tree b"])
	require.Len(w.t, after, len(before))
	got, err := w.Deliveries(w.ctx(), "a", 1, 10)
	require.NoError(w.t, err)
	require.Equal(w.t, []tenancy.Delivery{{RootID: "a", Version: 2, Updates: repairs["a"]}}, got)
	w.fails(tenancy.ErrMoved, c)
	tree, err := w.TreeOf(w.ctx(), tenancy.Object{Type: "organization", ID: "a"})
	require.NoError(w.t, err)
	require.EqualValues(w.t, 2, tree.Version)
}
