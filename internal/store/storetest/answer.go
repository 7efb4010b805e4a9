package storetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var answerTests = map[string]func(world){
	"Keep keeps an answer as it is":                        answerIsKept,
	"Keep keeps one answer for a caller and key":           answerOnce,
	"Keep gives the place of an answer whose time is over": answerAgain,
	"Commit keeps the answer with the change, or neither":  answerWithChange,
	"Commit says that it answered before all else":         answerBeforeAll,
	"Answers whose time is over are removed":               answersAreSwept,
	"An answer does not show in an older snapshot":         answerInSnapshot,
}

func answer(key string) tenancy.KeptAnswer {
	return tenancy.KeptAnswer{
		Requester: tenancy.Requester{KeyID: "k1", UserID: "ann"}, Key: key,
		Digest: []byte{0, 1, 0xff}, Answer: []byte(`{"of":"` + key + `"}`), KeptAt: minute(10), Until: minute(20),
	}
}

// kept is the answer to a request; ok is false if there is none.
func (w world) kept(r tenancy.Requester, key string) (a tenancy.KeptAnswer, ok bool) {
	w.look(func(s tenancy.Snapshot) {
		var err error
		if a, err = s.Answer(w.ctx(), r, key); err != nil {
			require.ErrorIs(w.t, err, tenancy.ErrNoRow)
		}
		ok = err == nil
	})
	return a, ok
}

func (w world) keeps(a tenancy.KeptAnswer) {
	got, _ := w.kept(a.Requester, a.Key)
	require.Equal(w.t, a, got)
}

func answerIsKept(w world) {
	a := answer("key")
	others := []tenancy.KeptAnswer{answer("KEY"), answer("key"), answer("key")}
	others[1].Requester.KeyID, others[2].Requester.UserID = "k2", ""
	for _, other := range others {
		require.NoError(w.t, w.Keep(w.ctx(), other))
	}
	_, ok := w.kept(a.Requester, a.Key)
	require.False(w.t, ok, "each caller and key is another one")
	require.NoError(w.t, w.Keep(w.ctx(), a))
	w.keeps(a)
}

func answerOnce(w world) {
	a := answer("key")
	require.NoError(w.t, w.Keep(w.ctx(), a))
	again := a
	again.KeptAt, again.Digest, again.Answer = a.Until.Add(-time.Millisecond), []byte("x"), []byte("x")
	require.ErrorIs(w.t, w.Keep(w.ctx(), again), tenancy.ErrAnswered)
	w.keeps(a)
}

func answerAgain(w world) {
	require.NoError(w.t, w.Keep(w.ctx(), answer("key")))
	again := answer("key")
	again.KeptAt, again.Until, again.Digest, again.Answer = minute(20), minute(30), []byte("x"), []byte("y")
	require.NoError(w.t, w.Keep(w.ctx(), again))
	w.keeps(again)
}

func answerWithChange(w world) {
	a := answer("key")
	c := w.change(create(root("acme")))
	c.Answer = &a
	_, err := w.Commit(w.ctx(), c, nil)
	require.NoError(w.t, err)
	w.keeps(a)

	other := answer("other")
	stale := w.change(alter(root("acme"), altered(root("acme"))))
	stale.Basis.Trees["acme"] = 7
	stale.Answer = &other
	w.fails(tenancy.ErrMoved, stale)
	_, ok := w.kept(other.Requester, other.Key)
	require.False(w.t, ok)
}

// The second of two equal requests must not be told that its id is used.
func answerBeforeAll(w world) {
	a := answer("key")
	c := w.change(create(root("acme")))
	c.Answer = &a
	_, err := w.Commit(w.ctx(), c, nil)
	require.NoError(w.t, err)
	w.fails(tenancy.ErrAnswered, c)

	moved := w.change(alter(root("acme"), altered(root("acme"))))
	moved.Basis.Trees["acme"], moved.Answer = 7, &a
	w.fails(tenancy.ErrAnswered, moved)
}

func answersAreSwept(w world) {
	const n = 40
	for i := range n {
		require.NoError(w.t, w.Keep(w.ctx(), answer(fmt.Sprint("old", i))))
	}
	for i := range n {
		a := answer(fmt.Sprint("new", i))
		a.KeptAt, a.Until = minute(20), minute(30)
		require.NoError(w.t, w.Keep(w.ctx(), a))
	}
	for i := range n {
		_, old := w.kept(answer("").Requester, fmt.Sprint("old", i))
		_, fresh := w.kept(answer("").Requester, fmt.Sprint("new", i))
		require.False(w.t, old)
		require.True(w.t, fresh)
	}
}

func answerInSnapshot(w world) {
	s := w.snapshot()
	a := answer("key")
	require.NoError(w.t, w.Keep(w.ctx(), a))
	_, err := s.Answer(w.ctx(), a.Requester, a.Key)
	require.ErrorIs(w.t, err, tenancy.ErrNoRow)
	require.NoError(w.t, s.Close())
	w.keeps(a)
}
