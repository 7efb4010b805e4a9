// Package ratelimit bounds how often somebody does something. Each has a bucket of his own, of
// tokens that come back at a rate; who has none left has to wait.
//
// What it remembers is in this process alone, and bounded: where there are more than so many,
// it forgets some whom it has seldom seen. Who is forgotten begins with a full bucket.
package ratelimit

import (
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"
)

// Limit is how often, in the long run and at once. The zero Limit is none.
type Limit struct {
	PerSecond float64
	Burst     int // at least 1
}

// Buckets holds those of everybody, by what tells one from another. It is safe for concurrent
// use.
type Buckets[K comparable] struct {
	limit   Limit
	now     func() time.Time
	buckets *otter.Cache[K, *rate.Limiter]
}

// New returns full buckets for everybody, of whom about so many are remembered.
func New[K comparable](limit Limit, most int, now func() time.Time) *Buckets[K] {
	return &Buckets[K]{limit, now, otter.Must(&otter.Options[K, *rate.Limiter]{MaximumSize: most})}
}

// Take takes a token. Where there is none it takes nothing, and returns after how long there
// will be one, if nobody else takes it; else 0.
func (b *Buckets[K]) Take(key K) (wait time.Duration) {
	now := b.now()
	bucket := b.of(key)
	if bucket.AllowN(now, 1) {
		return 0
	}
	return max(b.lacking(bucket, now), 1)
}

// Wait tells what Take would return now, and takes nothing.
func (b *Buckets[K]) Wait(key K) time.Duration {
	bucket, there := b.buckets.GetIfPresent(key)
	if !there {
		return 0
	}
	return max(b.lacking(bucket, b.now()), 0)
}

func (b *Buckets[K]) of(key K) *rate.Limiter {
	if bucket, there := b.buckets.GetIfPresent(key); there {
		return bucket
	}
	bucket, _ := b.buckets.SetIfAbsent(key, rate.NewLimiter(rate.Limit(b.limit.PerSecond), b.limit.Burst))
	return bucket
}

// lacking is how long it takes until a bucket has a whole token, less than 0 if it has more.
func (b *Buckets[K]) lacking(bucket *rate.Limiter, now time.Time) time.Duration {
	return time.Duration((1 - bucket.TokensAt(now)) / b.limit.PerSecond * float64(time.Second))
}
