package storetest

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var deliveryTests = map[string]func(world){
	"Deliveries come in order, after a version, at most limit": deliveriesInOrder,
	"Deliveries have the updates of their tree alone":          deliveriesByTree,
	"TreeOf finds the tree of a resource at its version":       treeOfResource,
	"TreeOf tells every change on the next call":               treeOfChanges,
	"TreesOf finds the trees in which a user stands":           treesOfUser,
	"RootsOf finds the trees of resources of every type":       rootsOf,
}

func updates(texts ...string) []tenancy.Update {
	list := make([]tenancy.Update, len(texts))
	for i, text := range texts {
		u, err := tenancy.ParseUpdate(text)
		if err != nil {
			panic(err)
		}
		list[i] = u
	}
	return list
}

func deliveriesInOrder(w world) {
	var want []tenancy.Delivery
	for n := int64(1); n <= 12; n++ {
		rc := alter(root("a"), root("a"))
		if n == 1 {
			rc = create(root("a"))
		}
		d := tenancy.Delivery{RootID: "a", Version: n, Updates: updates(
			fmt.Sprintf("-organization:a#owner@user:u%d", n-1), fmt.Sprintf("+organization:a#member@group:g%d#member", n))}
		versions, err := w.Commit(w.ctx(), w.change(rc), map[string][]tenancy.Update{"a": d.Updates})
		require.NoError(w.t, err)
		require.Equal(w.t, map[string]int64{"a": n}, versions)
		require.NoError(w.t, w.Record(w.ctx(), refused("a"))) // delivers nothing
		want = append(want, d)
	}
	for after := range int64(13) {
		for _, limit := range []int{1, 5, 100} {
			got, err := w.Deliveries(w.ctx(), "a", after, limit)
			require.NoError(w.t, err)
			require.ElementsMatch(w.t, want[after:min(12, int(after)+limit)], got)
			require.True(w.t, slices.IsSortedFunc(got, byVersion))
		}
	}
}

func byVersion(a, b tenancy.Delivery) int { return cmp.Compare(a.Version, b.Version) }

func deliveriesByTree(w world) {
	byTree := map[string][]tenancy.Update{
		"a": updates("+organization:a#root@organization:a"),
		"b": updates("+organization:b#root@organization:b"),
	}
	_, err := w.Commit(w.ctx(), w.change(create(root("a")), create(root("b")), create(user("ann"))), byTree)
	require.NoError(w.t, err)
	w.commit(create(child("below", root("a")))) // moves the tree, and nothing in the engine
	for rootID, want := range byTree {
		got, err := w.Deliveries(w.ctx(), rootID, 0, 10)
		require.NoError(w.t, err)
		require.Equal(w.t, tenancy.Delivery{RootID: rootID, Version: 1, Updates: want}, got[0])
	}
	got, err := w.Deliveries(w.ctx(), "a", 1, 10)
	require.NoError(w.t, err)
	require.Len(w.t, got, 1)
	require.EqualValues(w.t, 2, got[0].Version)
	require.Empty(w.t, got[0].Updates)
	for _, none := range []string{"", "nowhere"} {
		got, err = w.Deliveries(w.ctx(), none, 0, 10)
		require.NoError(w.t, err)
		require.Empty(w.t, got)
	}
}

func treeOfResource(w world) {
	oneOfEach(w)
	w.commit(create(child("south", root("acme"))))
	for _, o := range []tenancy.Object{{Type: "organization", ID: "acme"}, {Type: "organization", ID: "south"}, {Type: "group", ID: "techs"}} {
		tree, err := w.TreeOf(w.ctx(), o)
		require.NoError(w.t, err, o)
		require.Equal(w.t, w.readings(tenancy.Tree{RootID: "acme", Version: 2, EndsAt: minute(40)})[0], tree)
	}
	w.commit(remove(child("south", root("acme"))))
	for _, o := range []tenancy.Object{{}, {Type: "organization", ID: "techs"}, {Type: "group", ID: "acme"},
		{Type: "organization", ID: "south"}, {Type: "organization", ID: "ACME"}, {Type: "unheard-of", ID: "acme"}} {
		_, err := w.TreeOf(w.ctx(), o)
		require.ErrorIs(w.t, err, tenancy.ErrNoRow, o)
	}
}

