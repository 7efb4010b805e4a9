package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver

	"github.com/tenantry/tenantry/internal/store"
)

// busyTimeout is how long a statement waits, in milliseconds, while another process writes.
const busyTimeout = "5000"

// access says what a connection is for.
type access string

const (
	reading access = "reading"
	writing access = "writing"
)

// openPool opens at most size connections to a database that exists and is migrated.
func openPool(ctx context.Context, path string, size int, a access, d *store.Dialect) (*store.Pool, error) {
	db, err := openDatabase(path, size, a)
	if err != nil {
		return nil, err
	}
	p := store.NewPool(db, d)
	if err := p.Prepare(ctx); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// openKeys opens the one connection that writes, and readers.
func openKeys(ctx context.Context, path string, readers int) (store.Keys, error) {
	writer, err := openPool(ctx, path, 1, writing, writers(path))
	if err != nil {
		return store.Keys{}, err
	}
	reader, err := openPool(ctx, path, readers, reading, dialect())
	if err != nil {
		return store.Keys{}, errors.Join(err, writer.Close())
	}
	return store.NewKeys(writer, reader), nil
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
