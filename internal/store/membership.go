package store

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qMembershipByKey    = named("membership_by_key")
	qMembershipsInRole  = named("memberships_in_role")
	qMembershipsOfGroup = named("memberships_of_group")
	qMembershipsOfUser  = named("memberships_of_user")
	qActiveMemberships  = named("active_memberships")
	qHasVerified        = named("membership_verified")
	qMembershipInsert   = named("membership_insert")
	qMembershipUpdate   = named("membership_update")
	qMembershipDelete   = named("membership_delete")
	qEveryMembership    = named("every_membership")
)

func writeMembership(m tenancy.Membership) statements {
	return statements{
		insert: qMembershipInsert, update: qMembershipUpdate, delete: qMembershipDelete,
		columns: []any{m.GroupID, m.Role, m.UserID, m.RootID, millis(m.Since), millis(m.ExpiresAt),
			m.SelfGrant, m.Inactive, m.Suspended},
		keys: 3,
	}
}

func scanMembership(s scanner) (m tenancy.Membership, err error) {
	err = s.Scan(&m.GroupID, &m.Role, &m.UserID, &m.RootID, instant{&m.Since}, instant{&m.ExpiresAt},
		&m.SelfGrant, &m.Inactive, &m.Suspended)
	return m, err
}

func (s *snapshot) Membership(ctx context.Context, groupID string, role tenancy.GroupRole, userID string) (tenancy.Membership, error) {
	return one(ctx, s, scanMembership, qMembershipByKey, groupID, role, userID)
}

func (s *snapshot) Memberships(ctx context.Context, groupID string, role tenancy.GroupRole, p tenancy.Page) ([]tenancy.Membership, error) {
	return all(ctx, s, scanMembership, qMembershipsInRole, groupID, role, p.After, p.Limit)
}

func (s *snapshot) AllMemberships(ctx context.Context, groupID string) ([]tenancy.Membership, error) {
	return all(ctx, s, scanMembership, qMembershipsOfGroup, groupID)
}

func (s *snapshot) ActiveMemberships(ctx context.Context, groupID string, role tenancy.GroupRole) (int, error) {
	n, err := one(ctx, s, scanInt, qActiveMemberships, groupID, role)
	return int(n), err
}

func (s *snapshot) HasVerified(ctx context.Context, groupID string, role tenancy.GroupRole, email string) (bool, error) {
	n, err := one(ctx, s, scanInt, qHasVerified, groupID, role, tenancy.ExactAddress(email))
	return n > 0, err
}
