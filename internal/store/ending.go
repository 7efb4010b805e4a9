package store

import (
	"context"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// endings are the tables in which rows end: how each tells the next end in a tree (0 for
// none), and the rows of a tree that are over at an instant.
var endings = []struct {
	next, over *query
	scan       func(scanner) (tenancy.Row, error)
}{
	{named("memberships_end"), named("memberships_over"), asRow(scanMembership)},
	{named("links_end"), named("links_over"), asRow(scanLink)},
	{named("invitations_end"), named("invitations_over"), asRow(scanInvitation)},
	{named("access_keys_end"), named("access_keys_over"), asRow(scanAccessKey)},
}

// Over implements [tenancy.Snapshot]. The rows come by kind, and of each kind by their end.
func (s *snapshot) Over(ctx context.Context, rootID string, at time.Time, limit int) (rows []tenancy.Row, err error) {
	for _, table := range endings {
		some, err := all(ctx, s, table.scan, table.over, rootID, millis(at), limit-len(rows))
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	return rows, nil
}

// setEnds notes the next end in each tree in which the change touches what ends.
func setEnds(ctx context.Context, tx *transaction, rows []tenancy.RowChange) error {
	for root := range endingTrees(rows) {
		next, err := nextEnd(ctx, tx, root)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, qTreeSetEnd, root, next); err != nil {
			return err
		}
	}
	return nil
}

func endingTrees(rows []tenancy.RowChange) map[string]bool {
	roots := map[string]bool{}
	for _, rc := range rows {
		for _, row := range []tenancy.Row{rc.Before, rc.After} {
			if row != nil && !tenancy.EndOf(row).IsZero() {
				roots[row.Tree()] = true
			}
		}
	}
	return roots
}

func nextEnd(ctx context.Context, tx *transaction, rootID string) (next int64, err error) {
	for _, table := range endings {
		end, err := one(ctx, tx, scanInt, table.next, rootID)
		if err != nil {
			return 0, err
		}
		if end > 0 && (next == 0 || end < next) {
			next = end
		}
	}
	return next, nil
}
