package store

import (
	"context"
	"errors"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// snapshot is a view of the record: the transaction that reads it.
type snapshot struct {
	*transaction
	clock tenancy.Clock
}

var _ tenancy.Snapshot = (*snapshot)(nil)

// Snapshot implements [tenancy.Store]. The snapshot ends with ctx, if it is not closed before.
func (s *Store) Snapshot(ctx context.Context) (tenancy.Snapshot, error) {
	t, err := s.snapshots.begin(ctx)
	if err != nil {
		return nil, err
	}
	return &snapshot{t, s.clock}, nil
}

// Tree tells the time after the tree is read: what the reading shows was committed by then.
func (s *snapshot) Tree(ctx context.Context, rootID string) (tenancy.Reading, error) {
	reading, err := currentTree(ctx, s, rootID)
	return told(s.clock, reading), err
}

// currentTree reads a tree, in version 0 if there is none.
func currentTree(ctx context.Context, s source, rootID string) (tenancy.Reading, error) {
	reading, err := one(ctx, s, scanReading, qTreeByRoot, rootID)
	reading.RootID = rootID
	if errors.Is(err, tenancy.ErrNoRow) {
		err = nil
	}
	return reading, err
}

func (s *snapshot) Close() error { return s.rollback() }

// currentVersion reads the version of a tree or user, 0 if there is none.
func currentVersion(ctx context.Context, s source, q *query, id string) (int64, error) {
	version, err := one(ctx, s, scanInt, q, id)
	if errors.Is(err, tenancy.ErrNoRow) {
		return 0, nil
	}
	return version, err
}
