package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/pgtest"
	"github.com/tenantry/tenantry/internal/store/postgres"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// nodes are two stores on one database.
func nodes(t testing.TB) [2]*postgres.Store {
	url := migrated.Database(t)
	two := [2]*postgres.Store{open(t, url), open(t, url)}
	t.Cleanup(func() {
		for _, s := range two {
			s.Close()
		}
	})
	return two
}

const (
	callers = 8
	rounds  = 200
)

// race has changes that were decided on one state committed at once, every other one at the
// other node, and returns the one that won. All others fail with ErrMoved.
func race(t *testing.T, nodes [2]*postgres.Store, changes []tenancy.Change) (winner int) {
	t.Helper()
	errs := make([]error, len(changes))
	var all sync.WaitGroup
	start := make(chan struct{})
	for i, c := range changes {
		all.Go(func() {
			<-start
			_, errs[i] = nodes[i%2].Commit(t.Context(), c, nil)
		})
	}
	close(start)
	all.Wait()
	winner = -1
	for i, err := range errs {
		switch {
		case err == nil && winner >= 0:
			t.Fatalf("%d and %d have both won", winner, i)
		case err == nil:
			winner = i
		default:
			require.ErrorIs(t, err, tenancy.ErrMoved)
		}
	}
	require.GreaterOrEqual(t, winner, 0, "nobody has won")
	return winner
}

func commit(t testing.TB, s *postgres.Store, c tenancy.Change) {
	t.Helper()
	_, err := s.Commit(t.Context(), c, nil)
	require.NoError(t, err)
}

// decided is a change with an event.
func decided(basis tenancy.Basis, rows ...tenancy.RowChange) tenancy.Change {
	return tenancy.Change{Basis: basis, Rows: rows, Event: tenancy.Event{Action: "test", Result: tenancy.ResultDone}}
}

func organization(root, id string) tenancy.Organization {
	o := tenancy.Organization{ID: id, RootID: root, Depth: 1, State: tenancy.OrganizationActive}
	if id != root {
		o.ParentID, o.Depth = root, 2
	}
	return o
}

func begun(root string) tenancy.Change {
	return decided(tenancy.Basis{Trees: map[string]int64{root: 0}}, tenancy.RowChange{After: organization(root, root)})
}

func TestOfManyWhoMoveOneTreeOneWins(t *testing.T) {
	two := nodes(t)
	commit(t, two[0], begun("acme"))
	for round := range int64(rounds) {
		var changes []tenancy.Change
		for i := range callers {
			changes = append(changes, decided(tenancy.Basis{Trees: map[string]int64{"acme": 1 + round}},
				tenancy.RowChange{After: organization("acme", fmt.Sprint("o", round, "-", i))}))
		}
		race(t, two, changes)
	}
	for _, s := range two {
		tree, err := s.TreeOf(t.Context(), tenancy.Object{Type: "organization", ID: "acme"})
		require.NoError(t, err)
		require.EqualValues(t, 1+rounds, tree.Version)
		deliveries, err := s.Deliveries(t.Context(), "acme", 0, 1000)
		require.NoError(t, err)
		require.Len(t, deliveries, 1+rounds)
	}
	requireWhole(t, two[1], "acme")
}

// requireWhole asserts that the chain of a trail holds.
func requireWhole(t *testing.T, s *postgres.Store, rootID string) {
	t.Helper()
	view, err := s.Snapshot(t.Context())
	require.NoError(t, err)
	defer view.Close()
	v, err := tenancy.VerifyTrail(t.Context(), view, rootID)
	require.NoError(t, err)
	require.Zero(t, v.FirstInvalid)
}

// TestOfManyWhoMakeOneUserOneWins: nothing of him is there that could be locked as a row.
func TestOfManyWhoMakeOneUserOneWins(t *testing.T) {
	two := nodes(t)
	for round := range rounds {
		id := fmt.Sprint("u", round)
		c := decided(tenancy.Basis{Users: map[string]int64{id: 0}},
			tenancy.RowChange{After: tenancy.User{ID: id, State: tenancy.UserActive}})
		changes := make([]tenancy.Change, callers)
		for i := range changes {
			changes[i] = c
		}
		race(t, two, changes)
	}
	requireWhole(t, two[0], "")
}

