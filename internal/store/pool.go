package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Pool is a set of connections of one kind: for writing, for short reads, or for snapshots.
type Pool struct {
	db         *sql.DB
	dialect    *Dialect
	statements map[*query]*sql.Stmt // nil unless they are prepared
}

// NewPool takes over the connections to a database that exists and is migrated.
func NewPool(db *sql.DB, d *Dialect) *Pool { return &Pool{db: db, dialect: d} }

// Prepare prepares all statements, so that one that does not fit the tables is found now.
// Without it the driver prepares what a connection runs.
func (p *Pool) Prepare(ctx context.Context) (err error) {
	statements := make(map[*query]*sql.Stmt, len(p.dialect.Queries))
	for q, text := range p.dialect.Queries {
		if statements[q], err = p.db.PrepareContext(ctx, text); err != nil {
			return fmt.Errorf("prepare %s: %w", q.name, p.dialect.Translate(err))
		}
	}
	p.statements = statements
	return nil
}

// DB gives the connections, for statements that are a dialect's own.
func (p *Pool) DB() *sql.DB { return p.db }

// Close ends the use of the connections; of no pool, too.
func (p *Pool) Close() error {
	if p == nil {
		return nil
	}
	return p.db.Close() // closes the statements too
}
