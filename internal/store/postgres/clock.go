package postgres

import (
	"sync"
	"time"
)

// trusted is how long a measurement of the database's clock is kept when none comes that is as
// sharp. Clocks of machines drift by some milliseconds in this time.
const trusted = 10 * time.Second

// clock tells the time of the database, from the monotonic clock of the node and how far the
// database's is ahead of it. Whatever the node believes the time of day to be does not matter.
// It never goes back.
type clock struct {
	mu       sync.Mutex
	begun    time.Time     // has a monotonic reading, from which all times are counted
	ahead    time.Duration // the database's time of day (since 1970) at begun
	width    time.Duration // how wrong that may be
	measured time.Time
	last     time.Time // the latest time that was told
}

func newClock() *clock {
	now := time.Now()
	return &clock{begun: now, ahead: time.Duration(now.UnixNano()), width: time.Hour, measured: now}
}

// Now is the time of the database, in UTC and whole milliseconds.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.at(time.Now()); now.After(c.last) {
		c.last = now
	}
	return c.last
}

func (c *clock) at(local time.Time) time.Time {
	return time.Unix(0, int64(c.ahead+local.Sub(c.begun))).UTC().Truncate(time.Millisecond)
}

// heard takes in that the database told its time between two instants of the node. The
// sharpest of late measurements counts.
func (c *clock) heard(asked, answered, told time.Time) {
	width := answered.Sub(asked)
	c.mu.Lock()
	defer c.mu.Unlock()
	if width > c.width && answered.Sub(c.measured) < trusted {
		return
	}
	c.width, c.measured = width, answered
	between := asked.Sub(c.begun) + width/2
	c.ahead = time.Duration(told.UnixNano()) + time.Millisecond/2 - between // told is cut to milliseconds
}