// TestOfManyTreesThatTakeOneResourceOneWins: each is decided on that it is not there, and on
// which tree has released it last.
func TestOfManyTreesThatTakeOneResourceOneWins(t *testing.T) {
	two := nodes(t)
	versions := make([]int64, callers)
	root := func(i int) string { return fmt.Sprint("tree", i) }
	for i := range callers {
		commit(t, two[0], begun(root(i)))
		versions[i] = 1
	}
	agent := func(i int) tenancy.Resource {
		return tenancy.Resource{Type: tenancy.Agent, ID: "pc", OrganizationID: root(i), RootID: root(i)}
	}
	released := tenancy.Token{}
	for range rounds {
		var changes []tenancy.Change
		for i := range callers {
			basis := tenancy.Basis{Trees: map[string]int64{root(i): versions[i]}}
			basis.Released = map[tenancy.Object]tenancy.Token{agent(i).Object(): released}
			changes = append(changes, decided(basis, tenancy.RowChange{After: agent(i)}))
		}
		i := race(t, two, changes)
		commit(t, two[0], decided(tenancy.Basis{Trees: map[string]int64{root(i): versions[i] + 1}}, tenancy.RowChange{Before: agent(i)}))
		versions[i] += 2
		released = tenancy.Token{RootID: root(i), Version: versions[i]}
	}
}

// TestWhereAUserStandsIsKnown has one who alters a user, having seen all trees in which he
// stands, and one who meanwhile gives him something in another tree.
func TestWhereAUserStandsIsKnown(t *testing.T) {
	two := nodes(t)
	for round := range rounds {
		ann, acme := fmt.Sprint("ann", round), fmt.Sprint("acme", round)
		before := tenancy.User{ID: ann, State: tenancy.UserActive, Version: 1}
		commit(t, two[0], decided(tenancy.Basis{Users: map[string]int64{ann: 0}}, tenancy.RowChange{After: before}))
		commit(t, two[1], begun(acme))
		after := before
		after.State = tenancy.UserDeactivated
		changes := []tenancy.Change{
			decided(tenancy.Basis{Users: map[string]int64{ann: 1}, Standing: map[string][]string{ann: nil}},
				tenancy.RowChange{Before: before, After: after}),
			decided(tenancy.Basis{Users: map[string]int64{ann: 1}, Trees: map[string]int64{acme: 1}},
				tenancy.RowChange{After: tenancy.Owner{OrganizationID: acme, RootID: acme, UserID: ann}}),
		}
		race(t, two, changes)
	}
}

// TestTreesDoNotWaitForEachOther has one tree held by a transaction that does not end while
// others change, also one that shares a user whom both only read.
func TestTreesDoNotWaitForEachOther(t *testing.T) {
	two := nodes(t)
	commit(t, two[0], begun("a"))
	commit(t, two[0], begun("b"))
	commit(t, two[0], decided(tenancy.Basis{Users: map[string]int64{"ann": 0}}, tenancy.RowChange{After: tenancy.User{ID: "ann"}}))
	shares := func(root string) tenancy.Change {
		return decided(tenancy.Basis{Users: map[string]int64{"ann": 1}, Trees: map[string]int64{root: 1}},
			tenancy.RowChange{After: tenancy.Owner{OrganizationID: root, RootID: root, UserID: "ann"}})
	}
	_, err := two[0].CommitAfter(t.Context(), shares("a"), nil, func() error {
		commit(t, two[1], shares("b"))
		return nil
	})
	require.NoError(t, err)
}

// TestARevocationCountsAtOnce: no node remembers a key.
func TestARevocationCountsAtOnce(t *testing.T) {
	two := nodes(t)
	require.NoError(t, two[0].AddServiceKey(t.Context(), tenancy.ServiceKey{ID: "k", Hash: []byte{1}}))
	key, err := two[1].ServiceKey(t.Context(), "k")
	require.NoError(t, err)
	require.Zero(t, key.RevokedAt)
	require.NoError(t, two[0].RevokeServiceKey(t.Context(), "k", time.UnixMilli(5)))
	key, err = two[1].ServiceKey(t.Context(), "k")
	require.NoError(t, err)
	require.NotZero(t, key.RevokedAt)
}

// TestTheServerRestarts between two calls, and nobody is told.
func TestTheServerRestarts(t *testing.T) {
	two := nodes(t)
	commit(t, two[0], begun("acme"))
	for version := int64(1); version <= 3; version++ {
		inUse(t, two[0])
		require.NoError(t, pgtest.Shared(t).Restart())
		inUse(t, two[0])
		commit(t, two[0], decided(tenancy.Basis{Trees: map[string]int64{"acme": version}},
			tenancy.RowChange{After: organization("acme", fmt.Sprint("o", version))}))
	}
	require.NoError(t, pgtest.Shared(t).Stop())
	_, err := two[0].TreeOf(t.Context(), tenancy.Object{Type: "organization", ID: "acme"})
	require.Error(t, err)
	require.NotErrorIs(t, err, tenancy.ErrNoRow)
	require.NoError(t, pgtest.Shared(t).Start())
	inUse(t, two[0])
}

