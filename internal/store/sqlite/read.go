package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// source runs a statement: on any connection of a pool, or in one transaction.
type source interface {
	statement(ctx context.Context, q *query) *sql.Stmt
}

func (p *pool) statement(_ context.Context, q *query) *sql.Stmt { return p.statements[q] }

// scanner is one row of an answer.
type scanner interface {
	Scan(into ...any) error
}

// one reads a single row, ErrNoRow if there is none. An answer takes less time than to watch
// a context meanwhile, so ctx counts only before it begins, and for an error that it caused.
func one[T any](ctx context.Context, s source, scan func(scanner) (T, error), q *query, args ...any) (v T, err error) {
	if err := ctx.Err(); err != nil {
		return v, err
	}
	unwatched := context.WithoutCancel(ctx)
	v, err = scan(s.statement(unwatched, q).QueryRowContext(unwatched, args...))
	if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
		err = ctx.Err() // the transaction ends with it
	}
	return v, translate(err)
}

// all reads every row of an answer into memory.
func all[T any](ctx context.Context, s source, scan func(scanner) (T, error), q *query, args ...any) ([]T, error) {
	var list []T
	for v, err := range each(ctx, s, scan, q, args...) {
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// each reads an answer row by row. It ends with the first error.
func each[T any](ctx context.Context, s source, scan func(scanner) (T, error), q *query, args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		rows, err := s.statement(ctx, q).QueryContext(ctx, args...)
		if err != nil {
			yield(none, translate(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			v, err := scan(rows)
			if !yield(v, translate(err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(none, translate(err))
		}
	}
}

func scanInt(s scanner) (n int64, err error) {
	err = s.Scan(&n)
	return n, err
}

// asRow makes a reader of one kind of row a reader of rows.
func asRow[T tenancy.Row](scan func(scanner) (T, error)) func(scanner) (tenancy.Row, error) {
	return func(s scanner) (tenancy.Row, error) { return scan(s) }
}
