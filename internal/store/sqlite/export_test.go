package sqlite

import (
	"context"
	"errors"
)

// MigrateTo makes the database of an earlier version in a data directory.
func MigrateTo(ctx context.Context, dir string, version int64) (err error) {
	path, err := prepareDatabase(dir)
	if err != nil {
		return err
	}
	db, err := openDatabase(path, 1, writing)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	provider, err := newProvider(db)
	if err == nil {
		_, err = provider.UpTo(ctx, version)
	}
	return err
}
