package load

import (
	"context"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/estate/measure"
)

// Workers are as many as requests are due within half a second, but within these bounds.
const (
	fewestWorkers = 64
	mostWorkers   = 512
	workersFor    = 500 * time.Millisecond
)

func workersAt(perSecond float64) int {
	return min(max(int(perSecond*workersFor.Seconds()), fewestWorkers), mostWorkers)
}

// load sends the requests when they are due, and samples the nodes beside.
func (r *run) load(ctx context.Context, arrivals []arrival, report *Report) error {
	report.Offered = float64(len(arrivals)) / r.plan.Duration.Seconds()
	report.Workers = workersAt(report.Offered)
	r.hire(report.Workers)
	s, err := newSampler(r.target)
	if err != nil {
		return err
	}
	if err := r.rest(ctx, s); err != nil {
		return err
	}
	r.plan.Told("%s: %.0f requests a second for %s", r.target.Name, report.Offered, r.plan.Duration)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	counted, late := newTally(), newLateness()
	var sampling sync.WaitGroup
	sampled, ended := context.WithCancel(ctx)
	sampling.Go(func() {
		if err := s.every(sampled, sampleEvery); err != nil {
			stop(err)
		}
	})
	used, usedHere, begun := r.target.Used(), measure.Processor(), time.Now()
	r.send(ctx, arrivals, sending{counted, late, begun, stop})
	report.Took = time.Since(begun).Seconds()
	report.Services = (r.target.Used() - used).Seconds() / report.Took
	report.Sender = (measure.Processor() - usedHere).Seconds() / report.Took
	ended()
	sampling.Wait()
	err = context.Cause(ctx)
	if err == nil {
		err = r.rest(ctx, s)
	}
	report.fill(counted, late, s)
	return err
}

// rest has the nodes looked at when nobody asks them, and nobody is connected.
func (r *run) rest(ctx context.Context, s *sampler) error {
	r.plan.Told("%s: at rest", r.target.Name)
	r.closeAll()
	return s.rest(ctx)
}

// sending is what the workers of the open loop share.
type sending struct {
	tally *tally
	late  *lateness
	begun time.Time
	stop  context.CancelCauseFunc
}

// send gives each request to a worker as soon as it is due, and returns when all are answered.
func (r *run) send(ctx context.Context, arrivals []arrival, s sending) {
	idle := make(chan *worker, len(r.workers))
	for _, w := range r.workers {
		w.tally = s.tally
		idle <- w
	}
	var group sync.WaitGroup
	defer group.Wait()
	for _, a := range arrivals {
		if !sleepUntil(ctx, s.begun.Add(a.due)) {
			return
		}
		w := s.next(ctx, idle)
		if w == nil {
			return
		}
		d := r.draw()
		group.Go(func() {
			due := s.begun.Add(a.due)
			s.late.sent(time.Since(due))
			if err := w.do(a.kind, d, due); err != nil {
				s.stop(err)
			}
			idle <- w
		})
	}
}

// next is an idle worker, the one that was idle the longest: so all connections are in use. It
// is nil if the context ends before one is idle.
func (s sending) next(ctx context.Context, idle <-chan *worker) *worker {
	select {
	case w := <-idle:
		return w
	default:
		s.late.waited()
	}
	select {
	case w := <-idle:
		return w
	case <-ctx.Done():
		return nil
	}
}

// sleepUntil tells whether the instant has come, and not the end of the context.
func sleepUntil(ctx context.Context, due time.Time) bool {
	wait := time.Until(due)
	if wait <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
