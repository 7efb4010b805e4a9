package tenancy

import (
	"context"
	"errors"
)

// EffectiveState is the state that an organization is in by itself and by all above: who is
// below what is suspended is suspended too (D-7).
func (o Organization) EffectiveState() OrganizationState {
	if o.Suspended {
		return OrganizationSuspended
	}
	return o.State
}

// setState gives an organization the state that it carries, and has all that belongs to it
// and to those below follow. What is active again comes back as far as it holds otherwise:
// not what is suspended by itself below, nor what a deactivated person or a missing licence
// keeps without force. It returns the organization as it is staged.
func (op *operation) setState(ctx context.Context, o Organization) (Organization, error) {
	op.note("state", string(o.State))
	above, err := op.suspendedAbove(ctx, o)
	if err != nil {
		return Organization{}, err
	}
	part, err := op.part(ctx, o.ID)
	if err != nil {
		return Organization{}, err
	}
	part.organizations[0] = o
	g, err := op.groundFor(ctx, part, o.RootID, above)
	if err != nil {
		return Organization{}, err
	}
	op.mention(o.RootID, part.ids()...)
	for _, before := range part.rows {
		after := before
		if before, ok := before.(Organization); ok && before.ID == o.ID {
			after = o
		}
		op.restage(before, after.on(g))
	}
	return o.placedOn(g), nil
}

func (op *operation) suspendedAbove(ctx context.Context, o Organization) (bool, error) {
	if o.IsRoot() {
		return false, nil
	}
	parent, err := op.organization(ctx, o.ParentID)
	if errors.Is(err, ErrNoRow) {
		return false, errNotFound()
	}
	return parent.Suspended, err
}
