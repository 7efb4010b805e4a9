package tenancy

import (
	"context"
	"slices"
)

// LinkBatch asks for links of one group to many organizations: to those named, or to all
// that are below one now. One of the two is given.
type LinkBatch struct {
	OrganizationIDs []string
	DescendantsOf   *string
	Claims          []Claim // as in a [LinkInput]
	ExpiresAt       *string
}

// maxLinkBatch bounds how many organizations a batch may name.
const maxLinkBatch = 1000

// PutLinks links a group to many organizations, all or none, as [Service.PutLink]
// does to one. The caller also owns the organization whose descendants are linked (D-15).
func (s *Service) PutLinks(ctx context.Context, caller Caller, groupID string, in LinkBatch) (links []Link, token Token, err error) {
	a := attempt{caller, "link.batch", Object{"group", groupID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		g, err := op.visibleGroup(ctx, groupID)
		if err != nil {
			return err
		}
		targets, err := op.linkTargets(ctx, g, in)
		if err != nil {
			return err
		}
		terms, err := LinkInput{Claims: in.Claims, ExpiresAt: in.ExpiresAt}.terms(g, op.now)
		if err != nil {
			return err
		}
		op.noteTerms(terms)
		links, err = op.putLinks(ctx, g, targets, terms)
		return err
	})
	return links, token, err
}

func (op *operation) putLinks(ctx context.Context, g Group, targets []Organization, terms linkTerms) ([]Link, error) {
	links := make([]Link, len(targets))
	for i, target := range targets {
		if !terms.goesDown(g, target) {
			return nil, errNotBelowHome()
		}
		var err error
		if links[i], err = op.putLink(ctx, terms.between(g, target, op.now)); err != nil {
			return nil, err
		}
	}
	return links, nil
}

// linkTargets finds what a batch is to link, and refuses a caller who may not.
func (op *operation) linkTargets(ctx context.Context, g Group, in LinkBatch) (targets []Organization, err error) {
	var v validation
	switch {
	case (in.OrganizationIDs == nil) == (in.DescendantsOf == nil):
		v.fail("organization_ids", "must be given, or descendants_of, and not both")
	case len(in.OrganizationIDs) > maxLinkBatch:
		v.fail("organization_ids", "must have at most %d ids", maxLinkBatch)
	case in.DescendantsOf != nil:
		return op.linkDescendants(ctx, g, *in.DescendantsOf)
	default:
		if targets, err = op.namedTargets(ctx, in.OrganizationIDs); err != nil {
			return nil, err
		}
	}
	if err := op.authorizeLink(ctx, g, targets); err != nil {
		return nil, err
	}
	return targets, v.err()
}

func (op *operation) namedTargets(ctx context.Context, ids []string) ([]Organization, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	targets := make([]Organization, len(ids))
	for i, id := range ids {
		var err error
		if targets[i], err = op.visibleOrganization(ctx, id); err != nil {
			return nil, err
		}
	}
	return targets, nil
}

// linkDescendants are those below an organization, which the caller owns too.
func (op *operation) linkDescendants(ctx context.Context, g Group, id string) ([]Organization, error) {
	op.note("descendants_of", id)
	top, err := op.visibleOrganization(ctx, id)
	if err != nil {
		return nil, err
	}
	covered, err := op.covered(ctx, top, ScopeSubtree)
	if err != nil {
		return nil, err
	}
	if err := op.authorizeLink(ctx, g, covered); err != nil {
		return nil, err
	}
	if top.ID != g.OrganizationID && !top.isBelow(g.OrganizationID) {
		return nil, errNotBelowHome()
	}
	return covered[1:], nil
}
