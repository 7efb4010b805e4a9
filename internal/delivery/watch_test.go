package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// watcher keeps what it is told.
type watcher struct {
	began, ended []string
	delivered    int
	reconciled   [][3]int // missing, surplus, fences
}

func (w *watcher) Begin(ctx context.Context, step tenancy.Step) (context.Context, func(error)) {
	w.began = append(w.began, step.Part+" "+step.Name)
	return ctx, func(err error) { w.ended = append(w.ended, fmt.Sprintf("%s: %t", step.Name, err == nil)) }
}

func (w *watcher) Delivered(time.Duration) { w.delivered++ }

func (w *watcher) Reconciled(missing, surplus, fences int) {
	w.reconciled = append(w.reconciled, [3]int{missing, surplus, fences})
}

// Versions are pending from their commit until the engine has them, whoever brought them
// there, and each is told as delivered once.
func TestPendingDeliveries(t *testing.T) {
	record, engine, w := newRecord(), newEngine(), &watcher{}
	d := delivery.New(record, engine, nil).WatchedBy(w)
	commit(t, d, "acme")
	require.Zero(t, d.Pending())
	require.Equal(t, 1, w.delivered)

	engine.fail(errDown)
	commit(t, d, "acme")
	commit(t, d, "acme")
	commit(t, d, "other")
	require.EqualValues(t, 3, d.Pending())
	require.Equal(t, 1, w.delivered)

	engine.fail(nil)
	commit(t, delivery.New(record, engine, nil), "acme") // another node brings all of acme there
	_, _, err := d.CheckOne(t.Context(), question("acme"), tenancy.Token{})
	require.NoError(t, err)
	require.EqualValues(t, 1, d.Pending())
	require.Equal(t, 3, w.delivered)
	relayOnce(t, d)
	require.Zero(t, d.Pending())
	require.Equal(t, 4, w.delivered)
}

// A question that finds the engine behind waits, and tells so; any other tells nothing.
func TestQuestionsTellThatTheyWait(t *testing.T) {
	record, engine, w := newRecord(), newEngine(), &watcher{}
	d := delivery.New(record, engine, nil).WatchedBy(w)
	ask := func() error {
		_, _, err := d.CheckOne(t.Context(), question("acme"), tenancy.Token{})
		return err
	}
	commit(t, d, "acme")
	require.NoError(t, ask())
	require.Empty(t, w.began)

	engine.fail(errDown)
	commit(t, d, "acme")
	require.ErrorIs(t, ask(), errDown)
	engine.fail(nil)
	require.NoError(t, ask())
	require.NoError(t, ask())
	require.Equal(t, []string{"delivery wait", "delivery wait"}, w.began)
	require.Equal(t, []string{"wait: false", "wait: true"}, w.ended)
}

// Each round of the sweeper is told, with its error.
func TestSweepsAreTold(t *testing.T) {
	w := &watcher{}
	record := &overdue{Recorder: newRecord(), rounds: make(chan struct{})}
	d := delivery.New(record, newEngine(), nil).WatchedBy(w)
	ctx, stop := context.WithCancel(t.Context())
	ticks, ended := make(chan time.Time), make(chan struct{})
	go func() {
		defer close(ended)
		d.Sweep(ctx, ticks)
	}()
	ticks <- time.Time{}
	<-record.rounds
	stop()
	<-ended
	require.Equal(t, []string{"delivery sweep"}, w.began)
	require.Equal(t, []string{"sweep: false"}, w.ended)
}

// overdue is a record that can't tell what is over.
type overdue struct {
	tenancy.Recorder
	rounds chan struct{}
}

func (o *overdue) TreesOver(context.Context, int) ([]tenancy.Reading, error) {
	close(o.rounds)
	return nil, errors.New("down")
}
