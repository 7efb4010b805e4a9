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

// selfDecision is the answer to one. It names no state: that would tell of others.
type selfDecision struct {
	Allowed bool `json:"allowed"`
}

func selfCheck(ctx context.Context, c *call) (answer, error) {
	var in selfQuestion
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	allowed, err := c.Service.SelfCheck(ctx, c.caller, in.Permission, in.Resource)
	return ok(selfDecision{allowed}), err
}

func selfCheckBatch(ctx context.Context, c *call) (answer, error) {
	var in struct {
		Checks []selfQuestion `json:"checks"`
	}
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
	results := make([]any, len(answers))
	for i, a := range answers {
		results[i] = c.showSelfAnswer(a)
	}
	return ok(map[string]any{"results": results}), nil
}

func (c *call) showSelfAnswer(a tenancy.SelfAnswer) any {
	if a.Err != nil {
		return map[string]any{"problem": c.problemOf(public(a.Err))}
	}
	return selfDecision{a.Allowed}
}
