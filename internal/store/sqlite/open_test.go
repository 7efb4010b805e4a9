package sqlite_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/store"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestOpenRefusesDirectoryInUse(t *testing.T) {
	dir := t.TempDir()
	holder := start(t, "hold", dir)
	require.Equal(t, "open", holder.line(t))

	_, err := sqlite.Open(t.Context(), dir)
	require.ErrorIs(t, err, sqlite.ErrInUse)
	require.EqualError(t, err, "the data directory "+dir+" is in use by another process")
	_, err = sqlite.Migrate(t.Context(), dir)
	require.ErrorIs(t, err, sqlite.ErrInUse)

	holder.kill(t) // the kernel gives the directory back
	require.NoError(t, open(t, dir).Close())
}

func TestOpenRefusesTwiceInOneProcess(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	_, err := sqlite.Open(t.Context(), dir)
	require.ErrorIs(t, err, sqlite.ErrInUse)
	require.NoError(t, s.Close())
	require.NoError(t, open(t, dir).Close())
}

func TestOpenKeysBesideServer(t *testing.T) {
	dir := t.TempDir()
	server := open(t, dir)
	defer server.Close()
	keys, err := sqlite.OpenKeys(t.Context(), dir)
	require.NoError(t, err)
	require.NoError(t, keys.AddServiceKey(t.Context(), tenancy.ServiceKey{ID: "k1", Kind: tenancy.PlatformKey, Hash: []byte{1}}))
	got, err := server.ServiceKey(t.Context(), "k1")
	require.NoError(t, err)
	require.True(t, got.RevokedAt.IsZero())
	require.NoError(t, keys.RevokeServiceKey(t.Context(), "k1", time.UnixMilli(5)))
	require.NoError(t, keys.Close())
	got, err = server.ServiceKey(t.Context(), "k1")
	require.NoError(t, err)
	require.Equal(t, int64(5), got.RevokedAt.UnixMilli())
	_, err = server.Commit(t.Context(), newChild("acme", "acme", 0), nil)
	require.NoError(t, err)
}

// TestTwoWriters asserts that a server and a command beside it take turns: neither fails
// because the other has written since it began.
func TestTwoWriters(t *testing.T) {
	dir := t.TempDir()
	server := open(t, dir)
	defer server.Close()
	keys, err := sqlite.OpenKeys(t.Context(), dir)
	require.NoError(t, err)
	defer keys.Close()
	done := make(chan error)
	go func() {
		var err error
		for n := 0; n < 100 && err == nil; n++ {
			err = keys.AddServiceKey(t.Context(), tenancy.ServiceKey{ID: fmt.Sprint("key", n), Hash: []byte{1}})
		}
		done <- err
	}()
	for n := range int64(100) {
		id := "acme"
		if n > 0 {
			id = fmt.Sprint("org", n)
		}
		_, err := server.Commit(t.Context(), newChild("acme", id, n), nil)
		require.NoError(t, err)
		require.NoError(t, server.Record(t.Context(), tenancy.Event{RootID: "acme"})) // reads before it writes
	}
	require.NoError(t, <-done)
}

func TestOpenKeysMakesDatabaseAndReleasesIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	keys, err := sqlite.OpenKeys(t.Context(), dir)
	require.NoError(t, err)
	defer keys.Close()
	require.NoError(t, open(t, dir).Close())
}

func TestOpenKeysRefusesOldDatabaseInUse(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer s.Close()
	setVersion(t, dir, "DELETE FROM goose_db_version WHERE version_id > 0")
	_, err := sqlite.OpenKeys(t.Context(), dir)
	require.ErrorIs(t, err, sqlite.ErrInUse)
}

func TestFilesAreForTheirOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data?x=1#%20") // no character of it means anything to SQLite
	s := open(t, dir)
	defer s.Close()
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 4) // the database, its log, its shared memory, the lock
	for _, f := range files {
		info, err := f.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), f.Name())
	}
}

func TestMigrateTellsVersions(t *testing.T) {
	dir := t.TempDir()
	m, err := sqlite.Migrate(t.Context(), dir)
	require.NoError(t, err)
	require.Zero(t, m.From)
	require.Positive(t, m.To)
	newest := m.To
	m, err = sqlite.Migrate(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, store.Migration{From: newest, To: newest}, m)
}

func TestOpenRefusesNewerDatabase(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, open(t, dir).Close())
	setVersion(t, dir, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")
	unchanged(t, dir, "has version 999, made by a newer program")
}

func TestOpenRefusesForeignDatabase(t *testing.T) {
	dir := t.TempDir()
	setVersion(t, dir, "CREATE TABLE notes (text TEXT)")
	unchanged(t, dir, "is the database of another program")
}

func TestOpenRefusesWhatIsNoDatabase(t *testing.T) {
	dir := t.TempDir()
	garbage := make([]byte, 8192)
	copy(garbage, "This is a letter to my aunt.")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "tenantry.db"), garbage, 0o600))
	unchanged(t, dir, "the file is not a database")
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "tenantry.db"), 0o700))
	_, err := sqlite.Open(t.Context(), dir)
	require.ErrorContains(t, err, "it is no regular file")
}

func TestOpenRefusesDirectoryThatCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := sqlite.Open(t.Context(), filepath.Join(file, "data"))
	require.ErrorContains(t, err, "can't be made")
	_, err = sqlite.OpenKeys(t.Context(), filepath.Join(file, "data"))
	require.ErrorContains(t, err, "can't be made")
}

func TestOpenRefusesDirectoryThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	// Permissions do not stop root: a directory in the place of the lock stops everybody.
	require.NoError(t, os.Mkdir(filepath.Join(dir, "tenantry.lock"), 0o500))
	_, err := sqlite.Open(t.Context(), dir)
	require.ErrorContains(t, err, "can't be written")
}

// unchanged asserts that neither way of opening the database works, both for the same
// reason, and that its file stays as it is.
func unchanged(t *testing.T, dir, reason string) {
	t.Helper()
	file := filepath.Join(dir, "tenantry.db")
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	_, err = sqlite.Open(t.Context(), dir)
	require.ErrorContains(t, err, reason)
	_, err = sqlite.OpenKeys(t.Context(), dir)
	require.ErrorContains(t, err, reason)
	_, err = sqlite.Open(t.Context(), dir) // the directory was given back
	require.ErrorContains(t, err, reason)
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// setVersion runs statements on the database file behind the store's back.
func setVersion(t *testing.T, dir, statement string) {
	t.Helper()
	require.NoError(t, attempt(dir, statement))
}

func attempt(dir, statement string) error {
	db, err := sql.Open("sqlite", filepath.Join(dir, "tenantry.db"))
	if err != nil {
		return err
	}
	_, err = db.Exec(statement)
	return errors.Join(err, db.Close())
}

// TestEveryTableIsDumped: a table that a later release adds is in the backups too, or is named
// here as one that the rows of others make.
func TestEveryTableIsDumped(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	require.NoError(t, s.Close())
	db, err := sql.Open("sqlite", filepath.Join(dir, "tenantry.db"))
	require.NoError(t, err)
	defer db.Close()
	rows, err := db.Query("SELECT name FROM sqlite_schema WHERE type = 'table'")
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var table string
		require.NoError(t, rows.Scan(&table))
		switch table {
		case "assignments", "subaccounts": // kept by triggers
		case "goose_db_version", "sqlite_sequence": // of the database, and not of the record
		default:
			require.True(t, store.IsDumped(table), "%s is in no backup", table)
		}
	}
	require.NoError(t, rows.Err())
}
