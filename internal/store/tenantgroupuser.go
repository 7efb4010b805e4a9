package store

import (
	"context"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qTenantGroupUserByKey   = named("tenant_group_user_by_key")
	qTenantGroupUsersOf     = named("tenant_group_users_of")
	qTenantGroupUsersOfUser = named("tenant_group_users_of_user")
	qModulesGiven           = named("modules_given")
	qTenantGroupUserInsert  = named("tenant_group_user_insert")
	qTenantGroupUserUpdate  = named("tenant_group_user_update")
	qTenantGroupUserDelete  = named("tenant_group_user_delete")
	qEveryTenantGroupUser   = named("every_tenant_group_user")
)

func writeTenantGroupUser(u tenancy.TenantGroupUser) statements {
	return statements{
		insert: qTenantGroupUserInsert, update: qTenantGroupUserUpdate, delete: qTenantGroupUserDelete,
		columns: []any{u.TenantGroupID, u.UserID, u.RootID, u.GroupAdministrator, u.AllTenantPermissions,
			document{u.Modules}, millis(u.Since), u.Inactive, u.Suspended},
		keys: 2,
	}
}

func scanTenantGroupUser(s scanner) (u tenancy.TenantGroupUser, err error) {
	err = s.Scan(&u.TenantGroupID, &u.UserID, &u.RootID, &u.GroupAdministrator, &u.AllTenantPermissions,
		document{&u.Modules}, instant{&u.Since}, &u.Inactive, &u.Suspended)
	return u, err
}

func (s *snapshot) TenantGroupUser(ctx context.Context, tenantGroupID, userID string) (tenancy.TenantGroupUser, error) {
	return one(ctx, s, scanTenantGroupUser, qTenantGroupUserByKey, tenantGroupID, userID)
}

func (s *snapshot) TenantGroupUsers(ctx context.Context, tenantGroupID string, p tenancy.Page) ([]tenancy.TenantGroupUser, error) {
	return all(ctx, s, scanTenantGroupUser, qTenantGroupUsersOf, tenantGroupID, p.After, p.Limit)
}

func (s *snapshot) TenantGroupUsersOf(ctx context.Context, rootID, userID string) ([]tenancy.TenantGroupUser, error) {
	return all(ctx, s, scanTenantGroupUser, qTenantGroupUsersOfUser, userID, rootID)
}

// ModulesGiven implements [tenancy.TenantGroupReader]. It reads all users of the group.
func (s *snapshot) ModulesGiven(ctx context.Context, tenantGroupID, exceptUserID string) ([]string, error) {
	var names []string
	for some, err := range each(ctx, s, scanIDs, qModulesGiven, tenantGroupID, exceptUserID) {
		if err != nil {
			return nil, err
		}
		names = append(names, some...)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
