package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Pool is a set of connections of one kind: for writing, for short reads, or for snapshots.
type Pool struct {
	db         *sql.DB
	dialect    *Dialect
	statements map[*query]*sql.Stmt // nil unless they are prepared
}

// OpenPool takes over the connections to a database that exists and is migrated: it closes
// them if it fails.
func OpenPool(ctx context.Context, db *sql.DB, d *Dialect) (*Pool, error) {
	p := &Pool{db: db, dialect: d}
	if !d.Prepared {
		return p, nil
	}
	p.statements = make(map[*query]*sql.Stmt, len(d.Queries))
	for q, text := range d.Queries {
		var err error
		if p.statements[q], err = db.PrepareContext(ctx, text); err != nil {
			return nil, errors.Join(fmt.Errorf("prepare %s: %w", q.name, d.Translate(err)), p.Close())
		}
	}
	return p, nil
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
