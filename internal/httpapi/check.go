package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// checkInput is a question, and the oldest state that may answer it.
type checkInput struct {
	Subject    tenancy.Object `json:"subject"`
	Permission string         `json:"permission"`
	Resource   tenancy.Object `json:"resource"`
	AtLeast    string         `json:"at_least"`
}

// question decodes the body.
func (c *call) question() (tenancy.Question, tenancy.Token, error) {
	var in checkInput
	if err := c.body(&in); err != nil {
		return tenancy.Question{}, tenancy.Token{}, err
	}
	atLeast, err := decodeToken(in.AtLeast)
	return tenancy.Question{Subject: in.Subject, Permission: in.Permission, Resource: in.Resource}, atLeast, err
}

func check(ctx context.Context, c *call) (answer, error) {
	asked, atLeast, err := c.question()
	if err != nil {
		return answer{}, err
	}
	allowed, token, err := c.Service.Check(ctx, c.caller, asked, atLeast)
	return ok(decision{Allowed: allowed, Token: encodeToken(token)}), err
}

// decision is the answer to a question. Token names the state that it holds at; "" if
// there is no such resource.
type decision struct {
	Allowed bool   `json:"allowed"`
	Token   string `json:"token"`
}
