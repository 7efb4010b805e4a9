package sqlite

import (
	"context"
	"iter"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// everyRow reads each table of the state from end to end.
var everyRow = []struct {
	query *query
	scan  func(scanner) (tenancy.Row, error)
}{
	{qEveryTree, asRow(scanTree)},
	{qEveryEnded, asRow(scanEndedTree)},
	{qEveryUser, asRow(scanUser)},
	{qEveryOrganization, asRow(scanOrganization)},
	{qEverySubscription, asRow(scanSubscription)},
	{qEveryOwner, asRow(scanOwner)},
	{qEveryGroup, asRow(scanGroup)},
	{qEveryMembership, asRow(scanMembership)},
	{qEveryLink, asRow(scanLink)},
	{qEveryInvitation, asRow(scanInvitation)},
}

// Rows implements [tenancy.Recorder]. It holds one row at a time in memory, and a snapshot
// until the loop ends.
func (s *Store) Rows(ctx context.Context) iter.Seq2[tenancy.Row, error] {
	return func(yield func(tenancy.Row, error) bool) {
		view, err := s.snapshots.begin(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		defer view.rollback()
		for _, table := range everyRow {
			for row, err := range each(ctx, view, table.scan, table.query) {
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}
