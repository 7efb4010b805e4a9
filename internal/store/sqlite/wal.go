package sqlite

import (
	"context"
	"database/sql"
	"os"
)

// maxLogBytes is how long the write-ahead log may grow before a writer waits for readers
// to let go of it. SQLite copies it back by itself as it grows, but begins it anew only when
// no reader is in it, which under constant reading is never.
const maxLogBytes = 16 << 20

// tidy begins a long write-ahead log anew. It waits for readers as long as a statement
// waits for writers; should one hold on longer, the next writer tries again. What is
// committed is safe either way, so an error is not the writer's.
func (p *pool) tidy(ctx context.Context, conn *sql.Conn) {
	if info, err := os.Stat(p.log); err != nil || info.Size() < maxLogBytes {
		return
	}
	_, _ = conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
}
