package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qLinkByKey  = named("link_by_key")
	qLinksAt    = named("links_at")
	qLinksAbove = named("links_over_subtree")
	qLinkTo     = named("link_to_tenant_group")
	qLinksTo    = named("links_at_tenant_group")
	qLinksOf    = named("links_of")
	qLinksIn    = named("links_in")
	qLinkInsert = named("link_insert")
	qLinkUpdate = named("link_update")
	qLinkDelete = named("link_delete")
	qEveryLink  = named("every_link")
)

func writeLink(l tenancy.Link) statements {
	return statements{
		insert: qLinkInsert, update: qLinkUpdate, delete: qLinkDelete,
		columns: []any{l.GroupID, l.OrganizationID, l.TenantGroupID, l.RootID, l.Scope, document{l.Claims},
			millis(l.CreatedAt), millis(l.ExpiresAt), l.Unlicensed, l.Suspended},
		keys: 3,
	}
}

func scanLink(s scanner) (l tenancy.Link, err error) {
	err = s.Scan(&l.GroupID, &l.OrganizationID, &l.TenantGroupID, &l.RootID, &l.Scope, document{&l.Claims},
		instant{&l.CreatedAt}, instant{&l.ExpiresAt}, &l.Unlicensed, &l.Suspended)
	return l, err
}

func (s *snapshot) Link(ctx context.Context, groupID, organizationID string) (tenancy.Link, error) {
	return one(ctx, s, scanLink, qLinkByKey, groupID, organizationID, "")
}

func (s *snapshot) TenantGroupLink(ctx context.Context, tenantGroupID, groupID string) (tenancy.Link, error) {
	return one(ctx, s, scanLink, qLinkTo, tenantGroupID, groupID)
}

func (s *snapshot) TenantGroupLinks(ctx context.Context, tenantGroupID string, p tenancy.Page) ([]tenancy.Link, error) {
	const last = "~" // after every place: ids have no character that comes later
	return all(ctx, s, scanLink, qLinksTo, tenantGroupID, p.After, last, "", p.Limit)
}

// LinksCovering merges the links of few places: the organization, those above it, and the
// tenant groups over it. Each gives a whole page, of which the first ones are taken.
func (s *snapshot) LinksCovering(ctx context.Context, o tenancy.Organization, p tenancy.Page) ([]tenancy.Link, error) {
	groupID, place, _ := strings.Cut(p.After, "/")
	after, tenantGroupID, _ := strings.Cut(place, "/")
	var covering []tenancy.Link
	at := func(q *query, id string) error {
		links, err := all(ctx, s, scanLink, q, id, groupID, after, tenantGroupID, p.Limit)
		covering = append(covering, links...)
		return err
	}
	if err := s.eachPlaceOver(ctx, o, at); err != nil {
		return nil, err
	}
	slices.SortFunc(covering, func(a, b tenancy.Link) int {
		return cmp.Or(cmp.Compare(a.GroupID, b.GroupID), cmp.Compare(a.OrganizationID, b.OrganizationID),
			cmp.Compare(a.TenantGroupID, b.TenantGroupID))
	})
	return covering[:min(len(covering), p.Limit)], nil
}

// eachPlaceOver names the places at which links are made that cover an organization, each
// with the query of the links there.
func (s *snapshot) eachPlaceOver(ctx context.Context, o tenancy.Organization, at func(q *query, id string) error) error {
	if err := at(qLinksAt, o.ID); err != nil {
		return err
	}
	for _, above := range o.Above() {
		if err := at(qLinksAbove, above); err != nil {
			return err
		}
	}
	over, err := s.TenantGroupsOver(ctx, o.ID)
	for _, g := range over {
		if err := at(qLinksTo, g.ID); err != nil {
			return err
		}
	}
	return err
}

func (s *snapshot) LinksOf(ctx context.Context, groupID string, p tenancy.Page) ([]tenancy.Link, error) {
	organizationID, tenantGroupID, _ := strings.Cut(p.After, "/")
	return all(ctx, s, scanLink, qLinksOf, groupID, organizationID, tenantGroupID, p.Limit)
}

func (s *snapshot) LinksIn(ctx context.Context, rootID string) ([]tenancy.Link, error) {
	return all(ctx, s, scanLink, qLinksIn, rootID)
}
