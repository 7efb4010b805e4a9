package postgres

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTheClockIsTheDatabases whatever time of day the node believes in.
func TestTheClockIsTheDatabases(t *testing.T) {
	for _, skew := range []time.Duration{0, time.Hour, -time.Hour} {
		c := newClock()
		c.ahead += skew // as a node that is wrong begins
		now := time.Now()
		c.heard(now.Add(-time.Millisecond), now, time.Now())
		require.WithinDuration(t, time.Now(), c.Now(), 20*time.Millisecond, "%v", skew)
		require.Zero(t, c.Now().Nanosecond()%int(time.Millisecond))
		require.Equal(t, time.UTC, c.Now().Location())
	}
}

func TestTheClockNeverGoesBack(t *testing.T) {
	c := newClock()
	begun := c.begun
	c.heard(begun, begun, begun)
	before := c.Now()
	c.heard(begun, begun, begun.Add(-time.Hour))
	require.False(t, c.Now().Before(before))
}

// TestTheSharpestMeasurementCounts until it is old.
func TestTheSharpestMeasurementCounts(t *testing.T) {
	c := newClock()
	begun := c.begun
	c.heard(begun, begun.Add(10*time.Millisecond), begun)
	sharp := c.ahead
	c.heard(begun.Add(time.Second), begun.Add(2*time.Second), begun.Add(time.Hour))
	require.Equal(t, sharp, c.ahead)
	c.heard(begun.Add(time.Second), begun.Add(time.Second+time.Millisecond), begun.Add(time.Second))
	require.NotEqual(t, sharp, c.ahead)
	sharp = c.ahead
	c.heard(begun.Add(time.Minute), begun.Add(time.Minute+time.Second), begun.Add(2*time.Minute))
	require.NotEqual(t, sharp, c.ahead)
}
