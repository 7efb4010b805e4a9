package tenancy

import (
	"context"
	"errors"
	"slices"
	"time"
)

// PutTenantGroupLink makes a group active in every organization of a tenant group and of its
// subgroups, also in those added later. The caller administers the tenant group, and
// owns the security group, its home and every organization that is covered, under
// Enterprise; the home stands above each of them. A link that is there is
// altered. in.Scope has no meaning here.
func (s *Service) PutTenantGroupLink(ctx context.Context, caller Caller, id, groupID string, in LinkInput) (link Link, token Token, err error) {
	a := attempt{caller, "tenant_group.link.put", Object{"tenant_group", id}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("group_id", groupID)
		to, g, err := op.teamEnds(ctx, id, groupID)
		if err != nil {
			return err
		}
		covered, err := op.snap.TenantsBelow(ctx, to.ID)
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
		if !g.isAbove(to, covered) {
			return errNotBelowHome()
		}
		op.noteTerms(terms)
		link, err = op.putLink(ctx, terms.at(to, g, op.now))
		return err
	})
	return link, token, err
}

// teamEnds finds both ends of a link to a tenant group; the caller has to see both, and to
// administer the tenant group.
func (op *operation) teamEnds(ctx context.Context, id, groupID string) (TenantGroup, Group, error) {
	to, err := op.visibleTenantGroup(ctx, id)
	if err != nil {
		return TenantGroup{}, Group{}, err
	}
	g, err := op.visibleGroup(ctx, groupID)
	if err != nil {
		return TenantGroup{}, Group{}, err
	}
	op.forgetForeign("group_id", g.RootID)
	return to, g, op.requireOnTenantGroup(ctx, to, "administer")
}

// isAbove reports whether the home of the group stands above all that a tenant group covers.
func (g Group) isAbove(to TenantGroup, covered []Organization) bool {
	beside := func(o Organization) bool { return !o.isBelow(g.OrganizationID) }
	return g.RootID == to.RootID && !slices.ContainsFunc(covered, beside)
}

func (t linkTerms) at(to TenantGroup, g Group, now time.Time) Link {
	return Link{
		GroupID: g.ID, OrganizationID: to.RootID, TenantGroupID: to.ID, RootID: to.RootID, Claims: t.claims,
		CreatedAt: now, ExpiresAt: t.expiresAt, Suspended: g.Suspended,
	}
}

// RemoveTenantGroupLink ends a link to a tenant group. An owner of the group or of its home
// does, who administers the tenant group, or who owns all that it covers; without any licence
// (D-32).
func (s *Service) RemoveTenantGroupLink(ctx context.Context, caller Caller, id, groupID string) (Token, error) {
	a := attempt{caller, "tenant_group.link.remove", Object{"tenant_group", id}}
	return s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("group_id", groupID)
		to, g, link, err := op.teamLink(ctx, id, groupID)
		if err != nil {
			return err
		}
		covered, err := op.snap.TenantsBelow(ctx, to.ID)
		if err != nil {
			return err
		}
		if err := op.mayRemoveTeamLink(ctx, to, g, covered); err != nil {
			return err
		}
		op.stage(link, nil)
		return op.mentionCovered(ctx, link)
	})
}

func (op *operation) teamLink(ctx context.Context, id, groupID string) (TenantGroup, Group, Link, error) {
	to, err := op.knownTenantGroup(ctx, id)
	if err != nil {
		return TenantGroup{}, Group{}, Link{}, err
	}
	link, err := op.snap.TenantGroupLink(ctx, to.ID, groupID)
	if errors.Is(err, ErrNoRow) {
		return TenantGroup{}, Group{}, Link{}, errNotFound()
	}
	if err != nil {
		return TenantGroup{}, Group{}, Link{}, err
	}
	g, err := op.group(ctx, groupID)
	if err != nil {
		return TenantGroup{}, Group{}, Link{}, err
	}
	op.tell(g.RootID, g.OrganizationID)
	return to, g, link, op.sameTreeAsCurrent(ctx, to.RootID)
}

