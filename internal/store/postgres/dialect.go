package postgres

import (
	"database/sql"
	"embed"
	"time"

	"github.com/tenantry/tenantry/internal/store"
)

//go:embed queries/*.sql
var queryFiles embed.FS

// patience is how long a writing transaction may take, with its wait for locks. It is there
// for servers that do not answer any more.
const patience = 30 * time.Second

// dialect is how PostgreSQL is spoken to. The driver keeps the statements that a connection
// has run prepared.
var dialect = &store.Dialect{
	Queries:   store.ReadQueries(queryFiles),
	Place:     '$',
	Translate: translate,
	Writing:   &sql.TxOptions{Isolation: sql.LevelReadCommitted},
	Viewing:   &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
	Lock:      lock,
	Patience:  patience,
}
