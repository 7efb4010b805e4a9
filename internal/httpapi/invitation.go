package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// invitationObject is an invitation. AcceptToken is there once, after creation and resend,
// and only where no mail server is configured.
type invitationObject struct {
	ID             string                  `json:"id"`
	OrganizationID string                  `json:"organization_id"`
	GroupID        string                  `json:"group_id"`
	Email          string                  `json:"email"`
	Role           tenancy.GroupRole       `json:"role"`
	State          tenancy.InvitationState `json:"state"`
	InvitedBy      string                  `json:"invited_by"`
	CreatedAt      string                  `json:"created_at"`
	ExpiresAt      string                  `json:"expires_at"`
	ResendAfter    string                  `json:"resend_after"`
	AcceptToken    string                  `json:"accept_token,omitempty"`
}

func showInvitation(i tenancy.InvitationView) invitationObject {
	return invitationObject{
		ID: i.ID, OrganizationID: i.OrganizationID, GroupID: i.GroupID, Email: i.Email, Role: i.Role, State: i.State,
		InvitedBy: i.InvitedBy, CreatedAt: formatTime(i.CreatedAt), ExpiresAt: formatTime(i.ExpiresAt),
		ResendAfter: formatTime(i.ResendAfter), AcceptToken: i.Token,
	}
}

// invitationInput is who is to be invited, and as what.
type invitationInput struct {
	Email string            `json:"email" api:"required"`
	Role  tenancy.GroupRole `json:"role" api:"required"`
}

func invite(ctx context.Context, c *call) (answer, error) {
	var in invitationInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	i, token, err := c.Service.Invite(ctx, c.caller, c.path("gid"), in.Email, in.Role)
	return created("/v1/invitations/", i.ID, showInvitation(i), token), err
}

func listInvitations(ctx context.Context, c *call) (answer, error) {
	state := tenancy.InvitationState(c.query.Get("state"))
	key := func(i tenancy.InvitationView) string { return i.ID }
	return answerPage(c, key, showInvitation, func(page tenancy.Page) ([]tenancy.InvitationView, error) {
		return c.Service.Invitations(ctx, c.caller, c.path("id"), state, page)
	})
}

func resendInvitation(ctx context.Context, c *call) (answer, error) {
	if err := c.optionalBody(&struct{}{}); err != nil {
		return answer{}, err
	}
	i, token, err := c.Service.ResendInvitation(ctx, c.caller, c.path("id"))
	return changed(showInvitation(i), token), err
}

func revokeInvitation(ctx context.Context, c *call) (answer, error) {
	token, err := c.Service.RevokeInvitation(ctx, c.caller, c.path("id"))
	return removed(token), err
}

// tokenInput is the token of an invitation.
type tokenInput struct {
	Token string `json:"token" api:"required"`
}

// answerInvitation is for the invited person, who shows the token of the invitation.
func answerInvitation(give func(*tenancy.Service, context.Context, tenancy.Caller, string) (tenancy.InvitationView, tenancy.Token, error)) handler {
	return func(ctx context.Context, c *call) (answer, error) {
		var in tokenInput
		if err := c.body(&in); err != nil {
			return answer{}, err
		}
		i, token, err := give(c.Service, ctx, c.caller, in.Token)
		return changed(showInvitation(i), token), err
	}
}
