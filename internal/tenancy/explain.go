package tenancy

import (
	"context"
	"fmt"
	"strings"
)

// Explanation says why a question is answered as it is. Paths are all ways that grant what
// is asked, none if it is not allowed; each leads from the resource to the subject, and is
// gone without any one of its steps. Text says the same to people, and of what is not
// allowed what is missing; it promises no form.
type Explanation struct {
	Allowed bool
	Paths   [][]WayStep
	Text    string
}

// WayStep is one relationship of a way, and what it says.
type WayStep struct {
	Relationship
	Text string
}

// Explain answers a question as [Service.Check] does, and says why: on the same facts, and
// the answer and all that is said of it at one version of the tree. An explanation that does
// not bear the answer is none.
//
// It is for the platform and consoles, who are told everything. On behalf of a user it is
// about that user, and names nothing that he may not see: what is on his own ways stands
// there by its id alone, and of all else nothing is said.
func (s *Service) Explain(ctx context.Context, caller Caller, q Question, atLeast ...Token) (e Explanation, err error) {
	if err := s.mayAsk(ctx, caller, q); err != nil {
		return Explanation{}, err
	}
	if err := validQuestion(q); err != nil {
		return Explanation{}, err
	}
	asked := q.Permission
	q.Permission = permissionOn(q.Resource.Type, asked)
	a := attempt{caller: caller, action: "explain", target: q.Resource}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		e, err = op.explain(ctx, q, asked, atLeast)
		return err
	})
	return e, err
}

func (op *operation) explain(ctx context.Context, q Question, asked string, atLeast []Token) (Explanation, error) {
	answer := op.service.checkOne(ctx, op.caller, q, atLeast)
	allowed, at, err := answer.Allowed, answer.Token, answer.Err
	if op.caller.UserID != "" {
		err = answer.forUser(atLeast).Err
	}
	if err != nil {
		return Explanation{}, err
	}
	t := &teller{op: op, rootID: at.RootID, names: map[Object]string{}}
	if at == (Token{}) {
		return Explanation{Text: t.nothing(q.Resource)}, nil
	}
	if err := op.readTree(ctx, at.RootID); err != nil {
		return Explanation{}, err
	}
	ways, err := t.ways(ctx, q)
	if err != nil {
		return Explanation{}, err
	}
	if ways.Allowed != allowed {
		return Explanation{}, Unavailable(CodeEngineUnavailable, fmt.Errorf("%v is answered %t, and explained as %t", q, allowed, ways.Allowed))
	}
	e := Explanation{Allowed: allowed, Paths: t.paths(ctx, ways)}
	if allowed {
		e.Text = t.granted(ctx, q, asked, ways)
	} else {
		e.Text = t.denied(ctx, q, asked)
	}
	return e, t.err
}

// ways are read at the version of the operation, or not at all. No later one was answered
// about then: the check came after the operation had begun.
func (t *teller) ways(ctx context.Context, q Question) (Ways, error) {
	return t.op.service.decisions.ExplainAt(ctx, t.rootID, t.op.basis.Trees[t.rootID], q)
}

func (t *teller) paths(ctx context.Context, ways Ways) [][]WayStep {
	paths := make([][]WayStep, len(ways.Ways))
	for i, way := range ways.Ways {
		for _, r := range way {
			paths[i] = append(paths[i], WayStep{r, sentence(t.name(ctx, r.Subject) + " " + t.says(ctx, r))})
		}
	}
	return paths
}

// maxTold is how many ways the text tells; the paths have all.
const maxTold = 5

func (t *teller) granted(ctx context.Context, q Question, asked string, ways Ways) string {
	var told []string
	for _, way := range ways.Ways[:min(len(ways.Ways), maxTold)] {
		told = append(told, sentence(t.account(ctx, way)))
	}
	if more := len(ways.Ways) - len(told); more > 0 {
		told = append(told, fmt.Sprintf("There are %d more ways.", more))
	}
	if ways.Truncated {
		told = append(told, "Not all ways were followed to their end; there may be more.")
	}
	head := fmt.Sprintf("%s has `%s` on %s.", t.name(ctx, q.Subject), asked, t.name(ctx, q.Resource))
	return strings.Join(append([]string{sentence(head)}, told...), " ")
}
