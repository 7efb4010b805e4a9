package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

type resourceObject struct {
	OrganizationID string               `json:"organization_id"`
	Type           tenancy.ResourceType `json:"type"`
	ID             string               `json:"id"`
	Name           string               `json:"name"`
	ParentID       *string              `json:"parent_id"` // null for no parent
	AssignedTo     []tenancy.Object     `json:"assigned_to"`
}

func showResource(r tenancy.Resource) resourceObject {
	return resourceObject{
		OrganizationID: r.OrganizationID, Type: r.Type, ID: r.ID, Name: r.Name,
		ParentID: orNull(r.ParentID), AssignedTo: orEmpty(r.AssignedTo),
	}
}

// resourceInPath is the resource that the path names.
func (c *call) resourceInPath() tenancy.Object {
	return tenancy.Object{Type: c.path("type"), ID: c.path("rid")}
}

// resourceInput is what a resource is to be.
type resourceInput struct {
	Name       string           `json:"name" api:"required"`
	ParentID   string           `json:"parent_id"`
	AssignedTo []tenancy.Object `json:"assigned_to"`
}

func putResource(ctx context.Context, c *call) (answer, error) {
	var in resourceInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	r, token, err := c.Service.PutResource(ctx, c.caller, c.path("id"), c.resourceInPath(), tenancy.ResourceInput(in))
	return changed(showResource(r), token), err
}

func removeResource(ctx context.Context, c *call) (answer, error) {
	token, err := c.Service.RemoveResource(ctx, c.caller, c.path("id"), c.resourceInPath())
	return removed(token), err
}

func listResources(ctx context.Context, c *call) (answer, error) {
	t := tenancy.ResourceType(c.query.Get("type"))
	return answerPage(c, tenancy.Resource.ListKey, showResource, func(page tenancy.Page) ([]tenancy.Resource, error) {
		return c.Service.Resources(ctx, c.caller, c.path("id"), t, page)
	})
}
