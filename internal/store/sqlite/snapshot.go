package sqlite

import (
	"context"
	"errors"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// snapshot is a view of the record: the transaction that reads it.
type snapshot struct{ *transaction }

var _ tenancy.Snapshot = (*snapshot)(nil)

// Snapshot implements [tenancy.Store]. The snapshot ends with ctx, if it is not closed before.
func (s *Store) Snapshot(ctx context.Context) (tenancy.Snapshot, error) {
	t, err := s.snapshots.begin(ctx)
	if err != nil {
		return nil, err
	}
	return &snapshot{t}, nil
}

func (s *snapshot) Version(ctx context.Context, rootID string) (int64, error) {
	return currentVersion(ctx, s, qTreeVersion, rootID)
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
