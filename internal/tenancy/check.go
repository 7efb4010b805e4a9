package tenancy

import (
	"context"
	"strings"
)

// Check answers whether a subject has a permission on a resource, at a state of the
// resource's tree that is not older than any of atLeast, and tells that state. What does not
// exist is not allowed, and has no state.
//
// It is for the platform and consoles; on behalf of a user it answers about that user, and
// tells a state only of what he may: see [Answer.forUser].
func (s *Service) Check(ctx context.Context, caller Caller, q Question, atLeast ...Token) (bool, Token, error) {
	if err := s.mayAsk(ctx, caller, q); err != nil {
		return false, Token{}, err
	}
	if err := validQuestion(q); err != nil {
		return false, Token{}, err
	}
	q.Permission = permissionOn(q.Resource.Type, q.Permission)
	a := s.checkOne(ctx, caller, q, atLeast)
	if caller.UserID != "" {
		a = a.forUser(atLeast)
	}
	return a.Allowed, a.Token, a.Err
}

// checkOne answers at the wanted state, or for a user at any: what is wanted is then up to
// [Answer.forUser].
func (s *Service) checkOne(ctx context.Context, caller Caller, q Question, atLeast []Token) (a Answer) {
	if caller.UserID != "" {
		atLeast = nil
	}
	a.Allowed, a.Token, a.Err = s.decisions.CheckOne(ctx, q, atLeast...)
	return a
}

// mayAsk refuses a user who asks about another one. Questions are no attempts to change
// or to see a tenant's data, and leave no event.
func (s *Service) mayAsk(ctx context.Context, caller Caller, q Question) error {
	if err := s.mayAskAtAll(ctx, caller); err != nil {
		return err
	}
	return mayAskAbout(caller, q)
}

// mayAskAtAll refuses whoever is not known, whatever the question is, and machines and
// agents, who ask about themselves elsewhere.
func (s *Service) mayAskAtAll(ctx context.Context, caller Caller) error {
	if caller.UserID == "" && caller.Kind != MachineKey {
		return nil
	}
	return s.known(ctx, caller)
}

func mayAskAbout(caller Caller, q Question) error {
	if caller.UserID != "" && q.Subject != (Object{"user", caller.UserID}) {
		return errForbidden("On behalf of a user, questions are about that user.")
	}
	return nil
}

// known refuses whom an operation would refuse whatever it is about.
func (s *Service) known(ctx context.Context, caller Caller) error {
	op, err := s.begin(ctx, attempt{caller: caller})
	if err != nil {
		return err
	}
	nothing := func(context.Context, *operation) error { return nil }
	if err := op.run(ctx, nothing); err != nil {
		return storeError(err)
	}
	return nil
}

// permissionOn gives the schema's name of a permission: the claim `owner` of an
// organization is decided by ownership, not by the relation of that name.
func permissionOn(resourceType, name string) string {
	if resourceType == "organization" {
		return permissionName(name)
	}
	return name
}

func validQuestion(q Question) error {
	var v validation
	v.subject(q.Subject)
	v.permission("resource.type", q.Resource.Type, q.Permission)
	v.resource(q.Resource)
	return v.err()
}

// validResourceID knows that a module's id is the organization's and the module's name.
func validResourceID(resource Object) bool {
	if resource.Type != "module" {
		return ValidID(resource.ID)
	}
	organization, name, ok := strings.Cut(resource.ID, "/")
	return ok && ValidID(organization) && ValidID(name)
}
