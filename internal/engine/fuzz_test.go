package engine

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzFence: a fence is read from nothing but what is written for it.
func FuzzFence(f *testing.F) {
	for _, id := range []string{"7", "8/998", "+7", "07", "7/", "7/0", "0", "-1", "9223372036854775807/9223372036854775807", "1_0"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		fence, err := parseFence(id)
		if err != nil {
			return
		}
		require.Equal(t, id, fence.relationship("acme").Subject.ID)
		require.GreaterOrEqual(t, fence.full(), int64(0))
	})
}
