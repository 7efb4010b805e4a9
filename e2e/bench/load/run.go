package load

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tenantry/tenantry/internal/estate"
)

// Target is a service that holds the estate.
type Target struct {
	Name  string
	Nodes []Node // at least one
	Key   string // of a console
	Shape estate.Shape
	// Sizes tells how large the record is, part by part.
	Sizes func(ctx context.Context) ([]Size, error)
	// Used is the time that the cores have spent on the service so far, with all of its parts.
	Used func() time.Duration
}

// Node is a process that answers for the service.
type Node struct {
	Address string
	PID     int
}

// Size is what a part of a record takes on the disk.
type Size struct {
	Part  string `json:"part"`
	Bytes int64  `json:"bytes"`
}

// Plan says how long the run is, and what chance it has.
type Plan struct {
	Duration time.Duration
	Callers  int // of those who find the saturation
	Seed     uint64
	Told     func(format string, args ...any)
}

const (
	// saturationTime is how long callers ask without a pause, and begins with a warm-up that
	// does not count.
	saturationTime   = 25 * time.Second
	saturationWarmUp = 5 * time.Second

	// The engine in a node keeps so many revisions of the past. What it takes for them is
	// there before the run begins, and is no growth then.
	pastChanges = 4500
	pastTime    = time.Minute

	fraction = 0.5 // of the saturation, at which the run goes
)

// Run loads the service. The error is a wrong answer or a trouble of the run itself; failures
// are in the report.
func Run(ctx context.Context, target Target, plan Plan) (report *Report, err error) {
	var addresses []string
	for _, n := range target.Nodes {
		addresses = append(addresses, n.Address)
	}
	r := &run{target: target, plan: plan, world: newWorld(target.Shape, target.Key), addresses: addresses}
	defer r.closeAll()
	report = newReport(target, plan)
	if err := r.prepare(ctx); err != nil {
		return report, err
	}
	if report.Saturation, report.Before, err = r.saturate(ctx); err != nil {
		return report, err
	}
	arrivals := schedule(plan.Seed, report.Saturation*fraction, plan.Duration)
	return report, r.load(ctx, arrivals, report)
}

// run is a run that is under way.
type run struct {
	target    Target
	plan      Plan
	world     *world
	addresses []string
	workers   []*worker
	asked     atomic.Int64
}

// hire has so many workers ready.
func (r *run) hire(n int) {
	for len(r.workers) < n {
		r.workers = append(r.workers, newWorker(r.world, newTally(), r.addresses))
	}
}

// closeAll ends the connections. Workers make new ones.
func (r *run) closeAll() {
	for _, w := range r.workers {
		w.close()
	}
}

// prepare furnishes the estate, and makes the past that a node has that runs for long.
func (r *run) prepare(ctx context.Context) error {
	r.hire(r.plan.Callers)
	r.plan.Told("%s: furnishing the estate, and %d changes", r.target.Name, pastChanges)
	if err := r.workers[0].furnish(); err != nil {
		return err
	}
	var made atomic.Int64
	until := time.Now().Add(pastTime)
	return r.withoutPause(ctx, newTally(), func(draw) (kind, bool) {
		return change, made.Add(1) <= pastChanges && time.Now().Before(until)
	})
}

// saturate tells how many requests of the mixture are answered in a second at most.
func (r *run) saturate(ctx context.Context) (perSecond float64, failures []Failures, err error) {
	r.plan.Told("%s: %d callers without a pause for %s", r.target.Name, r.plan.Callers, saturationTime)
	counted := newTally()
	for _, part := range []time.Duration{saturationWarmUp, saturationTime - saturationWarmUp} {
		counted.reset()
		begun := time.Now()
		err := r.withoutPause(ctx, counted, func(d draw) (kind, bool) {
			return kindAt(d.random.IntN(wholeShare)), time.Since(begun) < part
		})
		if err != nil {
			return 0, counted.sorted(), err
		}
		perSecond = float64(counted.answered()) / time.Since(begun).Seconds()
	}
	return perSecond, counted.sorted(), nil
}

// withoutPause has the callers ask one request after another, as long as next gives them one.
func (r *run) withoutPause(ctx context.Context, t *tally, next func(draw) (kind, bool)) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var group sync.WaitGroup
	for _, w := range r.workers[:r.plan.Callers] {
		w.tally = t
		group.Go(func() {
			for ctx.Err() == nil {
				d := r.draw()
				k, more := next(d)
				if !more {
					return
				}
				if err := w.do(k, d, time.Now()); err != nil {
					stop(err)
				}
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// draw gives each request its number. They go on from part to part of a run.
func (r *run) draw() draw { return drawn(r.plan.Seed, int(r.asked.Add(1)-1)) }
