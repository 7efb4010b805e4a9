package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// moveObject tells what became of an organization that was attached or detached.
type moveObject struct {
	Organization organizationView `json:"organization"`
	Removed      []removalObject  `json:"removed"`
	CoveredBy    []linkObject     `json:"covered_by"`
}

// removalObject is one thing that ended with the move.
type removalObject struct {
	Kind           string `json:"kind"`
	ID             string `json:"id"`
	OrganizationID string `json:"organization_id"`
}

func showMove(move tenancy.Move) moveObject {
	object := moveObject{Organization: showOrganization(move.Organization), Removed: []removalObject{}, CoveredBy: []linkObject{}}
	for _, r := range move.Removed {
		object.Removed = append(object.Removed, removalObject(r))
	}
	for _, link := range move.CoveredBy {
		object.CoveredBy = append(object.CoveredBy, showLink(link))
	}
	return object
}

// attachInput is where an organization is to be attached.
type attachInput struct {
	ParentID string `json:"parent_id" api:"required"`
}

func attachOrganization(ctx context.Context, c *call) (answer, error) {
	var in attachInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	move, token, err := c.Service.AttachOrganization(ctx, c.caller, c.path("id"), in.ParentID)
	return changed(showMove(move), token), err
}

func detachOrganization(ctx context.Context, c *call) (answer, error) {
	if err := c.optionalBody(&struct{}{}); err != nil {
		return answer{}, err
	}
	move, token, err := c.Service.DetachOrganization(ctx, c.caller, c.path("id"))
	return changed(showMove(move), token), err
}
