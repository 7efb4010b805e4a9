package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// tenantObject is an organization in a tenant group.
type tenantObject struct {
	OrganizationID string `json:"organization_id"`
	Since          string `json:"since"`
}

func showTenantGroupPlace(p tenancy.TenantGroupPlace) tenantObject {
	return tenantObject{OrganizationID: p.OrganizationID, Since: formatTime(p.Since)}
}

func listTenantGroupPlaces(ctx context.Context, c *call) (answer, error) {
	key := func(p tenancy.TenantGroupPlace) string { return p.OrganizationID }
	return answerPage(c, key, showTenantGroupPlace, func(page tenancy.Page) ([]tenancy.TenantGroupPlace, error) {
		return c.Service.TenantGroupPlaces(ctx, c.caller, c.path("tg"), page)
	})
}

func putTenantGroupPlace(ctx context.Context, c *call) (answer, error) {
	if err := c.optionalBody(&struct{}{}); err != nil {
		return answer{}, err
	}
	p, token, err := c.Service.PutTenantGroupPlace(ctx, c.caller, c.path("tg"), c.path("id"))
	return changed(showTenantGroupPlace(p), token), err
}

func removeTenantGroupPlace(ctx context.Context, c *call) (answer, error) {
	token, err := c.Service.RemoveTenantGroupPlace(ctx, c.caller, c.path("tg"), c.path("id"))
	return removed(token), err
}
