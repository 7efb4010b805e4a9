package delivery

import (
	"context"
	"errors"
	"fmt"
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
func (d *Deliverer) CheckOne(ctx context.Context, q tenancy.Question, atLeast tenancy.Token) (bool, tenancy.Token, error) {
	tree, err := d.committed(ctx, q.Resource, atLeast)
	if err != nil || tree.Version == 0 {
		return false, tenancy.Token{}, err
	}
	allowed, err := d.checkAt(ctx, tree, q)
	if err != nil {
		return false, tenancy.Token{}, err
	}
	return allowed, tree.Token(), nil
}

// CheckWithin implements [tenancy.Decisions].
func (d *Deliverer) CheckWithin(ctx context.Context, rootID string, q tenancy.Question) (bool, error) {
	tree, err := d.committed(ctx, q.Resource, tenancy.Token{})
	if err != nil || tree.RootID != rootID || rootID == "" {
		return false, err
	}
	return d.checkAt(ctx, tree, q)
}

// committed returns the tree of a resource at its committed version, in which nothing is
// over; the zero Tree for a resource that does not exist. A version that is not committed
// yet is refused.
func (d *Deliverer) committed(ctx context.Context, resource tenancy.Object, atLeast tenancy.Token) (tenancy.Tree, error) {
	tree, err := d.currentOf(ctx, resource)
	if errors.Is(err, tenancy.ErrNoRow) {
		return tenancy.Tree{}, nil
	}
	if err != nil {
		return tenancy.Tree{}, err
	}
	if atLeast.RootID == tree.RootID && atLeast.Version > tree.Version {
		return tenancy.Tree{}, tenancy.Unavailable(tenancy.CodeNotFresh,
			fmt.Errorf("version %d of tree %q is asked for, %d is committed", atLeast.Version, tree.RootID, tree.Version))
	}
	return tree, nil
}

func (d *Deliverer) checkAt(ctx context.Context, tree tenancy.Tree, q tenancy.Question) (bool, error) {
	answers, err := d.Check(ctx, tree.RootID, tree.Version, []tenancy.Question{q})
	if err != nil {
		return false, err
	}
	return answers[0], nil
}

// Organizations implements [tenancy.Decisions]. All trees in which the user stands are
// brought up to date first, and then those of which the engine still speaks though he has
// left them: it may not have received yet that he has.
func (d *Deliverer) Organizations(ctx context.Context, userID, permission string) (ids []string, err error) {
	trees, err := d.current(ctx, func() ([]tenancy.Reading, error) { return d.record.TreesOf(ctx, userID) })
	if err != nil {
		return nil, err
	}
	subject := tenancy.Object{Type: "user", ID: userID}
	for {
		err = d.steady(ctx, trees, func() error {
			ids, err = d.engine.LookupResources(ctx, subject, permission, "organization")
			return err
		})
		if err != nil {
			return nil, err
		}
		left, err := d.treesBeside(ctx, trees, ids)
		if err != nil {
			return nil, err
		}
		if len(left) == 0 {
			return ids, nil
		}
		trees = append(trees, left...)
	}
}

// treesBeside returns the trees of organizations that are none of the trees.
func (d *Deliverer) treesBeside(ctx context.Context, trees []tenancy.Tree, ids []string) ([]tenancy.Tree, error) {
	beside, err := d.current(ctx, func() ([]tenancy.Reading, error) { return d.record.TreesWith(ctx, ids) })
	return slices.DeleteFunc(beside, func(tree tenancy.Tree) bool {
		return slices.ContainsFunc(trees, func(known tenancy.Tree) bool { return known.RootID == tree.RootID })
	}), err
}
