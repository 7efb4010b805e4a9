package store

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qAdministratorByKey   = named("administrator_by_key")
	qAdministratorsOfRoot = named("administrators_of_root")
	qAdministratorsOfUser = named("administrators_of_user")
	qActiveAccountOwners  = named("active_account_owners")
	qDelegated            = named("delegated_organizations")
	qAdministratorInsert  = named("administrator_insert")
	qAdministratorUpdate  = named("administrator_update")
	qAdministratorDelete  = named("administrator_delete")
	qEveryAdministrator   = named("every_administrator")
	qPeopleAdministering  = named("people_administering")
	qAdministratorsAmong  = named("administrators_among")
)

func writeAdministrator(a tenancy.Administrator) statements {
	return statements{
		insert: qAdministratorInsert, update: qAdministratorUpdate, delete: qAdministratorDelete,
		columns: []any{a.RootID, a.UserID, a.Role, a.SubaccountRole, a.Subaccounts.Reach, document{a.Subaccounts.Organizations},
			millis(a.Since), a.Inactive, a.Suspended},
		keys: 2,
	}
}

func scanAdministrator(s scanner) (a tenancy.Administrator, err error) {
	err = s.Scan(&a.RootID, &a.UserID, &a.Role, &a.SubaccountRole, &a.Subaccounts.Reach, document{&a.Subaccounts.Organizations},
		instant{&a.Since}, &a.Inactive, &a.Suspended)
	return a, err
}

func (s *snapshot) Administrator(ctx context.Context, rootID, userID string) (tenancy.Administrator, error) {
	return one(ctx, s, scanAdministrator, qAdministratorByKey, rootID, userID)
}

func (s *snapshot) Administrators(ctx context.Context, f tenancy.AdministratorFilter, p tenancy.Page) ([]tenancy.Administrator, error) {
	return all(ctx, s, scanAdministrator, qAdministratorsOfRoot,
		f.RootID, p.After, p.Limit, Fold(f.Text), f.Role, f.SubaccountRole)
}

func (s *snapshot) ActiveAccountOwners(ctx context.Context, rootID string) (int, error) {
	n, err := one(ctx, s, scanInt, qActiveAccountOwners, rootID)
	return int(n), err
}

func (s *snapshot) Delegated(ctx context.Context, rootID string) ([]string, error) {
	return all(ctx, s, scanText, qDelegated, rootID)
}
