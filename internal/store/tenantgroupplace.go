package store

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qTenantGroupPlaceByKey  = named("tenant_group_place_by_key")
	qTenantGroupPlacesOf    = named("tenant_group_places_of")
	qTenantGroupPlaceInsert = named("tenant_group_place_insert")
	qTenantGroupPlaceUpdate = named("tenant_group_place_update")
	qTenantGroupPlaceDelete = named("tenant_group_place_delete")
	qEveryTenantGroupPlace  = named("every_tenant_group_place")
)

func writeTenantGroupPlace(p tenancy.TenantGroupPlace) statements {
	return statements{
		insert: qTenantGroupPlaceInsert, update: qTenantGroupPlaceUpdate, delete: qTenantGroupPlaceDelete,
		columns: []any{p.TenantGroupID, p.OrganizationID, p.RootID, millis(p.Since), document{p.Modules}, p.Suspended},
		keys:    2,
	}
}

func scanTenantGroupPlace(s scanner) (p tenancy.TenantGroupPlace, err error) {
	err = s.Scan(&p.TenantGroupID, &p.OrganizationID, &p.RootID, instant{&p.Since}, document{&p.Modules}, &p.Suspended)
	return p, err
}

func (s *snapshot) TenantGroupPlace(ctx context.Context, tenantGroupID, organizationID string) (tenancy.TenantGroupPlace, error) {
	return one(ctx, s, scanTenantGroupPlace, qTenantGroupPlaceByKey, tenantGroupID, organizationID)
}

func (s *snapshot) TenantGroupPlaces(ctx context.Context, tenantGroupID string, p tenancy.Page) ([]tenancy.TenantGroupPlace, error) {
	return all(ctx, s, scanTenantGroupPlace, qTenantGroupPlacesOf, tenantGroupID, p.After, p.Limit)
}
