package store

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qGroupByID            = named("group_by_id")
	qGroupsOfOrganization = named("groups_of_organization")
	qGroupsWith           = named("groups_with")
	qGroupInsert          = named("group_insert")
	qGroupUpdate          = named("group_update")
	qGroupDelete          = named("group_delete")
	qEveryGroup           = named("every_group")
)

func writeGroup(g tenancy.Group) statements {
	return statements{
		insert: qGroupInsert, update: qGroupUpdate, delete: qGroupDelete,
		columns: []any{g.ID, g.OrganizationID, g.RootID, g.Name, document{g.Claims}, millis(g.CreatedAt), g.Suspended},
		keys:    1,
	}
}

func scanGroup(s scanner) (g tenancy.Group, err error) {
	err = s.Scan(&g.ID, &g.OrganizationID, &g.RootID, &g.Name, document{&g.Claims}, instant{&g.CreatedAt}, &g.Suspended)
	return g, err
}

func (s *snapshot) Group(ctx context.Context, id string) (tenancy.Group, error) {
	return one(ctx, s, scanGroup, qGroupByID, id)
}

func (s *snapshot) Groups(ctx context.Context, organizationID string, p tenancy.Page) ([]tenancy.Group, error) {
	return all(ctx, s, scanGroup, qGroupsOfOrganization, organizationID, p.After, p.Limit)
}

func (s *snapshot) GroupsWith(ctx context.Context, userID string, role tenancy.GroupRole) ([]tenancy.Group, error) {
	return all(ctx, s, scanGroup, qGroupsWith, userID, role)
}
