package tenancy

import (
	"context"
	"slices"
)

// ResourceLookup asks for the resources of a type on which a subject has a permission: in
// all trees, or in the one with the root RootID.
type ResourceLookup struct {
	Subject                  Object
	Permission, ResourceType string
	RootID                   string
}

// SubjectLookup asks for the subjects of a type that have a permission on a resource.
type SubjectLookup struct {
	Resource                Object
	Permission, SubjectType string
}

// LookupResources lists what a lookup asks for, by id, and the states of the trees that it
// has looked through: those in which the subject stands. The list is that of all questions
// that [Service.Check] would allow (I-6). It is for whom Check is.
func (s *Service) LookupResources(ctx context.Context, caller Caller, l ResourceLookup, page Page, atLeast ...Token) ([]Object, []Token, error) {
	if err := s.mayAsk(ctx, caller, Question{Subject: l.Subject}); err != nil {
		return nil, nil, err
	}
	var v validation
	v.subject(l.Subject)
	v.permission("resource_type", l.ResourceType, l.Permission)
	if l.RootID != "" && !ValidID(l.RootID) {
		v.fail("root_id", "is no id")
	}
	if err := v.err(); err != nil {
		return nil, nil, err
	}
	l.Permission = permissionOn(l.ResourceType, l.Permission)
	ids, states, err := s.decisions.Resources(ctx, l, page, atLeast...)
	return objects(l.ResourceType, ids), states, err
}

// LookupSubjects lists who has a permission, by id, and tells the state that it looked at. A
// resource that does not exist has nobody, and no state. It is for the platform and consoles,
// not on behalf of a user: who has access to an organization, and by which way, he reads from
// its roster, if he may.
func (s *Service) LookupSubjects(ctx context.Context, caller Caller, l SubjectLookup, page Page, atLeast ...Token) ([]Object, Token, error) {
	if err := s.mayAsk(ctx, caller, Question{Resource: l.Resource}); err != nil {
		return nil, Token{}, err
	}
	var v validation
	v.resource(l.Resource)
	v.permission("resource.type", l.Resource.Type, l.Permission)
	oneOf(&v, "subject_type", l.SubjectType, subjectTypes...)
	if err := v.err(); err != nil {
		return nil, Token{}, err
	}
	l.Permission = permissionOn(l.Resource.Type, l.Permission)
	ids, state, err := s.decisions.Subjects(ctx, l, page, atLeast...)
	return objects(l.SubjectType, ids), state, err
}

func objects(of string, ids []string) []Object {
	list := make([]Object, len(ids))
	for i, id := range ids {
		list[i] = Object{of, id}
	}
	return list
}

func (v *validation) subject(subject Object) {
	oneOf(v, "subject.type", subject.Type, subjectTypes...)
	validID := ValidID
	if subject.Type == "user" {
		validID = ValidUserID
	}
	if !validID(subject.ID) {
		v.fail("subject.id", "is no id")
	}
}

// permission takes the name of a permission on a type of resource, which stands in a field.
func (v *validation) permission(typeField, resourceType, name string) {
	known := permissions[resourceType]
	switch {
	case known == nil:
		v.fail(typeField, "must be one of %q", ResourceTypes())
	case !slices.Contains(known, name):
		v.fail("permission", "must be one of %q", known)
	}
}

func (v *validation) resource(resource Object) {
	if !validResourceID(resource) {
		v.fail("resource.id", "is no id")
	}
}
