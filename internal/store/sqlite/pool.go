package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver
)

// busyTimeout is how long a statement waits, in milliseconds, while another process writes.
const busyTimeout = "5000"

// access says what a connection is for.
type access string

const (
	reading access = "reading"
	writing access = "writing"
)

// pool is a set of connections with the statements prepared on them.
type pool struct {
	db         *sql.DB
	log        string // the path of the write-ahead log
	tidied     int64  // how long the log was when it last could not be begun anew
	statements map[*query]*sql.Stmt
}

// openPool opens at most size connections to a database that exists and is migrated.
func openPool(ctx context.Context, path string, size int, a access) (*pool, error) {
	db, err := openDatabase(path, size, a)
	if err != nil {
		return nil, err
	}
	p := &pool{db: db, log: path + "-wal", statements: make(map[*query]*sql.Stmt, len(queries))}
	for _, q := range queries {
		if p.statements[q], err = db.PrepareContext(ctx, q.text); err != nil {
			p.close()
			return nil, fmt.Errorf("prepare %s: %w", q.name, translate(err))
		}
	}
	return p, nil
}

func (p *pool) close() error {
	if p == nil {
		return nil
	}
	return p.db.Close() // closes the statements too
}

func openDatabase(path string, size int, a access) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dataSource(path, a))
	if err != nil {
		return nil, translate(err)
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// dataSource names the database with the settings of a connection. A writing transaction
// takes the write lock when it begins (BEGIN IMMEDIATE): so what it has read can't move
// before it writes, and it waits for its turn once, at a place where nothing is lost.
func dataSource(path string, a access) string {
	path, err := filepath.Abs(path)
	if err != nil {
		path = filepath.Clean(path)
	}
	settings := url.Values{
		"mode":          {"rw"},
		"_busy_timeout": {busyTimeout},
		"_foreign_keys": {"on"},
		"_synchronous":  {"full"},
		"_txlock":       {"immediate"},
		"_error_rc":     {"true"},
	}
	if a == reading {
		settings.Set("_query_only", "on")
	} else {
		settings.Set("_pragma", "secure_delete(on)") // what is erased is not to be found in the file
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: settings.Encode()}).String()
}
