package engine

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A delivery goes on only from where it may have brought its trees itself: the version
// before, a part of its own, or its end.
func TestWhereADeliveryGoesOn(t *testing.T) {
	end := fence{version: 7}
	for at, want := range map[fence]bool{
		{version: 6}:              true,
		{version: 7, part: 1}:     true,
		{version: 7, part: 10}:    true,
		end:                       true,
		{}:                        false,
		{version: 5}:              false,
		{version: 6, part: 3}:     false, // a part of another delivery
		{version: 7, part: 11}:    false, // more than it has
		{version: 7, ended: true}: false, // another end
		{version: 8}:              false,
		{version: 8, part: 1}:     false,
	} {
		require.Equal(t, want, fronts{{"acme", at, end}}.onTheWay(10), "%+v", at)
	}
	require.True(t, fronts{{"new", fence{}, fence{version: 1}}}.onTheWay(10), "a tree that begins")
}

// Trees that move in one write are at the same part of it, or were read while it was made.
func TestTreesThatMoveTogetherAreReadTogether(t *testing.T) {
	front := func(rootID string, at fence) front { return front{rootID, at, fence{version: 7}} }
	before, part, other, end := fence{version: 6}, fence{version: 7, part: 3}, fence{version: 7, part: 4}, fence{version: 7}
	for _, c := range []struct {
		a, b fence
		want bool
	}{
		{before, before, true}, {part, part, true}, {end, end, true},
		{before, part, false}, {part, other, false}, {part, end, false}, {before, end, false}, {end, before, false},
	} {
		require.Equal(t, c.want, fronts{front("acme", c.a), front("next", c.b)}.together(), "%+v", c)
	}
}
