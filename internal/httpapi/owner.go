package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// holderObject is a person who owns something, or is a member of it.
type holderObject struct {
	UserID    string  `json:"user_id"`
	Since     string  `json:"since"`
	ExpiresAt *string `json:"expires_at"` // null for no end
	SelfGrant bool    `json:"self_grant"`
}

func showOwner(o tenancy.Owner) holderObject {
	return holderObject{UserID: o.UserID, Since: formatTime(o.Since)}
}

func listOwners(ctx context.Context, c *call) (answer, error) {
	key := func(o tenancy.Owner) string { return o.UserID }
	return answerPage(c, key, showOwner, func(page tenancy.Page) ([]tenancy.Owner, error) {
		return c.Service.Owners(ctx, c.caller, c.path("id"), page)
	})
}

func putOwner(ctx context.Context, c *call) (answer, error) {
	if err := c.optionalBody(&struct{}{}); err != nil {
		return answer{}, err
	}
	owner, token, err := c.Service.PutOwner(ctx, c.caller, c.path("id"), c.path("user"))
	return changed(showOwner(owner), token), err
}

func removeOwner(ctx context.Context, c *call) (answer, error) {
	token, err := c.Service.RemoveOwner(ctx, c.caller, c.path("id"), c.path("user"))
	return removed(token), err
}
