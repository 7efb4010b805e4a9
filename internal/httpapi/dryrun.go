package httpapi

import (
	"context"
	"net/http"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// parameterDryRun may stand in the query of every mutation.
const parameterDryRun = "dry_run"

// dryRunObject tells what a mutation would do.
type dryRunObject struct {
	Would     wouldObject   `json:"would"`
	Gained    []grantObject `json:"gained"`
	Lost      []grantObject `json:"lost"`
	Truncated bool          `json:"truncated"` // there may be more gained and lost
}

// wouldObject is how the mutation would be answered.
type wouldObject struct {
	Status int          `json:"status"`
	Code   tenancy.Code `json:"code,omitempty"`
}

// grantObject is a permission that somebody comes to hold, or ceases to.
type grantObject struct {
	Subject    tenancy.Object `json:"subject"`
	Permission string         `json:"permission"`
	Resource   tenancy.Object `json:"resource"`
}

func (c *call) isDryRun() (bool, error) {
	switch value := c.query.Get(parameterDryRun); value {
	case "true":
		return true, nil
	case "false", "":
		return false, nil
	}
	return false, malformed("The query parameter %q is true or false.", parameterDryRun)
}

// dryRun answers with what the mutation would do. A refusal is a part of that, if it is a
// decision: a request that can't be read, a caller that is not known and a part that does
// not answer are what they always are.
func (c *call) dryRun(ctx context.Context, terms tenancy.Terms, when condition) (rendered, error) {
	made, outcome, err := c.undertake(ctx, terms, when)
	result := dryRunObject{Would: wouldObject{Status: made.Status}}
	if err != nil {
		refusal := public(err)
		if !isDecision(refusal.Code) {
			return rendered{}, err
		}
		result.Would = wouldObject{Status: kinds[refusal.Code].status, Code: refusal.Code}
	}
	if outcome.Forecast != nil {
		result.Gained, result.Lost = showGrants(outcome.Forecast.Gained), showGrants(outcome.Forecast.Lost)
		result.Truncated = outcome.Forecast.Truncated
	}
	result.Gained, result.Lost = orEmpty(result.Gained), orEmpty(result.Lost)
	return rendered{Status: http.StatusOK, Body: string(encode(result))}, nil
}

func isDecision(code tenancy.Code) bool {
	switch code {
	case tenancy.CodeMalformed, tenancy.CodeTooLarge, tenancy.CodeUnauthenticated:
		return false
	}
	return kinds[code].status < http.StatusInternalServerError
}

func showGrants(questions []tenancy.Question) []grantObject {
	grants := make([]grantObject, len(questions))
	for i, q := range questions {
		grants[i] = grantObject(q)
	}
	return grants
}