func treeOfChanges(w world) {
	a, b := root("a"), root("b")
	mover, g := child("mover", a), group("g", a)
	is := func(id, rootID string, version int64) {
		tree, err := w.TreeOf(w.ctx(), tenancy.Object{Type: "organization", ID: id})
		require.NoError(w.t, err)
		require.Equal(w.t, tenancy.Tree{RootID: rootID, Version: version}, tree.Tree)
	}
	w.commit(create(a), create(b), create(mover), create(g))
	is("mover", "a", 1)
	is("b", "b", 1)
	w.commit(create(link(g, mover)))
	is("mover", "a", 2)
	is("a", "a", 2)
	stale := w.change(create(child("below", a)))
	w.commit(remove(link(g, mover)))
	w.fails(tenancy.ErrMoved, stale)
	is("a", "a", 3)
	moved := child("mover", b)
	w.commit(alter(mover, moved))
	is("mover", "b", 2)
	is("a", "a", 4)
	w.commit(remove(moved))
	is("b", "b", 3)
	_, err := w.TreeOf(w.ctx(), tenancy.Object{Type: "organization", ID: "mover"})
	require.ErrorIs(w.t, err, tenancy.ErrNoRow)
}

// readings are trees as they are read now.
func (w world) readings(trees ...tenancy.Tree) (readings []tenancy.Reading) {
	for _, tree := range trees {
		readings = append(readings, tenancy.Reading{Tree: tree, At: w.clock.Now()})
	}
	return readings
}

func treesOfUser(w world) {
	a, b, c := root("a"), root("b"), root("c")
	inB := group("in-b", b)
	below := child("below-a", a)
	w.commit(create(user("ann")), create(user("ben")), create(a), create(b), create(c), create(inB), create(below))
	w.commit(create(owner(a, "ann")), create(owner(below, "ann")), create(owner(c, "ben")))
	w.commit(create(membership(inB, tenancy.GroupOwner, "ann")), create(membership(inB, tenancy.GroupMember, "ann")))
	trees, err := w.TreesOf(w.ctx(), "ann")
	require.NoError(w.t, err)
	require.ElementsMatch(w.t, w.readings(tenancy.Tree{RootID: "a", Version: 2}, tenancy.Tree{RootID: "b", Version: 2}), trees)
	w.commit(remove(owner(a, "ann")), remove(owner(below, "ann")))
	trees, err = w.TreesOf(w.ctx(), "ann")
	require.NoError(w.t, err)
	require.Equal(w.t, w.readings(tenancy.Tree{RootID: "b", Version: 2}), trees)
	trees, err = w.TreesOf(w.ctx(), "nobody")
	require.NoError(w.t, err)
	require.Empty(w.t, trees)
}

func rootsOf(w world) {
	a, b := root("a"), root("b")
	below := child("below", a)
	inBelow := group("g", below)
	pc := resource(tenancy.Machine, "pc", below)
	w.commit(create(a), create(b), create(below), create(inBelow), create(pc))
	for resourceType, want := range map[string]map[string]string{
		"organization": {"a": "a", "b": "b", "below": "a"},
		"group":        {"g": "a"},
		"machine":      {"pc": "a"},
		"agent":        {},
		"module":       {"below/payroll": "a", "b/payroll": "b"},
	} {
		roots, err := w.RootsOf(w.ctx(), resourceType, []string{"a", "below", "b", "nowhere", "g", "pc", "below/payroll", "b/payroll", "nowhere/payroll", "/payroll"})
		require.NoError(w.t, err)
		require.Equal(w.t, want, roots, resourceType)
	}
	roots, err := w.RootsOf(w.ctx(), "organization", nil)
	require.NoError(w.t, err)
	require.Empty(w.t, roots)
	w.commit(alter(b, attached(b, a)))
	roots, err = w.RootsOf(w.ctx(), "organization", []string{"b"})
	require.NoError(w.t, err)
	require.Equal(w.t, map[string]string{"b": "a"}, roots)
}
