package store

import (
	"context"
	"errors"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qResourceByKey           = named("resource_by_key")
	qResourcesOfOrganization = named("resources_of_organization")
	qResourceCounts          = named("resource_counts")
	qResourcesAssignedTo     = named("resources_assigned_to")
	qSystemsBelow            = named("systems_below")
	qResourceInsert          = named("resource_insert")
	qResourceUpdate          = named("resource_update")
	qResourceDelete          = named("resource_delete")
	qEveryResource           = named("every_resource")
	qReleasedResource        = named("released_resource")
	qResourceRelease         = named("resource_release")
)

func writeResource(r tenancy.Resource) statements {
	return statements{
		insert: qResourceInsert, update: qResourceUpdate, delete: qResourceDelete,
		columns: []any{r.Type, r.ID, r.OrganizationID, r.RootID, r.Name, r.ParentID, document{r.AssignedTo}, r.Suspended},
		keys:    2,
	}
}

func scanResource(s scanner) (r tenancy.Resource, err error) {
	err = s.Scan(&r.Type, &r.ID, &r.OrganizationID, &r.RootID, &r.Name, &r.ParentID, document{&r.AssignedTo}, &r.Suspended)
	return r, err
}

func (s *snapshot) Resource(ctx context.Context, resource tenancy.Object) (tenancy.Resource, error) {
	return one(ctx, s, scanResource, qResourceByKey, resource.Type, resource.ID)
}

func (s *snapshot) Resources(ctx context.Context, organizationID string, t tenancy.ResourceType, p tenancy.Page) ([]tenancy.Resource, error) {
	return all(ctx, s, scanResource, qResourcesOfOrganization, organizationID, t, p.After, p.Limit)
}

func (s *snapshot) ResourceCounts(ctx context.Context, organizationID string) (map[tenancy.ResourceType]int, error) {
	counts := map[tenancy.ResourceType]int{}
	scan := func(row scanner) (t tenancy.ResourceType, err error) {
		var n int
		err = row.Scan(&t, &n)
		counts[t] = n
		return t, err
	}
	_, err := all(ctx, s, scan, qResourceCounts, organizationID)
	return counts, err
}

func (s *snapshot) AssignedTo(ctx context.Context, subject tenancy.Object) ([]tenancy.Resource, error) {
	return all(ctx, s, scanResource, qResourcesAssignedTo, subject.Type, subject.ID)
}

func (s *snapshot) SystemsBelow(ctx context.Context, id string) ([]tenancy.Resource, error) {
	return all(ctx, s, scanResource, qSystemsBelow, id)
}

func (s *snapshot) Released(ctx context.Context, resource tenancy.Object) (tenancy.Token, error) {
	return released(ctx, s, resource)
}

func released(ctx context.Context, s source, resource tenancy.Object) (tenancy.Token, error) {
	return one(ctx, s, scanToken, qReleasedResource, resource.Type, resource.ID)
}

func scanToken(s scanner) (t tenancy.Token, err error) {
	err = s.Scan(&t.RootID, &t.Version)
	return t, err
}

// verifyFree fails with ErrMoved if a resource that the change creates is there, or was
// released by another tree, or by its tree later, than the basis says.
func verifyFree(ctx context.Context, tx *transaction, basis tenancy.Basis, rows []tenancy.RowChange) error {
	for _, rc := range rows {
		r, ok := rc.After.(tenancy.Resource)
		if !ok || rc.Before != nil {
			continue
		}
		_, err := one(ctx, tx, scanResource, qResourceByKey, r.Type, r.ID)
		if err == nil {
			return tenancy.ErrMoved
		}
		if !errors.Is(err, tenancy.ErrNoRow) {
			return err
		}
		last, err := released(ctx, tx, r.Object())
		if err != nil && !errors.Is(err, tenancy.ErrNoRow) {
			return err
		}
		if last != basis.Released[r.Object()] {
			return tenancy.ErrMoved
		}
	}
	return nil
}

// release notes by which tree, and at which of its versions, the resources were removed.
func release(ctx context.Context, tx *transaction, rows []tenancy.RowChange, versions map[string]int64) error {
	for _, rc := range rows {
		r, ok := rc.Before.(tenancy.Resource)
		if !ok || rc.After != nil {
			continue
		}
		if _, err := tx.exec(ctx, qResourceRelease, r.Type, r.ID, r.RootID, versions[r.RootID]); err != nil {
			return err
		}
	}
	return nil
}
