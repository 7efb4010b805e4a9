package tenancy

import (
	"context"
	"slices"
)

// LinksInto lists the links that make groups active in an organization, each with the place
// where it was made, by group and place, to those who see its roster (D-18).
func (s *Service) LinksInto(ctx context.Context, caller Caller, organizationID string, page Page) (links []Link, err error) {
	a := attempt{caller, "link.list", Object{"organization", organizationID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.targetOrganization(ctx, organizationID, "view_roster")
		if err != nil {
			return err
		}
		links, err = op.snap.LinksCovering(ctx, o, page)
		return err
	})
	return links, err
}

// LinksOf lists the links of a group, by place: all of them to the group's
// owners and to those who see its home's roster, to others who may see the group those that
// cover organizations that they have access to.
func (s *Service) LinksOf(ctx context.Context, caller Caller, groupID string, page Page) (links []Link, err error) {
	a := attempt{caller, "group.link.list", Object{"group", groupID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		g, err := op.visibleGroup(ctx, groupID)
		if err != nil {
			return err
		}
		all, err := op.seesAllLinks(ctx, g)
		if err != nil {
			return err
		}
		if all {
			links, err = op.snap.LinksOf(ctx, g.ID, page)
			return err
		}
		links, err = op.accessibleLinks(ctx, g, page)
		return err
	})
	return links, err
}

func (op *operation) seesAllLinks(ctx context.Context, g Group) (bool, error) {
	if owns, err := op.allowedOnGroup(ctx, g, "manage_members"); owns || err != nil {
		return owns, err
	}
	home, err := op.organization(ctx, g.OrganizationID)
	if err != nil {
		return false, err
	}
	return op.allowedOn(ctx, home, "view_roster")
}

func (op *operation) accessibleLinks(ctx context.Context, g Group, page Page) (links []Link, err error) {
	places, err := op.accessiblePlaces(ctx, g.RootID)
	if err != nil {
		return nil, err
	}
	for len(links) < page.Limit {
		some, err := op.snap.LinksOf(ctx, g.ID, page)
		if err != nil || len(some) == 0 {
			return links, err
		}
		for _, link := range some {
			reaches, err := places.reachedBy(ctx, op.snap, link)
			if err != nil {
				return nil, err
			}
			if reaches {
				links = append(links, link)
			}
		}
		page.After = some[len(some)-1].Place()
	}
	return links[:page.Limit], nil
}

// placesOfLinks are where links are made, by their scope.
type placesOfLinks map[LinkScope]map[string]bool

// reachedBy reports whether a link is made at one of the places, or at a tenant group that
// has one of the organizations.
func (p placesOfLinks) reachedBy(ctx context.Context, snap Snapshot, link Link) (bool, error) {
	if link.TenantGroupID == "" {
		return p[link.Scope][link.OrganizationID], nil
	}
	covered, err := snap.TenantsBelow(ctx, link.TenantGroupID)
	return slices.ContainsFunc(covered, func(o Organization) bool { return p[ScopeOrganization][o.ID] }), err
}

// accessiblePlaces are where links in a tree are made that cover something to which the
// caller has access.
func (op *operation) accessiblePlaces(ctx context.Context, rootID string) (placesOfLinks, error) {
	ids, err := op.accessible(ctx)
	if err != nil {
		return nil, err
	}
	organizations, err := op.snap.Organizations(ctx, OrganizationFilter{IDs: ids, RootID: rootID}, PageAll)
	if err == nil {
		err = op.unmoved(ctx, organizations)
	}
	places := placesOfLinks{ScopeOrganization: {}, ScopeSubtree: {}}
	for _, o := range organizations {
		places[ScopeOrganization][o.ID], places[ScopeSubtree][o.ID] = true, true
		for _, above := range o.Above() {
			places[ScopeSubtree][above] = true
		}
	}
	return places, err
}
