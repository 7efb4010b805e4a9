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

// audienceQuestion names whom a notification is for, and when it would come; without a time,
// now.
type audienceQuestion struct {
	Target targetObject `json:"target"`
	At     *string      `json:"at"`
}

type targetObject struct {
	Type           string `json:"type"`
	ID             string `json:"id"` // of a role its name
	OrganizationID string `json:"organization_id"`
}

func getAudience(ctx context.Context, c *call) (answer, error) {
	var in audienceQuestion
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	audience, err := c.Service.NotificationAudience(ctx, c.caller, tenancy.NotificationTarget(in.Target), in.At)
	return ok(audienceObject{audience.Suppressed, audience.Reason, orEmpty(audience.Recipients)}), err
}
