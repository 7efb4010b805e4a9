package tenancy

import (
	"context"
	"errors"
)

// PutTenantGroupPlace puts an organization into a tenant group. The caller administers the
// group, and owns or administers the organization (D-19): so whoever adds it accepts what the
// group's managers decide there later (D-30). One that is in it stays as it is.
func (s *Service) PutTenantGroupPlace(ctx context.Context, caller Caller, id, organizationID string) (p TenantGroupPlace, token Token, err error) {
	a := attempt{caller, "tenant_group.tenant.put", Object{"tenant_group", id}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("organization_id", organizationID)
		g, o, err := op.placeEnds(ctx, id, organizationID)
		if err != nil {
			return err
		}
		if o.RootID != g.RootID {
			return errOutsideTree()
		}
		op.mention(o.RootID, o.ID)
		p, err = op.snap.TenantGroupPlace(ctx, g.ID, o.ID)
		if errors.Is(err, ErrNoRow) {
			if err := op.acceptLinks(ctx, g, o); err != nil {
				return err
			}
			p, err = op.placeInGroup(ctx, g, o)
		}
		return err
	})
	return p, token, err
}

// placeEnds finds both ends of a place, and asks for what D-19 asks. Who administers an
// organization, by whichever way, manages the groups there (D-3).
func (op *operation) placeEnds(ctx context.Context, id, organizationID string) (TenantGroup, Organization, error) {
	g, err := op.visibleTenantGroup(ctx, id)
	if err != nil {
		return TenantGroup{}, Organization{}, err
	}
	o, err := op.visibleOrganization(ctx, organizationID)
	if err != nil {
		return TenantGroup{}, Organization{}, err
	}
	op.forgetForeign("organization_id", o.RootID)
	if err := op.requireOnTenantGroup(ctx, g, "administer"); err != nil {
		return TenantGroup{}, Organization{}, err
	}
	return g, o, op.require(ctx, o, "manage_groups")
}

// placeInGroup stages the place of an organization that is not in the group.
func (op *operation) placeInGroup(ctx context.Context, g TenantGroup, o Organization) (TenantGroupPlace, error) {
	p := TenantGroupPlace{TenantGroupID: g.ID, OrganizationID: o.ID, RootID: g.RootID, Since: op.now, Suspended: o.Suspended}
	var err error
	if p.Modules, err = op.modulesIn(ctx, g); err != nil {
		return p, err
	}
	op.stage(nil, p)
	return p, nil
}

func errOutsideTree() *Error {
	return refuse(CodeNotDescendant, "The organization is not in the tree of the tenant group.")
}

// RemoveTenantGroupPlace takes an organization out of a tenant group. An owner of it does, or
// who administers the group (D-32).
func (s *Service) RemoveTenantGroupPlace(ctx context.Context, caller Caller, id, organizationID string) (Token, error) {
	a := attempt{caller, "tenant_group.tenant.remove", Object{"tenant_group", id}}
	return s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("organization_id", organizationID)
		g, err := op.knownTenantGroup(ctx, id)
		if err != nil {
			return err
		}
		if err := op.sameTreeAsCurrent(ctx, g.RootID); err != nil {
			return err
		}
		p, err := op.snap.TenantGroupPlace(ctx, g.ID, organizationID)
		if errors.Is(err, ErrNoRow) {
			return errNotFound()
		}
		if err != nil {
			return err
		}
		if err := op.mayRemovePlace(ctx, g, p); err != nil {
			return err
		}
		op.mention(p.RootID, p.OrganizationID)
		op.stage(p, nil)
		return nil
	})
}

// mayRemovePlace does not ask whether the tenant group may be seen: an owner of the
// organization need not be one of its people.
func (op *operation) mayRemovePlace(ctx context.Context, g TenantGroup, p TenantGroupPlace) error {
	if ok, err := op.allowedOnTenantGroup(ctx, g, "administer"); ok || err != nil {
		return err
	}
	o, err := op.organization(ctx, p.OrganizationID)
	if err != nil {
		return err
	}
	if ok, err := op.allowedOn(ctx, o, "own"); ok || err != nil {
		return err
	}
	sees, err := op.seesTenantGroup(ctx, g)
	if err == nil && sees {
		sees, err = op.seesOrganization(ctx, o)
	}
	if err != nil {
		return err
	}
	if !sees {
		return errNotFound()
	}
	return errForbidden("An organization is taken out of a tenant group by its owners, or by who administers the group.")
}

// TenantGroupPlaces lists the organizations in a tenant group itself, by id, to those who see
// the group. One that is suspended is there for owners of the root alone (D-7, D-25).
func (s *Service) TenantGroupPlaces(ctx context.Context, caller Caller, id string, page Page) (places []TenantGroupPlace, err error) {
	a := attempt{caller, "tenant_group.tenant.list", Object{"tenant_group", id}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		g, err := op.visibleTenantGroup(ctx, id)
		if err != nil {
			return err
		}
		owns, err := op.allowed(ctx, g.RootID, "own", Object{"organization", g.RootID})
		if err != nil {
			return err
		}
		places, err = op.placesIn(ctx, g, page, owns)
		return err
	})
	return places, err
}

// placesIn reads on until the page is full.
func (op *operation) placesIn(ctx context.Context, g TenantGroup, page Page, suspendedToo bool) (places []TenantGroupPlace, err error) {
	for len(places) < page.Limit {
		some, err := op.snap.TenantGroupPlaces(ctx, g.ID, page)
		if err != nil {
			return nil, err
		}
		for _, p := range some {
			if (suspendedToo || !p.Suspended) && len(places) < page.Limit {
				places = append(places, p)
			}
		}
		if len(some) < page.Limit {
			break
		}
		page.After = some[len(some)-1].OrganizationID
	}
	return places, nil
}
