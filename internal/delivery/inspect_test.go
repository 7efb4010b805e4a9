package delivery_test

import (
	"context"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	spicedb "github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// shown is an engine that shows something more than it holds, and after which something
// happens when it has shown all for the first time.
type shown struct {
	tenancy.Inspected
	more  []tenancy.Relationship
	after func()
}

func (s *shown) Relationships(ctx context.Context) iter.Seq2[tenancy.Relationship, error] {
	return func(yield func(tenancy.Relationship, error) bool) {
		for r, err := range s.Inspected.Relationships(ctx) {
			if !yield(r, err) {
				return
			}
		}
		for _, r := range s.more {
			if !yield(r, nil) {
				return
			}
		}
		if s.after != nil {
			s.after()
		}
		s.after = nil
	}
}

// TestWhatIsLateIsNotLost: several versions of trees were on their way when the engine was
// read, and are there when it is looked at closely.
func TestWhatIsLateIsNotLost(t *testing.T) {
	p := estate(t)
	p.undelivered("late", "later")
	e := &shown{Inspected: p.engine, after: func() {
		require.NoError(t, p.node.RelayRounds()(t.Context()))
	}}
	report, err := deliverer(p.store, e).Reconcile(t.Context(), delivery.ReconcileOptions{})
	require.NoError(t, err)
	require.True(t, report.Clean(), "%+v", report)
	require.False(t, report.Unfinished)
}

// TestWhatComesWithinALagIsNotLost either: it was on its way all the time that the engine was
// looked at.
func TestWhatComesWithinALagIsNotLost(t *testing.T) {
	p := estate(t)
	p.undelivered("late", "later")
	waited := 0
	d := delivery.New(p.store, p.engine, quiet).WithLag(func(ctx context.Context) {
		waited++
		require.NoError(t, p.node.RelayRounds()(ctx))
	})
	report, err := d.Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
	require.NoError(t, err)
	require.True(t, report.Clean(), "%+v", report)
	require.Equal(t, 1, waited)
	require.EqualValues(t, 3, p.version("late"))
}

// TestTheNewestVersionIsDelivered before the engine is compared; what is further behind is for
// the relay, or for a repair.
func TestTheNewestVersionIsDelivered(t *testing.T) {
	p := estate(t)
	p.node = p.newNode(p.store, spicedb.New(deadClient{p.zed}, spicedb.Options{}))
	_, _, err := p.node.service.PutOwner(t.Context(), platform, "acme", "mia-acme")
	require.NoError(t, err)
	p.undelivered("late", "later")
	report, err := deliverer(p.store, p.engine).Reconcile(t.Context(), delivery.ReconcileOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"late absent:", "later absent:"}, fencesOf(report))
	repaired, err := deliverer(p.store, p.engine).Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
	require.NoError(t, err)
	require.True(t, repaired.Repaired())
	p.requireExact()
}

func fencesOf(report delivery.Report) (lines []string) {
	for _, tree := range report.Differing {
		lines = append(lines, tree.RootID+" "+tree.FenceState+":")
	}
	return lines
}

// TestWhatTheEngineKeepsAboutItselfIsOfNoTree, and no orphan.
func TestWhatTheEngineKeepsAboutItselfIsOfNoTree(t *testing.T) {
	p := estate(t)
	r, err := tenancy.ParseRelationship("record:this#identity@version:1")
	require.NoError(t, err)
	e := &shown{Inspected: p.engine, more: []tenancy.Relationship{r}}
	report, err := deliverer(p.store, e).Reconcile(t.Context(), delivery.ReconcileOptions{})
	require.NoError(t, err)
	require.True(t, report.Clean(), "%+v", report)
}

// askingRecord asks after every commit.
type askingRecord struct {
	tenancy.Recorder
	ask func()
}

func (a askingRecord) Commit(ctx context.Context, change tenancy.Change, updates map[string][]tenancy.Update) (map[string]int64, error) {
	versions, err := a.Recorder.Commit(ctx, change, updates)
	a.ask()
	return versions, err
}

// TestNobodyIsAnsweredWhileTheRecordCatchesUp with an engine of another time: not before the
// write that puts it right, whichever versions the record goes through.
func TestNobodyIsAnsweredWhileTheRecordCatchesUp(t *testing.T) {
	p := estate(t)
	damages["a fence ahead"].do(p)
	asked := 0
	ask := func() {
		asked++
		n := p.newNode(p.store, p.engine)
		q := question("acme")
		q.Subject.ID = "mallory"
		if allowed, _, err := n.CheckOne(t.Context(), q); err == nil && allowed {
			t.Error("it was answered from what nobody has committed")
		}
	}
	client := &watching{Client: p.zed, ask: ask}
	d := deliverer(askingRecord{p.store, ask}, spicedb.New(client, spicedb.Options{MaxUpdates: 3}))
	report, err := d.Reconcile(t.Context(), delivery.ReconcileOptions{Repair: true})
	require.NoError(t, err)
	require.True(t, report.Repaired())
	require.Greater(t, asked, 6)
	p.requireExact()
}
