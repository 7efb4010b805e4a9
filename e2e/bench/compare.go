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

	clusterUncached = "Tenantry in a cluster over HTTP, never asked before"
	clusterCached   = "Tenantry in a cluster over HTTP, asked again and again"
	clusterChange   = "Tenantry in a cluster over HTTP, link and unlink"
	bareRow         = "bare: a PostgreSQL transaction of one row"
	bareLink        = "bare: the SpiceDB write of a link"
	bareBoth        = "bare: twice both, one after the other"
)

// compare sets rates and times beside each other and beside what is to be reached.
func compare(results []measure.Result) (comparisons []measure.Comparison) {
	for _, c := range []struct {
		what, a, b string
		figure     func(measure.Run) float64
		reach      string
	}{
		{"rate", uncached, spiceFresh, measure.Rate, "at least 8"},
		{"rate", uncached, spiceStale, measure.Rate, "at least 8"},
		{"rate", uncached, fga, measure.Rate, "at least 12"},
		{"rate", cached, ginEmpty, measure.Rate, "at least 0.6"},
		{"p50", clusterUncached, spiceFresh, measure.P50, "at most 1.3"},
		{"rate", clusterCached, spiceFresh, measure.Rate, "at least 3"},
		{"p50", clusterChange, bareBoth, measure.P50, "at most 1.5"},
		{"processor time", clusterUncached, spiceFresh, measure.ServicesTime, "nothing, but it depends least on what else runs"},
		{"processor time", clusterChange, bareBoth, measure.ServicesTime, "nothing, but it depends least on what else runs"},
	} {
		a, measured := measure.Named(results, c.a)
		b, too := measure.Named(results, c.b)
		if !measured || !too {
			continue
		}
		comparisons = append(comparisons, measure.Comparison{
			What: c.what + " of: " + c.a + "; to that of: " + c.b, Figure: measure.Ratio(a, b, c.figure), Unit: "times", Reach: c.reach,
		})
	}
	return comparisons
}
