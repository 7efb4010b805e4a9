package httpapi

import (
	"context"
	"net/url"
	"time"

	"github.com/tenantry/tenantry/internal/authn"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// accessKeyObject is the key of a machine or agent. Prefix is how its text begins. Secret
// is that text, whole, in the one answer that ever tells it.
type accessKeyObject struct {
	ID             string         `json:"id"`
	Prefix         string         `json:"prefix"`
	OrganizationID string         `json:"organization_id"`
	Subject        tenancy.Object `json:"subject"`
	Name           string         `json:"name"`
	ExpiresAt      *string        `json:"expires_at"`
	RevokedAt      *string        `json:"revoked_at"`
	LastUsedAt     *string        `json:"last_used_at"`
	Secret         string         `json:"secret,omitempty"`
}

func showAccessKey(k tenancy.UsedAccessKey) accessKeyObject {
	return accessKeyObject{
		ID: k.ID, Prefix: k.ID, OrganizationID: k.OrganizationID, Subject: k.Subject, Name: k.Name,
		ExpiresAt: timeOrNull(k.ExpiresAt), RevokedAt: timeOrNull(k.RevokedAt), LastUsedAt: timeOrNull(k.LastUsedAt),
	}
}

// issued answers with a new key and its secret.
func issued(key tenancy.AccessKey, secret string, token tenancy.Token) answer {
	object := showAccessKey(tenancy.UsedAccessKey{AccessKey: key})
	object.Secret = secret
	return created("/v1/organizations/"+url.PathEscape(key.OrganizationID)+"/access-keys/", key.ID, object, token)
}

// accessKeyInput is for whom a key is to be, and until when.
type accessKeyInput struct {
	Subject   tenancy.Object `json:"subject" api:"required"`
	Name      string         `json:"name" api:"required"`
	ExpiresAt *string        `json:"expires_at"`
}

func createAccessKey(ctx context.Context, c *call) (answer, error) {
	var in accessKeyInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	credential, secret := authn.NewAccessKey()
	key, token, err := c.Service.CreateAccessKey(ctx, c.caller, c.path("id"), tenancy.NewAccessKey{
		Subject: in.Subject, Name: in.Name, ExpiresAt: in.ExpiresAt, Credential: credential,
	})
	return issued(key, secret, token), err
}

func listAccessKeys(ctx context.Context, c *call) (answer, error) {
	key := func(k tenancy.UsedAccessKey) string { return k.ID }
	return answerPage(c, key, showAccessKey, func(page tenancy.Page) ([]tenancy.UsedAccessKey, error) {
		return c.Service.AccessKeys(ctx, c.caller, c.path("id"), page)
	})
}

// rotationInput is how long the old key is to live beside the new one.
type rotationInput struct {
	Overlap string `json:"overlap"`
}

func rotateAccessKey(ctx context.Context, c *call) (answer, error) {
	var in rotationInput
	if err := c.optionalBody(&in); err != nil {
		return answer{}, err
	}
	credential, secret := authn.NewAccessKey()
	key, token, err := c.Service.RotateAccessKey(ctx, c.caller, c.path("id"), c.path("key"), in.Overlap, credential)
	return issued(key, secret, token), err
}

func revokeAccessKey(ctx context.Context, c *call) (answer, error) {
	token, err := c.Service.RevokeAccessKey(ctx, c.caller, c.path("id"), c.path("key"))
	return removed(token), err
}

// timeOrNull is null for the zero time.
func timeOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := formatTime(t)
	return &text
}
