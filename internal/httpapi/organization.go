package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// organizationInput is what a new organization is to be.
type organizationInput struct {
	ID       string `json:"id"`
	Name     string `json:"name" api:"required"`
	ParentID string `json:"parent_id"`
	Detached bool   `json:"detached"`

	Isolation tenancy.Isolation `json:"isolation"`

	EmailDomain      string `json:"email_domain"`
	DefaultDashboard string `json:"default_dashboard"`

	DoNotDisturb *tenancy.DoNotDisturb `json:"do_not_disturb"`

	OwnerID       string `json:"owner_id"`
	TenantGroupID string `json:"tenant_group_id"`
}

func createOrganization(ctx context.Context, c *call) (answer, error) {
	var in organizationInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	view, token, err := c.Service.CreateOrganization(ctx, c.caller, tenancy.NewOrganization(in))
	return created("/v1/organizations/", view.ID, showOrganization(view), token), err
}

func listOrganizations(ctx context.Context, c *call) (answer, error) {
	query := tenancy.OrganizationQuery{
		Text:     c.query.Get("q"),
		RootID:   c.query.Get("root_id"),
		ParentID: c.query.Get("parent_id"),
	}
	key := func(view tenancy.OrganizationView) string { return view.ID }
	return answerPage(c, key, showOrganization, func(page tenancy.Page) ([]tenancy.OrganizationView, error) {
		return c.Service.Organizations(ctx, c.caller, query, page)
	})
}

func getOrganization(ctx context.Context, c *call) (answer, error) {
	view, err := c.Service.Organization(ctx, c.caller, c.path("id"))
	return ok(showOrganization(view)), err
}

// organizationPatch is what of an organization is to change.
type organizationPatch struct {
	Name             *string `json:"name"`
	EmailDomain      *string `json:"email_domain"`
	DefaultDashboard *string `json:"default_dashboard"`

	DoNotDisturb **tenancy.DoNotDisturb `json:"do_not_disturb"`

	Isolation *tenancy.Isolation `json:"isolation"`

	State *tenancy.OrganizationState `json:"state"`
}

func patchOrganization(ctx context.Context, c *call) (answer, error) {
	var in organizationPatch
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	view, token, err := c.Service.PatchOrganization(ctx, c.caller, c.path("id"), tenancy.OrganizationPatch(in))
	return changed(showOrganization(view), token), err
}

func getTree(ctx context.Context, c *call) (answer, error) {
	top, err := c.Service.OrganizationTree(ctx, c.caller, c.path("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(showNode(top)), nil
}

func putSubscription(ctx context.Context, c *call) (answer, error) {
	var in subscriptionObject
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	subscription, token, err := c.Service.SetSubscription(ctx, c.caller, c.path("id"), in.Plan, in.Status)
	return changed(showSubscription(&subscription), token), err
}
