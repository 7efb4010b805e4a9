package store

import (
	"context"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qUserVersion = named("user_version")
	qUserByID    = named("user_by_id")
	qUserInsert  = named("user_insert")
	qUserUpdate  = named("user_update")
	qUserDelete  = named("user_delete")
	qEveryUser   = named("every_user")
)

func writeUser(u tenancy.User) statements {
	return statements{
		insert: qUserInsert, update: qUserUpdate, delete: qUserDelete,
		columns: []any{u.ID, u.Email, u.EmailVerified, u.Name, u.State, u.Version, tenancy.ExactAddress(u.Email),
			Fold(u.ID + "\n" + u.Email + "\n" + u.Name)},
		keys: 1,
	}
}

func scanUser(s scanner) (u tenancy.User, err error) {
	err = s.Scan(&u.ID, &u.Email, &u.EmailVerified, &u.Name, &u.State, &u.Version)
	return u, err
}

func (s *snapshot) User(ctx context.Context, id string) (tenancy.User, error) {
	return one(ctx, s, scanUser, qUserByID, id)
}

func (s *snapshot) RowsOf(ctx context.Context, userID string) ([]tenancy.Row, error) {
	owners, err := all(ctx, s, asRow(scanOwner), qOwnersOfUser, userID)
	if err != nil {
		return nil, err
	}
	memberships, err := all(ctx, s, asRow(scanMembership), qMembershipsOfUser, userID)
	if err != nil {
		return nil, err
	}
	places, err := all(ctx, s, asRow(scanTenantGroupUser), qTenantGroupUsersOfUser, userID, "")
	if err != nil {
		return nil, err
	}
	administrators, err := all(ctx, s, asRow(scanAdministrator), qAdministratorsOfUser, userID)
	return slices.Concat(owners, memberships, places, administrators), err
}
