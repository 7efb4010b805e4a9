package load

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSchedule(t *testing.T) {
	const rate, seconds = 1000.0, 100
	all := schedule(1, rate, seconds*time.Second)
	require.InEpsilon(t, rate*seconds, len(all), 0.02)
	require.True(t, slices.IsSortedFunc(all, func(a, b arrival) int { return int(a.due - b.due) }))
	require.Less(t, all[len(all)-1].due, seconds*time.Second)
	require.Equal(t, all, schedule(1, rate, seconds*time.Second), "the same seed")
	require.NotEqual(t, all, schedule(2, rate, seconds*time.Second))

	var counts [kinds]int
	var empty, last int // milliseconds in which nothing is due
	for _, a := range all {
		counts[a.kind]++
		at := int(a.due / time.Millisecond)
		empty += max(0, at-last-1)
		last = at
	}
	for k, m := range mixture {
		require.InDelta(t, m.share, float64(counts[k])/float64(len(all))*wholeShare, 0.6, m.name)
	}
	require.InEpsilon(t, 0.368, float64(empty)/(seconds*1000), 0.05, "one of e, as it is where arrivals don't depend on each other")
}

func TestMixtureIsWhole(t *testing.T) {
	whole := 0
	for k, m := range mixture {
		require.NotEmpty(t, m.name)
		require.Equal(t, m.share > 0, asked[k] != nil, m.name)
		whole += m.share
	}
	require.Equal(t, wholeShare, whole)
	require.Equal(t, check, kindAt(0))
	require.Equal(t, change, kindAt(wholeShare-1))
}

// Draws are the same for the same number, small ones the most often, and all below the limit.
func TestDraws(t *testing.T) {
	const limit, many = 1_800_000, 20_000
	few, wide := 0, map[int]bool{}
	for n := range many {
		drew := drawn(1, n).skewed(limit)
		require.Less(t, drew, limit)
		require.Equal(t, drew, drawn(1, n).skewed(limit))
		if drew < 50 {
			few++
		}
		wide[drew] = true
	}
	require.InDelta(t, 1.0/7, float64(few)/many, 0.01)
	require.InDelta(t, 11_000, len(wide), 1000)
	require.Zero(t, drawn(1, 1).skewed(1))
}

func TestWorkersAt(t *testing.T) {
	require.Equal(t, fewestWorkers, workersAt(1))
	require.Equal(t, 300, workersAt(600))
	require.Equal(t, mostWorkers, workersAt(1e6))
}
