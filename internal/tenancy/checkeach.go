package tenancy

import "context"

// MaxChecks is how many questions one batch may hold.
const MaxChecks = 1000

// Check is one question of a batch, to be answered at states that are not older than any of
// AtLeast.
type Check struct {
	Question
	AtLeast []Token
}

// Answer is the answer to one, at the state that Token names, or what kept it from one. What
// does not exist is not allowed, and has no state.
type Answer struct {
	Allowed bool
	Token   Token
	Err     error
}

// forUser is the answer for a user. Of what he may not see he learns neither that it is there,
// nor in which tree, nor at which state of it: a state is told, and held against those
// that are wanted, only where he is allowed. A denial is the same for what does not exist.
func (a Answer) forUser(atLeast []Token) Answer {
	if a.Err != nil {
		return a
	}
	if !a.Allowed {
		return Answer{}
	}
	if err := a.Token.AtLeast(atLeast); err != nil {
		return Answer{Err: err}
	}
	return a
}

// CheckEach answers each question as [Service.Check] does, in order, at most [MaxChecks] of
// them; those about one tree at one version of it. What is wrong with one of them is the
// answer to that one.
func (s *Service) CheckEach(ctx context.Context, caller Caller, checks []Check) ([]Answer, error) {
	if err := s.mayAskAtAll(ctx, caller); err != nil {
		return nil, err
	}
	if len(checks) > MaxChecks {
		var v validation
		v.fail("checks", "must have at most %d questions", MaxChecks)
		return nil, v.err()
	}
	answers := make([]Answer, len(checks))
	var good []Check
	var places []int
	for i, check := range checks {
		if answers[i].Err = mayAskAbout(caller, check.Question); answers[i].Err == nil {
			answers[i].Err = validQuestion(check.Question)
		}
		if answers[i].Err == nil {
			check.Permission = permissionOn(check.Resource.Type, check.Permission)
			if caller.UserID != "" {
				check.AtLeast = nil
			}
			good, places = append(good, check), append(places, i)
		}
	}
	for i, answer := range s.decisions.CheckEach(ctx, good) {
		if caller.UserID != "" {
			answer = answer.forUser(checks[places[i]].AtLeast)
		}
		answers[places[i]] = answer
	}
	return answers, nil
}
