package load

import (
	"slices"
	"time"
)

// Trend is what became of a figure in the course of the run.
type Trend struct {
	First   float64 `json:"first_fifth_median"`
	Last    float64 `json:"last_fifth_median"`
	PerHour float64 `json:"slope_per_hour"` // by least squares
}

// grown is by how much.
func (t Trend) grown() float64 { return t.Last - t.First }

// trendOf leaves out the warm-up: the first tenth of the points.
func trendOf(at []time.Duration, values []float64) Trend {
	const warmUp, part = 10, 5
	at, values = at[len(at)/warmUp:], values[len(values)/warmUp:]
	if len(values) == 0 {
		return Trend{}
	}
	fifth := (len(values) + part - 1) / part
	return Trend{median(values[:fifth]), median(values[len(values)-fifth:]), slope(at, values) * float64(time.Hour)}
}

// median is the middle figure, of an even number the mean of both.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// slope is by how much a figure grows in a nanosecond: that of the line from which the points
// are the least far in the mean of squares.
func slope(at []time.Duration, values []float64) float64 {
	var meanAt, meanValue float64
	for i := range at {
		meanAt += float64(at[i]) / float64(len(at))
		meanValue += values[i] / float64(len(at))
	}
	var product, square float64
	for i := range at {
		x := float64(at[i]) - meanAt
		product += x * (values[i] - meanValue)
		square += x * x
	}
	if square == 0 {
		return 0
	}
	return product / square
}
