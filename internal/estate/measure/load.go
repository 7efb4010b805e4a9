package measure

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Caller asks one question after another. It is for one goroutine.
type Caller interface {
	// Call asks the next question. An answer that is not the expected one is an error, and
	// ends the measure.
	Call(ctx context.Context) error
	Close() error
}

// CallerFunc is a Caller that has no connection of its own.
type CallerFunc func(ctx context.Context) error

// Call implements [Caller].
func (f CallerFunc) Call(ctx context.Context) error { return f(ctx) }

// Close implements [Caller].
func (CallerFunc) Close() error { return nil }

// Load measures calls that several callers make without a pause. open makes the caller of
// a number, anew for each run.
func Load(name string, callers int, open func(caller int) (Caller, error)) Measure {
	return Measure{Name: name, Unit: "calls", Callers: callers,
		Run: func(ctx context.Context, duration time.Duration) (Run, error) {
			opened, err := openAll(callers, open)
			defer closeAll(opened)
			if err != nil {
				return Run{}, err
			}
			return load(ctx, opened, duration)
		}}
}

func openAll(callers int, open func(caller int) (Caller, error)) (opened []Caller, err error) {
	for i := range callers {
		c, err := open(i)
		if err != nil {
			return opened, err
		}
		opened = append(opened, c)
	}
	return opened, nil
}

// closeAll lets go of callers whose answers are in. What a close has to say is of no use.
func closeAll(callers []Caller) {
	for _, c := range callers {
		_ = c.Close()
	}
}

func load(ctx context.Context, callers []Caller, duration time.Duration) (Run, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	took := make([][]time.Duration, len(callers))
	errs := make([]error, len(callers))
	used, begun := Processor(), time.Now()
	var group sync.WaitGroup
	for i, c := range callers {
		group.Go(func() {
			if took[i], errs[i] = repeat(ctx, c, begun.Add(duration)); errs[i] != nil {
				cancel()
			}
		})
	}
	group.Wait()
	elapsed := time.Since(begun)
	return summary(slices.Concat(took...), elapsed, Processor()-used), firstCause(errs)
}

// repeat calls until the deadline, and returns how long each call took.
func repeat(ctx context.Context, c Caller, deadline time.Time) (took []time.Duration, err error) {
	for begun := time.Now(); begun.Before(deadline) && ctx.Err() == nil; {
		if err := c.Call(ctx); err != nil {
			return took, err
		}
		ended := time.Now()
		took = append(took, ended.Sub(begun))
		begun = ended
	}
	return took, ctx.Err()
}

// firstCause is the error of a caller, rather than that of those who were stopped by it.
func firstCause(errs []error) error {
	var stopped error
	for _, err := range errs {
		switch {
		case err == nil:
		case errors.Is(err, context.Canceled):
			stopped = err
		default:
			return err
		}
	}
	return stopped
}

func summary(took []time.Duration, elapsed, used time.Duration) Run {
	slices.Sort(took)
	percentile := func(p int) float64 {
		if len(took) == 0 {
			return 0
		}
		return float64(took[(len(took)-1)*p/100]) / float64(time.Millisecond)
	}
	return Run{
		Calls:     len(took),
		PerSecond: float64(len(took)) / elapsed.Seconds(),
		P50:       percentile(50), P95: percentile(95), P99: percentile(99),
		Processor: used.Seconds() * 1e6 / float64(max(1, len(took))),
	}
}
