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

func getAudience(ctx context.Context, c *call) (answer, error) {
	var in struct {
		Target struct {
			Type           string `json:"type"`
			ID             string `json:"id"`
			OrganizationID string `json:"organization_id"`
		} `json:"target"`
		At *string `json:"at"`
	}
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	audience, err := c.Service.NotificationAudience(ctx, c.caller, tenancy.NotificationTarget(in.Target), in.At)
	return ok(audienceObject{audience.Suppressed, audience.Reason, orEmpty(audience.Recipients)}), err
}
