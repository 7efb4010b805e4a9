package store

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qOwnerByKey           = named("owner_by_key")
	qOwnersOfOrganization = named("owners_of_organization")
	qOwnersOfUser         = named("owners_of_user")
	qActiveOwners         = named("active_owners")
	qOwnerInsert          = named("owner_insert")
	qOwnerUpdate          = named("owner_update")
	qOwnerDelete          = named("owner_delete")
	qEveryOwner           = named("every_owner")
)

func writeOwner(o tenancy.Owner) statements {
	return statements{
		insert: qOwnerInsert, update: qOwnerUpdate, delete: qOwnerDelete,
		columns: []any{o.OrganizationID, o.UserID, o.RootID, millis(o.Since), o.Inactive, o.Suspended},
		keys:    2,
	}
}

func scanOwner(s scanner) (o tenancy.Owner, err error) {
	err = s.Scan(&o.OrganizationID, &o.UserID, &o.RootID, instant{&o.Since}, &o.Inactive, &o.Suspended)
	return o, err
}

func (s *snapshot) Owner(ctx context.Context, organizationID, userID string) (tenancy.Owner, error) {
	return one(ctx, s, scanOwner, qOwnerByKey, organizationID, userID)
}

func (s *snapshot) Owners(ctx context.Context, organizationID string, p tenancy.Page) ([]tenancy.Owner, error) {
	return all(ctx, s, scanOwner, qOwnersOfOrganization, organizationID, p.After, p.Limit)
}

func (s *snapshot) ActiveOwners(ctx context.Context, organizationID string) (int, error) {
	n, err := one(ctx, s, scanInt, qActiveOwners, organizationID)
	return int(n), err
}
