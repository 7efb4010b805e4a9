package tenancy

import "context"

// AttachOrganization places a root organization, with all below it, under an organization
// of another tree. The caller owns both, and the new root has Enterprise (R-22, D-32).
//
// The tree of the root ends, and the other one takes all of it over in the same step.
// E-mail domains and ids are unique over the whole service, so none can clash here.
func (s *Service) AttachOrganization(ctx context.Context, caller Caller, id, parentID string) (move Move, token Token, err error) {
	a := attempt{caller, "organization.attach", Object{"organization", id}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		o, parent, err := op.attachEnds(ctx, id, parentID)
		if err != nil {
			return err
		}
		if err := placeable(o, parent); err != nil {
			return err
		}
		p, err := op.part(ctx, o.ID)
		if err != nil {
			return err
		}
		if err := p.attachableTo(parent); err != nil {
			return err
		}
		op.note("parent_id", parentID) // not before: it is another tree's
		move, err = op.move(ctx, p, parent)
		return err
	})
	return move, token, err
}

// attachEnds finds what is attached, and to what, and asks whether the caller may. He
// operates from the tree of what he attaches, if he says from where (D-9).
func (op *operation) attachEnds(ctx context.Context, id, parentID string) (o, parent Organization, err error) {
	if o, err = op.visibleOrganization(ctx, id); err != nil {
		return o, parent, err
	}
	if parentID == "" {
		return o, parent, op.missingParent(ctx, o)
	}
	if parent, err = op.knownOrganization(ctx, parentID); err != nil {
		return o, parent, err
	}
	if err = op.require(ctx, o, "own"); err != nil {
		return o, parent, err
	}
	if err = op.require(ctx, parent, "own"); err != nil {
		return o, parent, err
	}
	return o, parent, op.requireEnterprise(ctx, parent.RootID)
}

func (op *operation) missingParent(ctx context.Context, o Organization) error {
	if err := op.require(ctx, o, "own"); err != nil {
		return err
	}
	var v validation
	v.fail("parent_id", "must be given")
	return v.err()
}

// placeable refuses what is no root: it is detached first.
func placeable(o, parent Organization) error {
	if o.RootID == parent.RootID {
		return refuse(CodeSameTree, "The two organizations are in the same tree.")
	}
	var v validation
	if !o.IsRoot() {
		v.fail("id", "must be a root organization; detach it first")
	}
	return v.err()
}

// attachableTo refuses a tree that pays for itself (D-26), or would be too deep.
func (p part) attachableTo(parent Organization) error {
	for _, row := range p.rows {
		if s, ok := row.(Subscription); ok && s.EffectivePlan() != PlanFree {
			return refuse(CodeSubscriptionActive, "The tree has an active subscription; cancel it first.")
		}
	}
	if parent.Depth+p.depth() > MaxDepth {
		return refuse(CodeDepthExceeded, "A tree has at most %d levels.", MaxDepth)
	}
	return nil
}

// DetachOrganization makes a sub-organization, with all below it, a tree of its own.
// The caller owns it and its parent (D-11); no licence is needed (D-32). What reached into
// it from the tree that it leaves ends in the same step, and is listed.
func (s *Service) DetachOrganization(ctx context.Context, caller Caller, id string) (move Move, token Token, err error) {
	a := attempt{caller, "organization.detach", Object{"organization", id}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.targetOrganization(ctx, id, "own")
		if err != nil {
			return err
		}
		if err := op.requireParent(ctx, o); err != nil {
			return err
		}
		p, err := op.part(ctx, o.ID)
		if err != nil {
			return err
		}
		move, err = op.move(ctx, p, Organization{})
		return err
	})
	return move, token, err
}

// requireParent refuses a caller who does not own the organization above, of which the
// event tells too, and a root, above which there is none.
func (op *operation) requireParent(ctx context.Context, o Organization) error {
	if o.IsRoot() {
		var v validation
		v.fail("id", "must be a sub-organization; this one is the root of its tree")
		return v.err()
	}
	parent, err := op.organization(ctx, o.ParentID)
	if err != nil {
		return err
	}
	op.tell(parent.RootID, parent.ID)
	return op.require(ctx, parent, "own")
}
