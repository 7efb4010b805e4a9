package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// explanation is the answer to a question with its reasons: all ways that grant it, each from
// the resource to the subject, and the same in words.
type explanation struct {
	Allowed bool     `json:"allowed"`
	Paths   [][]step `json:"paths"`
	Text    string   `json:"text"`
}

// step is one relationship of a way.
type step struct {
	Resource tenancy.Object `json:"resource"`
	Relation string         `json:"relation"`
	Subject  stepSubject    `json:"subject"`
	Text     string         `json:"text"`
}

// stepSubject is an object or, with a relation, the set of those who stand in it.
type stepSubject struct {
	tenancy.Object
	Relation string `json:"relation,omitempty"`
}

func explain(ctx context.Context, c *call) (answer, error) {
	asked, err := c.question()
	if err != nil {
		return answer{}, err
	}
	e, err := c.Service.Explain(ctx, c.caller, asked.Question, asked.AtLeast...)
	return ok(showExplanation(e)), err
}

func showExplanation(e tenancy.Explanation) explanation {
	shown := explanation{Allowed: e.Allowed, Paths: make([][]step, len(e.Paths)), Text: e.Text}
	for i, path := range e.Paths {
		for _, s := range path {
			shown.Paths[i] = append(shown.Paths[i], step{s.Resource, s.Relation, stepSubject{s.Subject, s.SubjectRelation}, s.Text})
		}
	}
	return shown
}
