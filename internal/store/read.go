package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// source runs a statement: on any connection of a pool, or in one transaction.
type source interface {
	speaks() *Dialect
	row(ctx context.Context, q *query, args []any) *sql.Row
	rows(ctx context.Context, q *query, args []any) (*sql.Rows, error)
}

func (p *Pool) speaks() *Dialect { return p.dialect }

func (p *Pool) row(ctx context.Context, q *query, args []any) *sql.Row {
	if p.statements == nil {
		return p.db.QueryRowContext(ctx, p.dialect.Queries[q], args...)
	}
	return p.statements[q].QueryRowContext(ctx, args...)
}

func (p *Pool) rows(ctx context.Context, q *query, args []any) (*sql.Rows, error) {
	if p.statements == nil {
		return p.db.QueryContext(ctx, p.dialect.Queries[q], args...)
	}
	return p.statements[q].QueryContext(ctx, args...)
}

// scanner is one row of an answer.
type scanner interface {
	Scan(into ...any) error
}

// one reads a single row, ErrNoRow if there is none. Where the dialect is quick, ctx counts
// only before it begins, and for an error that it caused.
func one[T any](ctx context.Context, s source, scan func(scanner) (T, error), q *query, args ...any) (v T, err error) {
	if err := ctx.Err(); err != nil {
		return v, err
	}
	watched := ctx
	if s.speaks().Quick {
		watched = context.WithoutCancel(ctx)
	}
	v, err = scan(s.row(watched, q, searchable(args)))
	return v, translated(ctx, s, err)
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
		rows, err := s.rows(ctx, q, searchable(args))
		if err != nil {
			yield(none, translated(ctx, s, err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			v, err := scan(rows)
			if !yield(v, translated(ctx, s, err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(none, translated(ctx, s, err))
		}
	}
}

func translated(ctx context.Context, s source, err error) error {
	if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
		return ctx.Err() // the transaction ends with it
	}
	return s.speaks().Translate(err)
}

func scanInt(s scanner) (n int64, err error) {
	err = s.Scan(&n)
	return n, err
}

// asRow makes a reader of one kind of row a reader of rows.
func asRow[T tenancy.Row](scan func(scanner) (T, error)) func(scanner) (tenancy.Row, error) {
	return func(s scanner) (tenancy.Row, error) { return scan(s) }
}
