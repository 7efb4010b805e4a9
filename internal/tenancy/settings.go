package tenancy

import (
	"context"
	"time"
)

// OrganizationPatch names what changes; nil fields stay as they are.
type OrganizationPatch struct {
	Name             *string
	EmailDomain      *string // refused, unless it is what it is
	DefaultDashboard *string
	DoNotDisturb     **DoNotDisturb // pointing to nil for none any more
	Isolation        *Isolation
	State            *OrganizationState
}

// PatchOrganization changes an organization's settings. The caller owns it. Its state is
// set by the platform alone (D-7).
//
// Delegated to its account it is by an owner of its own: nobody else owns what is
// isolated. While it is delegated the owners of the root own it too (D-4), and can have it
// isolated again (D-11).
func (s *Service) PatchOrganization(ctx context.Context, caller Caller, id string, patch OrganizationPatch) (view OrganizationView, token Token, err error) {
	a := attempt{caller, "organization.patch", Object{"organization", id}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		before, err := op.targetOrganization(ctx, id, "own")
		if err != nil {
			return err
		}
		if patch.State != nil && !caller.isPlatform() {
			return errForbidden("The state of an organization is set by the platform.")
		}
		after, err := patch.apply(before, op.now)
		if err != nil {
			return err
		}
		if after, err = op.patchOrganization(ctx, before, after); err != nil {
			return err
		}
		view, err = op.view(ctx, after)
		return err
	})
	return view, token, err
}

// patchOrganization returns the organization as it is staged: a new state follows to all
// that belongs to it.
func (op *operation) patchOrganization(ctx context.Context, before, after Organization) (Organization, error) {
	if before.Isolation != after.Isolation {
		op.note("isolation", string(after.Isolation))
	}
	if before.State != after.State {
		return op.setState(ctx, after)
	}
	if before != after {
		op.stage(before, after)
	}
	return after, nil
}

func (p OrganizationPatch) apply(o Organization, now time.Time) (Organization, error) {
	if p.EmailDomain != nil && !o.hasDomain(*p.EmailDomain) {
		return o, errDomainImmutable()
	}
	var v validation
	if p.Name != nil {
		o.Name = v.name("name", *p.Name)
	}
	if p.DefaultDashboard != nil {
		o.DefaultDashboard = v.dashboard(*p.DefaultDashboard)
	}
	if p.DoNotDisturb != nil {
		o.DoNotDisturb = v.doNotDisturb(*p.DoNotDisturb)
	}
	if p.Isolation != nil {
		v.isolation(&o, *p.Isolation, now)
	}
	if p.State != nil {
		oneOf(&v, "state", *p.State, OrganizationActive, OrganizationSuspended)
		o.State = *p.State
	}
	return o, v.err()
}

// isolation opens an organization to its account, or closes it. A root has none.
func (v *validation) isolation(o *Organization, isolation Isolation, now time.Time) {
	oneOf(v, "isolation", isolation, Isolated, Delegated)
	switch {
	case isolation != Delegated:
		*o = o.isolated()
	case o.ParentID == "": // what is being created may ask for the id of its own root
		v.fail("isolation", "must be isolated for a root organization: it is the account itself")
	case !o.IsDelegated():
		*o = o.delegated(now)
	}
}

// dashboard takes the console's name of a dashboard; empty means the console's own default.
func (v *validation) dashboard(name string) string {
	if name == "" {
		return ""
	}
	return v.name("default_dashboard", name)
}
