package sqlite

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
		columns: []any{l.GroupID, l.OrganizationID, l.RootID, l.Scope, document{l.Claims},
			millis(l.CreatedAt), millis(l.ExpiresAt), l.Unlicensed, l.Suspended},
		keys: 2,
	}
}

func scanLink(s scanner) (l tenancy.Link, err error) {
	err = s.Scan(&l.GroupID, &l.OrganizationID, &l.RootID, &l.Scope, document{&l.Claims},
		instant{&l.CreatedAt}, instant{&l.ExpiresAt}, &l.Unlicensed, &l.Suspended)
	return l, err
}

func (s *snapshot) Link(ctx context.Context, groupID, organizationID string) (tenancy.Link, error) {
	return one(ctx, s, scanLink, qLinkByKey, groupID, organizationID)
}

// LinksCovering merges the links of at most three places: the organization, its parent and
// its root. Each gives a whole page, of which the first ones are taken.
func (s *snapshot) LinksCovering(ctx context.Context, o tenancy.Organization, p tenancy.Page) ([]tenancy.Link, error) {
	group, place, _ := strings.Cut(p.After, "/")
	covering, err := all(ctx, s, scanLink, qLinksAt, o.ID, group, place, p.Limit)
	if err != nil {
		return nil, err
	}
	for _, above := range o.Above() {
		links, err := all(ctx, s, scanLink, qLinksAbove, above, group, place, p.Limit)
		if err != nil {
			return nil, err
		}
		covering = append(covering, links...)
	}
	slices.SortFunc(covering, func(a, b tenancy.Link) int {
		return cmp.Or(cmp.Compare(a.GroupID, b.GroupID), cmp.Compare(a.OrganizationID, b.OrganizationID))
	})
	return covering[:min(len(covering), p.Limit)], nil
}

func (s *snapshot) LinksOf(ctx context.Context, groupID string, p tenancy.Page) ([]tenancy.Link, error) {
	return all(ctx, s, scanLink, qLinksOf, groupID, p.After, p.Limit)
}

func (s *snapshot) LinksIn(ctx context.Context, rootID string) ([]tenancy.Link, error) {
	return all(ctx, s, scanLink, qLinksIn, rootID)
}
