package delivery

import (
	"context"
	"errors"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Check implements [tenancy.Decisions]. The versions that came while the engine was asked
// tell whether the answers are of a whole state; if they may not be, they are asked for again
// at the newest of these.
func (d *Deliverer) Check(ctx context.Context, rootID string, atLeast int64, questions []tenancy.Question) ([]bool, error) {
	at := tenancy.Tree{RootID: rootID, Version: atLeast}
	for {
		answers, err := d.checkNow(ctx, at, questions)
		if err != nil || len(questions) == 0 {
			return answers, err
		}
		if same, err := d.isAt(ctx, at); same || err != nil {
			return answers, err
		}
		if whole, err := d.wholeSince(ctx, at); whole || err != nil {
			return answers, err
		}
		if at.Version, err = d.record.VersionOf(ctx, rootID); err != nil {
			return nil, unanswered(ctx, err)
		}
	}
}

// checkNow asks the engine when it holds the tree at its version or a later one. Of which
// state the answers are has to be seen from the record afterwards: the engine may have shown
// a part of a later version, that this node or another one was delivering.
func (d *Deliverer) checkNow(ctx context.Context, tree tenancy.Tree, questions []tenancy.Question) ([]bool, error) {
	if err := d.settleForQuestion(ctx, d.tree(tree.RootID), tree.Version); err != nil || len(questions) == 0 {
		return nil, err
	}
	return d.engine.Check(tenancy.AboutTrees(ctx, tree.RootID), questions)
}

// CheckAt implements [tenancy.Decisions]. Delivery follows the commit: if nothing later is
// committed even after the answer, it is no later state's, and no part of one. A tree that
// has ended is at no version.
func (d *Deliverer) CheckAt(ctx context.Context, rootID string, version int64, questions []tenancy.Question) ([]bool, error) {
	at := tenancy.Tree{RootID: rootID, Version: version}
	var answers []bool
	if len(questions) > 0 {
		var err error
		if answers, err = d.checkNow(ctx, at, questions); err != nil {
			return nil, err
		}
	}
	if err := d.unmoved(ctx, at.Token()); err != nil {
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
func (d *Deliverer) ExplainAt(ctx context.Context, rootID string, version int64, q tenancy.Question) (tenancy.Ways, error) {
	if err := d.settleForQuestion(ctx, d.tree(rootID), version); err != nil {
		return tenancy.Ways{}, err
	}
	ways, err := d.engine.Explain(tenancy.AboutTrees(ctx, rootID), q)
	if err != nil {
		return tenancy.Ways{}, err
	}
	if err := d.unmoved(ctx, tenancy.Token{RootID: rootID, Version: version}); err != nil {
		return tenancy.Ways{}, err
	}
	return ways, nil
}

// wholeSince reports whether an answer is of one whole state of the tree, that was given when
// the engine held its version or a later one, although other versions are committed by now.
// It is if the engine takes each of these in one write: whoever delivers them, at this node
// or another one, shows no part of any. One that moves another tree too may have taken what
// was asked about to that tree, whose versions are not looked at here.
func (d *Deliverer) wholeSince(ctx context.Context, tree tenancy.Tree) (bool, error) {
	since, err := d.record.Deliveries(ctx, tree.RootID, tree.Version, batch)
	if err != nil {
		return false, unanswered(ctx, err)
	}
	partial := func(delivery tenancy.Delivery) bool {
		return len(delivery.With) > 0 || !d.engine.AppliesAtOnce(delivery)
	}
	return len(since) < batch && !slices.ContainsFunc(since, partial), nil
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
// It is asked again if the answer may be of a part of a delivery, or if the resource was moved
// to another tree while the engine was asked, whose deliveries nobody has watched.
func (d *Deliverer) find(ctx context.Context, rootID string, q tenancy.Question, atLeast []tenancy.Token) (found, tenancy.Tree, error) {
	for {
		tree, err := d.committed(ctx, q.Resource, atLeast)
		if err != nil || tree.Version == 0 || rootID != "" && tree.RootID != rootID {
			return found{}, tenancy.Tree{}, err
		}
		answer, good, err := d.findAt(ctx, tree, q)
		if err != nil {
			return found{}, tenancy.Tree{}, err
		}
		if good {
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

// findAt answers from memory or from the engine. good tells that the answer is of a whole
// state, in which the resource was in the tree.
func (d *Deliverer) findAt(ctx context.Context, tree tenancy.Tree, q tenancy.Question) (answer found, good bool, err error) {
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
		return answer, true, nil
	}
	if now.RootID != tree.RootID {
		return answer, false, nil
	}
	good, err = d.wholeSince(ctx, tree)
	return answer, good, err
}

// evaluate has the engine answer, which holds the tree at its version or a later one.
func (d *Deliverer) evaluate(ctx context.Context, tree tenancy.Tree, q tenancy.Question) (answer found, err error) {
	if q.Subject.ID != "" {
		answers, err := d.checkNow(ctx, tree, []tenancy.Question{q})
		if err != nil {
			return found{}, err
		}
		return found{allowed: answers[0]}, nil
	}
	if err := d.settleForQuestion(ctx, d.tree(tree.RootID), tree.Version); err != nil {
		return found{}, err
	}
	answer.ids, err = d.engine.LookupSubjects(tenancy.AboutTrees(ctx, tree.RootID), q.Resource, q.Permission, q.Subject.Type)
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
