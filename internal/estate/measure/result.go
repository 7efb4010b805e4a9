package measure

import "slices"

// Result is a measure with its runs. Summary has the median of each figure over the runs,
// and Spread how far apart the rates are: the difference of the highest and the lowest, as
// a part of the median.
type Result struct {
	Name    string  `json:"name"`
	Unit    string  `json:"unit"`
	Callers int     `json:"callers"`
	Summary Run     `json:"median"`
	Spread  float64 `json:"spread"`
	Runs    []Run   `json:"runs"`
}

func (r *Result) summarize() {
	rate := func(run Run) float64 { return run.PerSecond }
	r.Summary = Run{
		Calls:     int(r.median(func(run Run) float64 { return float64(run.Calls) })),
		PerSecond: r.median(rate),
		P50:       r.median(P50),
		P95:       r.median(func(run Run) float64 { return run.P95 }),
		P99:       r.median(func(run Run) float64 { return run.P99 }),
		Processor: r.median(func(run Run) float64 { return run.Processor }),
		Services:  r.median(ServicesTime),
		HeapBytes: r.median(func(run Run) float64 { return run.HeapBytes }),
	}
	rates := r.each(rate)
	if r.Summary.PerSecond > 0 {
		r.Spread = (slices.Max(rates) - slices.Min(rates)) / r.Summary.PerSecond
	}
}

func (r *Result) each(figure func(Run) float64) []float64 {
	figures := make([]float64, len(r.Runs))
	for i, run := range r.Runs {
		figures[i] = figure(run)
	}
	return figures
}

func (r *Result) median(figure func(Run) float64) float64 { return median(r.each(figure)) }

// median is the middle figure, of an even number the upper of both.
func median(figures []float64) float64 {
	slices.Sort(figures)
	return figures[len(figures)/2]
}

// Rate and P50 are the figures that are compared.
func Rate(run Run) float64 { return run.PerSecond }

// P50 is the median time of a run.
func P50(run Run) float64 { return run.P50 }

// ServicesTime is the processor time of the services. What else the machine does makes calls
// take longer, and hardly makes them cost more.
func ServicesTime(run Run) float64 { return run.Services }

// Ratio is how a figure of one result stands to that of another: the median over the runs,
// each compared with the other's run of the same round.
func Ratio(a, b Result, figure func(Run) float64) float64 {
	ratios := make([]float64, min(len(a.Runs), len(b.Runs)))
	for i := range ratios {
		ratios[i] = figure(a.Runs[i]) / figure(b.Runs[i])
	}
	return median(ratios)
}

// Named finds a result.
func Named(results []Result, name string) (Result, bool) {
	i := slices.IndexFunc(results, func(r Result) bool { return r.Name == name })
	if i < 0 {
		return Result{}, false
	}
	return results[i], true
}
