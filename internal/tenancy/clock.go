package tenancy

import "time"

// Clock tells the time. Times of the record have milliseconds and are UTC.
type Clock interface {
	Now() time.Time
}

// SystemClock is the clock of the machine.
type SystemClock struct{}

// Now is the time of day, in UTC and whole milliseconds.
func (SystemClock) Now() time.Time { return machineTime().UTC().Truncate(time.Millisecond) }
