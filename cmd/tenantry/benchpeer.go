package main

import (
	"context"
	"database/sql"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"github.com/tenantry/tenantry/internal/estate/measure"
)

// The peers tell what the same machine does at the same time for the least that each kind
// of call can be.
const (
	benchGin    = "peer: an empty Gin handler"
	benchSQLite = "peer: a durable SQLite transaction of one row"
)

// emptyGin serves on a port of its own until stop.
func emptyGin(questions *measure.Sequence, callers int) (m measure.Measure, stop func() error, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return m, nil, err
	}
	server := &http.Server{Handler: measure.EmptyGin(), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }() // ends with Close
	return measure.Load(benchGin, callers, func(caller int) (measure.Caller, error) {
		next := measure.AllAllowed(questions.Repeated(caller))
		return measure.NewChecker(listener.Addr().String(), "", next)
	}), server.Close, nil
}

// bareSQLite writes to a database of its own, with the settings of the record, in the same
// directory.
func bareSQLite(ctx context.Context, dir string) (m measure.Measure, stop func() error, err error) {
	settings := url.Values{
		"_journal_mode": {"wal"}, "_synchronous": {"full"}, "_txlock": {"immediate"},
		"_busy_timeout": {"5000"}, "_foreign_keys": {"on"},
	}
	source := url.URL{Scheme: "file", Path: filepath.Join(dir, "bare.db"), RawQuery: settings.Encode()}
	db, err := sql.Open("sqlite", source.String())
	if err != nil {
		return m, nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT"); err != nil {
		return m, db.Close, err
	}
	insert, err := db.PrepareContext(ctx, "INSERT INTO rows (text) VALUES ('the text of one row')")
	return measure.Load(benchSQLite, 1, func(int) (measure.Caller, error) {
		return measure.CallerFunc(func(ctx context.Context) error { return insertRow(ctx, db, insert) }), nil
	}), db.Close, err
}

func insertRow(ctx context.Context, db *sql.DB, insert *sql.Stmt) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	if _, err := tx.StmtContext(ctx, insert).ExecContext(ctx); err != nil {
		return err
	}
	return tx.Commit()
}
