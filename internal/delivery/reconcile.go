package delivery

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// ReconcileOptions say how an engine is reconciled. The zero value compares and reports.
type ReconcileOptions struct {
	// Repair has the engine put right. Without it nothing is altered, but that what is
	// committed and not delivered yet is delivered.
	Repair bool
	// Progress is told from time to time how many relationships were read in this pass.
	Progress func(relationships int64)
	// Pause is how long it waits after every thousand relationships, to leave the machine to
	// others. It holds a stream of the engine and a snapshot of the record for so long.
	Pause time.Duration
}

// pauseEvery is after how many relationships there is a pause.
const pauseEvery = 1000

// Report says how an engine differed from the record. Two reports of the same differences are
// the same.
type Report struct {
	Relationships int64 `json:"relationships"` // that the engine held
	Trees         int   `json:"trees"`         // that the record has, also those that have ended
	// The totals: relationships that should be there and are not, those that nobody has
	// committed, and of the latter those that connect two trees and those of no tree.
	Missing    int `json:"missing"`
	Surplus    int `json:"surplus"`
	Connecting int `json:"connecting"`
	Orphans    int `json:"orphans"`
	// Fences counts trees whose fence is not where the record says.
	Fences int `json:"fences"`
	// Differing are the trees that differed, by root, as they were first found.
	Differing []TreeReport `json:"differing"`
	// OrphanExamples are some of the relationships of no tree, in order.
	OrphanExamples []string `json:"orphan_examples"`
	OrphansRemoved int      `json:"orphans_removed"`
	// Unfinished tells that something could not be judged or repaired, mostly because it was
	// moving or there was too much of it: look again.
	Unfinished bool `json:"unfinished"`
}

// TreeReport says how one tree differed.
type TreeReport struct {
	RootID  string `json:"root_id"`
	Version int64  `json:"version"` // by the record
	// Fence is the version that the fence told, "" for none; FenceState is "absent", "behind",
	// "ahead" or "unreadable", and "" if it was where it should be.
	Fence      string `json:"fence"`
	FenceState string `json:"fence_state"`
	Missing    int    `json:"missing"`
	Surplus    int    `json:"surplus"`
	// Examples are some of the differences, in order: "+" before what was missing, "-" before
	// what was not committed.
	Examples []string `json:"examples"`
	Repaired bool     `json:"repaired"`
}

// maxExamples is how many relationships a report names of each tree, and of none.
const maxExamples = 10

// Clean reports whether the engine held exactly what follows from the record.
func (r Report) Clean() bool { return len(r.Differing) == 0 && r.Orphans == 0 }

// Repaired reports whether all that was found is as it should be now.
func (r Report) Repaired() bool {
	return !r.Unfinished && r.OrphansRemoved >= r.Orphans &&
		!slices.ContainsFunc(r.Differing, func(t TreeReport) bool { return !t.Repaired })
}

// maxInspections bounds how often one run looks again after it has repaired something, or
// where it could not judge.
const maxInspections = 100

// maxLag is for how long a version that is committed may be on its way to the engine before it
// is taken for lost: longer than a commit tries to deliver it, and than a relay takes.
const maxLag = 2 * effectTimeout

// waitLag is the lag of a Deliverer.
func waitLag(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(maxLag):
	}
}

// patience is how many inspections in a row may bring nothing forward.
const patience = 3

// Reconcile compares all that the engine holds with what follows from the record, in both
// directions, while both are in use. What it reports is wrong for certain: what is merely on
// its way is no difference. With Repair it makes the engine hold what it should, and looks
// again until nothing differs.
//
// What differs in a tree is repaired by a change of that tree (see [tenancy.Repair]). So no
// node goes on to answer from what was wrong, or from memory of it; and of several that
// reconcile at once one repairs each tree.
//
// The report tells what was found until an error. It takes an engine that is a
// [tenancy.Inspected].
func (d *Deliverer) Reconcile(ctx context.Context, options ReconcileOptions) (report Report, err error) {
	ctx, end := d.watcher.Begin(ctx, stepReconcile)
	defer func() { end(err) }()
	engine, ok := d.engine.(tenancy.Inspected)
	if !ok {
		return Report{}, errors.New("the engine does not show what it holds")
	}
	r := reconciliation{d: d, engine: engine, options: options, found: map[string]*TreeReport{}}
	err = r.run(ctx)
	report = r.result()
	if err == nil {
		d.watcher.Reconciled(report.Missing, report.Surplus, report.Fences)
	}
	return report, err
}

