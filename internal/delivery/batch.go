package delivery

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// treesAtOnce bounds how many trees of a batch are asked about at the same time.
const treesAtOnce = 32

// CheckEach implements [tenancy.Decisions]. A batch is answered again if an answer may be of a
// part of a delivery, or a resource of it was moved to another tree meanwhile, as in
// [Deliverer.find].
func (d *Deliverer) CheckEach(ctx context.Context, checks []tenancy.Check) []tenancy.Answer {
	for {
		b := &batchOfChecks{d: d, checks: checks, answers: make([]tenancy.Answer, len(checks))}
		if b.answer(ctx); !b.again.Load() {
			return b.answers
		}
	}
}

// batchOfChecks is one attempt at a batch.
type batchOfChecks struct {
	d       *Deliverer
	checks  []tenancy.Check
	answers []tenancy.Answer
	again   atomic.Bool // an answer is not good
}

// part is what of a batch is about one tree. at is where its checks stand in the batch.
type part struct {
	tree tenancy.Tree
	at   []int
}

// answer asks about the trees side by side, so that one whose engine does not answer keeps
// none of the others waiting.
func (b *batchOfChecks) answer(ctx context.Context) {
	parts := b.parts(ctx)
	if len(parts) == 1 {
		b.answerPart(ctx, parts[0])
		return
	}
	var all sync.WaitGroup
	places := make(chan struct{}, treesAtOnce)
	for _, p := range parts {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			b.answerPart(ctx, p)
		})
	}
	all.Wait()
}

// parts takes the batch apart by tree, each at the newest version that was read.
func (b *batchOfChecks) parts(ctx context.Context) (parts []*part) {
	byRoot := map[string]*part{}
	for i, check := range b.checks {
		tree, err := b.d.committed(ctx, check.Resource, check.AtLeast)
		if err != nil || tree.Version == 0 {
			b.answers[i].Err = err
			continue
		}
		p := byRoot[tree.RootID]
		if p == nil {
			p = &part{tree: tree}
			byRoot[tree.RootID] = p
			parts = append(parts, p)
		}
		if tree.Version > p.tree.Version {
			p.tree = tree
		}
		p.at = append(p.at, i)
	}
	return parts
}

// answerPart writes the answers that are of its own part.
func (b *batchOfChecks) answerPart(ctx context.Context, p *part) {
	questions := make([]tenancy.Question, len(p.at))
	for i, at := range p.at {
		questions[i] = b.checks[at].Question
	}
	var allowed []bool
	var good bool
	err := b.d.caught(func() (err error) {
		allowed, good, err = b.d.findEach(ctx, p.tree, questions)
		return err
	})
	if err == nil && !good {
		b.again.Store(true)
	}
	for i, at := range p.at {
		if err != nil {
			b.answers[at].Err = err
			continue
		}
		b.answers[at] = tenancy.Answer{Allowed: allowed[i], Token: p.tree.Token()}
	}
}

// findEach answers questions about resources of the tree at one version of it. good tells
// that the answers are of a whole state, in which all of the resources were in the tree.
func (d *Deliverer) findEach(ctx context.Context, tree tenancy.Tree, questions []tenancy.Question) (allowed []bool, good bool, err error) {
	known, missing := d.recallEach(tree, questions)
	if len(missing) > 0 {
		if good, err = d.evaluateEach(ctx, tree, known, missing); err != nil {
			return nil, false, err
		}
	}
	allowed = make([]bool, len(questions))
	for i, q := range questions {
		allowed[i] = known[q]
	}
	return allowed, good || len(missing) == 0, nil
}

// recallEach gives what is in memory, and the questions that are not, each once.
func (d *Deliverer) recallEach(tree tenancy.Tree, questions []tenancy.Question) (known map[tenancy.Question]bool, missing []tenancy.Question) {
	known, open := map[tenancy.Question]bool{}, map[tenancy.Question]bool{}
	for _, q := range questions {
		if _, ok := known[q]; ok || open[q] {
			continue
		}
		answer, ok := d.memory.recall(asked{tree.Token(), q})
		if ok {
			known[q] = answer.allowed
			continue
		}
		open[q] = true
		missing = append(missing, q)
	}
	return known, missing
}

// evaluateEach adds the answers of the engine. If a change has come in between, those from
// memory are of the state before it, and all questions are asked again: the engine answers
// them at one state.
func (d *Deliverer) evaluateEach(ctx context.Context, tree tenancy.Tree, known map[tenancy.Question]bool, missing []tenancy.Question) (good bool, err error) {
	remembered := slices.Collect(maps.Keys(known))
	for {
		answers, err := d.checkNow(ctx, tree, missing)
		if err != nil {
			return false, err
		}
		same, err := d.isAt(ctx, tree)
		if err != nil {
			return false, err
		}
		for i, q := range missing {
			known[q] = answers[i]
			if same {
				d.memory.keep(asked{tree.Token(), q}, found{allowed: answers[i]})
			}
		}
		if same {
			return true, nil
		}
		if whole, err := d.wholeSince(ctx, tree); err != nil || !whole {
			return false, err
		}
		if len(remembered) == 0 {
			return d.allIn(ctx, tree, missing)
		}
		missing, remembered = append(missing, remembered...), nil
	}
}

// allIn reports whether every resource that still exists is in the tree. One that was
// deleted meanwhile has not left it.
func (d *Deliverer) allIn(ctx context.Context, tree tenancy.Tree, questions []tenancy.Question) (bool, error) {
	for _, q := range questions {
		now, err := d.record.TreeOf(ctx, q.Resource)
		if errors.Is(err, tenancy.ErrNoRow) {
			continue
		}
		if err != nil {
			return false, unanswered(ctx, err)
		}
		if now.RootID != tree.RootID {
			return false, nil
		}
	}
	return true, nil
}
