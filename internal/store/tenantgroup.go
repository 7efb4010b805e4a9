package store

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qTenantGroupByID    = named("tenant_group_by_id")
	qTenantGroupsOfRoot = named("tenant_groups_of_root")
	qTenantGroupsUsed   = named("tenant_groups_used")
	qTenantGroupsAbove  = named("tenant_groups_above")
	qTenantGroupsBelow  = named("tenant_groups_below")
	qTenantGroupsOver   = named("tenant_groups_over")
	qTenantsBelow       = named("tenants_below")
	qTenantGroupInsert  = named("tenant_group_insert")
	qTenantGroupUpdate  = named("tenant_group_update")
	qTenantGroupDelete  = named("tenant_group_delete")
	qEveryTenantGroup   = named("every_tenant_group")
)

func writeTenantGroup(g tenancy.TenantGroup) statements {
	return statements{
		insert: qTenantGroupInsert, update: qTenantGroupUpdate, delete: qTenantGroupDelete,
		columns: []any{g.ID, g.RootID, g.ParentID, g.Name, g.Depth, millis(g.CreatedAt), document{g.Inherited}, g.Suspended},
		keys:    1,
	}
}

func scanTenantGroup(s scanner) (g tenancy.TenantGroup, err error) {
	err = s.Scan(&g.ID, &g.RootID, &g.ParentID, &g.Name, &g.Depth, instant{&g.CreatedAt}, document{&g.Inherited}, &g.Suspended)
	return g, err
}

func (s *snapshot) TenantGroup(ctx context.Context, id string) (tenancy.TenantGroup, error) {
	return one(ctx, s, scanTenantGroup, qTenantGroupByID, id)
}

func (s *snapshot) TenantGroups(ctx context.Context, rootID string, p tenancy.Page) ([]tenancy.TenantGroup, error) {
	return all(ctx, s, scanTenantGroup, qTenantGroupsOfRoot, rootID, p.After, p.Limit)
}

func (s *snapshot) TenantGroupsUsed(ctx context.Context, rootID, userID string, p tenancy.Page) ([]tenancy.TenantGroup, error) {
	return all(ctx, s, scanTenantGroup, qTenantGroupsUsed, rootID, userID, p.After, p.Limit)
}

func (s *snapshot) TenantGroupsAbove(ctx context.Context, id string) ([]tenancy.TenantGroup, error) {
	return all(ctx, s, scanTenantGroup, qTenantGroupsAbove, id)
}

func (s *snapshot) TenantGroupsBelow(ctx context.Context, id string) ([]tenancy.TenantGroup, error) {
	return all(ctx, s, scanTenantGroup, qTenantGroupsBelow, id)
}

func (s *snapshot) TenantGroupsOver(ctx context.Context, organizationID string) ([]tenancy.TenantGroup, error) {
	return all(ctx, s, scanTenantGroup, qTenantGroupsOver, organizationID)
}

func (s *snapshot) TenantsBelow(ctx context.Context, id string) ([]tenancy.Organization, error) {
	return all(ctx, s, scanOrganization, qTenantsBelow, id)
}
