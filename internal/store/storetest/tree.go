package storetest

import (
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var treeTests = map[string]func(world){
	"A tree ends with its root, and its versions go on": treeEndsAndGoesOn,
	"A change that moves rows is one delivery of trees": deliveriesJoined,
	"An ended tree takes refusals in its trail":         endedTreeRecords,
}

// attached is a root as it stands below another organization.
func attached(o, parent tenancy.Organization) tenancy.Organization {
	o.ParentID, o.RootID, o.Depth = parent.ID, parent.RootID, parent.Depth+1
	return o
}

func treeEndsAndGoesOn(w world) {
	a, b := root("a"), root("b")
	w.commit(create(a), create(b))
	w.commit(alter(a, a))
	require.Equal(w.t, map[string]int64{"a": 3, "b": 2}, w.commit(alter(a, attached(a, b))))
	rows := w.rows()
	require.Equal(w.t, tenancy.EndedTree{RootID: "a", Version: 3}, rows["ended-tree a"])
	require.NotContains(w.t, rows, "tree a")
	tree, err := w.TreeOf(w.ctx(), tenancy.Object{Type: "organization", ID: "a"})
	require.NoError(w.t, err)
	require.Equal(w.t, tenancy.Tree{RootID: "b", Version: 2}, tree.Tree)
	w.look(func(s tenancy.Snapshot) { require.EqualValues(w.t, 3, w.version(s, "a")) })

	require.Equal(w.t, map[string]int64{"a": 4, "b": 3}, w.commit(alter(attached(a, b), a)))
	require.Equal(w.t, tenancy.Tree{RootID: "a", Version: 4}, w.rows()["tree a"])
	require.NotContains(w.t, w.rows(), "ended-tree a")
	w.commit(remove(a))
	w.fails(tenancy.ErrIDUsed, w.changeAt(map[string]int64{"a": 0}, create(a)))
}

// changeAt is a change on a basis of trees that is not what the record holds.
func (w world) changeAt(trees map[string]int64, rows ...tenancy.RowChange) tenancy.Change {
	c := w.change(rows...)
	c.Basis.Trees = trees
	return c
}

func deliveriesJoined(w world) {
	a, b, c := root("a"), root("b"), root("c")
	w.commit(create(a), create(b), create(c))
	w.commit(alter(b, b))
	together := updates("-organization:a#root@organization:a", "+organization:a#root@organization:b")
	alone := updates("-organization:c#owner@user:u")
	_, err := w.Commit(w.ctx(), w.change(alter(a, attached(a, b)), alter(c, c)),
		map[string][]tenancy.Update{"a": together, "b": together, "c": alone})
	require.NoError(w.t, err)
	for _, want := range []tenancy.Delivery{
		{RootID: "a", Version: 2, With: []tenancy.Tree{{RootID: "b", Version: 3}}, Updates: together},
		{RootID: "b", Version: 3, With: []tenancy.Tree{{RootID: "a", Version: 2}}, Updates: together},
		{RootID: "c", Version: 2, Updates: alone},
	} {
		got, err := w.Deliveries(w.ctx(), want.RootID, want.Version-1, 10)
		require.NoError(w.t, err)
		require.Equal(w.t, []tenancy.Delivery{want}, got)
	}
}

func endedTreeRecords(w world) {
	a := root("a")
	w.commit(create(a))
	w.commit(remove(a))
	require.NoError(w.t, w.Record(w.ctx(), refused("a")))
	events := w.trail("a")
	require.Len(w.t, events, 3)
	require.EqualValues(w.t, 2, events[2].Version)
}
