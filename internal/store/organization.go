package store

import (
	"context"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qOrganizationByID      = named("organization_by_id")
	qOrganizationsAll      = named("organizations_all")
	qOrganizationsOfRoot   = named("organizations_of_root")
	qOrganizationsOfParent = named("organizations_of_parent")
	qOrganizationsAmong    = named("organizations_among")
	qSubtree               = named("subtree")
	qOrganizationInsert    = named("organization_insert")
	qOrganizationUpdate    = named("organization_update")
	qOrganizationDelete    = named("organization_delete")
	qEveryOrganization     = named("every_organization")
)

func writeOrganization(o tenancy.Organization) statements {
	return statements{
		insert: qOrganizationInsert, update: qOrganizationUpdate, delete: qOrganizationDelete,
		columns: []any{o.ID, o.Name, Fold(o.Name), o.ParentID, o.RootID, o.Depth, o.Isolation,
			o.DefaultDashboard, o.State, millis(o.CreatedAt), o.Suspended, o.EmailDomain, o.Administered,
			o.DoNotDisturb.From, o.DoNotDisturb.To, o.DoNotDisturb.TimeZone, millis(o.DelegatedSince)},
		keys: 1,
	}
}

func scanOrganization(s scanner) (o tenancy.Organization, err error) {
	err = s.Scan(&o.ID, &o.Name, &o.ParentID, &o.RootID, &o.Depth, &o.Isolation,
		&o.DefaultDashboard, &o.State, instant{&o.CreatedAt}, &o.Suspended, &o.EmailDomain, &o.Administered,
		&o.DoNotDisturb.From, &o.DoNotDisturb.To, &o.DoNotDisturb.TimeZone, instant{&o.DelegatedSince})
	return o, err
}

func (s *snapshot) Organization(ctx context.Context, id string) (tenancy.Organization, error) {
	return one(ctx, s, scanOrganization, qOrganizationByID, id)
}

func (s *snapshot) Subtree(ctx context.Context, id string) ([]tenancy.Organization, error) {
	return all(ctx, s, scanOrganization, qSubtree, id)
}

func (s *snapshot) Organizations(ctx context.Context, f tenancy.OrganizationFilter, p tenancy.Page) ([]tenancy.Organization, error) {
	text := Fold(f.Text)
	switch {
	case f.IDs != nil:
		return s.organizationsAmong(ctx, f, p, text)
	case f.ParentID != "":
		return all(ctx, s, scanOrganization, qOrganizationsOfParent, p.After, p.Limit, text, f.RootID, f.ParentID)
	case f.RootID != "":
		return all(ctx, s, scanOrganization, qOrganizationsOfRoot, p.After, p.Limit, text, f.RootID)
	default:
		return all(ctx, s, scanOrganization, qOrganizationsAll, p.After, p.Limit, text)
	}
}

// organizationsAmong asks for the ids in their order, part by part until the page is full:
// so a page costs what it holds, however long the list of ids is.
func (s *snapshot) organizationsAmong(ctx context.Context, f tenancy.OrganizationFilter, p tenancy.Page, text string) ([]tenancy.Organization, error) {
	var found []tenancy.Organization
	for ids := range slices.Chunk(idsAfter(f.IDs, p.After), min(max(p.Limit, 100), 10_000)) {
		part, err := all(ctx, s, scanOrganization, qOrganizationsAmong,
			p.After, p.Limit-len(found), text, f.RootID, listOf(ids), f.ParentID)
		if err != nil {
			return nil, err
		}
		if found = append(found, part...); len(found) >= p.Limit {
			break
		}
	}
	return found, nil
}

// idsAfter returns the ids behind a key, in order and each once.
func idsAfter(ids []string, after string) []string {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id <= after })
	slices.Sort(ids)
	return slices.Compact(ids)
}
