package storetest

import (
	"context"
	"maps"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var chainTests = map[string]func(world){
	"Each event is chained to the one before it in its trail":        chainOfEachTrail,
	"Trail gives all that an event was written with":                 chainKeepsAll,
	"An event is kept as it is hashed, whatever its texts":           chainOfAnyText,
	"Trail ends with the error of its end":                           chainEndsWithError,
	"Trails are those of all trees, and the service's own":           chainTrails,
	"An erased user leaves his events, and the chains of all trails": chainOfErased,
	"Changes are what moved a tree, in order, after a version":       changesOfTree,
	"Invitations of a mailbox are those of all trees":                invitationsOfMailbox,
	"A head that the trail does not have is missed":                  chainWithoutHead,
}

func chainOfEachTrail(w world) {
	w.commit(create(user("ann")), create(root("a")), create(root("b")))
	for range 3 {
		w.commit(create(owner(root("a"), "ann")), create(owner(root("b"), "ann")))
		require.NoError(w.t, w.Record(w.ctx(), refused("a")))
		require.NoError(w.t, w.Record(w.ctx(), refused("")))
		w.commit(remove(owner(root("a"), "ann")), remove(owner(root("b"), "ann")))
	}
	seen := map[tenancy.Hash]bool{{}: true}
	for rootID, n := range map[string]int{"a": 10, "b": 7, "": 4} {
		events := w.chained(rootID)
		require.Len(w.t, events, n)
		last := tenancy.Head{RootID: rootID}
		for _, e := range events {
			require.Equal(w.t, last.Hash, e.PreviousHash)
			require.False(w.t, seen[e.Hash], "two events have one hash")
			seen[e.Hash] = true
			last = tenancy.Head{RootID: rootID, Seq: e.Seq, Hash: e.Hash}
		}
		require.Equal(w.t, last, w.head(rootID))
	}
	require.Equal(w.t, tenancy.Head{RootID: "nowhere"}, w.head("nowhere"))
}

// chained is a trail as it can be listed, with its hashes.
func (w world) chained(rootID string) (events []tenancy.Event) {
	w.look(func(s tenancy.Snapshot) {
		var err error
		events, err = s.Events(w.ctx(), tenancy.EventFilter{RootID: rootID}, 100_000)
		require.NoError(w.t, err)
	})
	return events
}

func (w world) head(rootID string) (h tenancy.Head) {
	w.look(func(s tenancy.Snapshot) {
		var err error
		h, err = s.Head(w.ctx(), rootID)
		require.NoError(w.t, err)
	})
	return h
}

// entries is a trail as it is verified.
func (w world) entries(rootID string) (entries []tenancy.Entry) {
	w.look(func(s tenancy.Snapshot) {
		for e, err := range s.Trail(w.ctx(), rootID) {
			require.NoError(w.t, err)
			entries = append(entries, e)
		}
	})
	return entries
}

func chainKeepsAll(w world) {
	a, b := root("a"), root("b")
	mover := child("mover", a)
	w.commit(create(a), create(b), create(mover))
	c := w.change(alter(mover, child("mover", b)))
	c.Event = refused("")
	c.Event.Result, c.Event.Code = tenancy.ResultDone, ""
	c.About = map[string][]string{"a": {"a"}, "b": {"mover", "b"}}
	moved := updates("-organization:mover#root@organization:a", "+organization:mover#root@organization:b")
	_, err := w.Commit(w.ctx(), c, map[string][]tenancy.Update{"a": moved, "b": moved})
	require.NoError(w.t, err)
	for rootID, other := range map[string]string{"a": "b", "b": "a"} {
		e := w.entries(rootID)[1]
		require.Equal(w.t, moved, e.Updates)
		require.Equal(w.t, []tenancy.Tree{{RootID: other, Version: 2}}, e.With)
		require.NotEmpty(w.t, e.Salt)
		require.NotZero(w.t, e.Commitment)
		require.Equal(w.t, w.chained(rootID)[1], e.Event)
		require.Equal(w.t, "192.0.2.1", e.From)
	}
}

func chainOfAnyText(w world) {
	w.commit(create(root("a")))
	odd := "\xff\x00<&>\u2028 \"'\\ \U0001F4A9 \xf0\x28"
	e := tenancy.Event{
		At: minute(1).Add(999 * time.Microsecond), RootID: "a", Organizations: []string{odd, "z", "z", ""},
		Actor: tenancy.Object{Type: odd, ID: odd}, OnBehalfOf: odd, From: odd, Action: odd,
		Target: tenancy.Object{Type: odd, ID: odd}, Detail: map[string]string{odd: odd, "": "", "n": "v"},
		Result: tenancy.ResultRefused, Code: "c", RequestID: odd,
	}
	given := maps.Clone(e.Detail)
	require.NoError(w.t, w.Record(w.ctx(), e))
	require.NoError(w.t, w.Record(w.ctx(), tenancy.Event{RootID: "a"}))
	require.Len(w.t, w.trail("a"), 3) // and verifies it
	require.Equal(w.t, given, e.Detail, "the caller's own event was altered")
}

func chainEndsWithError(w world) {
	w.commit(create(root("a")))
	ctx, cancel := context.WithCancel(w.ctx())
	w.look(func(s tenancy.Snapshot) {
		cancel()
		var errs []error
		for _, err := range s.Trail(ctx, "a") {
			errs = append(errs, err)
		}
		require.Len(w.t, errs, 1)
		require.ErrorIs(w.t, errs[0], context.Canceled)
	})
}

func chainTrails(w world) {
	trails := func() (ids []string) {
		w.look(func(s tenancy.Snapshot) {
			var err error
			ids, err = s.Trails(w.ctx())
			require.NoError(w.t, err)
		})
		return ids
	}
	require.Equal(w.t, []string{""}, trails())
	w.commit(create(root("b")), create(root("a")))
	w.commit(remove(root("b")))
	require.NoError(w.t, w.Record(w.ctx(), refused("nowhere")))
	require.ElementsMatch(w.t, []string{"", "a", "b"}, trails())
}

func chainWithoutHead(w world) {
	w.commit(create(root("a")))
	require.NoError(w.t, w.Record(w.ctx(), refused("a")))
	had := w.head("a")
	longer, other := had, had
	longer.Seq++
	other.Hash[0]++
	w.look(func(s tenancy.Snapshot) {
		for head, invalid := range map[tenancy.Head]int64{had: 0, longer: 3, other: 2} {
			v, err := tenancy.VerifyTrail(w.ctx(), s, "a", head)
			require.NoError(w.t, err)
			require.Equal(w.t, tenancy.Verification{Events: 2, FirstInvalid: invalid}, v)
		}
	})
}

func chainOfErased(w world) {
	w.commit(create(user("ann")), create(user("ben")), create(root("a")), create(root("b")))
	for _, rootID := range []string{"a", "b", ""} {
		his := refused(rootID)
		his.OnBehalfOf = "ben"
		require.NoError(w.t, w.Record(w.ctx(), refused(rootID)))
		require.NoError(w.t, w.Record(w.ctx(), his))
		his.OnBehalfOf, his.Actor.ID = "", "ann" // a credential that happens to have her id
		require.NoError(w.t, w.Record(w.ctx(), his))
	}
	before := map[string]tenancy.Head{"a": w.head("a"), "b": w.head("b"), "": w.head("")}
	c := w.change(alter(user("ann"), tenancy.User{ID: "ann", State: tenancy.UserDeactivated}))
	c.Erased = "ann"
	stale := c
	stale.Basis.Users = map[string]int64{"ann": 9}
	w.fails(tenancy.ErrMoved, stale)
	c.Basis.Users = map[string]int64{"ann": 1}
	_, err := w.Commit(w.ctx(), c, nil)
	require.NoError(w.t, err)
	for rootID, head := range before {
		for _, e := range w.entries(rootID) {
			if e.OnBehalfOf == "ann" {
				require.Empty(w.t, e.From)
				require.Nil(w.t, e.Salt)
			} else {
				require.NotEmpty(w.t, e.Salt)
				require.Equal(w.t, e.Action == "group.link", e.From != "")
			}
		}
		w.look(func(s tenancy.Snapshot) {
			v, err := tenancy.VerifyTrail(w.ctx(), s, rootID, head)
			require.NoError(w.t, err)
			require.True(w.t, v.Valid())
		})
		require.NotEmpty(w.t, w.seqs(tenancy.EventFilter{RootID: rootID, Actor: "ann"}, 10))
	}
}

func invitationsOfMailbox(w world) {
	a, b := root("a"), root("b")
	g, h := group("g", a), group("h", b)
	x, y, z := invitation("x", g, "box"), invitation("y", h, "box"), invitation("z", h, "other")
	x.State = tenancy.InvitationRevoked
	w.commit(create(user("ann")), create(a), create(b), create(g), create(h), create(x), create(y), create(z))
	w.look(func(s tenancy.Snapshot) {
		got, err := s.InvitationsOfMailbox(w.ctx(), "box")
		require.NoError(w.t, err)
		require.Equal(w.t, []tenancy.Invitation{x, y}, got)
		got, err = s.InvitationsOfMailbox(w.ctx(), "nobody")
		require.NoError(w.t, err)
		require.Empty(w.t, got)
	})
}

func changesOfTree(w world) {
	w.commit(create(root("a")), create(root("b")))
	for range 4 {
		w.commit(alter(root("a"), root("a")))
		require.NoError(w.t, w.Record(w.ctx(), refused("a")))
	}
	var all []tenancy.Entry
	for _, e := range w.entries("a") {
		if e.Result == tenancy.ResultDone {
			all = append(all, e)
		}
	}
	require.Len(w.t, all, 5)
	w.look(func(s tenancy.Snapshot) {
		for after := range int64(6) {
			for _, limit := range []int{1, 3, 10} {
				got, err := s.Changes(w.ctx(), "a", after, limit)
				require.NoError(w.t, err)
				require.Equal(w.t, all[after:min(5, int(after)+limit)], append([]tenancy.Entry{}, got...))
			}
		}
		for _, none := range []string{"", "nowhere"} {
			got, err := s.Changes(w.ctx(), none, 0, 10)
			require.NoError(w.t, err)
			require.Empty(w.t, got)
		}
	})
}
