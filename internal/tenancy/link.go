package tenancy

import (
	"context"
	"errors"
	"slices"
)

// PutLink makes a group active in an organization below its home. The caller owns
// the source organization, the target organization and the group itself: all three
// under Enterprise. Linking what is linked changes nothing.
func (s *Service) PutLink(ctx context.Context, caller Caller, targetID, groupID string) (link Link, token Token, err error) {
	a := attempt{caller, "link.put", Object{"organization", targetID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("group_id", groupID)
		g, target, err := op.linkEnds(ctx, groupID, targetID)
		if err != nil {
			return err
		}
		if err := op.authorizeLink(ctx, g, target); err != nil {
			return err
		}
		below, err := op.isBelow(ctx, target, g.OrganizationID)
		if err != nil {
			return err
		}
		if !below {
			return refuse(CodeNotDescendant, "A group is linked to an organization below its home, in the same tree.")
		}
		link, err = op.snap.Link(ctx, g.ID, target.ID)
		if errors.Is(err, ErrNoRow) {
			link = Link{GroupID: g.ID, OrganizationID: target.ID, RootID: target.RootID, CreatedAt: op.service.clock.Now(), Suspended: target.Suspended}
			op.stage(nil, link)
			return nil
		}
		return err
	})
	return link, token, err
}

// linkEnds finds both ends of a link that is to be made; the caller has to see both. The
// target comes first: in its tree's trail the attempt is told.
func (op *operation) linkEnds(ctx context.Context, groupID, targetID string) (Group, Organization, error) {
	target, err := op.visibleOrganization(ctx, targetID)
	if err != nil {
		return Group{}, Organization{}, err
	}
	g, err := op.visibleGroup(ctx, groupID)
	return g, target, err
}

func (op *operation) authorizeLink(ctx context.Context, g Group, target Organization) error {
	home, err := op.organization(ctx, g.OrganizationID)
	if err != nil {
		return err
	}
	if err := op.require(ctx, target, "own"); err != nil {
		return err
	}
	if err := op.require(ctx, home, "own"); err != nil {
		return err
	}
	if err := op.requireOnGroup(ctx, g, "manage_members"); err != nil {
		return err
	}
	return op.requireEnterprise(ctx, g.RootID)
}

// isBelow reports whether an organization is below another one, by its parents.
func (op *operation) isBelow(ctx context.Context, o Organization, aboveID string) (bool, error) {
	for o.ParentID != "" {
		if o.ParentID == aboveID {
			return true, nil
		}
		parent, err := op.organization(ctx, o.ParentID)
		if err != nil {
			return false, err
		}
		o = parent
	}
	return false, nil
}

// RemoveLink ends a link. Taking away asks for less than giving: an owner of the target,
// of the source, or of the group does it, without any licence (D-32).
func (s *Service) RemoveLink(ctx context.Context, caller Caller, targetID, groupID string) (Token, error) {
	a := attempt{caller, "link.remove", Object{"organization", targetID}}
	return s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("group_id", groupID)
		link, g, err := op.link(ctx, targetID, groupID)
		if err != nil {
			return err
		}
		if err := op.sameTreeAsCurrent(ctx, g.RootID); err != nil {
			return err
		}
		if err := op.mayRemoveLink(ctx, g, link); err != nil {
			return err
		}
		op.stage(link, nil)
		return nil
	})
}

func (op *operation) link(ctx context.Context, targetID, groupID string) (Link, Group, error) {
	if err := op.requireActor(); err != nil {
		return Link{}, Group{}, err
	}
	target, err := op.organization(ctx, targetID)
	if errors.Is(err, ErrNoRow) {
		return Link{}, Group{}, errNotFound()
	}
	if err != nil {
		return Link{}, Group{}, err
	}
	op.tell(target.RootID, target.ID)
	link, err := op.snap.Link(ctx, groupID, target.ID)
	if errors.Is(err, ErrNoRow) {
		return Link{}, Group{}, errNotFound()
	}
	if err != nil {
		return Link{}, Group{}, err
	}
	g, err := op.group(ctx, groupID)
	if err == nil {
		op.tell(g.RootID, g.OrganizationID)
	}
	return link, g, err
}

// mayRemoveLink does not ask whether the target may be seen: the group's owners see its
// links, and a target's owner keeps the right to end a link that grants nothing now.
func (op *operation) mayRemoveLink(ctx context.Context, g Group, link Link) error {
	for _, end := range []struct {
		permission string
		resource   Object
	}{
		{"own", Object{"organization", link.OrganizationID}},
		{"own", Object{"organization", g.OrganizationID}},
		{"manage_members", Object{"group", g.ID}},
	} {
		if ok, err := op.allowed(ctx, link.RootID, end.permission, end.resource); ok || err != nil {
			return err
		}
	}
	sees, err := op.allowedOnGroup(ctx, g, "view")
	if err != nil {
		return err
	}
	if sees {
		sees, err = op.seesTarget(ctx, link)
	}
	if err != nil {
		return err
	}
	if !sees {
		return errNotFound()
	}
	return errForbidden("A link is ended by an owner of its target, of its source or of its group.")
}

// seesTarget keeps a link's target from those who see the group because it is active
// elsewhere: customers of one provider do not learn of each other.
func (op *operation) seesTarget(ctx context.Context, link Link) (bool, error) {
	target, err := op.organization(ctx, link.OrganizationID)
	if err != nil {
		return false, err
	}
	return op.seesOrganization(ctx, target)
}

// LinksInto lists the links that make groups active in an organization, by group id, to
// those who see its roster (D-18).
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

// LinksOf lists the links of a group, by organization id: all of them to the group's
// owners and to those who see its home's roster, to others who may see the group those
// into organizations that they have access to.
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
	ids, err := op.accessible(ctx)
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	for len(links) < page.Limit {
		some, err := op.snap.LinksOf(ctx, g.ID, page)
		if err != nil || len(some) == 0 {
			return links, err
		}
		for _, link := range some {
			if _, ok := slices.BinarySearch(ids, link.OrganizationID); ok {
				links = append(links, link)
			}
		}
		page.After = some[len(some)-1].OrganizationID
	}
	return links[:page.Limit], nil
}
