package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"

	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qEventHead       = named("event_head")
	qEventInsert     = named("event_insert")
	qOriginInsert    = named("event_origin_insert")
	qEventKeysInsert = named("event_keys_insert")
	qTrail           = named("trail")
	qOriginsErase    = named("event_origins_erase")
	qChanges         = named("changes")
	qTrailNext       = named("trail_next")
	qUnfiled         = named("events_unfiled")
	qMisfiled        = named("events_misfiled")
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
	locks, err := s.trailLocks(ctx, e.RootID)
	if err != nil {
		return err
	}
	return s.writer.transact(ctx, locks, func(ctx context.Context, tx *transaction) (err error) {
		if e.Version, err = currentVersion(ctx, tx, qTreeVersion, e.RootID); err != nil {
			return err
		}
		if e.Version == 0 {
			e.RootID = ""
		}
		if err := writeEvent(ctx, tx, tenancy.Entry{Event: e}); err != nil {
			return err
		}
		return failpoint.Err(failpoint.RefusalWritten)
	})
}

// writeEvent chains the event to its trail, and keeps with it what the engine has to receive.
func writeEvent(ctx context.Context, tx *transaction, e tenancy.Entry) error {
	last, err := head(ctx, tx, e.RootID)
	if err != nil {
		return err
	}
	e = e.Sealed(last)
	if _, err := tx.exec(ctx, qEventInsert, e.RootID, e.Seq, millis(e.At), e.Version, document{e.Organizations},
		e.Actor.Type, e.Actor.ID, e.OnBehalfOf, e.Action, e.Target.Type, e.Target.ID,
		document{e.Detail}, e.Result, e.Code, e.RequestID, updatesJSON(e.Updates), joinedJSON(e.With),
		e.Commitment[:], e.PreviousHash[:], e.Hash[:]); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, qOriginInsert, e.RootID, e.Seq, e.From, e.Salt); err != nil {
		return err
	}
	_, err = tx.exec(ctx, qEventKeysInsert, e.RootID, e.Seq, document{eventKeys(e.Event)})
	return err
}

// eraseOrigins removes from where events on behalf of a user came; of nobody for "".
func eraseOrigins(ctx context.Context, tx *transaction, userID string) error {
	if userID == "" {
		return nil
	}
	_, err := tx.exec(ctx, qOriginsErase, userID)
	return err
}

// head is the newest event of a trail. Who writes to a trail has it to himself, so for him
// nothing comes between.
func head(ctx context.Context, s source, rootID string) (tenancy.Head, error) {
	h, err := one(ctx, s, scanHead, qEventHead, rootID)
	if errors.Is(err, tenancy.ErrNoRow) {
		return tenancy.Head{RootID: rootID}, nil
	}
	return h, err
}

func scanHead(s scanner) (h tenancy.Head, err error) {
	err = s.Scan(&h.RootID, &h.Seq, digest{&h.Hash})
	return h, err
}

func (s *snapshot) Head(ctx context.Context, rootID string) (tenancy.Head, error) {
	return head(ctx, s, rootID)
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
	err = s.Scan(eventColumns(&e)...)
	return e, err
}

func eventColumns(e *tenancy.Event) []any {
	return []any{
		&e.RootID, &e.Seq, instant{&e.At}, &e.Version, document{&e.Organizations},
		&e.Actor.Type, &e.Actor.ID, &e.OnBehalfOf, &e.From, &e.Action, &e.Target.Type, &e.Target.ID,
		document{&e.Detail}, &e.Result, &e.Code, &e.RequestID, digest{&e.PreviousHash}, digest{&e.Hash},
	}
}

func (s *snapshot) Trails(ctx context.Context) ([]string, error) {
	trails := []string{""}
	for {
		next, err := one(ctx, s, scanOptionalText, qTrailNext, trails[len(trails)-1])
		if err != nil || next == "" {
			return trails, err
		}
		trails = append(trails, next)
	}
}

// scanOptionalText gives "" for null.
func scanOptionalText(s scanner) (string, error) {
	var text sql.NullString
	err := s.Scan(&text)
	return text.String, err
}

func (s *snapshot) Trail(ctx context.Context, rootID string) iter.Seq2[tenancy.Entry, error] {
	return each(ctx, s, scanEntry, qTrail, rootID)
}

func (s *snapshot) Changes(ctx context.Context, rootID string, after int64, limit int) ([]tenancy.Entry, error) {
	return all(ctx, s, scanEntry, qChanges, rootID, after, limit)
}

// ScanEntry reads an event as the statements "trail" and "changes" give it. It is for
// migrations.
func ScanEntry(s interface{ Scan(into ...any) error }) (tenancy.Entry, error) { return scanEntry(s) }

func scanEntry(s scanner) (e tenancy.Entry, err error) {
	var texts []string
	var joined []joinedTree
	columns := append(eventColumns(&e.Event), digest{&e.Commitment}, &e.Salt, document{&texts}, document{&joined})
	if err = s.Scan(columns...); err == nil {
		e.Updates, err = parseUpdates(texts)
	}
	e.With = treesJoined(joined)
	return e, err
}

func (s *snapshot) Misfiled(ctx context.Context, rootID string) (int64, error) {
	unfiled, err := one(ctx, s, scanInt, qUnfiled, rootID)
	if err != nil {
		return 0, err
	}
	misfiled, err := one(ctx, s, scanInt, qMisfiled, rootID)
	if unfiled == 0 || misfiled > 0 && misfiled < unfiled {
		return misfiled, err
	}
	return unfiled, err
}
