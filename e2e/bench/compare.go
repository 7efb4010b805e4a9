package main

import "github.com/tenantry/tenantry/internal/estate/measure"

// What is measured. The estate and the questions are the same for all.
const (
	uncached   = "Tenantry over HTTP, never asked before"
	cached     = "Tenantry over HTTP, asked again and again"
	ginEmpty   = "empty Gin handler over HTTP"
	spiceFresh = "SpiceDB on PostgreSQL over gRPC, fully consistent"
	spiceStale = "SpiceDB on PostgreSQL over gRPC, minimized latency"
	fga        = "OpenFGA on PostgreSQL over HTTP"
)

// compare sets rates beside each other and beside what is to be reached.
func compare(results []measure.Result) (comparisons []measure.Comparison) {
	for _, c := range []struct{ a, b, reach string }{
		{uncached, spiceFresh, "at least 8"},
		{uncached, spiceStale, "at least 8"},
		{uncached, fga, "at least 12"},
		{cached, ginEmpty, "at least 0.6"},
	} {
		a, measured := measure.Named(results, c.a)
		b, too := measure.Named(results, c.b)
		if !measured || !too {
			continue
		}
		comparisons = append(comparisons, measure.Comparison{
			What: "rate of: " + c.a + "; to that of: " + c.b, Figure: measure.Ratio(a, b, measure.Rate), Unit: "times", Reach: c.reach,
		})
	}
	return comparisons
}
