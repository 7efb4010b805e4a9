package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// linkObject is a link. It was made at an organization, in a scope, or at a tenant group.
// Claims is null for all of the group's claims, ExpiresAt for no end.
type linkObject struct {
	GroupID        string            `json:"group_id"`
	OrganizationID string            `json:"organization_id,omitempty"`
	TenantGroupID  string            `json:"tenant_group_id,omitempty"`
	Scope          tenancy.LinkScope `json:"scope,omitempty"`
	Claims         []tenancy.Claim   `json:"claims" api:"null"`
	ExpiresAt      *string           `json:"expires_at"`
	State          string            `json:"state"`
	Reason         string            `json:"reason"` // why it is inactive
}

// linksObject is all the links of a batch.
type linksObject struct {
	Items []linkObject `json:"items"`
}

func showLink(l tenancy.Link) linkObject {
	object := linkObject{
		GroupID: l.GroupID, OrganizationID: l.OrganizationID, TenantGroupID: l.TenantGroupID, Scope: l.Scope,
		Claims: l.Claims, ExpiresAt: formatEnd(l.ExpiresAt), State: "active",
	}
	if l.TenantGroupID != "" {
		object.OrganizationID = ""
	}
	switch {
	case l.Suspended:
		object.State, object.Reason = "inactive", "suspended"
	case l.Unlicensed:
		object.State, object.Reason = "inactive", "license"
	}
	return object
}

// linkInput is what a link is to be.
type linkInput struct {
	Scope     tenancy.LinkScope `json:"scope"`
	Claims    []tenancy.Claim   `json:"claims"`
	ExpiresAt *string           `json:"expires_at"`
}

func putLink(ctx context.Context, c *call) (answer, error) {
	var in linkInput
	if err := c.optionalBody(&in); err != nil {
		return answer{}, err
	}
	link, token, err := c.Service.PutLink(ctx, c.caller, c.path("id"), c.path("gid"), tenancy.LinkInput(in))
	return changed(showLink(link), token), err
}

// linkBatchInput is to where a group is to be linked, and how.
type linkBatchInput struct {
	OrganizationIDs []string        `json:"organization_ids"`
	DescendantsOf   *string         `json:"descendants_of"`
	Claims          []tenancy.Claim `json:"claims"`
	ExpiresAt       *string         `json:"expires_at"`
}

func putLinks(ctx context.Context, c *call) (answer, error) {
	var in linkBatchInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	links, token, err := c.Service.PutLinks(ctx, c.caller, c.path("gid"), tenancy.LinkBatch(in))
	items := make([]linkObject, len(links))
	for i, link := range links {
		items[i] = showLink(link)
	}
	return changed(linksObject{items}, token), err
}

func removeLink(ctx context.Context, c *call) (answer, error) {
	token, err := c.Service.RemoveLink(ctx, c.caller, c.path("id"), c.path("gid"))
	return removed(token), err
}

func listLinksInto(ctx context.Context, c *call) (answer, error) {
	key := tenancy.Link.Key
	return answerPage(c, key, showLink, func(page tenancy.Page) ([]tenancy.Link, error) {
		return c.Service.LinksInto(ctx, c.caller, c.path("id"), page)
	})
}

func listLinksOf(ctx context.Context, c *call) (answer, error) {
	return answerPage(c, tenancy.Link.Place, showLink, func(page tenancy.Page) ([]tenancy.Link, error) {
		return c.Service.LinksOf(ctx, c.caller, c.path("gid"), page)
	})
}
