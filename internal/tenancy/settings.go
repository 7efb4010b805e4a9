package tenancy

import "context"

// OrganizationPatch names what changes; nil fields stay as they are.
type OrganizationPatch struct {
	Name             *string
	EmailDomain      *string // refused, unless it is what it is
	DefaultDashboard *string
}

// PatchOrganization changes an organization's settings. The caller owns it.
func (s *Service) PatchOrganization(ctx context.Context, caller Caller, id string, patch OrganizationPatch) (view OrganizationView, token Token, err error) {
	a := attempt{caller, "organization.patch", Object{"organization", id}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		before, err := op.targetOrganization(ctx, id, "own")
		if err != nil {
			return err
		}
		after, err := patch.apply(before)
		if err != nil {
			return err
		}
		if before != after {
			op.stage(before, after)
		}
		view, err = op.view(ctx, after)
		return err
	})
	return view, token, err
}

func (p OrganizationPatch) apply(o Organization) (Organization, error) {
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
	return o, v.err()
}

// dashboard takes the console's name of a dashboard; empty means the console's own default.
func (v *validation) dashboard(name string) string {
	if name == "" {
		return ""
	}
	return v.name("default_dashboard", name)
}
