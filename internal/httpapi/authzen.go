package httpapi

import (
	"context"
	"net/url"

	"github.com/tenantry/tenantry/internal/httpapi/authzen"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// pdp decides for the caller, in his words. It reads the body by itself: callers of AuthZEN
// send more than we know.
func (c *call) pdp() authzen.PDP {
	return authzen.PDP{Decider: c.Service, Caller: c.caller, Mapping: c.AuthZENMapping, Failure: failure}
}

func failure(err error) authzen.Failure {
	e := public(err)
	return authzen.Failure{Status: kinds[e.Code].status, Code: e.Code, Message: e.Detail}
}

func authzenEvaluation(ctx context.Context, c *call) (answer, error) {
	body, err := c.readBody()
	if err != nil {
		return answer{}, err
	}
	decision, err := c.pdp().Evaluation(ctx, body)
	return ok(decision), err
}

func authzenEvaluations(ctx context.Context, c *call) (answer, error) {
	body, err := c.readBody()
	if err != nil {
		return answer{}, err
	}
	decisions, err := c.pdp().Evaluations(ctx, body)
	return ok(decisions), err
}

// authzenSearch finds pages of subjects or resources.
func authzenSearch(what string, find func(authzen.PDP, context.Context, authzen.Search, tenancy.Page) ([]authzen.Item, error)) handler {
	return func(ctx context.Context, c *call) (answer, error) {
		s, err := c.readSearch(what)
		if err != nil {
			return answer{}, err
		}
		page, err := pageOf(c, itemID, item, func(page tenancy.Page) ([]authzen.Item, error) {
			return find(c.pdp(), ctx, s, page)
		})
		if err != nil {
			return answer{}, err
		}
		return ok(results(s, page)), nil
	}
}

func authzenSearchActions(ctx context.Context, c *call) (answer, error) {
	s, err := c.readSearch("action")
	if err != nil {
		return answer{}, err
	}
	if s.Token != "" {
		return answer{}, errCursor() // there is never a second page
	}
	found, err := c.pdp().Actions(ctx, s)
	if err != nil {
		return answer{}, err
	}
	return ok(results(s, list[authzen.Item]{Items: found})), nil
}

// readSearch puts the page where those of every list are. A page is no longer than ours.
func (c *call) readSearch(what string) (authzen.Search, error) {
	body, err := c.readBody()
	if err != nil {
		return authzen.Search{}, err
	}
	s, err := authzen.ReadSearch(what, body)
	if err != nil {
		return s, err
	}
	limit := &s.Limit
	if s.Limit == 0 {
		limit = nil
	} else if s.Limit > maxLimit {
		s.Limit = maxLimit
	}
	c.askAsQuery(limit, s.Token, s.Question...)
	return s, nil
}

// results tell of a next page where there is one, and to who has asked for pages.
func results(s authzen.Search, page list[authzen.Item]) authzen.Results {
	r := authzen.Results{Results: page.Items}
	if r.Results == nil {
		r.Results = []authzen.Item{}
	}
	if s.Paged || page.NextCursor != "" {
		r.Page = &authzen.Next{Token: page.NextCursor, Count: len(page.Items)}
	}
	return r
}

func itemID(i authzen.Item) string { return i.ID }

func item(i authzen.Item) authzen.Item { return i }

// authzenConfiguration answers everybody: it tells no more than this program's documents do.
func authzenConfiguration(_ context.Context, c *call) (answer, error) {
	if c.PublicURL != "" {
		return ok(authzen.ConfigurationAt(c.PublicURL)), nil
	}
	address := url.URL{Scheme: "http", Host: c.request.Host}
	if c.request.TLS != nil {
		address.Scheme = "https"
	}
	if parsed, err := url.Parse(address.String()); err != nil || parsed.Host != c.request.Host || parsed.Host == "" || parsed.Path != "" || parsed.User != nil {
		return answer{}, malformed("The header Host names no address.")
	}
	return ok(authzen.ConfigurationAt(address.String())), nil
}
