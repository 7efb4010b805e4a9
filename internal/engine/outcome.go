package engine

import (
	"context"
	"math/rand/v2"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// maxTries bounds how often something is tried again that does not get on. Whatever gets on
// begins to count anew.
const maxTries = 5

// Pauses between tries: the first one, and the longest.
const (
	firstPause   = 20 * time.Millisecond
	longestPause = 500 * time.Millisecond
)

// isUnknown reports whether a call may have taken effect though it failed: its answer was
// lost, came too late, or tells of a fault inside. Who has given up himself does not ask.
func isUnknown(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	switch status.Code(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.Aborted, codes.Canceled, codes.Unknown, codes.Internal:
		return true
	default:
		return false
	}
}

// isBroken reports whether reading failed on the way, and may go on from where it was.
func isBroken(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	code := status.Code(err)
	return code == codes.Unavailable || code == codes.DeadlineExceeded
}

// pause waits before the next try, longer each time, and not the same for all who wait. It
// ends with ctx.
func pause(ctx context.Context, tries int) {
	longest := min(firstPause<<tries, longestPause)
	timer := time.NewTimer(longest/2 + rand.N(longest/2)) //nolint:gosec // G404: it spreads load, and keeps no secret
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