// reconciliation is one run.
type reconciliation struct {
	d       *Deliverer
	engine  tenancy.Inspected
	options ReconcileOptions
	report  Report
	noted   bool                   // an inspection
	found   map[string]*TreeReport // by root
}

func (r *reconciliation) run(ctx context.Context) error {
	var suspects map[string]suspect
	idle := 0
	for range maxInspections {
		i, err := r.d.inspect(ctx, r.engine, r.options, suspects)
		if err != nil {
			return err
		}
		r.note(i)
		repaired, failed, err := r.repair(ctx, i)
		if err != nil {
			return err
		}
		again := i.left || repaired > 0 || failed > 0
		r.report.Unfinished = again || i.crowded
		if idle++; repaired > 0 {
			idle = 0
		}
		if !again || idle == patience {
			return nil
		}
		if suspects = i.suspects; len(suspects) > 0 {
			r.d.lag(ctx)
		}
	}
	return nil
}

// note puts what an inspection has found into the report. What is found again was not
// repaired, or has come back.
func (r *reconciliation) note(i *inspection) {
	if !r.noted {
		r.noted, r.report.Relationships, r.report.Trees = true, i.read, len(i.trees)
	}
	r.report.Connecting = max(r.report.Connecting, i.connecting)
	r.report.Orphans = max(r.report.Orphans, r.report.OrphansRemoved+len(i.orphans))
	if len(r.report.OrphanExamples) == 0 {
		r.report.OrphanExamples = texts("", i.orphans, maxExamples)
	}
	for root, t := range i.trees {
		if !t.differs() {
			continue
		}
		if found := r.found[root]; found != nil {
			found.Repaired = false
			continue
		}
		r.found[root] = reportOf(t)
	}
}

func reportOf(t *inspected) *TreeReport {
	examples := texts("+", t.missing, maxExamples/2)
	examples = append(examples, texts("-", t.surplus, maxExamples-len(examples))...)
	return &TreeReport{
		RootID: t.RootID, Version: t.Version, Fence: t.stand.Subject.ID, FenceState: string(t.state),
		Missing: t.nMissing, Surplus: t.nSurplus, Examples: examples,
	}
}

// texts are the first of the relationships in order, at most limit of them.
func texts(before string, relationships []tenancy.Relationship, limit int) []string {
	list := make([]string, 0, len(relationships))
	for _, r := range relationships {
		list = append(list, before+r.String())
	}
	slices.Sort(list)
	return list[:min(limit, len(list))]
}

func (r *reconciliation) result() Report {
	report := r.report
	report.Differing = []TreeReport{}
	report.Surplus = report.Orphans
	for _, t := range r.found {
		report.Differing = append(report.Differing, *t)
		report.Missing += t.Missing
		report.Surplus += t.Surplus
		if t.FenceState != "" {
			report.Fences++
		}
	}
	slices.SortFunc(report.Differing, func(a, b TreeReport) int { return cmp.Compare(a.RootID, b.RootID) })
	return report
}

// Reconciling reconciles at every tick until ctx ends. It tells the log and the watcher what
// it finds. Nodes need no order among them: of several that repair one tree at once one does.
func (d *Deliverer) Reconciling(ctx context.Context, ticks <-chan time.Time, options ReconcileOptions) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			report, err := d.Reconcile(ctx, options)
			if ctx.Err() == nil {
				d.tell(report, err)
			}
		}
	}
}

func (d *Deliverer) tell(report Report, err error) {
	if !report.Clean() {
		d.log.Error("the engine does not hold what follows from the record",
			"trees", len(report.Differing), "missing", report.Missing, "surplus", report.Surplus,
			"fences", report.Fences, "orphans", report.Orphans, "repaired", report.Repaired())
	}
	if err != nil {
		d.log.Warn("the engine could not be compared with the record", "error", err)
	}
}
