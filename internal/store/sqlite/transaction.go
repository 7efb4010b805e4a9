package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// transaction is a source whose statements run in one transaction.
type transaction struct {
	tx         *sql.Tx
	statements map[*query]*sql.Stmt
}

func (t *transaction) statement(ctx context.Context, q *query) *sql.Stmt {
	return t.tx.StmtContext(ctx, t.statements[q])
}

// exec runs a statement and returns how many rows it wrote.
func (t *transaction) exec(ctx context.Context, q *query, args ...any) (int64, error) {
	result, err := t.statement(ctx, q).ExecContext(ctx, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", q.name, translate(err))
	}
	return result.RowsAffected()
}

// transact runs do in a writing transaction and commits it; an error of do rolls it back.
//
// The wait for the one writing connection ends with ctx. What follows does not: it is
// short, and to break it off would leave callers who do not know what became of it.
func (p *pool) transact(ctx context.Context, do func(context.Context, *transaction) error) error {
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return translate(err)
	}
	defer conn.Close()
	ctx = context.WithoutCancel(ctx)
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", translate(err))
	}
	defer tx.Rollback() // does nothing after a commit
	if err := do(ctx, &transaction{tx, p.statements}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", translate(err))
	}
	p.tidy(ctx, conn)
	return nil
}

// begin opens a reading transaction that ends with ctx, if not before. SQLite takes the
// view of a transaction at its first read, so there is one before begin returns.
func (p *pool) begin(ctx context.Context) (*transaction, error) {
	tx, err := p.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, translate(err)
	}
	t := &transaction{tx, p.statements}
	if _, err := one(ctx, t, scanInt, qTakeView); err != nil {
		tx.Rollback()
		return nil, err
	}
	return t, nil
}

var qTakeView = named("take_view")

func (t *transaction) rollback() error {
	if err := t.tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return translate(err)
	}
	return nil
}
