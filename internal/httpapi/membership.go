package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func showMembership(m tenancy.Membership) holderObject {
	return holderObject{UserID: m.UserID, Since: formatTime(m.Since), ExpiresAt: formatEnd(m.ExpiresAt), SelfGrant: m.SelfGrant}
}

func listMemberships(role tenancy.GroupRole) handler {
	key := func(m tenancy.Membership) string { return m.UserID }
	return func(ctx context.Context, c *call) (answer, error) {
		return answerPage(c, key, showMembership, func(page tenancy.Page) ([]tenancy.Membership, error) {
			return c.Service.Memberships(ctx, c.caller, c.path("gid"), role, page)
		})
	}
}

// membershipInput is what a membership is to be.
type membershipInput struct {
	ExpiresAt *string `json:"expires_at"`
}

func putMembership(role tenancy.GroupRole) handler {
	return func(ctx context.Context, c *call) (answer, error) {
		var in membershipInput
		if err := c.optionalBody(&in); err != nil {
			return answer{}, err
		}
		m, token, err := c.Service.PutMembership(ctx, c.caller, c.path("gid"), role, c.path("user"), tenancy.MembershipInput(in))
		return changed(showMembership(m), token), err
	}
}

func removeMembership(role tenancy.GroupRole) handler {
	return func(ctx context.Context, c *call) (answer, error) {
		token, err := c.Service.RemoveMembership(ctx, c.caller, c.path("gid"), role, c.path("user"))
		return removed(token), err
	}
}
