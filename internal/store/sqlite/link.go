package sqlite

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qLinkByKey  = named("link_by_key")
	qLinksInto  = named("links_into")
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
		columns: []any{l.GroupID, l.OrganizationID, l.RootID, millis(l.CreatedAt), l.Unlicensed, l.Suspended},
		keys:    2,
	}
}

func scanLink(s scanner) (l tenancy.Link, err error) {
	err = s.Scan(&l.GroupID, &l.OrganizationID, &l.RootID, instant{&l.CreatedAt}, &l.Unlicensed, &l.Suspended)
	return l, err
}

func (s *snapshot) Link(ctx context.Context, groupID, organizationID string) (tenancy.Link, error) {
	return one(ctx, s, scanLink, qLinkByKey, groupID, organizationID)
}

func (s *snapshot) LinksInto(ctx context.Context, organizationID string, p tenancy.Page) ([]tenancy.Link, error) {
	return all(ctx, s, scanLink, qLinksInto, organizationID, p.After, p.Limit)
}

func (s *snapshot) LinksOf(ctx context.Context, groupID string, p tenancy.Page) ([]tenancy.Link, error) {
	return all(ctx, s, scanLink, qLinksOf, groupID, p.After, p.Limit)
}

func (s *snapshot) LinksIn(ctx context.Context, rootID string) ([]tenancy.Link, error) {
	return all(ctx, s, scanLink, qLinksIn, rootID)
}
