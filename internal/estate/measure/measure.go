package measure

import (
	"context"
	"fmt"
	"time"
)

// Measure is one thing that is measured.
type Measure struct {
	Name string
	Unit string // what PerSecond counts
	// Callers ask at the same time.
	Callers int
	// Run measures once, for about the time given.
	Run func(ctx context.Context, duration time.Duration) (Run, error)
}

// Run is what was measured once. Times are in milliseconds.
type Run struct {
	Calls     int     `json:"calls"`
	PerSecond float64 `json:"per_second"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
	// Processor is what one call has cost this process, callers included, in microseconds.
	Processor float64 `json:"processor_us"`
	// Services is what one call has cost those who were asked, and all whom they asked in turn,
	// where it was measured; in microseconds.
	Services float64 `json:"services_us,omitempty"`
	// HeapBytes of one relationship, where it was measured.
	HeapBytes float64 `json:"heap_bytes,omitempty"`
}

// Plan says how often and how long.
type Plan struct {
	Runs     int
	Duration time.Duration // of one run
	// Told is called before each run; nil tells nobody.
	Told func(run int, name string)
}

// warmUps is how much shorter the run is that goes before the others and is not counted.
const warmUps = 4

// InTurns runs every measure once, and then again, so often as planned. Each round begins
// with another measure.
func InTurns(ctx context.Context, plan Plan, measures []Measure) ([]Result, error) {
	results := make([]Result, len(measures))
	for i, m := range measures {
		results[i] = Result{Name: m.Name, Unit: m.Unit, Callers: m.Callers}
	}
	for round := range plan.Runs + 1 {
		for turn := range measures {
			i := (turn + round) % len(measures)
			run, err := plan.once(ctx, round, measures[i])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", measures[i].Name, err)
			}
			if round > 0 {
				results[i].Runs = append(results[i].Runs, run)
			}
		}
	}
	for i := range results {
		results[i].summarize()
	}
	return results, nil
}

// once is one run; round 0 warms up.
func (p Plan) once(ctx context.Context, round int, m Measure) (Run, error) {
	if err := ctx.Err(); err != nil {
		return Run{}, err
	}
	if p.Told != nil {
		p.Told(round, m.Name)
	}
	duration := p.Duration
	if round == 0 {
		duration /= warmUps
	}
	return m.Run(ctx, duration)
}
