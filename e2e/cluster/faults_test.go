package cluster

import (
	"net/http"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// rounds is how often each fault strikes. TENANTRY_ROUNDS sets another number: a landing has
// one of each.
func rounds(t *testing.T) int {
	t.Helper()
	text := os.Getenv("TENANTRY_ROUNDS")
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, "TENANTRY_ROUNDS")
	return n
}

// TestNothingIsLost strikes a cluster under load in every way. No acknowledged change is ever
// lost, none is done twice, nobody is let in after he was put out, and when a fault is over
// everything works by itself.
func TestNothingIsLost(t *testing.T) {
	c := Start(t, Options{Tenantry: 2, Env: map[string]string{"TENANTRY_REQUEST_TIMEOUT": requestTimeout.String()}})
	l := newLoad(t, c)
	for range rounds(t) {
		for _, fault := range []struct {
			name   string
			strike func(*testing.T, *load)
		}{
			{"rolling restart", rollingRestart},
			{"killed", killed},
			{"cut off", cutOff},
			{"answers lost", answersLost},
			{"disk", disk},
		} {
			t.Run(fault.name, func(t *testing.T) { fault.strike(t, l) })
		}
	}
}

// rollingRestart has every part stop in order and start again, one after the other. No call of
// a caller who tries again fails.
func rollingRestart(t *testing.T, l *load) {
	l.during(t, func() {
		for _, p := range l.c.Parts() {
			status := p.Stop(t)
			if slices.Contains(l.nodes, p) {
				require.Zero(t, status, p.Name)
			}
			p.Start(t)
			p.AwaitReady(t)
		}
	})
}

// killed ends each part as a crash does. While there is one node of Tenantry everything goes on.
// That can't be asked of SpiceDB: a question that belongs to a node of its ring is answered by
// no other, as long as the name of the ring leads to that node.
func killed(t *testing.T, l *load) {
	for _, p := range l.c.Parts() {
		t.Run(p.Name, func(t *testing.T) {
			l.during(t, func() {
				p.Kill(t)
				if slices.Contains(l.nodes, p) {
					l.awaitProgress(t)
				}
				p.Start(t)
				p.AwaitReady(t)
			})
		})
	}
}

// healTime bounds how long it takes until everything works again when a fault is over, without
// a restart of anything.
const healTime = 30 * time.Second

// awaitHealed returns when every node is ready, and makes a change and decides by itself.
func (l *load) awaitHealed(t *testing.T) {
	t.Helper()
	for _, node := range l.nodes {
		l.await(t, healTime, node.Name+" does not heal", func() bool {
			a, err := ask(t.Context(), node, http.MethodPatch, "/v1/organizations/healing", fields{"name": "Healing"})
			if err != nil || a.status != http.StatusOK {
				return false
			}
			allowed, known := mayView(t.Context(), node, "healer", "healing")
			ready, err := ask(t.Context(), node, http.MethodGet, "/readyz", nil)
			return known && allowed && err == nil && ready.status == http.StatusOK
		})
	}
}

// cutOff cuts any two parts from each other, and heals it. What can't be decided is refused,
// and when the cut is over everything works without a restart.
func cutOff(t *testing.T, l *load) {
	a, b := l.nodes[0], l.nodes[1]
	first, second, database := l.c.SpiceDB(0), l.c.SpiceDB(1), l.c.Postgres.Part
	for _, cut := range []struct {
		from, to *Part
		goesOn   bool // the rest of the cluster does all that is asked of it
	}{
		{a, database, true}, {b, database, true},
		{a, first, true}, {b, second, true},
		{first, second, false}, {first, database, false}, {second, database, false},
		{l.c.Caller, b, true},
	} {
		t.Run(cut.from.Name+" from "+cut.to.Name, func(t *testing.T) {
			l.during(t, func() {
				l.c.Partition(t, cut.from, cut.to)
				l.c.Link(cut.from, cut.to).AwaitHeld(t, 1)
				if cut.goesOn {
					l.awaitProgress(t)
				} else {
					l.awaitRefusal(t)
				}
				l.c.Heal(t, cut.from, cut.to)
				l.awaitHealed(t)
			})
		})
	}
}

// awaitRefusal returns when a caller has been told that something can't be done now, or was not
// answered.
func (l *load) awaitRefusal(t *testing.T) {
	t.Helper()
	l.await(t, budget, "nobody is refused anything", func() bool { return len(l.heardOf(l.nodes[0]))+len(l.heardOf(l.nodes[1])) > 0 })
}

// answersLost has what was asked be done, and loses the answer.
func answersLost(t *testing.T, l *load) {
	a := l.nodes[0]
	for _, lost := range []struct{ from, to *Part }{
		{a, l.c.SpiceDB(0)}, {a, l.c.Postgres.Part}, {l.c.SpiceDB(1), l.c.Postgres.Part}, {l.c.Caller, a},
	} {
		t.Run("of "+lost.to.Name+" to "+lost.from.Name, func(t *testing.T) {
			l.during(t, func() {
				link := l.c.Link(lost.from, lost.to)
				link.Swallow(t)
				link.AwaitSwallowed(t, 1)
				l.awaitRefusal(t)
				link.Pass(t)
				l.awaitHealed(t)
			})
		})
	}
}

// disk is that of the database: slow, and full.
func disk(t *testing.T, l *load) {
	database := l.c.Postgres
	t.Run("slow", func(t *testing.T) {
		l.during(t, func() {
			database.SlowDisk(t, 100*time.Millisecond)
			l.awaitProgress(t)
			database.SlowDisk(t, 0)
		})
	})
	t.Run("full", func(t *testing.T) {
		l.during(t, func() {
			database.FillDisk(t, 0)
			for _, node := range l.nodes {
				l.await(t, budget, "nobody is told that the record can't be written", func() bool {
					return l.heardOf(node)["503 store-unavailable"] > 0
				})
			}
			database.FreeDisk(t)
			if !database.Running(t) { // it gives up when it can't write its log
				database.Start(t)
			}
			database.AwaitReady(t)
			l.awaitHealed(t)
		})
	})
}
