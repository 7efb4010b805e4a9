package tenancy

import (
	"context"
	"slices"
	"strings"
)

// ListKey is the key by which resources are listed; see [Page].
func (r Resource) ListKey() string { return string(r.Type) + "/" + r.ID }

// Resources lists the resources of an organization by type, in the order of
// [RegisteredTypes], and id, to those with access: the resources of each type that they may
// view there (D-31). A single type, if one is named, asks for the permission to view it.
func (s *Service) Resources(ctx context.Context, caller Caller, organizationID string, t ResourceType, page Page) (resources []Resource, err error) {
	a := attempt{caller, "resource.list", Object{"organization", organizationID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.targetOrganization(ctx, organizationID, "access")
		if err != nil {
			return err
		}
		types, err := op.viewableTypes(ctx, o, t)
		if err != nil {
			return err
		}
		resources, err = op.resourcesOf(ctx, o, types, page)
		return err
	})
	return resources, err
}

func (op *operation) viewableTypes(ctx context.Context, o Organization, only ResourceType) ([]ResourceType, error) {
	if only != "" {
		var v validation
		oneOf(&v, "type", only, RegisteredTypes...)
		if err := v.err(); err != nil {
			return nil, err
		}
		return []ResourceType{only}, op.require(ctx, o, string(only.viewing()))
	}
	permissions := make([]string, len(RegisteredTypes))
	for i, t := range RegisteredTypes {
		permissions[i] = string(t.viewing())
	}
	allowed, err := op.allowedEach(ctx, o, permissions)
	if err != nil {
		return nil, err
	}
	var types []ResourceType
	for i, t := range RegisteredTypes {
		if allowed[i] {
			types = append(types, t)
		}
	}
	return types, nil
}

// resourcesOf reads type by type until the page is full.
func (op *operation) resourcesOf(ctx context.Context, o Organization, types []ResourceType, page Page) (resources []Resource, err error) {
	afterType, afterID, _ := strings.Cut(page.After, "/")
	begun := slices.Index(RegisteredTypes, ResourceType(afterType))
	for _, t := range types {
		part := Page{Limit: page.Limit - len(resources)}
		switch at := slices.Index(RegisteredTypes, t); {
		case at < begun:
			continue
		case at == begun:
			part.After = afterID
		}
		some, err := op.snap.Resources(ctx, o.ID, t, part)
		if err != nil {
			return nil, err
		}
		if resources = append(resources, some...); len(resources) >= page.Limit {
			break
		}
	}
	return resources, nil
}
