package delivery_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// faulty is an engine with a fault: it panics at deliveries of one tree.
type faulty struct {
	*engine
	tree string // "" for none
}

func (f *faulty) Apply(ctx context.Context, d tenancy.Delivery) error {
	if d.RootID == f.tree {
		panic("a fault of the engine")
	}
	return f.engine.Apply(ctx, d)
}

// A panic while a change is delivered is a failure of delivery like any other: the change
// stands, and the relay delivers it.
func TestACommitStandsWhenItsDeliveryPanics(t *testing.T) {
	record, engine := newRecord(), &faulty{engine: newEngine(), tree: "acme"}
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	commit(t, d, "other")
	require.Equal(t, []string{"other@1"}, engine.log())
	relay := d.RelayRounds()
	require.ErrorContains(t, relay(t.Context()), "a fault of the engine", "which does not end the relay")
	engine.tree = ""
	require.NoError(t, relay(t.Context()))
	require.Equal(t, []string{"other@1", "acme@1"}, engine.log())
}

// The trees of a batch are asked side by side, where a panic would end the process.
func TestAPanicAboutOneTreeIsThatTreesAlone(t *testing.T) {
	record, engine := newRecord(), &faulty{engine: newEngine(), tree: "acme"}
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	commit(t, d, "other")
	answers := d.CheckEach(t.Context(), about("acme", "other"))
	require.ErrorContains(t, answers[0].Err, "a fault of the engine")
	require.NoError(t, answers[1].Err)
	require.True(t, answers[1].Allowed)
}

// overRecord has trees in which something is over, and fails to look at one.
type overRecord struct {
	*record
	looked chan struct{}
}

func (r overRecord) TreesOver(context.Context, int) ([]tenancy.Reading, error) {
	return []tenancy.Reading{{Tree: tenancy.Tree{RootID: "acme", Version: 1}}, {Tree: tenancy.Tree{RootID: "other", Version: 1}}}, nil
}

func (r overRecord) Snapshot(context.Context) (tenancy.Snapshot, error) {
	r.looked <- struct{}{}
	panic("a fault of the record")
}

// A panic ends neither a round, which has other trees, nor the rounds that follow.
func TestTheSweepOutlivesAPanic(t *testing.T) {
	record := overRecord{newRecord(), make(chan struct{})}
	d := delivery.New(record, newEngine(), nil)
	ctx, cancel := context.WithCancel(t.Context())
	ticks, ended := make(chan time.Time), make(chan struct{})
	go func() {
		defer close(ended)
		d.Sweep(ctx, ticks)
	}()
	for range 2 {
		ticks <- time.Time{}
		<-record.looked
		<-record.looked
	}
	cancel()
	<-ended
}

// losing is a record that loses the acknowledgement of a commit.
type losing struct {
	*record
	lost bool
}

var errLost = errors.New("the connection broke")

func (r *losing) Commit(ctx context.Context, change tenancy.Change, updates map[string][]tenancy.Update) (map[string]int64, error) {
	versions, err := r.record.Commit(ctx, change, updates)
	if r.lost {
		return nil, errLost
	}
	return versions, err
}

// A commit whose acknowledgement was lost is delivered all the same.
func TestALostAcknowledgementIsDelivered(t *testing.T) {
	record, engine := &losing{record: newRecord()}, newEngine()
	d := delivery.New(record, engine, nil)
	record.lost = true
	_, err := d.Commit(t.Context(), owners("acme"))
	require.ErrorIs(t, err, errLost)
	require.Empty(t, engine.log())
	require.NoError(t, d.RelayRounds()(t.Context()))
	require.Equal(t, []string{"acme@1"}, engine.log())
}
