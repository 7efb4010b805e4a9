package sqlite

import (
	"database/sql"
	"embed"

	"github.com/tenantry/tenantry/internal/store"
)

//go:embed queries/*.sql
var queryFiles embed.FS

var queries = store.ReadQueries(queryFiles)

// dialect is how SQLite is spoken to. Writers are one at a time, so they need no locks.
func dialect() *store.Dialect {
	return &store.Dialect{
		Queries:   queries,
		Place:     '?',
		Quick:     true,
		Translate: translate,
		Viewing:   &sql.TxOptions{ReadOnly: true},
	}
}

// writers is the dialect of the writing connection, which keeps the log short.
func writers(path string) *store.Dialect {
	d := dialect()
	d.Committed = (&log{path: path + "-wal"}).tidy
	return d
}