// mayRemoveTeamLink does not ask who may end the link whether he sees its other end.
func (op *operation) mayRemoveTeamLink(ctx context.Context, to TenantGroup, g Group, covered []Organization) error {
	for _, end := range []struct {
		permission string
		resource   Object
	}{
		{"administer", Object{"tenant_group", to.ID}},
		{"own", Object{"organization", g.OrganizationID}},
		{"manage_members", Object{"group", g.ID}},
	} {
		if ok, err := op.allowed(ctx, to.RootID, end.permission, end.resource); ok || err != nil {
			return err
		}
	}
	if len(covered) > 0 {
		if err := op.requireOnAll(ctx, covered, "own"); !isForbidden(err) {
			return err
		}
	}
	sees, err := op.seesTenantGroup(ctx, to)
	if err == nil && sees {
		sees, err = op.allowedOnGroup(ctx, g, "view")
	}
	if err == nil && !sees {
		err = errNotFound()
	}
	if err != nil {
		return err
	}
	return errForbidden("A link is ended by an owner of its group or of that group's home, or by who manages or owns what it covers.")
}

func isForbidden(err error) bool {
	refusal, ok := AsError(err)
	return ok && refusal.Code == CodeForbidden
}

// TenantGroupLinks lists the links made at a tenant group itself, by group id, to those who
// administer it, or all of its organizations.
func (s *Service) TenantGroupLinks(ctx context.Context, caller Caller, id string, page Page) (links []Link, err error) {
	a := attempt{caller, "tenant_group.link.list", Object{"tenant_group", id}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		to, err := op.visibleTenantGroup(ctx, id)
		if err != nil {
			return err
		}
		rosters, err := op.allowedOnTenantGroup(ctx, to, "administer_tenants")
		if err != nil {
			return err
		}
		if !rosters {
			if err := op.requireOnTenantGroup(ctx, to, "administer"); err != nil {
				return err
			}
		}
		links, err = op.snap.TenantGroupLinks(ctx, to.ID, page)
		return err
	})
	return links, err
}

// acceptLinks asks what an organization that is put into a tenant group lets in by that: the
// caller gives nobody a claim there that he does not have (D-1), and the homes of all groups
// that are linked to the tenant group, or above it, stand above the organization (D-19).
func (op *operation) acceptLinks(ctx context.Context, to TenantGroup, o Organization) error {
	linked, err := op.linkedTo(ctx, to)
	if err != nil {
		return err
	}
	for _, g := range linked {
		if err := op.requireClaims(ctx, o, g.link.Gives(g.Group)); err != nil {
			return err
		}
	}
	return o.joins(linked)
}

// joins refuses an organization that is not below the home of every group.
func (o Organization) joins(linked []activeGroup) error {
	if slices.ContainsFunc(linked, func(g activeGroup) bool { return !o.isBelow(g.OrganizationID) }) {
		return refuse(CodeNotDescendant, "Security groups are linked to the tenant group; the organization is not below the home of each.")
	}
	return nil
}

// linkedTo are the groups that are linked to a tenant group or above it, also while the links
// have no force.
func (op *operation) linkedTo(ctx context.Context, to TenantGroup) (linked []activeGroup, err error) {
	above, err := op.snap.TenantGroupsAbove(ctx, to.ID)
	if err != nil {
		return nil, err
	}
	for _, at := range above {
		links, err := op.snap.TenantGroupLinks(ctx, at.ID, PageAll)
		if err != nil {
			return nil, err
		}
		for _, link := range links {
			g, err := op.group(ctx, link.GroupID)
			if err != nil {
				return nil, err
			}
			linked = append(linked, activeGroup{Group: g, via: ViaLinkedGroup, link: link})
		}
	}
	return linked, nil
}
