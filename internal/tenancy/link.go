package tenancy

import (
	"context"
	"errors"
	"reflect"
	"slices"
)

// LinkInput says what a link gives, and how long. What is left out has its default (D-29):
// the one organization, all that the group gives, without end.
type LinkInput struct {
	Scope     LinkScope
	Claims    []Claim // nil for all; see [Link]
	ExpiresAt *string // in RFC 3339
}

// PutLink makes a group active in an organization below its home, or in a part of
// the tree. The caller owns the source organization, all that the link covers, and
// the group itself, under Enterprise. A link that is there is altered; what is
// as it was asked for changes nothing.
func (s *Service) PutLink(ctx context.Context, caller Caller, targetID, groupID string, in LinkInput) (link Link, token Token, err error) {
	a := attempt{caller, "link.put", Object{"organization", targetID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("group_id", groupID)
		g, target, err := op.linkEnds(ctx, groupID, targetID)
		if err != nil {
			return err
		}
		op.forgetForeign("group_id", g.RootID)
		covered, err := op.covered(ctx, target, in.Scope)
		if err != nil {
			return err
		}
		if err := op.authorizeLink(ctx, g, covered); err != nil {
			return err
		}
		terms, err := in.terms(g, op.now)
		if err != nil {
			return err
		}
		if !terms.goesDown(g, target) {
			return errNotBelowHome()
		}
		op.noteTerms(terms)
		link, err = op.putLink(ctx, terms.between(g, target, op.now))
		return err
	})
	return link, token, err
}

// linkEnds finds both ends of a link that is to be made; the caller has to see both. The
// target comes first: in its tree's trail the attempt is told.
func (op *operation) linkEnds(ctx context.Context, groupID, targetID string) (Group, Organization, error) {
	if err := op.foreseeSource(ctx, groupID); err != nil {
		return Group{}, Organization{}, err
	}
	target, err := op.visibleOrganization(ctx, targetID, "own")
	if err != nil {
		return Group{}, Organization{}, err
	}
	g, err := op.visibleGroup(ctx, groupID)
	return g, target, err
}

// foreseeSource foresees what a link asks of its group and of where that is homed.
// They are asked about along with the target, if they are of its tree.
func (op *operation) foreseeSource(ctx context.Context, groupID string) error {
	g, err := op.readGroup(ctx, groupID)
	if errors.Is(err, ErrNoRow) {
		return nil
	}
	op.foresee(g.RootID, Object{"group", g.ID}, "view", "manage_members")
	op.foresee(g.RootID, Object{"organization", g.OrganizationID}, "own")
	return err
}

// covered are the organizations in which a link made at the target would be in force now,
// the target first.
func (op *operation) covered(ctx context.Context, target Organization, scope LinkScope) ([]Organization, error) {
	if scope != ScopeSubtree {
		return []Organization{target}, nil
	}
	return op.snap.Subtree(ctx, target.ID)
}

// authorizeLink asks for the ownership of all ends, and tells all of them.
func (op *operation) authorizeLink(ctx context.Context, g Group, covered []Organization) error {
	if err := op.requireOnAll(ctx, covered, "own"); err != nil {
		return err
	}
	home, err := op.organization(ctx, g.OrganizationID)
	if err != nil {
		return err
	}
	if err := op.require(ctx, home, "own"); err != nil {
		return err
	}
	if err := op.requireOnGroup(ctx, g, "manage_members"); err != nil {
		return err
	}
	for _, o := range covered {
		op.mention(o.RootID, o.ID)
	}
	return op.requireEnterprise(ctx, g.RootID)
}

// putLink makes a link, or alters the one between its ends.
func (op *operation) putLink(ctx context.Context, link Link) (Link, error) {
	before, err := op.linkAt(ctx, link)
	if errors.Is(err, ErrNoRow) {
		op.stage(nil, link)
		return link, nil
	}
	if err != nil {
		return Link{}, err
	}
	link.CreatedAt = before.CreatedAt
	if !reflect.DeepEqual(before, link) {
		op.stage(before, link)
	}
	return link, nil
}

