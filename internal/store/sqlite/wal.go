package sqlite

import (
	"context"
	"database/sql"
	"os"
)

// maxLogBytes is how long the write-ahead log may grow before a writer waits for readers
// to let go of it. SQLite copies it back by itself as it grows, but begins it anew only when
// no reader is in it, which under constant reading may be never.
const maxLogBytes = 16 << 20

// log is the write-ahead log as its one writer sees it.
type log struct {
	path   string
	tidied int64 // how long it was when it last could not be begun anew
}

// tidy begins a long write-ahead log anew. It waits a moment for readers; should one hold
// on longer, it is tried again when the log has grown by as much once more. What is
// committed is safe either way, so an error is not the writer's. It is for the holder of
// the one writing connection.
func (l *log) tidy(ctx context.Context, conn *sql.Conn) {
	info, err := os.Stat(l.path)
	if err != nil || info.Size() < l.tidied+maxLogBytes {
		return
	}
	_, _ = conn.ExecContext(ctx, "PRAGMA busy_timeout = 100")
	var busy, pages, copied int64
	err = conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &copied)
	_, _ = conn.ExecContext(ctx, "PRAGMA busy_timeout = "+busyTimeout)
	l.tidied = 0
	if err != nil || busy != 0 {
		l.tidied = info.Size()
	}
}

// purge begins the write-ahead log anew, as what was erased stands there yet. It waits for
// readers as a writer does, and not for longer: the log then goes when it is next tidied.
func purge(ctx context.Context, writer *sql.DB) {
	conn, err := writer.Conn(context.WithoutCancel(ctx))
	if err != nil {
		return
	}
	defer conn.Close()
	_, _ = conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(TRUNCATE)")
}
