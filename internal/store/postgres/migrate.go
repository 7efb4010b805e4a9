package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"github.com/tenantry/tenantry/internal/store"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrating is the lock of who migrates.
var migrating = keyOf("migrate", "")

// Migrate brings the database of a URL to the version of this program; its first migration
// makes the tables in an empty database, which has to be there. Of several who migrate at
// once one does, and the others wait for it. Nodes may serve meanwhile (see the package).
// It changes nothing in a database that is newer than this program, or another program's.
//
// It needs connections of its own to the server: a pooler in between that gives statements to
// any connection does not do.
func Migrate(ctx context.Context, rawURL string) (m store.Migration, err error) {
	d, err := parse(rawURL)
	if err != nil {
		return m, err
	}
	db := d.open(2) // one holds the lock
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return m, d.explain(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", migrating); err != nil {
		return m, d.explain(err)
	}
	// The lock ends with the connection, which is not used again.
	return d.migrate(ctx, db)
}

func (d database) migrate(ctx context.Context, db *sql.DB) (m store.Migration, err error) {
	if m.From, err = d.version(ctx, db); err != nil {
		return m, err
	}
	if m.From >= programVersion() {
		return store.Migration{From: m.From, To: m.From}, nil
	}
	provider, err := newProvider(db)
	if err != nil {
		return m, err
	}
	if _, err := provider.Up(ctx); err != nil {
		return m, fmt.Errorf("migrate %s: %w", d, translate(err))
	}
	m.To = programVersion()
	if m.From == 0 {
		// A planner that knows tables to be empty takes any index, and goes on with it as
		// they fill; one that knows nothing takes the right one.
		return m, nil
	}
	return m, analyze(ctx, db)
}

func newProvider(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, files, goose.WithDisableGlobalRegistry(true))
}

// analyze tells the planner what is in the tables. Without it a database that was just filled
// answers many times slower.
func analyze(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, "ANALYZE")
	return translate(err)
}

// programVersion is the number of the newest migration.
func programVersion() int64 {
	entries, _ := migrationFiles.ReadDir("migrations") // embedded, in ascending order
	version, _ := goose.NumericComponent(entries[len(entries)-1].Name())
	return version
}

// oldestServer is the oldest version of PostgreSQL that is tested, as it counts them.
const oldestServer = 140000

// version reads the version of a database without changing it, 0 of an empty one. It refuses
// one that is not Tenantry's, or is too new for this program.
func (d database) version(ctx context.Context, db *sql.DB) (int64, error) {
	var server, tables, ours int64
	var encoding string
	if err := db.QueryRowContext(ctx, `
SELECT current_setting('server_version_num')::bigint, current_setting('server_encoding'),
       (SELECT count(*) FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
          AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')),
       (to_regclass('oldest_program') IS NOT NULL AND to_regclass('goose_db_version') IS NOT NULL)::int`,
	).Scan(&server, &encoding, &tables, &ours); err != nil {
		return 0, d.explain(err)
	}
	switch {
	case server < oldestServer:
		return 0, fmt.Errorf("%s is kept by PostgreSQL %d, which is too old: it has to be %d or newer", d, server/10000, oldestServer/10000)
	case encoding != "UTF8":
		return 0, fmt.Errorf("%s keeps texts as %s: it has to be made with the encoding UTF8", d, encoding)
	case ours == 0 && tables > 0:
		return 0, fmt.Errorf("%s is the database of another program", d)
	case ours == 0:
		return 0, nil
	}
	var version, oldest int64
	if err := db.QueryRowContext(ctx,
		"SELECT (SELECT max(version_id) FROM goose_db_version), (SELECT max(version) FROM oldest_program)").Scan(&version, &oldest); err != nil {
		return 0, d.explain(err)
	}
	if oldest > programVersion() {
		return 0, fmt.Errorf("%s has version %d, made by a newer program: programs from version %d on can work with it, this one has version %d",
			d, version, oldest, programVersion())
	}
	return version, nil
}

// requireUsable refuses a database that this program can't serve.
func (d database) requireUsable(ctx context.Context, db *sql.DB) error {
	version, err := d.version(ctx, db)
	switch {
	case err != nil:
		return err
	case version == 0:
		return fmt.Errorf("%s is empty: run tenantry migrate", d)
	case version < programVersion():
		return fmt.Errorf("%s has version %d, and this program needs version %d: run tenantry migrate", d, version, programVersion())
	}
	return nil
}
