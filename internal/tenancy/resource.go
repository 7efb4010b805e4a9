package tenancy

import (
	"context"
	"errors"
	"strconv"
)

// ResourceInput is the input of [Service.PutResource]. What is left out is reset to its
// default (D-29): no parent, assigned to nobody. The name must be given.
type ResourceInput struct {
	Name       string
	ParentID   string
	AssignedTo []Object
}

// PutResource registers a resource in an organization, or makes it what the input says. The
// caller manages resources of its type there (D-31). A resource of the type that another
// organization holds under the id stays there, and nothing more is told of it (D-22); an id
// that was given up may be registered again, by anybody, with nothing of the old one (D-12).
func (s *Service) PutResource(ctx context.Context, caller Caller, organizationID string, resource Object, in ResourceInput) (r Resource, token Token, err error) {
	token, err = s.change(ctx, attempt{caller, "resource.put", resource}, func(ctx context.Context, op *operation) error {
		o, err := op.managedResources(ctx, organizationID, resource)
		if err != nil {
			return err
		}
		r = in.resource(o, resource)
		if err := op.seeRelated(ctx, r); err != nil {
			return err
		}
		if err := op.validResource(ctx, &r); err != nil {
			return err
		}
		return op.putResource(ctx, r)
	})
	return r, token, err
}

// managedResources finds the organization in which the caller manages resources of the type.
func (op *operation) managedResources(ctx context.Context, organizationID string, resource Object) (Organization, error) {
	o, err := op.visibleOrganization(ctx, organizationID)
	if err != nil {
		return Organization{}, err
	}
	var v validation
	t := ResourceType(resource.Type)
	oneOf(&v, "type", t, RegisteredTypes...)
	if err := v.err(); err != nil {
		return Organization{}, err
	}
	return o, op.require(ctx, o, string(t.managing()))
}

func (in ResourceInput) resource(o Organization, resource Object) Resource {
	return Resource{
		Type: ResourceType(resource.Type), ID: resource.ID, OrganizationID: o.ID, RootID: o.RootID,
		Name: in.Name, ParentID: in.ParentID, AssignedTo: canonicalObjects(in.AssignedTo),
		Suspended: o.Suspended,
	}
}

func (op *operation) putResource(ctx context.Context, after Resource) error {
	before, err := op.resource(ctx, after.Object())
	switch {
	case errors.Is(err, ErrNoRow):
		op.noteResource(after)
		op.stage(nil, after)
		return op.settleReleased(ctx, after)
	case err != nil:
		return err
	case before.OrganizationID != after.OrganizationID:
		return refuse(CodeIDUsed, "The id is in use for this type of resource.")
	case !before.equal(after):
		op.noteResource(after)
		op.stage(before, after)
	}
	return nil
}

func (op *operation) noteResource(r Resource) {
	op.note("organization_id", r.OrganizationID)
	if r.ParentID != "" {
		op.note("parent_id", r.ParentID)
	}
	if len(r.AssignedTo) > 0 {
		op.note("assigned_to", joinObjects(r.AssignedTo))
	}
}

// resource reads a resource, also one of another organization. That there is none stands in
// the basis.
func (op *operation) resource(ctx context.Context, resource Object) (Resource, error) {
	r, err := op.snap.Resource(ctx, resource)
	if !errors.Is(err, ErrNoRow) {
		return r, err
	}
	released, err := op.snap.Released(ctx, resource)
	if err == nil || errors.Is(err, ErrNoRow) {
		op.basis.Released[resource] = released
		err = ErrNoRow
	}
	return r, err
}

// settleReleased brings the tree that last removed a resource under the same id up to its
// removal. Until then the engine may hold what the old one was, and a question about the
// new one, which waits for the new one's tree alone, would be answered by it.
func (op *operation) settleReleased(ctx context.Context, r Resource) error {
	released := op.basis.Released[r.Object()]
	if released.RootID == "" || released.RootID == r.RootID {
		return nil
	}
	_, err := op.service.decisions.Check(ctx, released.RootID, released.Version, nil)
	return err
}

// RemoveResource removes a resource. The caller manages resources of its type there. With a
// machine or agent go its access keys, and every assignment to it (I-4). Monitored systems
// below a removed one stay, without a parent.
func (s *Service) RemoveResource(ctx context.Context, caller Caller, organizationID string, resource Object) (Token, error) {
	return s.change(ctx, attempt{caller, "resource.remove", resource}, func(ctx context.Context, op *operation) error {
		o, err := op.managedResources(ctx, organizationID, resource)
		if err != nil {
			return err
		}
		r, err := op.snap.Resource(ctx, resource)
		if errors.Is(err, ErrNoRow) || err == nil && r.OrganizationID != o.ID {
			return errNotFound()
		}
		if err != nil {
			return err
		}
		op.note("organization_id", o.ID)
		return op.removeResource(ctx, r)
	})
}

func (op *operation) removeResource(ctx context.Context, r Resource) error {
	steps := map[ResourceType]func(context.Context, Resource) error{
		Machine: op.removeSubject, Agent: op.removeSubject, MonitoredSystem: op.removeParent,
	}
	if remove, ok := steps[r.Type]; ok {
		if err := remove(ctx, r); err != nil {
			return err
		}
	}
	op.stage(r, nil)
	return nil
}

// removeSubject ends what a machine or agent has.
func (op *operation) removeSubject(ctx context.Context, r Resource) error {
	assigned, err := op.snap.AssignedTo(ctx, r.Object())
	if err != nil {
		return err
	}
	for _, before := range assigned {
		op.stage(before, before.without(r.Object()))
	}
	keys, err := op.snap.AccessKeysOf(ctx, r.Object())
	if err != nil {
		return err
	}
	for _, key := range keys {
		op.stage(key, nil)
	}
	op.note("unassigned", strconv.Itoa(len(assigned)))
	op.note("access_keys", strconv.Itoa(len(keys)))
	return nil
}

func (op *operation) removeParent(ctx context.Context, r Resource) error {
	below, err := op.snap.SystemsBelow(ctx, r.ID)
	for _, before := range below {
		after := before
		after.ParentID = ""
		op.stage(before, after)
	}
	return err
}
