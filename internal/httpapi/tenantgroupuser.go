package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// tenantGroupUserObject is a person's place in a tenant group.
type tenantGroupUserObject struct {
	UserID               string   `json:"user_id"`
	GroupAdministrator   bool     `json:"group_administrator"`
	AllTenantPermissions bool     `json:"all_tenant_permissions"`
	Modules              []string `json:"modules"`
}

func showTenantGroupUser(u tenancy.TenantGroupUser) tenantGroupUserObject {
	return tenantGroupUserObject{
		UserID: u.UserID, GroupAdministrator: u.GroupAdministrator,
		AllTenantPermissions: u.AllTenantPermissions, Modules: orEmpty(u.Modules),
	}
}

func listTenantGroupUsers(ctx context.Context, c *call) (answer, error) {
	key := func(u tenancy.TenantGroupUser) string { return u.UserID }
	return answerPage(c, key, showTenantGroupUser, func(page tenancy.Page) ([]tenancy.TenantGroupUser, error) {
		return c.Service.TenantGroupUsers(ctx, c.caller, c.path("tg"), page)
	})
}

// tenantGroupUserInput is what a person is to have at a tenant group.
type tenantGroupUserInput struct {
	GroupAdministrator   bool     `json:"group_administrator"`
	AllTenantPermissions bool     `json:"all_tenant_permissions"`
	Modules              []string `json:"modules"`
}

func putTenantGroupUser(ctx context.Context, c *call) (answer, error) {
	var in tenantGroupUserInput
	if err := c.optionalBody(&in); err != nil {
		return answer{}, err
	}
	u, token, err := c.Service.PutTenantGroupUser(ctx, c.caller, c.path("tg"), c.path("user"), tenancy.TenantGroupUserInput(in))
	return changed(showTenantGroupUser(u), token), err
}

func removeTenantGroupUser(ctx context.Context, c *call) (answer, error) {
	token, err := c.Service.RemoveTenantGroupUser(ctx, c.caller, c.path("tg"), c.path("user"))
	return removed(token), err
}
