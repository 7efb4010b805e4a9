package authzen

import (
	"context"
	"encoding/json"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Decisions are the answers to several evaluations, in their order.
type Decisions struct {
	Evaluations []Decision `json:"evaluations"`
}

// semantics tell after which decision the answers end. All evaluations are decided at once
// all the same: to decide has no effect.
var semantics = map[string]func(decision bool) (last bool){
	"":                       func(bool) bool { return false },
	"execute_all":            func(bool) bool { return false },
	"deny_on_first_deny":     func(decision bool) bool { return !decision },
	"permit_on_first_permit": func(decision bool) bool { return decision },
}

// batch is an Access Evaluations request. Defaults stand in for what an evaluation leaves out.
type batch struct {
	defaults    request
	evaluations []json.RawMessage
	last        func(bool) bool
}

// Evaluations answers an Access Evaluations request: with [Decisions], or with one Decision
// if the request has no list of evaluations. What is wrong with one of them is the answer to
// that one, and it is denied.
func (p PDP) Evaluations(ctx context.Context, body []byte) (any, error) {
	b, err := readBatch(body)
	if err != nil {
		return nil, err
	}
	if len(b.evaluations) == 0 {
		return p.one(ctx, b.defaults)
	}
	decisions, err := p.each(ctx, b)
	if err != nil {
		return nil, err
	}
	for i, d := range decisions {
		if b.last(d.Decision) {
			decisions = decisions[:i+1]
			break
		}
	}
	return Decisions{decisions}, nil
}

func readBatch(body []byte) (b batch, err error) {
	o, err := readBody(body)
	if err != nil {
		return b, err
	}
	if b.defaults, err = o.request(); err != nil {
		return b, err
	}
	if raw, given := o["evaluations"]; given && json.Unmarshal(raw, &b.evaluations) != nil {
		return b, errType("evaluations", "a list")
	}
	if len(b.evaluations) > tenancy.MaxChecks {
		return b, malformed("The field \"evaluations\" must have at most %d of them.", tenancy.MaxChecks)
	}
	options, err := readObject("options", o["options"])
	if err != nil {
		return b, err
	}
	semantic, err := options.text("evaluations_semantic")
	if err != nil {
		return b, err
	}
	if b.last = semantics[semantic]; b.last == nil {
		return b, malformed("The field \"evaluations_semantic\" must be one of execute_all, deny_on_first_deny, permit_on_first_permit.")
	}
	return b, nil
}

// each decides all evaluations that can be read.
func (p PDP) each(ctx context.Context, b batch) ([]Decision, error) {
	decisions := make([]Decision, len(b.evaluations))
	var checks []tenancy.Check
	var places []int
	for i, raw := range b.evaluations {
		asked, err := readEvaluation(raw, b.defaults)
		if err != nil {
			decisions[i] = p.failed(err)
			continue
		}
		checks, places = append(checks, p.check(asked)), append(places, i)
	}
	answers, err := p.Decider.CheckEach(ctx, p.Caller, checks)
	if err != nil {
		return nil, err
	}
	for i, answer := range answers {
		allowed, err := verdict(answer)
		if err != nil {
			decisions[places[i]] = p.failed(err)
			continue
		}
		decisions[places[i]] = Decision{Decision: allowed}
	}
	return decisions, nil
}

func (p PDP) failed(err error) Decision {
	return Decision{Context: &Context{Error: p.Failure(err)}}
}

func readEvaluation(raw json.RawMessage, defaults request) (asked request, err error) {
	o, err := readObject("evaluations", raw)
	if err != nil {
		return asked, err
	}
	if asked, err = o.request(); err != nil {
		return asked, err
	}
	asked = asked.or(defaults)
	return asked, asked.complete()
}
