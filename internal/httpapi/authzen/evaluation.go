package authzen

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Decider decides as for every other caller; [tenancy.Service] is one.
type Decider interface {
	CheckEach(ctx context.Context, caller tenancy.Caller, checks []tenancy.Check) ([]tenancy.Answer, error)
	LookupResources(ctx context.Context, caller tenancy.Caller, l tenancy.ResourceLookup, page tenancy.Page, atLeast ...tenancy.Token) ([]tenancy.Object, []tenancy.Token, error)
	LookupSubjects(ctx context.Context, caller tenancy.Caller, l tenancy.SubjectLookup, page tenancy.Page, atLeast ...tenancy.Token) ([]tenancy.Object, tenancy.Token, error)
}

// PDP is a policy decision point for one caller: who decides for him, and in which words he
// asks.
type PDP struct {
	Decider Decider
	Caller  tenancy.Caller
	Mapping Mapping
	// Failure tells a caller what kept one of several evaluations from a decision.
	Failure func(error) Failure
}

// Failure is what of an error is for callers.
type Failure struct {
	Status  int          `json:"status"`
	Code    tenancy.Code `json:"code"`
	Message string       `json:"message"`
}

// Decision is the answer to one evaluation.
type Decision struct {
	Decision bool     `json:"decision"`
	Context  *Context `json:"context,omitempty"`
}

// Context says why there was no decision, where one of several failed.
type Context struct {
	Error Failure `json:"error"`
}

// Evaluation answers one Access Evaluation request.
func (p PDP) Evaluation(ctx context.Context, body []byte) (Decision, error) {
	o, err := readBody(body)
	if err != nil {
		return Decision{}, err
	}
	asked, err := o.request()
	if err != nil {
		return Decision{}, err
	}
	return p.one(ctx, asked)
}

func (p PDP) one(ctx context.Context, asked request) (Decision, error) {
	if err := asked.complete(); err != nil {
		return Decision{}, err
	}
	answers, err := p.Decider.CheckEach(ctx, p.Caller, []tenancy.Check{p.check(asked)})
	if err != nil {
		return Decision{}, err
	}
	allowed, err := verdict(answers[0])
	return Decision{Decision: allowed}, err
}

func (p PDP) check(r request) tenancy.Check {
	return tenancy.Check{Question: tenancy.Question{
		Subject:    p.Mapping.subject(r.subject),
		Permission: p.Mapping.permission(r.resource.Type, r.action.Name),
		Resource:   p.Mapping.resource(r.resource),
	}}
}

// verdict takes what the domain does not know for denied.
func verdict(a tenancy.Answer) (bool, error) {
	if unknown(a.Err) {
		return false, nil
	}
	return a.Allowed, a.Err
}

// unknown reports whether the domain refuses a question because it has no such type,
// permission or form of id.
func unknown(err error) bool {
	refusal, ok := tenancy.AsError(err)
	return ok && refusal.Code == tenancy.CodeInvalid
}