// inUse uses several connections of each pool at once.
func inUse(t *testing.T, s *postgres.Store) {
	t.Helper()
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			_, errTree := s.TreeOf(t.Context(), tenancy.Object{Type: "organization", ID: "acme"})
			errRecord := s.Record(t.Context(), tenancy.Event{RootID: "acme", Result: tenancy.ResultRefused})
			view, errView := s.Snapshot(t.Context())
			if err := errors.Join(errTree, errRecord, errView); err != nil {
				t.Error(err)
				return
			}
			if _, err := view.Organization(t.Context(), "acme"); err != nil {
				t.Error(err)
			}
			view.Close()
		})
	}
	all.Wait()
}

// TestANodeIsKilled while its transaction is written and not committed: nothing of it is
// there, and what it held is free.
func TestANodeIsKilled(t *testing.T) {
	url := migrated.Database(t)
	s := open(t, url)
	defer s.Close()
	commit(t, s, begun("acme"))
	killed := start(t, "commit", url)
	require.Equal(t, "written", killed.line(t))
	killed.kill(t)
	commit(t, s, child())
	tree, err := s.TreeOf(t.Context(), tenancy.Object{Type: "organization", ID: "acme"})
	require.NoError(t, err)
	require.EqualValues(t, 2, tree.Version)
	requireWhole(t, s, "acme")
}

func child() tenancy.Change {
	return decided(tenancy.Basis{Trees: map[string]int64{"acme": 1}}, tenancy.RowChange{After: organization("acme", "north")})
}

// commitHalf writes a change and never commits it.
func commitHalf(ctx context.Context, url string) error {
	s, err := postgres.Open(ctx, url)
	if err != nil {
		return err
	}
	_, err = s.CommitAfter(ctx, child(), nil, func() error {
		fmt.Println("written")
		select {}
	})
	return err
}

// TestANodeFallsSilent while its transaction is written and not committed, as one that is cut off
// from a server which does not hear of it: the others do not wait for it, and it has done nothing.
func TestANodeFallsSilent(t *testing.T) {
	two := nodes(t)
	commit(t, two[0], begun("acme"))
	_, err := two[0].CommitAfter(t.Context(), child(), nil, func() error {
		commit(t, two[1], child())
		return nil
	})
	require.Error(t, err)
	requireWhole(t, two[1], "acme")
	commit(t, two[0], decided(tenancy.Basis{Trees: map[string]int64{"acme": 2}}, tenancy.RowChange{After: organization("acme", "south")}))
}

// TestWaitsEnd: who waits for a connection stops waiting when his context ends.
func TestWaitsEnd(t *testing.T) {
	s := open(t, migrated.Database(t), postgres.WithSizes(postgres.Sizes{Writers: 1, Readers: 1, Snapshots: 1}))
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	view, err := s.Snapshot(t.Context())
	require.NoError(t, err)
	defer view.Close()
	_, err = s.CommitAfter(t.Context(), begun("acme"), nil, func() error {
		done := make(chan error, 2)
		go func() { _, err := s.Commit(ctx, begun("other"), nil); done <- err }()
		go func() { _, err := s.Snapshot(ctx); done <- err }()
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
		require.ErrorIs(t, <-done, context.Canceled)
		return nil
	})
	require.NoError(t, err)
}

// TestABegunTransactionEnds also when its caller does not wait for it any more.
func TestABegunTransactionEnds(t *testing.T) {
	s := open(t, migrated.Database(t))
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.CommitAfter(ctx, begun("acme"), nil, func() error { cancel(); return nil })
	require.NoError(t, err)
}

// TestAChangeOfManyThings takes more locks than a server has room for by name.
func TestAChangeOfManyThings(t *testing.T) {
	two := nodes(t)
	c := begun("acme")
	for i := range 20_000 {
		c.Rows = append(c.Rows, tenancy.RowChange{After: tenancy.Group{ID: fmt.Sprint("g", i), OrganizationID: "acme", RootID: "acme"}})
	}
	commit(t, two[0], c)
	commit(t, two[1], child())
}
