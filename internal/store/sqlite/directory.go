package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// The files of a data directory. SQLite puts its own beside the database, with the same
// permissions.
const (
	databaseName = "tenantry.db"
	lockName     = "tenantry.lock"
)

// ErrInUse says that another process serves the data directory.
var ErrInUse = errors.New("in use by another process")

// prepareDirectory makes the directory, for its owner alone, if it is not there.
func prepareDirectory(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("the data directory %s can't be made: %w", dir, err)
	}
	return nil
}

// prepareDatabase makes an empty database file, for its owner alone, if there is none. One
// that is there is not opened: to close it would release the locks that SQLite holds on it
// for this process.
func prepareDatabase(dir string) (path string, err error) {
	path = filepath.Join(dir, databaseName)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return path, nil
	}
	if err != nil {
		return "", fmt.Errorf("the data directory %s can't be written: %w", dir, err)
	}
	return path, f.Close()
}

// locks holds the files of all locks: one that nobody names any more would be closed with the
// garbage, and its directory given back.
var locks sync.Map

// lock takes the data directory for this process alone, until it is unlocked or the process
// ends.
func lock(dir string) (unlock func() error, err error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data directory %s can't be written: %w", dir, err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = ErrInUse
		}
		return nil, fmt.Errorf("the data directory %s is %w", dir, err)
	}
	locks.Store(f, nil)
	return func() error {
		locks.Delete(f)
		return f.Close()
	}, nil
}
