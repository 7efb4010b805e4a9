package delivery

import (
	"context"
	"errors"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Check implements [tenancy.Decisions].
func (d *Deliverer) Check(ctx context.Context, rootID string, atLeast int64, questions []tenancy.Question) (answers []bool, err error) {
	trees := []tenancy.Tree{{RootID: rootID, Version: atLeast}}
	err = d.steady(ctx, trees, func() error {
		answers, err = d.engine.Check(ctx, questions)
		return err
	})
	return answers, err
}

// CheckAt implements [tenancy.Decisions]. Delivery follows the commit: if nothing later is
// committed even after the answer, it is no later state's. A tree that has ended is at no
// version.
func (d *Deliverer) CheckAt(ctx context.Context, rootID string, version int64, questions []tenancy.Question) ([]bool, error) {
	var answers []bool
	if len(questions) > 0 {
		var err error
		if answers, err = d.Check(ctx, rootID, version, questions); err != nil {
			return nil, err
		}
	}
	if err := d.unmoved(ctx, tenancy.Token{RootID: rootID, Version: version}); err != nil {
		return nil, err
	}
	return answers, nil
}

// unmoved fails with ErrMoved if a tree is not at this version by now.
func (d *Deliverer) unmoved(ctx context.Context, at tenancy.Token) error {
	now, err := d.record.TreeOf(ctx, tenancy.Object{Type: "organization", ID: at.RootID})
	if err != nil && !errors.Is(err, tenancy.ErrNoRow) {
		return unanswered(ctx, err)
	}
	if now.Token() != at {
		return tenancy.ErrMoved
	}
	return nil
}

// ExplainAt implements [tenancy.Decisions]. The ways are of one state of the engine; that it
// is the state of this version is seen as in CheckAt.
func (d *Deliverer) ExplainAt(ctx context.Context, rootID string, version int64, q tenancy.Question) (ways tenancy.Ways, err error) {
	trees := []tenancy.Tree{{RootID: rootID, Version: version}}
	err = d.steady(ctx, trees, func() error {
		ways, err = d.engine.Explain(ctx, q)
		return err
	})
	if err != nil {
		return tenancy.Ways{}, err
	}
	if err := d.unmoved(ctx, tenancy.Token{RootID: rootID, Version: version}); err != nil {
		return tenancy.Ways{}, err
	}
	return ways, nil
}

// steady asks the engine when it holds the trees at their versions or later ones, and
// asks again if in the meantime it may have shown a part of a delivery.
func (d *Deliverer) steady(ctx context.Context, trees []tenancy.Tree, ask func() error) error {
	epochs := make([]int64, len(trees))
	for {
		for i, tree := range trees {
			epoch, err := d.whole(ctx, d.tree(tree.RootID), tree.Version)
			if err != nil {
				return err
			}
			epochs[i] = epoch
		}
		if err := ask(); err != nil {
			return err
		}
		if !d.passed(trees, epochs) {
			return nil
		}
	}
}

// whole settles a tree and returns its epoch, at a time at which the engine shows no part
// of a delivery. A delivery that has failed half way is completed by whoever asks next.
func (d *Deliverer) whole(ctx context.Context, t *tree, version int64) (int64, error) {
	for {
		if err := d.settleForQuestion(ctx, t, version); err != nil {
			return 0, err
		}
		held, epoch := t.state()
		if epoch%2 == 0 {
			return epoch, nil
		}
		version = held + 1
	}
}

// passed reports whether one of the trees has left its epoch.
func (d *Deliverer) passed(trees []tenancy.Tree, epochs []int64) bool {
	for i, tree := range trees {
		if _, epoch := d.tree(tree.RootID).state(); epoch != epochs[i] {
			return true
		}
	}
	return false
}

// CheckOne implements [tenancy.Decisions].
func (d *Deliverer) CheckOne(ctx context.Context, q tenancy.Question, atLeast ...tenancy.Token) (bool, tenancy.Token, error) {
	answer, tree, err := d.find(ctx, "", q, atLeast)
	return answer.allowed, tree.Token(), err
}

// CheckWithin implements [tenancy.Decisions].
func (d *Deliverer) CheckWithin(ctx context.Context, rootID string, q tenancy.Question) (bool, error) {
	if rootID == "" {
		return false, nil
	}
	answer, _, err := d.find(ctx, rootID, q, nil)
	return answer.allowed, err
}

// find answers a question about a resource, in the tree rootID alone if that is not "". A
// resource that is not there has the zero answer and the zero Tree.
//
// While the engine was asked, the resource may have been moved to another tree, whose
// deliveries nobody has watched: an answer may be of a part of one. So it is asked again
// there.
func (d *Deliverer) find(ctx context.Context, rootID string, q tenancy.Question, atLeast []tenancy.Token) (found, tenancy.Tree, error) {
	for {
		tree, err := d.committed(ctx, q.Resource, atLeast)
		if err != nil || tree.Version == 0 || rootID != "" && tree.RootID != rootID {
			return found{}, tenancy.Tree{}, err
		}
		answer, stayed, err := d.findAt(ctx, tree, q)
		if err != nil {
			return found{}, tenancy.Tree{}, err
		}
		if stayed {
			return answer, tree, nil
		}
	}
}

// committed returns the tree of a resource at its committed version, in which nothing is
// over; the zero Tree for a resource that does not exist.
func (d *Deliverer) committed(ctx context.Context, resource tenancy.Object, atLeast []tenancy.Token) (tenancy.Tree, error) {
	tree, err := d.currentOf(ctx, resource)
	if errors.Is(err, tenancy.ErrNoRow) {
		return tenancy.Tree{}, nil
	}
	if err != nil {
		return tenancy.Tree{}, err
	}
	return tree, tree.Token().AtLeast(atLeast)
}

// findAt answers from memory or from the engine. stayed tells whether the resource is in
// the tree even after that.
func (d *Deliverer) findAt(ctx context.Context, tree tenancy.Tree, q tenancy.Question) (answer found, stayed bool, err error) {
	key := asked{tree.Token(), q}
	if answer, ok := d.memory.recall(key); ok {
		return answer, true, nil
	}
	if answer, err = d.evaluate(ctx, tree, q); err != nil {
		return found{}, false, err
	}
	now, err := d.record.TreeOf(ctx, q.Resource)
	if err != nil && !errors.Is(err, tenancy.ErrNoRow) {
		return found{}, false, unanswered(ctx, err)
	}
	// The engine may have been at a later version. Delivery follows the commit, so it was
	// not if nothing later is committed even now.
	if now.Token() == key.at {
		d.memory.keep(key, answer)
	}
	return answer, now.RootID == tree.RootID, nil
}

// evaluate has the engine answer, which holds the tree at its version or a later one.
func (d *Deliverer) evaluate(ctx context.Context, tree tenancy.Tree, q tenancy.Question) (answer found, err error) {
	if q.Subject.ID != "" {
		answers, err := d.Check(ctx, tree.RootID, tree.Version, []tenancy.Question{q})
		if err != nil {
			return found{}, err
		}
		return found{allowed: answers[0]}, nil
	}
	err = d.steady(ctx, []tenancy.Tree{tree}, func() error {
		answer.ids, err = d.engine.LookupSubjects(ctx, q.Resource, q.Permission, q.Subject.Type)
		return err
	})
	slices.Sort(answer.ids)
	return answer, err
}

// isAt reports whether the tree is still at its version, and nothing later is committed.
func (d *Deliverer) isAt(ctx context.Context, tree tenancy.Tree) (bool, error) {
	err := d.unmoved(ctx, tree.Token())
	if errors.Is(err, tenancy.ErrMoved) {
		return false, nil
	}
	return err == nil, err
}
