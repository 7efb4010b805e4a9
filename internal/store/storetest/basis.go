package storetest

import (
	"maps"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var basisTests = map[string]func(world){
	"Commit fails with ErrMoved when a moved tree is not as read":    basisOfMovedTree,
	"Commit fails with ErrMoved when a compared tree is not as read": basisOfComparedTree,
	"Commit fails with ErrMoved when an altered user is not as read": basisOfAlteredUser,
	"Commit fails with ErrMoved when a compared user is not as read": basisOfComparedUser,
	"Commit fails with ErrMoved when a user stands elsewhere":        basisOfStanding,
	"Commit succeeds when all that it compares is as read":           basisHolds,
}

// Of each the record has "there" at version 2, and nothing of "missing".
func basisWorld(w world) {
	w.commit(create(root("there")), create(user("there")))
	w.commit(alter(root("there"), altered(root("there"))), alter(user("there"), altered(user("there"))))
	w.commit(create(root("work")))
}

// notAsRead are versions that the record does not have: older, newer, missing, present.
var notAsRead = []map[string]int64{{"there": 1}, {"there": 3}, {"there": 0}, {"missing": 1}, {"missing": 2}}

func basisOfMovedTree(w world) {
	basisWorld(w)
	for _, trees := range notAsRead {
		for id := range trees {
			c := w.change(create(child("new", root(id))))
			c.Basis.Trees = trees
			w.fails(tenancy.ErrMoved, c)
		}
	}
}

func basisOfStanding(w world) {
	w.commit(create(user("ann")), create(root("a")), create(root("b")))
	w.commit(create(owner(root("a"), "ann")))
	for _, roots := range [][]string{nil, {"b"}, {"a", "b"}} {
		c := w.change(alter(user("ann"), altered(user("ann"))))
		c.Basis.Standing = map[string][]string{"ann": roots}
		w.fails(tenancy.ErrMoved, c)
	}
	c := w.change(alter(user("ann"), altered(user("ann"))))
	c.Basis.Standing = map[string][]string{"ann": {"a"}, "nobody": nil}
	_, err := w.Commit(w.ctx(), c, nil)
	require.NoError(w.t, err)
}

func basisOfComparedTree(w world) {
	basisWorld(w)
	for _, trees := range notAsRead {
		c := w.change(create(child("new", root("work"))))
		maps.Copy(c.Basis.Trees, trees)
		w.fails(tenancy.ErrMoved, c)
	}
}

func basisOfAlteredUser(w world) {
	basisWorld(w)
	for _, users := range notAsRead {
		for id := range users {
			c := w.change(alter(user(id), user(id)))
			c.Basis.Users = users
			w.fails(tenancy.ErrMoved, c)
		}
	}
	// Another caller created the user first.
	c := w.change(create(user("there")))
	c.Basis.Users["there"] = 0
	w.fails(tenancy.ErrMoved, c)
}

func basisOfComparedUser(w world) {
	basisWorld(w)
	for _, users := range notAsRead {
		c := w.change(create(child("new", root("work"))))
		c.Basis.Users = users
		w.fails(tenancy.ErrMoved, c)
	}
}

func basisHolds(w world) {
	basisWorld(w)
	c := w.change(create(child("new", root("work"))))
	maps.Copy(c.Basis.Trees, map[string]int64{"there": 2, "missing": 0})
	c.Basis.Users = map[string]int64{"there": 2, "missing": 0}
	before := w.rows()
	_, err := w.Commit(w.ctx(), c, nil)
	require.NoError(w.t, err)
	before["tree work"] = tenancy.Tree{RootID: "work", Version: 2}
	before["organization new"] = child("new", root("work"))
	require.Equal(w.t, before, w.rows())
}
