package sqlite

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qEventInsert     = named("event_insert")
	qEventKeysInsert = named("event_keys_insert")
	qEventsOfTrail   = named("events_of_trail")
	qEventsByKey     = named("events_by_key")
)

// What an event is found by in its trail.
const (
	byOrganization = "organization"
	byActor        = "actor"
)

// Record implements [tenancy.Store].
func (s *Store) Record(ctx context.Context, e tenancy.Event) error {
	return s.writer.transact(ctx, func(ctx context.Context, tx *transaction) (err error) {
		if e.Version, err = currentVersion(ctx, tx, qTreeVersion, e.RootID); err != nil {
			return err
		}
		if e.Version == 0 {
			e.RootID = ""
		}
		return writeEvent(ctx, tx, e, tenancy.Delivery{})
	})
}

// writeEvent gives the event the next number of its trail, and keeps with it what the
// engine has to receive.
func writeEvent(ctx context.Context, tx *transaction, e tenancy.Event, d tenancy.Delivery) error {
	seq, err := one(ctx, tx, scanInt, qEventInsert, e.RootID, millis(e.At), e.Version, document{e.Organizations},
		e.Actor.Type, e.Actor.ID, e.OnBehalfOf, e.From, e.Action, e.Target.Type, e.Target.ID,
		document{e.Detail}, e.Result, e.Code, e.RequestID, updatesJSON(d.Updates), document{joinedTo(d)})
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, qEventKeysInsert, e.RootID, seq, document{eventKeys(e)})
	return err
}

// eventKeys are the kind and value of each key by which the event is found.
func eventKeys(e tenancy.Event) [][2]string {
	keys := [][2]string{{byActor, e.Actor.ID}}
	if e.OnBehalfOf != "" {
		keys = append(keys, [2]string{byActor, e.OnBehalfOf})
	}
	for _, id := range e.Organizations {
		keys = append(keys, [2]string{byOrganization, id})
	}
	return keys
}

func (s *snapshot) Events(ctx context.Context, f tenancy.EventFilter, limit int) ([]tenancy.Event, error) {
	switch {
	case f.OrganizationID != "":
		return all(ctx, s, scanEvent, qEventsByKey, f.RootID, f.After, limit, f.Action, f.Actor, byOrganization, f.OrganizationID)
	case f.Actor != "":
		return all(ctx, s, scanEvent, qEventsByKey, f.RootID, f.After, limit, f.Action, f.Actor, byActor, f.Actor)
	default:
		return all(ctx, s, scanEvent, qEventsOfTrail, f.RootID, f.After, limit, f.Action)
	}
}

func scanEvent(s scanner) (e tenancy.Event, err error) {
	err = s.Scan(&e.RootID, &e.Seq, instant{&e.At}, &e.Version, document{&e.Organizations},
		&e.Actor.Type, &e.Actor.ID, &e.OnBehalfOf, &e.From, &e.Action, &e.Target.Type, &e.Target.ID,
		document{&e.Detail}, &e.Result, &e.Code, &e.RequestID)
	return e, err
}
