package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

type groupObject struct {
	ID             string          `json:"id"`
	OrganizationID string          `json:"organization_id"`
	Name           string          `json:"name"`
	Claims         []tenancy.Claim `json:"claims"`
	CreatedAt      string          `json:"created_at"`
}

func showGroup(g tenancy.Group) groupObject {
	return groupObject{
		ID: g.ID, OrganizationID: g.OrganizationID, Name: g.Name, Claims: orEmpty(g.Claims), CreatedAt: formatTime(g.CreatedAt),
	}
}

// groupInput is what a new group is to be.
type groupInput struct {
	ID      string          `json:"id"`
	Name    string          `json:"name" api:"required"`
	Claims  []tenancy.Claim `json:"claims"`
	OwnerID string          `json:"owner_id"`
}

func createGroup(ctx context.Context, c *call) (answer, error) {
	var in groupInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	g, token, err := c.Service.CreateGroup(ctx, c.caller, c.path("id"), tenancy.NewGroup(in))
	return created("/v1/groups/", g.ID, showGroup(g), token), err
}

func listGroups(ctx context.Context, c *call) (answer, error) {
	key := func(g tenancy.Group) string { return g.ID }
	return answerPage(c, key, showGroup, func(page tenancy.Page) ([]tenancy.Group, error) {
		return c.Service.Groups(ctx, c.caller, c.path("id"), page)
	})
}

func getGroup(ctx context.Context, c *call) (answer, error) {
	g, err := c.Service.Group(ctx, c.caller, c.path("gid"))
	return ok(showGroup(g)), err
}

// groupPatch is what of a group is to change.
type groupPatch struct {
	Name *string `json:"name"`
}

func patchGroup(ctx context.Context, c *call) (answer, error) {
	var in groupPatch
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	g, token, err := c.Service.PatchGroup(ctx, c.caller, c.path("gid"), tenancy.GroupPatch(in))
	return changed(showGroup(g), token), err
}

// claimsInput is the claims that a group is to carry.
type claimsInput struct {
	Claims []tenancy.Claim `json:"claims"`
}

func putClaims(ctx context.Context, c *call) (answer, error) {
	var in claimsInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	g, token, err := c.Service.SetClaims(ctx, c.caller, c.path("gid"), in.Claims)
	return changed(showGroup(g), token), err
}

func deleteGroup(ctx context.Context, c *call) (answer, error) {
	token, err := c.Service.DeleteGroup(ctx, c.caller, c.path("gid"))
	return removed(token), err
}
