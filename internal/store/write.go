package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// statements write one row. All take its columns in the order of the table, and the first
// of these are its key.
type statements struct {
	insert, update, delete *query
	columns                []any
	keys                   int
}

func (s statements) key() []any { return s.columns[:s.keys] }

// writeRow gives the statements of a row by its kind. A tree is none: it moves by itself.
func writeRow(row tenancy.Row) (statements, error) {
	switch r := row.(type) {
	case tenancy.User:
		return writeUser(r), nil
	case tenancy.Organization:
		return writeOrganization(r), nil
	case tenancy.Subscription:
		return writeSubscription(r), nil
	case tenancy.Owner:
		return writeOwner(r), nil
	case tenancy.Group:
		return writeGroup(r), nil
	case tenancy.Membership:
		return writeMembership(r), nil
	case tenancy.Link:
		return writeLink(r), nil
	case tenancy.Invitation:
		return writeInvitation(r), nil
	case tenancy.Resource:
		return writeResource(r), nil
	case tenancy.AccessKey:
		return writeAccessKey(r), nil
	case tenancy.TenantGroup:
		return writeTenantGroup(r), nil
	case tenancy.TenantGroupPlace:
		return writeTenantGroupPlace(r), nil
	case tenancy.TenantGroupUser:
		return writeTenantGroupUser(r), nil
	case tenancy.Administrator:
		return writeAdministrator(r), nil
	}
	return statements{}, fmt.Errorf("a change can't write a %T", row)
}

// applyRow carries out the change of one row. A row that is not as the change says is an
// error: the basis holds, so the change was not decided on what is there.
func applyRow(ctx context.Context, tx *transaction, rc tenancy.RowChange) error {
	q, args, err := rowStatement(rc)
	if err != nil {
		return err
	}
	n, err := tx.exec(ctx, q, args...)
	if err == nil && n != 1 {
		err = fmt.Errorf("%s: the row is not there: %v", q.name, args)
	}
	return err
}

func rowStatement(rc tenancy.RowChange) (*query, []any, error) {
	if rc.Before == nil && rc.After == nil {
		return nil, nil, errors.New("a change of no row")
	}
	if rc.After == nil {
		before, err := writeRow(rc.Before)
		return before.delete, before.columns[:before.keys], err
	}
	after, err := writeRow(rc.After)
	if err != nil || rc.Before == nil {
		return after.insert, after.columns, err
	}
	before, err := writeRow(rc.Before)
	if err == nil && (before.update != after.update || !slices.Equal(before.key(), after.key())) {
		err = fmt.Errorf("a change of one row into another: %v into %v", rc.Before, rc.After)
	}
	return after.update, after.columns, err
}