// linkAt is the link that there is of the same group at the same place.
func (op *operation) linkAt(ctx context.Context, link Link) (Link, error) {
	if link.TenantGroupID != "" {
		return op.snap.TenantGroupLink(ctx, link.TenantGroupID, link.GroupID)
	}
	return op.snap.Link(ctx, link.GroupID, link.OrganizationID)
}

// RemoveLink ends a link that was made at an organization. Taking away asks for less than giving: an owner of the target,
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
		if err := op.mayRemoveLink(ctx, g, targetID); err != nil {
			return err
		}
		if link.OrganizationID != targetID || link.TenantGroupID != "" {
			return errLinkedElsewhere(link)
		}
		if err := op.mentionCovered(ctx, link); err != nil {
			return err
		}
		op.stage(link, nil)
		return nil
	})
}

// mentionCovered tells a change of a link to all whom it concerns.
func (op *operation) mentionCovered(ctx context.Context, link Link) error {
	covered, err := coveredBy(ctx, op.snap, link)
	for _, o := range covered {
		op.mention(o.RootID, o.ID)
	}
	return err
}

// coveredBy are the organizations that a link covers besides the one where it was made.
func coveredBy(ctx context.Context, snap Snapshot, link Link) ([]Organization, error) {
	switch {
	case link.TenantGroupID != "":
		return snap.TenantsBelow(ctx, link.TenantGroupID)
	case link.Scope == ScopeSubtree:
		return snap.Subtree(ctx, link.OrganizationID)
	}
	return nil, nil
}

// link finds the link of a group to an organization, or else one from elsewhere that covers
// it.
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
	op.tellOf(target)
	link, err := op.snap.Link(ctx, groupID, target.ID)
	if errors.Is(err, ErrNoRow) {
		link, err = op.linkReaching(ctx, groupID, target)
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

// linkReaching is the first of the links of a group that cover an organization.
func (op *operation) linkReaching(ctx context.Context, groupID string, o Organization) (Link, error) {
	links, err := op.linksReaching(ctx, groupID, o)
	if err == nil && len(links) == 0 {
		err = errNotFound()
	}
	if err != nil {
		return Link{}, err
	}
	return links[0], nil
}

func (op *operation) linksReaching(ctx context.Context, groupID string, o Organization) ([]Link, error) {
	links, err := op.snap.LinksCovering(ctx, o, PageAll)
	return slices.DeleteFunc(links, func(l Link) bool { return l.GroupID != groupID }), err
}

// errLinkedElsewhere tells where a link that covers an organization can be ended.
func errLinkedElsewhere(link Link) *Error {
	e := refuse(CodeManagedElsewhere, "The group is linked from elsewhere, and the link is ended there.")
	e.ManagedAt = &ManagedAt{Kind: "link", ID: link.GroupID, OrganizationID: link.OrganizationID}
	if link.TenantGroupID != "" {
		e.ManagedAt.Kind, e.ManagedAt.ID = "tenant_group", link.TenantGroupID
	}
	return e
}

// mayRemoveLink does not ask whether the target may be seen: the group's owners see its
// links, and a target's owner keeps the right to end a link that grants nothing now.
func (op *operation) mayRemoveLink(ctx context.Context, g Group, targetID string) error {
	for _, end := range []struct {
		permission string
		resource   Object
	}{
		{"own", Object{"organization", targetID}},
		{"own", Object{"organization", g.OrganizationID}},
		{"manage_members", Object{"group", g.ID}},
	} {
		if ok, err := op.allowed(ctx, g.RootID, end.permission, end.resource); ok || err != nil {
			return err
		}
	}
	sees, err := op.allowedOnGroup(ctx, g, "view")
	if err != nil {
		return err
	}
	if sees {
		sees, err = op.seesTarget(ctx, targetID)
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
func (op *operation) seesTarget(ctx context.Context, targetID string) (bool, error) {
	target, err := op.organization(ctx, targetID)
	if err != nil {
		return false, err
	}
	return op.seesOrganization(ctx, target)
}
