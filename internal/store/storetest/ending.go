package storetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var endingTests = map[string]func(world){
	"A tree knows the next end in it":                   endsNext,
	"A reading tells the record's own time":             endsByClock,
	"Of a tree in which something is over all is found": endsFound,
	"What is over stays out of every other change":      endsBeforeOthers,
	"Trees in which something is over are found":        endsInTrees,
	"The end of an access key is told once":             endsOfKeys,
}

// limited are a group's members u0, u1, … in a tree, each of whom ends at his minute.
func limited(w world, rootID string, minutes ...int) []tenancy.Membership {
	g := group(rootID+"-g", root(rootID))
	changes := []tenancy.RowChange{create(root(rootID)), create(g)}
	members := make([]tenancy.Membership, len(minutes))
	for i, n := range minutes {
		id := fmt.Sprint(rootID, "-u", i)
		members[i] = membership(g, tenancy.GroupMember, id)
		members[i].ExpiresAt = minute(n)
		changes = append(changes, create(user(id)), create(members[i]))
	}
	w.commit(changes...)
	return members
}

func (w world) endsAt(rootID string, want time.Time) {
	w.t.Helper()
	w.look(func(s tenancy.Snapshot) {
		tree, err := s.Tree(w.ctx(), rootID)
		require.NoError(w.t, err)
		require.Equal(w.t, want, tree.EndsAt)
	})
}

func endsNext(w world) {
	members := limited(w, "a", 30, 20)
	w.endsAt("a", minute(20))
	w.commit(alter(root("a"), altered(root("a"))))
	w.endsAt("a", minute(20))
	w.commit(remove(members[1]))
	w.endsAt("a", minute(30))
	later := members[0]
	later.ExpiresAt = minute(40)
	w.commit(alter(members[0], later))
	w.endsAt("a", minute(40))
	l := link(group("a-g", root("a")), root("a"))
	l.ExpiresAt = minute(35)
	w.commit(create(l))
	w.endsAt("a", minute(35))
	never := later
	never.ExpiresAt = time.Time{}
	w.commit(alter(later, never), remove(l))
	w.endsAt("a", time.Time{})
}

// keys are a machine's in a tree, each of which ends at its minute.
func keys(w world, rootID string, minutes ...int) []tenancy.AccessKey {
	m := resource(tenancy.Machine, rootID+"-m", root(rootID))
	changes := []tenancy.RowChange{create(root(rootID)), create(m)}
	keys := make([]tenancy.AccessKey, len(minutes))
	for i, n := range minutes {
		keys[i] = accessKey(fmt.Sprint(rootID, "-k", i), m)
		keys[i].ExpiresAt = minute(n)
		changes = append(changes, create(keys[i]))
	}
	w.commit(changes...)
	return keys
}

// endsOfKeys are told once, and only of keys that nobody has revoked before.
func endsOfKeys(w world) {
	all := keys(w, "a", 20, 30, 40)
	keys(w, "b", 10)
	w.endsAt("a", minute(20))
	revoked, told := all[0], all[1]
	revoked.RevokedAt, told.Expired = minute(15), true
	w.commit(alter(all[0], revoked))
	w.endsAt("a", minute(30))
	w.over("a", 30, all[1])
	w.commit(alter(all[1], told))
	w.endsAt("a", minute(40))
	w.over("a", 39)
	w.over("a", 40, all[2])
	w.commit(remove(all[2]))
	w.endsAt("a", time.Time{})
}

// over asserts what is over in a tree at a minute.
func (w world) over(rootID string, at int, want ...tenancy.Row) {
	w.t.Helper()
	w.look(func(s tenancy.Snapshot) {
		rows, err := s.Over(w.ctx(), rootID, minute(at), 10)
		require.NoError(w.t, err)
		require.ElementsMatch(w.t, want, rows)
	})
}

// endsByClock tells an end to the millisecond, by every way of reading a tree.
func endsByClock(w world) {
	limited(w, "a", 20)
	for _, c := range []struct {
		now  time.Time
		over bool
	}{{minute(20).Add(-time.Millisecond), false}, {minute(20), true}} {
		w.clock.Set(c.now)
		of, err := w.TreeOf(w.ctx(), tenancy.Object{Type: "group", ID: "a-g"})
		require.NoError(w.t, err)
		by, err := w.TreesOf(w.ctx(), "a-u0")
		require.NoError(w.t, err)
		w.look(func(s tenancy.Snapshot) {
			seen, err := s.Tree(w.ctx(), "a")
			require.NoError(w.t, err)
			for _, reading := range append(by, of, seen) {
				require.Equal(w.t, c.now, reading.At)
				require.Equal(w.t, c.over, reading.Over())
			}
		})
	}
}

func endsFound(w world) {
	members := limited(w, "a", 30, 20, 20, 40)
	limited(w, "b", 20)
	w.look(func(s tenancy.Snapshot) {
		for at, want := range map[int][]tenancy.Membership{19: nil, 20: members[1:3], 30: members[:3], 50: members} {
			rows, err := s.Over(w.ctx(), "a", minute(at), 10)
			require.NoError(w.t, err)
			require.ElementsMatch(w.t, want, rows)
		}
		rows, err := s.Over(w.ctx(), "a", minute(50), 1)
		require.NoError(w.t, err)
		require.Len(w.t, rows, 1)
	})
}

// endsBeforeOthers has changes decided just before an end and committed at it.
func endsBeforeOthers(w world) {
	members := limited(w, "a", 20)
	limited(w, "b", 30)
	late := w.change(alter(root("a"), altered(root("a"))))
	beside := w.change(alter(root("b"), altered(root("b"))))
	beside.Basis.Trees["a"] = 1
	ending := w.change(remove(members[0]))
	ending.Ending = true
	w.clock.Set(minute(20))
	w.fails(tenancy.ErrMoved, late)
	w.fails(tenancy.ErrMoved, beside)
	_, err := w.Commit(w.ctx(), ending, nil)
	require.NoError(w.t, err)
	w.commit(alter(root("a"), altered(root("a"))))
	w.commit(alter(root("b"), altered(root("b"))))
}

func endsInTrees(w world) {
	for i, rootID := range []string{"a", "b", "c"} {
		limited(w, rootID, 30-10*i, 50)
	}
	w.commit(create(root("d")))
	w.clock.Set(minute(20))
	for limit, want := range map[int][]string{1: {"c"}, 10: {"c", "b"}} {
		trees, err := w.TreesOver(w.ctx(), limit)
		require.NoError(w.t, err)
		var got []string
		for _, tree := range trees {
			require.True(w.t, tree.Over())
			got = append(got, tree.RootID)
		}
		require.Equal(w.t, want, got)
	}
}
