package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// checkBatchInput is many questions.
type checkBatchInput struct {
	Checks []checkInput `json:"checks" api:"required"`
}

// checkBatch answers many questions at once. Token names the states of all trees that the
// answers are of.
func checkBatch(ctx context.Context, c *call) (answer, error) {
	var in checkBatchInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	checks, unreadable := readChecks(in.Checks)
	answers, err := c.Service.CheckEach(ctx, c.caller, checks)
	if err != nil {
		return answer{}, err
	}
	out := decisions{Results: make([]result, len(answers))}
	var states []tenancy.Token
	for i, a := range answers {
		if err := unreadable[i]; err != nil {
			a = tenancy.Answer{Err: err}
		}
		out.Results[i] = c.showAnswer(a)
		states = append(states, a.Token)
	}
	out.Token = encodeToken(states...)
	return ok(out), nil
}

// readChecks reads each question, and tells by its place what of one is not readable. That
// is not the fault of the others.
func readChecks(bodies []checkInput) (checks []tenancy.Check, unreadable map[int]error) {
	checks, unreadable = make([]tenancy.Check, len(bodies)), map[int]error{}
	for i, body := range bodies {
		var err error
		if checks[i], err = body.read(); err != nil {
			unreadable[i] = err
		}
	}
	return checks, unreadable
}

// decisions are the answers to the questions of a batch, in their order.
type decisions struct {
	Results []result `json:"results"`
	Token   string   `json:"token"`
}

func (c *call) showAnswer(a tenancy.Answer) result {
	if a.Err != nil {
		return unanswered{c.problemOf(public(a.Err))}
	}
	return verdict{a.Allowed}
}
