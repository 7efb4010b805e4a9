package ratelimit

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// clock stands still until it is put forward.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) Now() time.Time { return c.now }

// Each has a burst at once, and then as many as come back; one does not take from another.
func TestBurstAndRate(t *testing.T) {
	clock := newClock()
	b := New[string](Limit{PerSecond: 4, Burst: 3}, 10, clock.Now)
	for range 3 {
		require.Zero(t, b.Wait("a"))
		require.Zero(t, b.Take("a"))
	}
	require.Equal(t, 250*time.Millisecond, b.Wait("a"))
	require.Equal(t, 250*time.Millisecond, b.Take("a"))
	require.Equal(t, 250*time.Millisecond, b.Take("a"), "who is refused loses nothing by it")
	require.Zero(t, b.Take("b"))
	clock.now = clock.now.Add(249 * time.Millisecond)
	require.NotZero(t, b.Wait("a"))
	require.NotZero(t, b.Take("a"))
	clock.now = clock.now.Add(time.Millisecond)
	require.Zero(t, b.Wait("a"))
	require.Zero(t, b.Take("a"))
	require.NotZero(t, b.Take("a"))
	clock.now = clock.now.Add(time.Hour)
	for range 3 {
		require.Zero(t, b.Take("a"))
	}
	require.NotZero(t, b.Take("a"), "no more than a burst is saved up")
}

// In no stretch of time anybody takes more than a burst and what comes back in it, and whoever
// waits for as long as he is told, and is alone, takes one.
func TestNobodyTakesMoreThanTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := Limit{PerSecond: float64(rapid.IntRange(1, 100_000).Draw(t, "thousandths")) / 1000, Burst: rapid.IntRange(1, 5).Draw(t, "burst")}
		clock := newClock()
		b := New[int](limit, 100, clock.Now)
		taken := map[int][]time.Time{}
		for range rapid.IntRange(1, 60).Draw(t, "calls") {
			clock.now = clock.now.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "ms")) * time.Millisecond)
			key := rapid.IntRange(0, 2).Draw(t, "key")
			wait := b.Take(key)
			if wait != 0 {
				require.Positive(t, wait)
				clock.now = clock.now.Add(wait.Truncate(time.Millisecond) + time.Millisecond)
				require.Zero(t, b.Wait(key))
				require.Zero(t, b.Take(key))
			}
			times := append(taken[key], clock.now)
			taken[key] = times
			for i, from := range times {
				most := float64(limit.Burst) + limit.PerSecond*clock.now.Sub(from).Seconds()
				require.LessOrEqual(t, float64(len(times)-i), most+1e-6)
			}
		}
	})
}

// Many who come at once share one bucket, also if none of them was seen before.
func TestWhoComesAtOnceSharesABucket(t *testing.T) {
	clock := newClock()
	b := New[int](Limit{PerSecond: 1, Burst: 3}, 1000, clock.Now)
	for key := range 500 {
		var taken atomic.Int32
		var all sync.WaitGroup
		start := make(chan struct{})
		for range 8 {
			all.Go(func() {
				<-start
				if b.Take(key) == 0 {
					taken.Add(1)
				}
			})
		}
		close(start)
		all.Wait()
		require.EqualValues(t, 3, taken.Load())
	}
}

// A flood of others takes no more memory than there is, and does not have those forgotten who
// come again and again.
func TestMemoryIsBounded(t *testing.T) {
	clock := newClock()
	b := New[int](Limit{PerSecond: 0.001, Burst: 1}, 1000, clock.Now)
	const often = -1
	require.Zero(t, b.Take(often))
	for key := range 50_000 {
		b.Take(key)
		if key%100 == 0 {
			require.NotZero(t, b.Take(often))
		}
	}
	b.buckets.CleanUp()
	require.LessOrEqual(t, b.buckets.EstimatedSize(), 1000)
}

// To ask after a key that was never seen leaves nothing behind.
func TestAskingLeavesNothing(t *testing.T) {
	b := New[int](Limit{PerSecond: 1, Burst: 1}, 1000, newClock().Now)
	require.Zero(t, b.Wait(1))
	require.Zero(t, b.buckets.EstimatedSize())
}
