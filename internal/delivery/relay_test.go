package delivery_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// relaying begins a relay. Each call of the function that it returns is a round.
func relaying(t *testing.T, d *delivery.Deliverer) (round func() error) {
	t.Helper()
	rounds := d.RelayRounds()
	return func() error { return rounds(t.Context()) }
}

func relayOnce(t *testing.T, d *delivery.Deliverer) {
	t.Helper()
	require.NoError(t, relaying(t, d)())
}

// TestRelayMakesARoundAtEachTick until its context ends.
func TestRelayMakesARoundAtEachTick(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	engine.fail(errDown)
	commit(t, d, "acme")
	engine.fail(nil)
	ctx, stop := context.WithCancel(t.Context())
	ticks, ended := make(chan time.Time), make(chan struct{})
	go func() {
		defer close(ended)
		d.Relay(ctx, ticks)
	}()
	ticks <- time.Time{}
	ticks <- time.Time{} // is taken when the first round has ended
	require.EqualValues(t, 1, engine.version("acme"))
	stop()
	<-ended
}

// TestWhatADeadNodeHasCommittedIsRelayed to the engine by any other one, though nobody asks.
func TestWhatADeadNodeHasCommittedIsRelayed(t *testing.T) {
	record, engine := newRecord(), newEngine()
	dead := delivery.New(record, engine, nil)
	commit(t, dead, "acme")
	engine.fail(errDown)
	commit(t, dead, "acme")
	commit(t, dead, "other")
	_, err := dead.Commit(t.Context(), move("acme", "other"))
	require.NoError(t, err)
	engine.fail(nil)
	relayOnce(t, delivery.New(record, engine, nil))
	require.EqualValues(t, 3, engine.version("acme"))
	require.EqualValues(t, 2, engine.version("other"))
}

// TestARelayKnowsWhatIsDelivered: one look at each fence, and none after that.
func TestARelayKnowsWhatIsDelivered(t *testing.T) {
	record, engine := newRecord(), newEngine()
	one, two := delivery.New(record, engine, nil), delivery.New(record, engine, nil)
	const trees = 600 // of several pages
	for i := range trees {
		commit(t, one, fmt.Sprintf("tree-%03d", i))
	}
	before := engine.fenceReads()
	relayOnce(t, one)
	require.Equal(t, before, engine.fenceReads(), "this one has delivered all of it")
	round := relaying(t, two)
	require.NoError(t, round())
	require.NoError(t, round())
	require.Equal(t, before+trees, engine.fenceReads())
}

// TestARelayLooksBackALittle: a change commits later than it was written.
func TestARelayLooksBackALittle(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	round := relaying(t, d)
	require.NoError(t, round())
	require.NoError(t, round())
	last := record.moves[0].At
	require.Equal(t, time.Time{}, record.looks[0], "first everything")
	require.Equal(t, last.Add(-time.Minute), record.looks[1])
}

// TestOneTreeStopsNoRelay: the others are delivered, and it is when it can be.
func TestOneTreeStopsNoRelay(t *testing.T) {
	record, engine := newRecord(), newEngine()
	engine.fail(errDown)
	d := delivery.New(record, engine, nil)
	for _, root := range []string{"a", "b", "c"} {
		commit(t, d, root)
	}
	engine.fail(nil)
	engine.failTree("b", errDown)
	round := relaying(t, d)
	require.ErrorIs(t, round(), errDown)
	require.ElementsMatch(t, []string{"a@1", "c@1"}, engine.log())
	for range 100 { // more than it looks back
		commit(t, d, "c")
	}
	require.ErrorIs(t, round(), errDown)
	engine.failTree("b", nil)
	require.NoError(t, round())
	require.EqualValues(t, 1, engine.version("b"))
	require.Zero(t, d.Pending())
}

// TestARelayLeavesADeadEngineAlone until the next tick, and loses nothing by that.
func TestARelayLeavesADeadEngineAlone(t *testing.T) {
	record, engine := newRecord(), newEngine()
	engine.fail(errDown)
	d := delivery.New(record, engine, nil)
	for i := range 600 {
		commit(t, d, fmt.Sprintf("tree-%03d", i))
	}
	before := engine.fenceReads()
	round := relaying(t, d)
	require.ErrorIs(t, round(), errDown)
	require.Less(t, engine.fenceReads()-before, 20)
	engine.fail(nil)
	record.down = errors.New("down")
	require.ErrorIs(t, round(), record.down)
	record.down = nil
	require.NoError(t, round())
	require.Zero(t, d.Pending())
}

// TestAnEngineOfAnotherTimeIsNotAnsweredFrom: it is ahead of the record, so it holds what
// nobody has committed. It is told once, and no other tree suffers.
func TestAnEngineOfAnotherTimeIsNotAnsweredFrom(t *testing.T) {
	record, engine := newRecord(), newEngine()
	var log bytes.Buffer
	commit(t, delivery.New(record, engine, nil), "acme")
	d := delivery.New(record, engine, slog.New(slog.NewTextHandler(&log, nil)))
	commit(t, d, "other")
	engine.set("acme", 3)
	for range 3 {
		_, _, err := d.CheckOne(t.Context(), question("acme"))
		requireCode(t, tenancy.CodeNotFresh, err)
		commit(t, d, "other")
	}
	require.Zero(t, engine.asked("acme"))
	require.Equal(t, 1, strings.Count(log.String(), "reconciled"), log.String())
	_, _, err := d.CheckOne(t.Context(), question("other"))
	require.NoError(t, err)
}

// TestARecordDoesNotCatchUpWithAnEngineOfAnotherTime by changes as they come: at the version of
// the engine the two would seem to belong together, while they mean different states by it.
func TestARecordDoesNotCatchUpWithAnEngineOfAnotherTime(t *testing.T) {
	record, engine := newRecord(), newEngine()
	commit(t, delivery.New(record, engine, nil), "acme")
	engine.set("acme", 3)
	d := delivery.New(record, engine, nil)
	for range 3 {
		_, err := d.Commit(t.Context(), owners("acme"))
		requireCode(t, tenancy.CodeNotFresh, err)
		_, _, err = d.CheckOne(t.Context(), question("acme"))
		requireCode(t, tenancy.CodeNotFresh, err)
	}
	require.Zero(t, engine.asked("acme"))
	engine.set("new", 1)
	_, err := d.Commit(t.Context(), owners("new"))
	requireCode(t, tenancy.CodeNotFresh, err)
	commit(t, d, "other")
}

// TestWhatTheEngineHasLostIsDeliveredAgain when the next change does not find its place.
func TestWhatTheEngineHasLostIsDeliveredAgain(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	for range 5 {
		commit(t, d, "acme")
	}
	engine.set("acme", 2)
	commit(t, d, "acme")
	require.EqualValues(t, 6, engine.version("acme"))
	require.Equal(t, []string{"acme@3", "acme@4", "acme@5", "acme@6"}, engine.log()[5:])
}
