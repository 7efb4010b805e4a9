package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/tenantry/tenantry/internal/store"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// maxSnapshots is how many snapshots can be open at one time; who asks for one more waits.
const maxSnapshots = 32

// Store is the record in one SQLite file.
type Store struct {
	*store.Store
	writer, reader, snapshots *store.Pool

	memory memory
	keys   keyMemory
	clock  tenancy.Clock
	unlock func() error
}

// Option is a choice for [Open].
type Option func(*Store)

// WithClock has the record go by another clock than that of the machine.
func WithClock(clock tenancy.Clock) Option { return func(s *Store) { s.clock = clock } }

var (
	_ tenancy.Store    = (*Store)(nil)
	_ tenancy.Recorder = (*Store)(nil)
)

// Open opens the record of a data directory for serving. It makes the directory and the
// database if they are not there, and migrates the database if it is older than this
// program. Until Close no other process can open it so: that fails with [ErrInUse].
func Open(ctx context.Context, dir string, options ...Option) (*Store, error) {
	unlock, path, err := take(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{clock: tenancy.SystemClock{}, unlock: unlock}
	for _, choose := range options {
		choose(s)
	}
	if _, err = migrate(ctx, path); err == nil {
		err = s.openPools(ctx, path)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) openPools(ctx context.Context, path string) (err error) {
	if s.keys.marks, err = openMarks(path); err != nil {
		return err
	}
	if s.writer, err = openPool(ctx, path, 1, writing, writers(path)); err != nil {
		return err
	}
	// Short reads are bound by the processor: more of them at once would not be faster.
	if s.reader, err = openPool(ctx, path, 2*runtime.GOMAXPROCS(0), reading, dialect()); err != nil {
		return err
	}
	if s.snapshots, err = openPool(ctx, path, maxSnapshots, reading, dialect()); err != nil {
		return err
	}
	s.Store = store.New(store.NewKeys(s.writer, s.reader), s.snapshots, s.clock)
	return s.keys.marks.begin(path)
}

// Close ends the use of the record and gives the data directory back. Open snapshots end.
func (s *Store) Close() error {
	return errors.Join(s.snapshots.Close(), s.reader.Close(), s.writer.Close(), s.keys.close(), s.unlock())
}

// OpenKeys opens the service keys of a data directory, also while another process serves
// it. It makes and migrates the database if that is needed, and fails with [ErrInUse] if a
// process is at that or serves an older version.
func OpenKeys(ctx context.Context, dir string) (*store.Keys, error) {
	path, err := migratedBeside(ctx, dir)
	if err != nil {
		return nil, err
	}
	keys, err := openKeys(ctx, path, 1)
	if err != nil {
		return nil, err
	}
	return &keys, nil
}

// OpenTrails opens the record of a data directory to read it, also while another process
// serves it. It fails if there is none, and else as [OpenKeys].
func OpenTrails(ctx context.Context, dir string) (*store.Trails, error) {
	if _, err := os.Stat(filepath.Join(dir, databaseName)); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no record in %s", dir)
	}
	keys, err := OpenKeys(ctx, dir)
	if err != nil {
		return nil, err
	}
	return &store.Trails{Keys: *keys}, nil
}

// OpenBeside opens the record of a data directory to compare it with an engine, also while
// another process serves it. It fails as [OpenTrails]. Nobody may commit to it: the process
// that serves remembers what it has committed.
func OpenBeside(ctx context.Context, dir string) (*store.Store, error) {
	trails, err := OpenTrails(ctx, dir)
	if err != nil {
		return nil, err
	}
	snapshots, err := openPool(ctx, filepath.Join(dir, databaseName), 4, reading, dialect())
	if err != nil {
		return nil, errors.Join(err, trails.Close())
	}
	return store.New(trails.Keys, snapshots, tenancy.SystemClock{}), nil
}

// migratedBeside takes the data directory only as long as there is something to migrate.
func migratedBeside(ctx context.Context, dir string) (path string, err error) {
	if err := prepareDirectory(dir); err != nil {
		return "", err
	}
	if path, err = prepareDatabase(dir); err != nil {
		return "", err
	}
	db, err := openDatabase(path, 1, reading)
	if err != nil {
		return "", err
	}
	version, err := usableVersion(ctx, db, path)
	if err = errors.Join(err, db.Close()); err != nil || version == programVersion() {
		return path, err
	}
	_, err = Migrate(ctx, dir)
	return path, err
}

// take locks the data directory, making it and an empty database if they are not there.
func take(dir string) (unlock func() error, path string, err error) {
	if err := prepareDirectory(dir); err != nil {
		return nil, "", err
	}
	if unlock, err = lock(dir); err != nil {
		return nil, "", err
	}
	if path, err = prepareDatabase(dir); err == nil {
		err = readable(path)
	}
	if err != nil {
		return nil, "", errors.Join(err, unlock())
	}
	return unlock, path, nil
}

// readable tells of a database that SQLite would fail to open without saying why.
func readable(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no regular file")
	}
	if err != nil {
		return fmt.Errorf("the database %s can't be opened: %w", path, err)
	}
	return nil
}
