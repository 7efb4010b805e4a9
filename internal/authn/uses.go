package authn

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// UseRecord keeps when access keys were used last, by id.
type UseRecord interface {
	UseAccessKeys(ctx context.Context, uses map[string]time.Time) error
}

// Uses gathers when access keys were used, so that no call waits for it to be written. What
// is written is late by as much as the pause between two flushes; what was gathered since
// the last one is lost with a process that ends at once, and so is what could not be
// written. Nothing is decided by it. A nil Uses gathers nothing.
type Uses struct {
	record UseRecord
	log    *slog.Logger

	mu   sync.Mutex
	last map[string]time.Time
}

// NewUses returns a Uses that writes to the record.
func NewUses(record UseRecord, log *slog.Logger) *Uses {
	return &Uses{record: record, log: log, last: map[string]time.Time{}}
}

func (u *Uses) note(id string, at time.Time) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.last[id] = at
}

// Flush writes what was gathered since the last flush.
func (u *Uses) Flush(ctx context.Context) {
	u.mu.Lock()
	uses := u.last
	u.last = map[string]time.Time{}
	u.mu.Unlock()
	if len(uses) == 0 {
		return
	}
	if err := u.record.UseAccessKeys(ctx, uses); err != nil {
		u.log.Warn("the last uses of access keys could not be written", "keys", len(uses), "error", err)
	}
}

// Run flushes at every tick until the context ends, and then once more.
func (u *Uses) Run(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case <-ticks:
			u.Flush(ctx)
		case <-ctx.Done():
			u.Flush(context.WithoutCancel(ctx))
			return
		}
	}
}
