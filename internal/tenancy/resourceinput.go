package tenancy

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
)

// maxAssignments bounds to how many machines and agents one resource is assigned.
const maxAssignments = 1000

// maxSystemsAbove bounds how many monitored systems may stand above another one when it is
// put there: who looks for a cycle walks along all of them.
const maxSystemsAbove = 64

// acts reports whether resources of the type hold access keys and are assigned to.
func (t ResourceType) acts() bool { return t == Machine || t == Agent }

// isAssigned reports whether resources of the type are assigned to machines and agents.
func (t ResourceType) isAssigned() bool {
	return t == BackupConfig || t == ConnectionString || t == EncryptionKey
}

// seeRelated looks for all that the resource names: it has to be in the same organization.
// What is of the wrong type is left to validResource.
func (op *operation) seeRelated(ctx context.Context, r Resource) error {
	related := slices.DeleteFunc(slices.Clone(r.AssignedTo), func(o Object) bool { return !ResourceType(o.Type).acts() })
	if !r.Type.isAssigned() || len(related) > maxAssignments {
		related = nil
	}
	if r.ParentID != "" && r.Type == MonitoredSystem {
		related = append(related, Object{string(MonitoredSystem), r.ParentID})
	}
	for _, object := range related {
		if err := op.seeResource(ctx, r.OrganizationID, object); err != nil {
			return err
		}
	}
	return nil
}

// seeResource finds nothing outside of the organization.
func (op *operation) seeResource(ctx context.Context, organizationID string, resource Object) error {
	found, err := op.snap.Resource(ctx, resource)
	if errors.Is(err, ErrNoRow) || err == nil && found.OrganizationID != organizationID {
		return errNotFound()
	}
	return err
}

// validResource collects what is wrong with a resource, and gives its name its form.
func (op *operation) validResource(ctx context.Context, r *Resource) error {
	var v validation
	if !ValidID(r.ID) {
		v.fail("id", "must be 1 to 64 of the characters A-Z a-z 0-9 _ -")
	}
	r.Name = v.name("name", r.Name)
	v.assignments(r)
	if r.ParentID != "" {
		if err := op.validParent(ctx, &v, r); err != nil {
			return err
		}
	}
	return v.err()
}

func (v *validation) assignments(r *Resource) {
	switch {
	case len(r.AssignedTo) > 0 && !r.Type.isAssigned():
		v.fail("assigned_to", "is for backup configurations, connection strings and encryption keys")
	case len(r.AssignedTo) > maxAssignments:
		v.fail("assigned_to", "must have at most %d machines and agents", maxAssignments)
	}
	if slices.ContainsFunc(r.AssignedTo, func(o Object) bool { return !ResourceType(o.Type).acts() }) {
		v.fail("assigned_to", "must name machines and agents")
	}
}

// validParent walks up from the parent, which has been seen. It holds against concurrent
// moves because all of them move the same tree.
func (op *operation) validParent(ctx context.Context, v *validation, r *Resource) error {
	if r.Type != MonitoredSystem {
		v.fail("parent_id", "is for monitored systems")
		return nil
	}
	above := r.ParentID
	for range maxSystemsAbove {
		if above == r.ID {
			v.fail("parent_id", "must not be the monitored system itself or one below it")
			return nil
		}
		parent, err := op.snap.Resource(ctx, Object{string(MonitoredSystem), above})
		if err != nil {
			return err
		}
		if above = parent.ParentID; above == "" {
			return nil
		}
	}
	v.fail("parent_id", "must have fewer than %d monitored systems above it", maxSystemsAbove)
	return nil
}

// canonicalObjects returns the objects in order and none twice; nil for none.
func canonicalObjects(objects []Object) []Object {
	if len(objects) == 0 {
		return nil
	}
	canonical := slices.Clone(objects)
	slices.SortFunc(canonical, func(a, b Object) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.ID, b.ID))
	})
	return slices.Compact(canonical)
}

func joinObjects(objects []Object) string {
	texts := make([]string, len(objects))
	for i, o := range objects {
		texts[i] = o.String()
	}
	return strings.Join(texts, " ")
}

func (r Resource) equal(other Resource) bool {
	return r.Name == other.Name && r.ParentID == other.ParentID && slices.Equal(r.AssignedTo, other.AssignedTo)
}

// without is the resource, not assigned to the subject any more.
func (r Resource) without(subject Object) Resource {
	r.AssignedTo = canonicalObjects(slices.DeleteFunc(slices.Clone(r.AssignedTo), func(o Object) bool { return o == subject }))
	return r
}
