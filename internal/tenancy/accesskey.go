package tenancy

import (
	"context"
	"errors"
	"time"
)

// NewAccessKey is the input of [Service.CreateAccessKey]. ExpiresAt is nil for a key without
// an end.
type NewAccessKey struct {
	Subject    Object
	Name       string
	ExpiresAt  *string // in RFC 3339
	Credential Credential
}

// Credential is a new secret as the record keeps it: whoever made it knows its text.
type Credential struct {
	ID   string
	Hash []byte
}

// UsedAccessKey is a key with the time of its last use, about; zero if none is known. The
// time is no part of the state: it is told to the minute or so, and a node that ends at
// once may not have told its last minute.
type UsedAccessKey struct {
	AccessKey
	LastUsedAt time.Time
}

// CreateAccessKey gives a machine or agent of an organization a key. The caller
// manages machines, or agents, there.
func (s *Service) CreateAccessKey(ctx context.Context, caller Caller, organizationID string, in NewAccessKey) (key AccessKey, token Token, err error) {
	a := attempt{caller, "access_key.create", Object{"access_key", in.Credential.ID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("subject", in.Subject.String())
		o, err := op.visibleOrganization(ctx, organizationID)
		if err != nil {
			return err
		}
		if err := op.manageKeysOf(ctx, o, in.Subject); err != nil {
			return err
		}
		if err := op.seeResource(ctx, o.ID, in.Subject); err != nil {
			return err
		}
		if key, err = in.accessKey(o, op.service.clock.Now()); err == nil {
			op.stage(nil, key)
		}
		return err
	})
	return key, token, err
}

// manageKeysOf refuses whoever does not manage what holds the key: with it he could do no
// more than to have the key's holder do what it may.
func (op *operation) manageKeysOf(ctx context.Context, o Organization, subject Object) error {
	t := ResourceType(subject.Type)
	if !t.acts() {
		var v validation
		oneOf(&v, "subject.type", t, Machine, Agent)
		return v.err()
	}
	return op.require(ctx, o, string(t.managing()))
}

func (in NewAccessKey) accessKey(o Organization, now time.Time) (AccessKey, error) {
	var v validation
	key := AccessKey{
		ID: in.Credential.ID, OrganizationID: o.ID, RootID: o.RootID, Subject: in.Subject,
		Name: v.name("name", in.Name), Hash: in.Credential.Hash, CreatedAt: now,
		ExpiresAt: v.end("expires_at", in.ExpiresAt, now), Suspended: o.Suspended,
	}
	return key, v.err()
}

// AccessKeys lists the keys of an organization by id, also those that have ended, to those
// who see its roster (D-21).
func (s *Service) AccessKeys(ctx context.Context, caller Caller, organizationID string, page Page) (keys []UsedAccessKey, err error) {
	a := attempt{caller, "access_key.list", Object{"organization", organizationID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.targetOrganization(ctx, organizationID, "view_roster")
		if err != nil {
			return err
		}
		keys, err = op.snap.AccessKeys(ctx, o.ID, page)
		return err
	})
	return keys, err
}

// RotateAccessKey gives the holder of a key another one of the same name that lives as long
// as the old one was given to live, from now on. The old one ends after the overlap, a span
// of time as "90m", at once if that is "" or zero, and never later than it would have. The caller manages what holds the
// key. A key that has ended is not there to be rotated.
func (s *Service) RotateAccessKey(ctx context.Context, caller Caller, organizationID, id string, overlap string, next Credential) (key AccessKey, token Token, err error) {
	a := attempt{caller, "access_key.rotate", accessKeyObject(id)}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		old, err := op.managedKey(ctx, organizationID, id)
		if err != nil {
			return err
		}
		var v validation
		span := v.overlap("overlap", overlap)
		if err := v.err(); err != nil {
			return err
		}
		now := op.service.clock.Now()
		key = old.next(now, next)
		op.note("next", key.ID)
		op.stage(old, old.endingIn(span, now))
		op.stage(nil, key)
		return nil
	})
	return key, token, err
}

// end is when a key ends by itself (see [Ending]): also one in the overlap of its rotation,
// and one that opens nothing while its organization is suspended.
func (k AccessKey) end() time.Time {
	if k.Expired || !k.RevokedAt.IsZero() {
		return time.Time{}
	}
	return k.ExpiresAt
}

func (k AccessKey) next(now time.Time, c Credential) AccessKey {
	next := k
	next.ID, next.Hash, next.CreatedAt = c.ID, c.Hash, now
	if !k.ExpiresAt.IsZero() {
		next.ExpiresAt = now.Add(k.ExpiresAt.Sub(k.CreatedAt))
	}
	return next
}

func (k AccessKey) endingIn(overlap time.Duration, now time.Time) AccessKey {
	end := now.Add(overlap).Truncate(time.Millisecond)
	switch {
	case !end.After(now):
		k.RevokedAt = now
	case k.ExpiresAt.IsZero() || end.Before(k.ExpiresAt):
		k.ExpiresAt = end
	}
	return k
}

// RevokeAccessKey ends a key: its next call is refused. The caller manages what holds the
// key. A key that has ended is not there to be revoked (D-33).
func (s *Service) RevokeAccessKey(ctx context.Context, caller Caller, organizationID, id string) (Token, error) {
	a := attempt{caller, "access_key.revoke", accessKeyObject(id)}
	return s.change(ctx, a, func(ctx context.Context, op *operation) error {
		before, err := op.managedKey(ctx, organizationID, id)
		if err != nil {
			return err
		}
		after := before
		after.RevokedAt = op.service.clock.Now()
		op.stage(before, after)
		return nil
	})
}

// accessKeyObject is what the trail calls a key. A text that is no id is not told there: it
// may be the whole key, of somebody who wants it gone.
func accessKeyObject(id string) Object {
	if !ValidID(id) {
		id = ""
	}
	return Object{"access_key", id}
}

// managedKey finds a key of the organization that is good and whose holder the caller
// manages. Who manages neither machines nor agents is refused whatever he names.
func (op *operation) managedKey(ctx context.Context, organizationID, id string) (AccessKey, error) {
	o, err := op.visibleOrganization(ctx, organizationID)
	if err != nil {
		return AccessKey{}, err
	}
	managing, err := op.allowedEach(ctx, o, []string{string(Machine.managing()), string(Agent.managing())})
	if err != nil {
		return AccessKey{}, err
	}
	if !managing[0] && !managing[1] {
		return AccessKey{}, errForbidden("Access keys are managed by those who manage machines, or agents.")
	}
	key, err := op.snap.AccessKey(ctx, id)
	if err != nil && !errors.Is(err, ErrNoRow) {
		return AccessKey{}, err
	}
	if err != nil || key.OrganizationID != o.ID || key.ended(op.service.clock.Now()) {
		return AccessKey{}, errNotFound()
	}
	op.note("subject", key.Subject.String())
	return key, op.manageKeysOf(ctx, o, key.Subject)
}
