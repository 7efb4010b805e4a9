package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// checkInput is a question, and the oldest state that may answer it.
type checkInput struct {
	Subject    tenancy.Object `json:"subject" api:"required"`
	Permission string         `json:"permission" api:"required"`
	Resource   tenancy.Object `json:"resource" api:"required"`
	AtLeast    string         `json:"at_least"`
}

func (in checkInput) read() (tenancy.Check, error) {
	atLeast, err := decodeToken(in.AtLeast)
	return tenancy.Check{
		Question: tenancy.Question{Subject: in.Subject, Permission: in.Permission, Resource: in.Resource},
		AtLeast:  atLeast,
	}, err
}

// question decodes the body.
func (c *call) question() (tenancy.Check, error) {
	var in checkInput
	if err := c.body(&in); err != nil {
		return tenancy.Check{}, err
	}
	return in.read()
}

func check(ctx context.Context, c *call) (answer, error) {
	asked, err := c.question()
	if err != nil {
		return answer{}, err
	}
	allowed, token, err := c.Service.Check(ctx, c.caller, asked.Question, asked.AtLeast...)
	return ok(decision{Allowed: allowed, Token: encodeToken(token)}), err
}

// decision is the answer to a question. Token names the state that it holds at; "" if
// there is no such resource, and to a user who is not allowed.
type decision struct {
	Allowed bool   `json:"allowed"`
	Token   string `json:"token"`
}
