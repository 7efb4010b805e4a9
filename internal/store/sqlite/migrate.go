package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/store"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrate brings the database of a data directory to the version of this program, making
// both if they are not there. It fails with [ErrInUse] while a process serves the
// directory, and changes nothing in a database that is newer than this program.
func Migrate(ctx context.Context, dir string) (store.Migration, error) {
	unlock, path, err := take(dir)
	if err != nil {
		return store.Migration{}, err
	}
	m, err := migrate(ctx, path)
	return m, errors.Join(err, unlock())
}

// migrate works on a database that no other process migrates.
func migrate(ctx context.Context, path string) (m store.Migration, err error) {
	db, err := openDatabase(path, 1, writing)
	if err != nil {
		return m, err
	}
	defer db.Close()
	if m.From, err = usableVersion(ctx, db, path); err != nil {
		return m, err
	}
	// The mode is a property of the file, so later connections need not ask for it.
	if _, err := db.ExecContext(ctx, "PRAGMA journal_mode = wal"); err != nil {
		return m, translate(err)
	}
	provider, err := newProvider(db)
	if err != nil {
		return m, err
	}
	if err := failpoint.Err(failpoint.MigrationBegun); err != nil {
		return m, err
	}
	if _, err := provider.Up(ctx); err != nil {
		return m, fmt.Errorf("migrate %s: %w", path, translate(err))
	}
	m.To = programVersion()
	return m, failpoint.Err(failpoint.MigrationDone)
}

func newProvider(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(chaining()))
}

// Version is that of the record that this program works with.
func Version() int64 { return programVersion() }

// programVersion is the number of the newest migration.
func programVersion() int64 {
	entries, _ := migrationFiles.ReadDir("migrations") // embedded, in ascending order
	version, _ := goose.NumericComponent(entries[len(entries)-1].Name())
	return max(version, chainingVersion)
}

// usableVersion reads the version of a database without changing it. It refuses one that
// is not Tenantry's, or is newer than this program.
func usableVersion(ctx context.Context, db *sql.DB, path string) (int64, error) {
	var tables, ours int
	err := db.QueryRowContext(ctx,
		"SELECT count(*), count(CASE name WHEN 'goose_db_version' THEN 1 END) FROM sqlite_schema").Scan(&tables, &ours)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, translate(err))
	}
	if tables == 0 {
		return 0, nil
	}
	if ours == 0 {
		return 0, fmt.Errorf("%s is the database of another program", path)
	}
	var version int64
	if err := db.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version").Scan(&version); err != nil {
		return 0, fmt.Errorf("%s: %w", path, translate(err))
	}
	if version > programVersion() {
		return 0, fmt.Errorf("%s has version %d, made by a newer program: this one knows versions up to %d",
			path, version, programVersion())
	}
	return version, nil
}
