package store

import (
	"context"
	"errors"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var qTreesMoved = named("trees_moved")

// VersionOf implements [tenancy.Recorder].
func (s *Store) VersionOf(ctx context.Context, rootID string) (int64, error) {
	version, err := one(ctx, s.reader, scanInt, qTreeVersion, rootID)
	if errors.Is(err, tenancy.ErrNoRow) {
		return 0, nil
	}
	return version, err
}

// TreesMoved implements [tenancy.Recorder].
func (s *Store) TreesMoved(ctx context.Context, after tenancy.MovedTree, limit int) ([]tenancy.MovedTree, error) {
	return all(ctx, s.reader, scanMovedTree, qTreesMoved, millis(after.At), after.RootID, limit)
}

func scanMovedTree(s scanner) (t tenancy.MovedTree, err error) {
	err = s.Scan(&t.RootID, &t.Version, instant{&t.At})
	return t, err
}
