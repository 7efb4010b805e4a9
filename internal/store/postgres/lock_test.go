package postgres_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/store/postgres"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// pending is a change that another node has begun to commit.
type pending struct {
	done chan struct{}
	err  error // once done
}

func begin(do func() error) *pending {
	p := &pending{done: make(chan struct{})}
	go func() {
		defer close(p.done)
		p.err = do()
	}()
	return p
}

// outcome waits for the end.
func (p *pending) outcome() error {
	<-p.done
	return p.err
}

// untilWaiting returns when so many transactions of the database wait for locks of others, or
// when p is done, which then did not wait.
func untilWaiting(t *testing.T, db *sql.DB, transactions int, p *pending) {
	t.Helper()
	require.Eventually(t, func() bool {
		select {
		case <-p.done:
			return true
		default:
		}
		var waiting int
		err := db.QueryRowContext(t.Context(),
			"SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())").Scan(&waiting)
		return err == nil && waiting >= transactions
	}, 10*time.Second, time.Millisecond)
}

// reading is a pool of connections beside those that write.
func reading(s *postgres.Store) *sql.DB { return postgres.Databases(s)[1] }

// crowded is the change with so many things created along with it that it has no room for a lock
// of each.
func crowded(c tenancy.Change, root string) tenancy.Change {
	for i := range 600 {
		c.Rows = append(c.Rows, tenancy.RowChange{After: tenancy.Group{ID: fmt.Sprint("g", i), OrganizationID: root, RootID: root}})
	}
	return c
}

// TestWhoAltersAUserHasHimToHimself has one who deactivates ann, having seen that she stands
// nowhere, and one who makes her an owner, having seen that she is active. Neither sees what the
// other has written as long as that is not committed. So whoever comes second waits, and is told
// that it has moved, also where one of them changes too many things to lock each.
func TestWhoAltersAUserHasHimToHimself(t *testing.T) {
	before := tenancy.User{ID: "ann", State: tenancy.UserActive, Version: 1}
	after := before
	after.State = tenancy.UserDeactivated
	deactivated := decided(tenancy.Basis{Users: map[string]int64{"ann": 1}, Standing: map[string][]string{"ann": nil}},
		tenancy.RowChange{Before: before, After: after})
	given := decided(tenancy.Basis{Users: map[string]int64{"ann": 1}, Trees: map[string]int64{"acme": 1}},
		tenancy.RowChange{After: tenancy.Owner{OrganizationID: "acme", RootID: "acme", UserID: "ann"}})
	for name, order := range map[string][2]tenancy.Change{
		"deactivated first":                   {deactivated, given},
		"given first":                         {given, deactivated},
		"deactivated first, given among many": {deactivated, crowded(given, "acme")},
		"given first, among many":             {crowded(given, "acme"), deactivated},
	} {
		t.Run(name, func(t *testing.T) {
			two := nodes(t)
			commit(t, two[0], decided(tenancy.Basis{Users: map[string]int64{"ann": 0}}, tenancy.RowChange{After: before}))
			commit(t, two[0], begun("acme"))
			requireInTurn(t, two, order[0], order[1])
		})
	}
}

// requireInTurn has the second change begun when all of the first is written and nothing is
// committed, by another node: it waits, and then is told that it has moved.
func requireInTurn(t *testing.T, two [2]*postgres.Store, first, second tenancy.Change) {
	t.Helper()
	var other *pending
	_, err := two[0].CommitAfter(t.Context(), first, nil, func() error {
		other = begin(func() error { _, err := two[1].Commit(t.Context(), second, nil); return err })
		untilWaiting(t, reading(two[0]), 1, other)
		return nil
	})
	require.NoError(t, err)
	require.ErrorIs(t, other.outcome(), tenancy.ErrMoved)
}

// TestWhoReadsATreeKeepsItAsItIs has two changes, each of one tree and decided on what the other
// tree was like: if both committed, one of them would have been decided on what is not so.
func TestWhoReadsATreeKeepsItAsItIs(t *testing.T) {
	two := nodes(t)
	commit(t, two[0], begun("a"))
	commit(t, two[0], begun("b"))
	both := tenancy.Basis{Trees: map[string]int64{"a": 1, "b": 1}}
	requireInTurn(t, two, decided(both, tenancy.RowChange{After: organization("a", "below-a")}),
		decided(both, tenancy.RowChange{After: organization("b", "below-b")}))
}

// TestAResourceIsNotTakenMeanwhile has one who has seen that an id is free, and what had it last,
// and who gets no further for a while. Another tree that takes the id and lets it go would leave
// nothing that the first one runs into; but then the first one was decided on a release that is
// not the last one any more (D-12). So who takes an id has it to himself until he is done.
func TestAResourceIsNotTakenMeanwhile(t *testing.T) {
	two := nodes(t)
	commit(t, two[0], begun("slow"))
	commit(t, two[0], begun("quick"))
	agent := func(root string) tenancy.Resource {
		return tenancy.Resource{Type: tenancy.Agent, ID: "pc", OrganizationID: root, RootID: root}
	}
	taken := func(root string, rows ...tenancy.RowChange) tenancy.Change {
		return decided(tenancy.Basis{Trees: map[string]int64{root: 1}, Released: map[tenancy.Object]tenancy.Token{agent(root).Object(): {}}},
			append(rows, tenancy.RowChange{After: agent(root)})...)
	}
	// The first row that is written is held by somebody.
	between, err := reading(two[0]).BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer between.Rollback()
	_, err = between.ExecContext(t.Context(), "SELECT FROM organizations WHERE id = 'slow' FOR UPDATE")
	require.NoError(t, err)
	renamed := organization("slow", "slow")
	renamed.Name = "Slow"
	slow := begin(func() error {
		_, err := two[0].Commit(t.Context(), taken("slow", tenancy.RowChange{Before: organization("slow", "slow"), After: renamed}), nil)
		return err
	})
	untilWaiting(t, reading(two[0]), 1, slow)
	quick := begin(func() error {
		if _, err := two[1].Commit(t.Context(), taken("quick"), nil); err != nil {
			return err
		}
		_, err := two[1].Commit(t.Context(), decided(tenancy.Basis{Trees: map[string]int64{"quick": 2}}, tenancy.RowChange{Before: agent("quick")}), nil)
		return err
	})
	untilWaiting(t, reading(two[0]), 2, quick)
	require.NoError(t, between.Rollback())
	require.NoError(t, slow.outcome())
	require.ErrorIs(t, quick.outcome(), tenancy.ErrMoved)
}

// TestManyLocksAreOne: a change of many things leaves the server room for the locks of others.
func TestManyLocksAreOne(t *testing.T) {
	two := nodes(t)
	_, err := two[0].CommitAfter(t.Context(), crowded(begun("acme"), "acme"), nil, func() error {
		var locks int
		require.NoError(t, reading(two[1]).QueryRowContext(t.Context(),
			"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())").Scan(&locks))
		require.Equal(t, 1, locks)
		return nil
	})
	require.NoError(t, err)
}
