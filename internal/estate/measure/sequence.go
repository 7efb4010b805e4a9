package measure

import (
	"sync/atomic"

	"github.com/tenantry/tenantry/internal/estate"
)

// Sequence gives the questions of an estate, each to one caller, so that no cache has an
// answer to any of them.
type Sequence struct {
	Shape estate.Shape
	next  atomic.Int64
}

// Next is a question that was not asked before, as long as there are any.
func (s *Sequence) Next() estate.Case { return s.Shape.Question(int(s.next.Add(1) - 1)) }

// Asked is how many questions were given.
func (s *Sequence) Asked() int { return int(s.next.Load()) }

// Repeated gives one question of the estate again and again. Every caller has its own.
func (s *Sequence) Repeated(caller int) func() estate.Case {
	q := s.Shape.Question(caller)
	return func() estate.Case { return q }
}

// AllAllowed gives questions to one who allows everything.
func AllAllowed(next func() estate.Case) func() estate.Case {
	return func() estate.Case {
		q := next()
		q.Allowed = true
		return q
	}
}
