package load

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// samplesOf are samples of ten minutes in which each series is what a function says.
func samplesOf(value func(series, n int) float64) (all []sample) {
	for n := range 60 {
		s := sample{at: time.Duration(n) * sampleEvery}
		for of := range s.values {
			s.values[of] = value(of, n)
		}
		all = append(all, s)
	}
	return all
}

func TestTrend(t *testing.T) {
	at := make([]time.Duration, 60)
	values := make([]float64, len(at))
	for i := range at {
		at[i] = time.Duration(i) * time.Minute
		values[i] = 100 + 2*float64(i)
	}
	for i := range 6 {
		values[i] = 1e9 // of the warm-up
	}
	trend := trendOf(at, values)
	require.InDelta(t, 120, trend.PerHour, 1e-6)
	require.InDelta(t, 100+2*11, trend.First, 1e-9, "the median of 6 to 16")
	require.InDelta(t, 100+2*54, trend.Last, 1e-9, "the median of 49 to 59")
	require.InDelta(t, 86, trend.grown(), 1e-9)

	values[40] = 1e9
	require.InDelta(t, 86, trendOf(at, values).grown(), 1e-9, "a peak is no growth")

	require.Equal(t, Trend{}, trendOf(nil, nil))
	require.Equal(t, Trend{First: 5, Last: 5}, trendOf(at[:1], []float64{5}))
}

func TestMedian(t *testing.T) {
	values := []float64{4, 1, 3}
	require.InDelta(t, 3, median(values), 0)
	require.InDelta(t, 3.5, median(append(values, 5)), 0)
	require.Equal(t, []float64{4, 1, 3}, values)
}

func TestFlat(t *testing.T) {
	steady := func(of, _ int) float64 { return [series]float64{200e6, 100e6, 10e6, 60, 40, 5}[of] }
	resting := func(growing int, by float64) []sample {
		before, after := samplesOf(steady)[0], samplesOf(steady)[0]
		after.values[growing] += by
		return []sample{before, after}
	}
	require.True(t, courseOf("a", samplesOf(steady), resting(heap, 0)).IsFlat())

	for name, c := range map[string]struct {
		of               int
		allowed, tooMuch float64 // from the first fifth to the last
		verdict          func(Course) Flat
	}{
		"resident":   {resident, 19e6, 21e6, func(c Course) Flat { return c.Resident }},
		"heap":       {heap, 9e6, 11e6, func(c Course) Flat { return c.Heap }},
		"goroutines": {goroutines, 16, 17, func(c Course) Flat { return c.Goroutines }},
		"handles":    {handles, 16, 17, func(c Course) Flat { return c.Handles }},
	} {
		t.Run(name, func(t *testing.T) {
			grows := func(by float64) []sample {
				return samplesOf(func(of, n int) float64 {
					if of == c.of && n > 30 {
						return steady(of, n) + by
					}
					return steady(of, n)
				})
			}
			require.True(t, courseOf("a", grows(c.allowed), resting(c.of, c.allowed)).IsFlat())
			grown := courseOf("a", grows(c.tooMuch), resting(c.of, c.tooMuch))
			require.False(t, c.verdict(grown).Flat)
			require.False(t, grown.IsFlat())
			require.Positive(t, c.verdict(grown).PerHour)
			require.True(t, courseOf("a", grows(c.tooMuch), resting(c.of, 0)).IsFlat(), "it let go")
			require.False(t, courseOf("a", grows(c.tooMuch), resting(c.of, 0)[:1]).IsFlat(), "nobody saw it let go")
		})
	}
}

// Memory may grow by what is kept of answers, and what waits to be collected for that.
func TestKeptAnswersAreNoLeak(t *testing.T) {
	grows := func(answers float64) Course {
		all := samplesOf(func(of, n int) float64 {
			late := float64(n / 30)
			return [series]float64{200e6 + 60e6*late, 100e6 + 60e6*late, 10e6 + answers*late, 60, 40, 5}[of]
		})
		return courseOf("a", all, []sample{all[0], all[59]})
	}
	require.False(t, grows(0).IsFlat())
	require.False(t, grows(9e6).IsFlat())
	require.True(t, grows(11e6).IsFlat())
}
