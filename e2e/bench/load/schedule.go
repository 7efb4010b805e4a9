package load

import (
	"math/rand/v2"
	"time"
)

// arrival is a request that is due.
type arrival struct {
	due  time.Duration // after the begin
	kind kind
}

// schedule draws when requests are due: so many a second in the mean, each at a time that does
// not depend on the others (a Poisson process). The same seed gives the same schedule.
func schedule(seed uint64, rate float64, duration time.Duration) (all []arrival) {
	random := rand.New(rand.NewPCG(seed, scheduleStream)) //nolint:gosec // it is to be the same again
	for due := 0.0; ; {
		due += random.ExpFloat64() / rate
		if due >= duration.Seconds() {
			return all
		}
		all = append(all, arrival{time.Duration(due * float64(time.Second)), kindAt(random.IntN(wholeShare))})
	}
}

// draw is what a request is made of: its number, and chance that is the same for the same
// number.
type draw struct {
	n      int
	random *rand.Rand
}

// Streams of chance under one seed. Requests have those from 0 on.
const scheduleStream = 1 << 63

func drawn(seed uint64, n int) draw {
	return draw{n, rand.New(rand.NewPCG(seed, uint64(n)))} //nolint:gosec // it counts, and is to be the same again
}

// skew and head shape the choice of what is asked: some of it often, most of it seldom. With
// these one in seven is among fifty, and of 20,000 of them 11,000 are different.
const (
	skew = 1.05
	head = 20
)

// skewed is a number below limit, small ones the most often.
func (d draw) skewed(limit int) int {
	return int(rand.NewZipf(d.random, skew, head, uint64(limit-1)).Uint64()) //nolint:gosec // below limit
}
