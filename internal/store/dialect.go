package store

import (
	"context"
	"database/sql"
	"time"
)

// Dialect is what a store of one kind of database says of it: its statements, and how it
// differs where they run.
type Dialect struct {
	Queries Queries
	// Place begins the place of a value in a statement; its number follows.
	Place rune
	// Quick says that one row is read in less time than it takes to watch a context meanwhile.
	Quick bool
	// Translate gives the driver's errors their meaning: [tenancy.ErrNoRow],
	// [tenancy.ErrMoved] and the like. What it does not know stays as it is; errors of a
	// context stay those of the context.
	Translate func(error) error

	// Writing and Viewing are how transactions begin. One that writes sees what is committed
	// when it has taken its locks; one that views shows one instant.
	Writing, Viewing *sql.TxOptions
	// Lock takes the locks of a writing transaction, as its first statement, and tells the
	// time of the database at which it has them. It is nil for a database whose writers are
	// one at a time, and where the store has the clock.
	Lock func(ctx context.Context, tx *sql.Tx, locks []Lock) (time.Time, error)
	// Patience bounds how long a writing transaction may take, once it has begun; 0 for ever.
	Patience time.Duration
	// Committed, if there is one, is called after each commit with its connection.
	Committed func(ctx context.Context, conn *sql.Conn)
}

// bounded is the context of a transaction that has begun: it does not end with ctx. What
// follows is short, and to break it off would leave callers who do not know what became of it.
func (d *Dialect) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx = context.WithoutCancel(ctx)
	if d.Patience == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, d.Patience)
}
