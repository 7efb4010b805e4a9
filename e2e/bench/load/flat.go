package load

import "time"

const (
	// spareCount is by how many goroutines, and handles, the last fifth may have more than the
	// first.
	spareCount = 16
	// spareMemory is the part of itself by which memory may grow.
	spareMemory = 0.1
)

// Course is what became of a node in the course of the run.
type Course struct {
	Node       string `json:"node"`
	Resident   Flat   `json:"resident_bytes"`
	Heap       Flat   `json:"heap_in_use_bytes"`
	Kept       Trend  `json:"decision_cache_bytes"`
	Goroutines Flat   `json:"goroutines"`
	Handles    Flat   `json:"file_handles"`
}

// Flat is a trend, by how much it may grow, and whether it is flat by that.
type Flat struct {
	Trend
	// Rest are the figures before the run and after it, when nothing was asked. A run that was
	// ended has no second one.
	Rest    []float64 `json:"at_rest"`
	Allowed float64   `json:"allowed_growth"`
	Flat    bool      `json:"flat"`
}

// judge takes what has grown at rest as well as under load for grown: what is busy for
// a while, on a machine that others use too, has more in its hands, and lets go of it.
func judge(t Trend, rest []float64, allowed float64) Flat {
	letGo := len(rest) == 2 && rest[1]-rest[0] <= allowed
	return Flat{t, rest, allowed, t.grown() <= allowed || letGo}
}

// courseOf judges the samples of a node. Its goroutines and handles are to be as many as they
// were, and its memory as much, but for the answers that it keeps: they have a bound of their
// own, and tell how much they take. A byte that lives takes more: so much again as the collector
// lets wait for it (GOGC).
func courseOf(node string, seen, rests []sample) Course {
	var trends [series]Trend
	var rest [series][]float64
	for of := range trends {
		var at []time.Duration
		var values []float64
		for _, s := range seen {
			at, values = append(at, s.at), append(values, s.values[of])
		}
		trends[of] = trendOf(at, values)
		for _, s := range rests {
			rest[of] = append(rest[of], s.values[of])
		}
	}
	counted := func(of int) Flat { return judge(trends[of], rest[of], spareCount) }
	memory := func(of int) Flat {
		return judge(trends[of], rest[of], spareMemory*trends[of].First+trends[heldEach].First*max(0, trends[kept].grown()))
	}
	return Course{
		Node: node, Resident: memory(resident), Heap: memory(heap), Kept: trends[kept],
		Goroutines: counted(goroutines), Handles: counted(handles),
	}
}

// IsFlat tells whether nothing has grown more than it may.
func (c Course) IsFlat() bool {
	return c.Resident.Flat && c.Heap.Flat && c.Goroutines.Flat && c.Handles.Flat
}
