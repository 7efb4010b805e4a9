package store

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// belonging reads what belongs to a set of organizations, a kind of row at a time. No row
// is read by two of them.
var belonging = []struct {
	query *query
	scan  func(scanner) (tenancy.Row, error)
}{
	{named("organizations_in_set"), asRow(scanOrganization)},
	{named("subscriptions_in_set"), asRow(scanSubscription)},
	{named("owners_in_set"), asRow(scanOwner)},
	{named("groups_in_set"), asRow(scanGroup)},
	{named("memberships_in_set"), asRow(scanMembership)},
	{named("links_into_set"), asRow(scanLink)},
	{named("links_out_of_set"), asRow(scanLink)},
	{named("invitations_in_set"), asRow(scanInvitation)},
	{named("resources_in_set"), asRow(scanResource)},
	{named("access_keys_in_set"), asRow(scanAccessKey)},
	{named("tenant_groups_in_set"), asRow(scanTenantGroup)},
	{named("tenant_group_users_in_set"), asRow(scanTenantGroupUser)},
	{named("tenant_group_places_in_set"), asRow(scanTenantGroupPlace)},
	{named("tenant_group_places_out_of_set"), asRow(scanTenantGroupPlace)},
	{named("administrators_of_set"), asRow(scanAdministrator)},
	{named("administrators_naming_set"), asRow(scanAdministrator)},
}

// RowsOfOrganizations implements [tenancy.OrganizationReader].
func (s *snapshot) RowsOfOrganizations(ctx context.Context, ids []string) ([]tenancy.Row, error) {
	var rows []tenancy.Row
	for _, kind := range belonging {
		some, err := all(ctx, s, kind.scan, kind.query, listOf(ids))
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	return rows, nil
}
