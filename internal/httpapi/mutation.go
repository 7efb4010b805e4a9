package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// perform carries out the operation of the call.
func (c *call) perform(ctx context.Context) (rendered, error) {
	terms, err := c.terms()
	if err != nil {
		return rendered{}, err
	}
	if terms == nil {
		return c.handle(ctx)
	}
	return c.undertake(ctx, *terms)
}

func (c *call) handle(ctx context.Context) (rendered, error) {
	a, err := c.route.handle(ctx, c)
	if err != nil {
		return rendered{}, err
	}
	return render(a), nil
}

// terms are what the caller asks for beside the operation, nil for nothing.
func (c *call) terms() (*tenancy.Terms, error) {
	key, err := c.idempotencyKey()
	if err != nil || key == "" {
		return nil, err
	}
	digest, err := c.requestDigest()
	return &tenancy.Terms{Key: key, Digest: digest}, err
}

// undertake carries out a mutation on terms. Its handler knows nothing of them: it decides,
// and renders what will be if that commits.
func (c *call) undertake(ctx context.Context, terms tenancy.Terms) (rendered, error) {
	var made rendered
	first, err := c.Service.Undertake(ctx, c.caller, terms, func(ctx context.Context, as tenancy.Caller) (kept []byte, err error) {
		c.caller = as
		made, err = c.handle(ctx)
		return made.keep(), err
	})
	if err != nil {
		return rendered{}, err
	}
	if first != nil {
		return recalled(first)
	}
	return made, nil
}
