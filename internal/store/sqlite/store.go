package sqlite

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Commit implements [tenancy.Recorder]. An error of the disk while the transaction commits
// leaves its outcome open: in this process it is undone, but a crash before the next
// commit may bring it back, whole.
func (s *Store) Commit(ctx context.Context, change tenancy.Change, updates map[string][]tenancy.Update) (map[string]int64, error) {
	left := false
	defer func() {
		if left {
			s.memory.settle()
		}
	}()
	versions, err := s.CommitAfter(ctx, change, updates, func() error {
		s.memory.leave(change)
		left = true
		return nil
	})
	if err == nil && change.Erased != "" {
		purge(ctx, s.writer.DB())
	}
	return versions, err
}

// TreeOf implements [tenancy.Recorder].
func (s *Store) TreeOf(ctx context.Context, resource tenancy.Object) (tenancy.Reading, error) {
	tree, err := s.memory.tree(ctx, resource, func(ctx context.Context) (tenancy.Tree, error) {
		reading, err := s.Store.TreeOf(ctx, resource)
		return reading.Tree, err
	})
	return tenancy.Reading{Tree: tree, At: s.clock.Now()}, err
}
