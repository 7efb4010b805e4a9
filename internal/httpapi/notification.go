package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// audienceObject tells what becomes of a notification. Reason is "" if it is not
// suppressed.
type audienceObject struct {
	Suppressed bool     `json:"suppressed"`
	Reason     string   `json:"reason"`
	Recipients []string `json:"recipients"`
}

// audienceInput is a notification: whom it targets, and when; now if At is not given.
type audienceInput struct {
	Target targetInput `json:"target" api:"required"`
	At     *string     `json:"at"`
}

// targetInput is what a notification is for. A role is one in an organization.
type targetInput struct {
	Type           string `json:"type" api:"required"`
	ID             string `json:"id" api:"required"`
	OrganizationID string `json:"organization_id"`
}

func getAudience(ctx context.Context, c *call) (answer, error) {
	var in audienceInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	audience, err := c.Service.NotificationAudience(ctx, c.caller, tenancy.NotificationTarget(in.Target), in.At)
	return ok(audienceObject{audience.Suppressed, audience.Reason, orEmpty(audience.Recipients)}), err
}
