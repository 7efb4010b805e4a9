package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// selfQuestion is what a machine or agent asks about itself.
type selfQuestion struct {
	Permission string         `json:"permission"`
	Resource   tenancy.Object `json:"resource"`
}

// verdict is the answer to one. It names no state: that would tell of others.
type verdict struct {
	Allowed bool `json:"allowed"`
}

func selfCheck(ctx context.Context, c *call) (answer, error) {
	var in selfQuestion
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	allowed, err := c.Service.SelfCheck(ctx, c.caller, in.Permission, in.Resource)
	return ok(verdict{allowed}), err
}

// selfBatchInput is what a machine or agent asks about itself in one call.
type selfBatchInput struct {
	Checks []selfQuestion `json:"checks" api:"required"`
}

func selfCheckBatch(ctx context.Context, c *call) (answer, error) {
	var in selfBatchInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	questions := make([]tenancy.SelfQuestion, len(in.Checks))
	for i, q := range in.Checks {
		questions[i] = tenancy.SelfQuestion(q)
	}
	answers, err := c.Service.SelfCheckEach(ctx, c.caller, questions)
	if err != nil {
		return answer{}, err
	}
	results := make([]result, len(answers))
	for i, a := range answers {
		results[i] = c.showSelfAnswer(a)
	}
	return ok(selfResults{results}), nil
}

// selfResults are the answers to a batch, in the order of its questions.
type selfResults struct {
	Results []result `json:"results"`
}

// result is a verdict, or an unanswered one.
type result any

// unanswered says why one question of a batch has no answer.
type unanswered struct {
	Problem problem `json:"problem"`
}

func (c *call) showSelfAnswer(a tenancy.SelfAnswer) result {
	if a.Err != nil {
		return unanswered{c.problemOf(public(a.Err))}
	}
	return verdict{a.Allowed}
}
