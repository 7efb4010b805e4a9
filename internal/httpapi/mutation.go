package httpapi

import (
	"context"
	"net/http"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// perform carries out the operation of the call.
func (c *call) perform(ctx context.Context) (rendered, error) {
	if !c.route.Mutates() {
		return c.show(ctx)
	}
	terms, when, err := c.terms()
	if err != nil {
		return rendered{}, err
	}
	if terms.DryRun {
		return c.dryRun(ctx, terms, when)
	}
	if terms.Key == "" && when.none() {
		return c.handle(ctx)
	}
	made, outcome, err := c.undertake(ctx, terms, when)
	if err == nil && outcome.Repeated != nil {
		return recalled(outcome.Repeated)
	}
	return made, err
}

func (c *call) handle(ctx context.Context) (rendered, error) {
	a, err := c.route.handle(ctx, c)
	if err != nil {
		return rendered{}, err
	}
	return c.render(a), nil
}

// show answers with what the caller has not seen yet.
func (c *call) show(ctx context.Context) (rendered, error) {
	when, err := c.readCondition()
	if err != nil {
		return rendered{}, err
	}
	r, err := c.handle(ctx)
	switch {
	case err != nil || r.ETag == "":
		return r, err
	case when.match.given && !when.match.has(r.ETag):
		return rendered{}, when.judge([]string{r.ETag})
	case when.noneMatch.given && when.noneMatch.hasWeakly(r.ETag):
		return rendered{Status: http.StatusNotModified, ETag: r.ETag}, nil
	}
	return r, nil
}

// terms are what the caller asks for beside the operation.
func (c *call) terms() (terms tenancy.Terms, when condition, err error) {
	if when, err = c.readCondition(); err != nil {
		return terms, when, err
	}
	if terms.DryRun, err = c.isDryRun(); err != nil {
		return terms, when, err
	}
	if terms.Key, err = c.idempotencyKey(); err != nil || terms.Key == "" {
		return terms, when, err
	}
	terms.Digest, err = c.requestDigest()
	return terms, when, err
}

// undertake carries out a mutation on terms. Its handler knows nothing of them: it decides,
// and renders what will be if that commits.
func (c *call) undertake(ctx context.Context, terms tenancy.Terms, when condition) (made rendered, outcome tenancy.Outcome, err error) {
	if !when.none() {
		terms.Require = func(ctx context.Context, p tenancy.Proposal) error {
			current, err := c.current(ctx, p, made)
			if err != nil {
				return err
			}
			return when.judge(current)
		}
	}
	outcome, err = c.Service.Undertake(ctx, c.caller, terms, func(ctx context.Context, as tenancy.Caller) (kept []byte, err error) {
		c.caller = as
		made, err = c.handle(ctx)
		return made.keep(), err
	})
	return made, outcome, err
}
