package tenancy

import (
	"context"
	"slices"
)

// asked is what an operation has asked about one tree, and will. At the version that it reads
// an answer does not change, so nothing is asked twice.
type asked struct {
	answers  map[Question]bool
	foreseen []Question
}

// askedAbout is what the operation has asked about a tree so far.
func (op *operation) askedAbout(rootID string) *asked {
	a := op.asked[rootID]
	if a == nil {
		a = &asked{answers: map[Question]bool{}}
		op.asked[rootID] = a
	}
	return a
}

// foresee names permissions of the caller on a resource of the tree that will be asked for.
// They are asked along with the next question about the tree: an engine elsewhere takes longer
// to be asked twice than to be asked two things. It decides nothing, and of a caller about whom
// no engine is asked it asks nothing.
func (op *operation) foresee(rootID string, resource Object, permissions ...string) {
	a := op.askedAbout(rootID)
	for _, permission := range permissions {
		q := Question{Object{"user", op.caller.UserID}, permission, resource}
		a.foreseen = append(a.foreseen, op.service.foresight(q)...)
	}
}

// ask answers questions about resources of the tree, at the version that the operation reads.
// Without a question it tells that this is the newest version.
func (op *operation) ask(ctx context.Context, rootID string, questions []Question) ([]bool, error) {
	a := op.askedAbout(rootID)
	missing := a.missing(questions)
	if len(missing) > 0 || len(questions) == 0 {
		answers, err := op.service.decisions.CheckAt(ctx, rootID, op.basis.Trees[rootID], missing)
		if err != nil {
			return nil, err
		}
		for i, q := range missing {
			a.answers[q] = answers[i]
		}
	}
	answers := make([]bool, len(questions))
	for i, q := range questions {
		answers[i] = a.answers[q]
	}
	return answers, nil
}

// missing are the questions without an answer, each once, and what is foreseen if there are
// any.
func (a *asked) missing(questions []Question) (missing []Question) {
	add := func(some []Question) {
		for _, q := range some {
			if _, known := a.answers[q]; !known && !slices.Contains(missing, q) {
				missing = append(missing, q)
			}
		}
	}
	if add(questions); len(missing) > 0 {
		add(a.foreseen)
		a.foreseen = nil
	}
	return missing
}
