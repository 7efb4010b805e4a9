package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// tenantGroupLinkInput says what a link to a tenant group gives, and how long.
type tenantGroupLinkInput struct {
	Claims    []tenancy.Claim `json:"claims"`
	ExpiresAt *string         `json:"expires_at"`
}

func putTenantGroupLink(ctx context.Context, c *call) (answer, error) {
	var in tenantGroupLinkInput
	if err := c.optionalBody(&in); err != nil {
		return answer{}, err
	}
	terms := tenancy.LinkInput{Claims: in.Claims, ExpiresAt: in.ExpiresAt}
	link, token, err := c.Service.PutTenantGroupLink(ctx, c.caller, c.path("tg"), c.path("gid"), terms)
	return changed(showLink(link), token), err
}

func removeTenantGroupLink(ctx context.Context, c *call) (answer, error) {
	token, err := c.Service.RemoveTenantGroupLink(ctx, c.caller, c.path("tg"), c.path("gid"))
	return removed(token), err
}

func listTenantGroupLinks(ctx context.Context, c *call) (answer, error) {
	key := func(l tenancy.Link) string { return l.GroupID }
	return answerPage(c, key, showLink, func(page tenancy.Page) ([]tenancy.Link, error) {
		return c.Service.TenantGroupLinks(ctx, c.caller, c.path("tg"), page)
	})
}
