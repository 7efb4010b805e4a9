package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// tenantGroupObject is a tenant group. ParentID is null for one that is no subgroup, and for
// those who may not see the group above.
type tenantGroupObject struct {
	ID             string  `json:"id"`
	OrganizationID string  `json:"organization_id"` // the root
	ParentID       *string `json:"parent_id"`
	Name           string  `json:"name"`
}

func showTenantGroup(g tenancy.TenantGroup) tenantGroupObject {
	return tenantGroupObject{ID: g.ID, OrganizationID: g.RootID, ParentID: orNull(g.ParentID), Name: g.Name}
}

// tenantGroupInput is what a new tenant group is to be.
type tenantGroupInput struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	ParentID string `json:"parent_id"`
}

func createTenantGroup(ctx context.Context, c *call) (answer, error) {
	var in tenantGroupInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	g, token, err := c.Service.CreateTenantGroup(ctx, c.caller, c.path("id"), tenancy.NewTenantGroup(in))
	return created("/v1/tenant-groups/", g.ID, showTenantGroup(g), token), err
}

func listTenantGroups(ctx context.Context, c *call) (answer, error) {
	key := func(g tenancy.TenantGroup) string { return g.ID }
	return answerPage(c, key, showTenantGroup, func(page tenancy.Page) ([]tenancy.TenantGroup, error) {
		return c.Service.TenantGroups(ctx, c.caller, c.path("id"), page)
	})
}

func getTenantGroup(ctx context.Context, c *call) (answer, error) {
	g, err := c.Service.TenantGroup(ctx, c.caller, c.path("tg"))
	return ok(showTenantGroup(g)), err
}

// tenantGroupPatch is what changes of a tenant group.
type tenantGroupPatch struct {
	Name *string `json:"name"`
}

func patchTenantGroup(ctx context.Context, c *call) (answer, error) {
	var in tenantGroupPatch
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	g, token, err := c.Service.PatchTenantGroup(ctx, c.caller, c.path("tg"), tenancy.TenantGroupPatch(in))
	return changed(showTenantGroup(g), token), err
}

func deleteTenantGroup(ctx context.Context, c *call) (answer, error) {
	token, err := c.Service.DeleteTenantGroup(ctx, c.caller, c.path("tg"))
	return removed(token), err
}
