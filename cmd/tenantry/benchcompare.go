package main

import (
	"slices"

	"github.com/tenantry/tenantry/internal/estate/measure"
)

// compare sets the results beside each other and beside what is to be reached. A
// comparison whose results were not measured is left out.
func (s *benchStand) compare(results []measure.Result) (comparisons []measure.Comparison) {
	smallest, largest := s.nodes[0], s.nodes[len(s.nodes)-1]
	find := func(name string) measure.Result {
		r, _ := measure.Named(results, name)
		return r
	}
	ratio := func(what string, a, b measure.Result, figure func(measure.Run) float64, reach string) {
		if min(len(a.Runs), len(b.Runs)) > 0 {
			comparisons = append(comparisons, measure.Comparison{What: what, Figure: measure.Ratio(a, b, figure), Unit: "times", Reach: reach})
		}
	}
	figure := func(what string, r measure.Result, value float64, unit, reach string) {
		if len(r.Runs) > 0 {
			comparisons = append(comparisons, measure.Comparison{What: what, Figure: value, Unit: unit, Reach: reach})
		}
	}
	ratio("rate of a repeated check to that of an empty Gin handler",
		find(largest.name(benchCached)), find(benchGin), measure.Rate, "at least 0.6")
	if smallest != largest {
		for _, what := range []string{benchUncached, benchEngine} {
			ratio("p50 on the largest estate to that on the smallest: "+what,
				find(largest.name(what)), find(smallest.name(what)), measure.P50, "below 1.3")
		}
	}
	ratio("p50 of a change to that of a durable SQLite transaction",
		find(largest.name(benchChange)), find(benchSQLite), measure.P50, "at most 2")
	started := find(largest.name(benchStart))
	figure("start", started, started.Summary.PerSecond, "relationships/s", "at least 300,000")
	figure("heap", started, started.Summary.HeapBytes, "bytes/relationship", "at most 400")
	if s.wide != nil {
		lookup := find(s.wide.name(benchLookup))
		figure("p95 of a lookup of 1,000 organizations", lookup, lookup.Summary.P95, "ms", "at most 100")
	}
	return slices.Clip(comparisons)
}
