package store

import (
	"context"
	"iter"
	"reflect"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// everyRow reads each table of the state from end to end.
var everyRow = []table{
	tableOf(qEveryTree, scanTree),
	tableOf(qEveryEnded, scanEndedTree),
	tableOf(qEveryUser, scanUser),
	tableOf(qEveryOrganization, scanOrganization),
	tableOf(qEverySubscription, scanSubscription),
	tableOf(qEveryOwner, scanOwner),
	tableOf(qEveryGroup, scanGroup),
	tableOf(qEveryMembership, scanMembership),
	tableOf(qEveryLink, scanLink),
	tableOf(qEveryInvitation, scanInvitation),
	tableOf(qEveryResource, scanResource),
	tableOf(qEveryAccessKey, scanAccessKey),
	tableOf(qEveryTenantGroup, scanTenantGroup),
	tableOf(qEveryTenantGroupPlace, scanTenantGroupPlace),
	tableOf(qEveryTenantGroupUser, scanTenantGroupUser),
	tableOf(qEveryAdministrator, scanAdministrator),
}

// table is where the rows of one kind are.
type table struct {
	kind  reflect.Type
	query *query
	scan  func(scanner) (tenancy.Row, error)
}

func tableOf[T tenancy.Row](every *query, scan func(scanner) (T, error)) table {
	return table{kind: reflect.TypeFor[T](), query: every, scan: asRow(scan)}
}

// among reports whether the table is that of one of the rows.
func (t table) among(rows []tenancy.Row) bool {
	return slices.ContainsFunc(rows, func(row tenancy.Row) bool { return reflect.TypeOf(row) == t.kind })
}

// Rows implements [tenancy.Recorder]. It holds one row at a time in memory, and a snapshot
// until the loop ends.
func (s *Store) Rows(ctx context.Context, except ...tenancy.Row) iter.Seq2[tenancy.Row, error] {
	return func(yield func(tenancy.Row, error) bool) {
		view, err := s.snapshots.begin(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		defer view.rollback()
		for _, table := range everyRow {
			if table.among(except) {
				continue
			}
			for row, err := range each(ctx, view, table.scan, table.query) {
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}
