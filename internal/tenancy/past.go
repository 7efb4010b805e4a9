package tenancy

import (
	"context"
	"errors"
	"time"
)

// belongings are the relations by which what belongs to an organization names it.
var belongings = []string{"organization", "home", "root"}

// CheckAt answers who could do what in an organization at an instant (RFC 3339; now for ""),
// from the trail: for those who see its roster today, and the platform. It is about the organization itself and
// what belonged to it then; nothing else was allowed as far as this answer goes, nor anything
// before the organization was in the tree that it is in now.
//
// The answer is what the record held: times are those of the changes, to the millisecond, and
// the model is today's.
func (s *Service) CheckAt(ctx context.Context, caller Caller, organizationID string, q Question, when string) (allowed bool, token Token, err error) {
	giveBack, err := s.pasts.enter(ctx)
	if err != nil {
		return false, Token{}, err
	}
	defer giveBack()
	a := attempt{caller, "audit.check", Object{"organization", organizationID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.audited(ctx, organizationID)
		if err != nil {
			return err
		}
		if err := validQuestion(q); err != nil {
			return err
		}
		at, err := op.pastInstant(when)
		if err != nil {
			return err
		}
		return s.pasts.at(ctx, op.snap, o.RootID, at, func(p *past) error {
			token = Token{RootID: o.RootID, Version: p.version}
			allowed, err = p.allowed(ctx, o, q)
			return err
		})
	})
	return allowed, token, err
}

// pastInstant is now for "". It refuses what is no instant, or is not there yet.
func (op *operation) pastInstant(text string) (time.Time, error) {
	if text == "" {
		return op.now, nil
	}
	var v validation
	at, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil:
		v.fail("at", "must be a time, such as 2026-01-02T15:04:05Z")
	case at.After(op.now):
		v.fail("at", "must not be in the future")
	}
	return at, v.err()
}

// allowed answers about what belonged to the organization.
func (p *past) allowed(ctx context.Context, o Organization, q Question) (bool, error) {
	ours, err := p.has(ctx, o, q.Resource)
	if err != nil || !ours {
		return false, err
	}
	q.Permission = permissionOn(q.Resource.Type, q.Permission)
	return p.Check(ctx, q)
}

// has reports whether the resource is the organization, in its tree, or belonged to it.
func (p *past) has(ctx context.Context, o Organization, resource Object) (bool, error) {
	self := Object{"organization", o.ID}
	in, err := p.Holds(ctx, Relationship{Resource: self, Relation: "root", Subject: Object{"organization", o.RootID}})
	if err != nil || !in || resource == self {
		return in, err
	}
	if resource.Type == "organization" {
		return false, nil
	}
	for _, relation := range belongings {
		if in, err = p.Holds(ctx, Relationship{Resource: resource, Relation: relation, Subject: self}); in || err != nil {
			return in, err
		}
	}
	return false, nil
}

// ReviewEntry is a person with all that he could do in an organization at an instant, and by
// which ways. The name and address are today's, empty where they were erased.
type ReviewEntry struct {
	User        User
	Permissions []string // in the order of [PermissionsOf]
	// Access are the ways that the roster would have shown, without times and self-grants.
	Access []RosterAccess
}

// ReviewAt lists who had access to an organization at an instant, by user id: what
// [Service.CheckAt] answers, for everybody and for all permissions on it. As in a roster, the
// owners of its groups are there also without any (D-17); who was invited is not.
func (s *Service) ReviewAt(ctx context.Context, caller Caller, organizationID string, when string, page Page) (entries []ReviewEntry, err error) {
	giveBack, err := s.pasts.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer giveBack()
	a := attempt{caller, "audit.review", Object{"organization", organizationID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		entries = nil
		o, err := op.audited(ctx, organizationID)
		if err != nil {
			return err
		}
		at, err := op.pastInstant(when)
		if err != nil {
			return err
		}
		return s.pasts.at(ctx, op.snap, o.RootID, at, func(p *past) error {
			entries, err = op.review(ctx, p, o, page)
			return err
		})
	})
	return entries, err
}

func (op *operation) review(ctx context.Context, p *past, o Organization, page Page) (entries []ReviewEntry, err error) {
	ours, err := p.has(ctx, o, Object{"organization", o.ID})
	if err != nil || !ours {
		return nil, err
	}
	ways, err := p.ways(ctx, o)
	if err != nil {
		return nil, err
	}
	for _, id := range p.users {
		if id <= page.After {
			continue
		}
		held, err := p.held(ctx, Object{"user", id}, Object{"organization", o.ID})
		if err != nil {
			return nil, err
		}
		if len(held) == 0 && len(ways[id]) == 0 {
			continue
		}
		user, err := op.snap.User(ctx, id)
		if errors.Is(err, ErrNoRow) {
			user, err = User{ID: id}, nil
		}
		if err != nil {
			return nil, err
		}
		if entries = append(entries, ReviewEntry{user, held, ways[id]}); len(entries) == page.Limit {
			break
		}
	}
	return entries, nil
}

// held are the permissions that a subject had. Who had no access had none.
func (p *past) held(ctx context.Context, subject, organization Object) (names []string, err error) {
	for _, name := range PermissionsOf("organization") {
		held, err := p.Check(ctx, Question{subject, permissionName(name), organization})
		if err != nil {
			return nil, err
		}
		if held {
			names = append(names, name)
		} else if name == "access" {
			return nil, nil
		}
	}
	return names, nil
}
