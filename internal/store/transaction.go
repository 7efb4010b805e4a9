package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// transaction is a source whose statements run in one transaction.
type transaction struct {
	tx   *sql.Tx
	pool *Pool
	// at is the time of the database when the transaction had its locks, if it tells.
	at time.Time
}

func (t *transaction) speaks() *Dialect { return t.pool.dialect }

func (t *transaction) row(ctx context.Context, q *query, args []any) *sql.Row {
	if t.pool.statements == nil {
		return t.tx.QueryRowContext(ctx, t.pool.dialect.Queries[q], args...)
	}
	return t.tx.StmtContext(ctx, t.pool.statements[q]).QueryRowContext(ctx, args...)
}

func (t *transaction) rows(ctx context.Context, q *query, args []any) (*sql.Rows, error) {
	if t.pool.statements == nil {
		return t.tx.QueryContext(ctx, t.pool.dialect.Queries[q], args...)
	}
	return t.tx.StmtContext(ctx, t.pool.statements[q]).QueryContext(ctx, args...)
}

// exec runs a statement and returns how many rows it wrote.
func (t *transaction) exec(ctx context.Context, q *query, args ...any) (int64, error) {
	result, err := t.run(ctx, q, searchable(args))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", q.name, t.pool.dialect.Translate(err))
	}
	return result.RowsAffected()
}

func (t *transaction) run(ctx context.Context, q *query, args []any) (sql.Result, error) {
	if t.pool.statements == nil {
		return t.tx.ExecContext(ctx, t.pool.dialect.Queries[q], args...)
	}
	return t.tx.StmtContext(ctx, t.pool.statements[q]).ExecContext(ctx, args...)
}

// transact runs do in a writing transaction and commits it; an error of do rolls it back.
// locks tells what the transaction takes before anything else, where the dialect has locks.
//
// The wait for a connection ends with ctx. What follows does not.
func (p *Pool) transact(ctx context.Context, locks func() []Lock, do func(context.Context, *transaction) error) error {
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return p.dialect.Translate(err)
	}
	defer conn.Close()
	ctx, cancel := p.dialect.bounded(ctx)
	defer cancel()
	tx, err := conn.BeginTx(ctx, p.dialect.Writing)
	if err != nil {
		return fmt.Errorf("begin: %w", p.dialect.Translate(err))
	}
	defer tx.Rollback() // does nothing after a commit
	t := &transaction{tx: tx, pool: p}
	if err := t.lock(ctx, locks); err != nil {
		return err
	}
	if err := do(ctx, t); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", p.dialect.Translate(err))
	}
	if p.dialect.Committed != nil {
		p.dialect.Committed(ctx, conn)
	}
	return nil
}

func (t *transaction) lock(ctx context.Context, locks func() []Lock) (err error) {
	if t.pool.dialect.Lock == nil || locks == nil {
		return nil
	}
	if t.at, err = t.pool.dialect.Lock(ctx, t.tx, locks()); err != nil {
		return fmt.Errorf("lock: %w", t.pool.dialect.Translate(err))
	}
	return nil
}

// begin opens a reading transaction that ends with ctx, if not before. Databases take the
// view of a transaction at its first read, so there is one before begin returns.
func (p *Pool) begin(ctx context.Context) (*transaction, error) {
	tx, err := p.db.BeginTx(ctx, p.dialect.Viewing)
	if err != nil {
		return nil, p.dialect.Translate(err)
	}
	t := &transaction{tx: tx, pool: p}
	if _, err := one(ctx, t, scanInt, qTakeView); err != nil {
		tx.Rollback()
		return nil, err
	}
	return t, nil
}

var qTakeView = named("take_view")

func (t *transaction) rollback() error {
	if err := t.tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return t.pool.dialect.Translate(err)
	}
	return nil
}
