package estate

import (
	"context"
	"fmt"

	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Fill commits the estate to an empty record, each tree as one change.
func (s Shape) Fill(ctx context.Context, record tenancy.Recorder) error {
	for tree := range s.Trees {
		change := s.founding(tree)
		if _, err := record.Commit(ctx, change, relation.Updates(change)); err != nil {
			return fmt.Errorf("tree %d of the estate: %w", tree, err)
		}
	}
	return nil
}

// founding is the change that makes a whole tree at once.
func (s Shape) founding(tree int) tenancy.Change {
	root := s.Root(tree)
	change := tenancy.Change{
		Basis: tenancy.Basis{Trees: map[string]int64{root: 0}, Users: map[string]int64{}},
		Event: tenancy.Event{
			At: made, Actor: tenancy.Object{Type: "platform_key", ID: "estate"},
			Action: "organization.create", Target: tenancy.Object{Type: "organization", ID: root},
			Result: tenancy.ResultDone,
		},
		About: map[string][]string{root: {root}},
	}
	for _, row := range s.rows(tree) {
		change.Rows = append(change.Rows, tenancy.RowChange{After: row})
		if user, ok := row.(tenancy.User); ok {
			change.Basis.Users[user.ID] = 0
		}
	}
	return change
}
