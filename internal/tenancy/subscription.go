package tenancy

import (
	"context"
	"errors"
)

// EffectivePlan is the plan that the subscription gives: its plan while it is active,
// else free. The zero Subscription gives free.
func (s Subscription) EffectivePlan() Plan {
	if s.Status != SubscriptionActive {
		return PlanFree
	}
	return s.Plan
}

// SetSubscription sets an organization's subscription. It is for the platform alone,
// which may set one on any organization; the root's is the licence of the tree (D-13). A
// tree that loses Enterprise loses nothing but the force of its links, and has it again
// when Enterprise is back.
func (s *Service) SetSubscription(ctx context.Context, caller Caller, organizationID string, plan Plan, status SubscriptionStatus) (view Subscription, token Token, err error) {
	a := attempt{caller, "subscription.put", Object{"organization", organizationID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.visibleOrganization(ctx, organizationID)
		if err != nil {
			return err
		}
		if !caller.isPlatform() {
			return errForbidden("Subscriptions are set by the platform.")
		}
		var v validation
		oneOf(&v, "plan", plan, PlanFree, PlanPro, PlanEnterprise)
		oneOf(&v, "status", status, SubscriptionActive, SubscriptionCanceled)
		if err := v.err(); err != nil {
			return err
		}
		view = Subscription{OrganizationID: o.ID, RootID: o.RootID, Plan: plan, Status: status}
		return op.setSubscription(ctx, o, view)
	})
	return view, token, err
}

func (op *operation) setSubscription(ctx context.Context, o Organization, after Subscription) error {
	op.note("plan", string(after.Plan))
	op.note("status", string(after.Status))
	before, err := op.snap.Subscription(ctx, o.ID)
	switch {
	case errors.Is(err, ErrNoRow):
		op.stage(nil, after)
	case err != nil:
		return err
	case before == after:
		return nil
	default:
		op.stage(before, after)
	}
	if !o.IsRoot() {
		return nil
	}
	return op.setLicensed(ctx, o.RootID, after.EffectivePlan() == PlanEnterprise)
}

// setLicensed makes the links of a tree follow its licence, and tells of it wherever they are
// in force.
func (op *operation) setLicensed(ctx context.Context, rootID string, licensed bool) error {
	links, err := op.snap.LinksIn(ctx, rootID)
	if err != nil {
		return err
	}
	for _, before := range links {
		if before.Unlicensed != licensed {
			continue
		}
		after := before
		after.Unlicensed = !licensed
		op.tell(rootID, before.OrganizationID)
		if err := op.mentionCovered(ctx, before); err != nil {
			return err
		}
		op.stage(before, after)
	}
	return nil
}
