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

func (f *faulty) AppliesAtOnce(d tenancy.Delivery) bool {
	if d.RootID == f.tree {
		panic("a fault of the engine")
	}
	return f.engine.AppliesAtOnce(d)
}

// A panic while a change is delivered is a failure of delivery like any other: the change
// stands, and the next change of whichever tree delivers it too.
func TestACommitStandsWhenItsDeliveryPanics(t *testing.T) {
	record, engine := newRecord(), &faulty{engine: newEngine(), tree: "acme"}
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	commit(t, d, "other")
	require.Equal(t, []string{"other@1"}, engine.log())
	engine.tree = ""
	commit(t, d, "other")
	require.Equal(t, []string{"other@1", "other@2", "acme@1"}, engine.log())
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

// lossy is a record that can lose the acknowledgement of a commit, after it or before it.
type lossy struct {
	*record
	lost   bool
	before bool
}

var errLost = errors.New("the connection broke")

func (r *lossy) Commit(ctx context.Context, change tenancy.Change, updates map[string][]tenancy.Update) (map[string]int64, error) {
	if r.lost && r.before {
		return nil, errLost
	}
	versions, err := r.record.Commit(ctx, change, updates)
	if r.lost {
		return nil, errLost
	}
	return versions, err
}

// A commit whose acknowledgement was lost is delivered all the same, and one that never was
// is not asked for again and again.
func TestALostAcknowledgementIsDelivered(t *testing.T) {
	record, engine := &lossy{record: newRecord()}, newEngine()
	d := delivery.New(record, engine, nil)
	lose := func(before bool, tree string) {
		record.lost, record.before = true, before
		_, err := d.Commit(t.Context(), owners(tree))
		require.ErrorIs(t, err, errLost)
		record.lost = false
	}
	lose(false, "acme")
	commit(t, d, "other")
	require.Equal(t, []string{"other@1", "acme@1"}, engine.log())

	lose(true, "never")
	commit(t, d, "other")
	reads := record.reads.Load()
	commit(t, d, "other")
	require.Equal(t, reads, record.reads.Load())
	require.Equal(t, []string{"other@1", "acme@1", "other@2", "other@3"}, engine.log())
}
