package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Commit implements [tenancy.Recorder].
func (s *Store) Commit(ctx context.Context, change tenancy.Change, updates map[string][]tenancy.Update) (map[string]int64, error) {
	return s.CommitAfter(ctx, change, updates, func() error { return nil })
}

var errRehearsed = errors.New("everything went well, and is undone")

// Rehearse implements [tenancy.Recorder]: it writes what Commit writes, and rolls it back.
func (s *Store) Rehearse(ctx context.Context, change tenancy.Change, updates map[string][]tenancy.Update) error {
	_, err := s.CommitAfter(ctx, change, updates, func() error { return errRehearsed })
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return err
}

// CommitAfter is Commit, but that it calls last when everything is written and before the
// transaction commits. An error of last rolls it back.
func (s *Store) CommitAfter(ctx context.Context, change tenancy.Change, updates map[string][]tenancy.Update, last func() error) (map[string]int64, error) {
	versions, err := movedVersions(change)
	if err != nil {
		return nil, err
	}
	rows, err := withUserVersions(change)
	if err != nil {
		return nil, err
	}
	locks := func() []Lock { return locksOf(change, versions, rows) }
	err = s.writer.transact(ctx, locks, func(ctx context.Context, tx *transaction) error {
		if err := s.decidedOnThis(ctx, tx, change, versions, rows); err != nil {
			return err
		}
		if err := verifyFree(ctx, tx, change.Basis, rows); err != nil {
			return err
		}
		if err := beginTrees(ctx, tx, versions, s.now(tx)); err != nil {
			return err
		}
		if err := applyRows(ctx, tx, rows, change.Tokens); err != nil {
			return err
		}
		if err := release(ctx, tx, rows, versions); err != nil {
			return err
		}
		if err := failpoint.Err(failpoint.RowsWritten); err != nil {
			return err
		}
		if err := writeTrails(ctx, tx, change, versions, updates); err != nil {
			return err
		}
		if err := eraseOrigins(ctx, tx, change.Erased); err != nil {
			return err
		}
		if err := last(); err != nil {
			return err
		}
		return failpoint.Err(failpoint.CommitBegun)
	})
	if err != nil {
		return nil, err
	}
	return versions, failpoint.Err(failpoint.CommitDone)
}

// decidedOnThis refuses a change that is a repeat, or was decided on something else than
// what is there, and takes the versions and names that the change needs.
func (s *Store) decidedOnThis(ctx context.Context, tx *transaction, change tenancy.Change, versions map[string]int64, rows []tenancy.RowChange) error {
	if err := keepAnswer(ctx, tx, change.Answer); err != nil {
		return err
	}
	if err := moveFrom(ctx, tx, change, versions, s.now(tx)); err != nil {
		return err
	}
	if err := reserveIDs(ctx, tx, rows); err != nil {
		return err
	}
	return requireFreeDomains(ctx, tx, rows)
}

// now is the time of the transaction.
func (s *Store) now(tx *transaction) time.Time {
	if s.clock != nil {
		return s.clock.Now()
	}
	return tx.at
}

// applyRows carries out the changes of rows, and notes what ends next.
func applyRows(ctx context.Context, tx *transaction, rows []tenancy.RowChange, tokens []tenancy.InvitationToken) error {
	for _, rc := range rows {
		if err := applyRow(ctx, tx, rc); err != nil {
			return err
		}
	}
	for _, t := range tokens {
		if err := putToken(ctx, tx, t); err != nil {
			return err
		}
	}
	return setEnds(ctx, tx, rows)
}

// movedVersions gives the new version of each tree that the change moves.
func movedVersions(change tenancy.Change) (map[string]int64, error) {
	versions := map[string]int64{}
	for _, root := range change.Moves() {
		before, ok := change.Basis.Trees[root]
		if !ok {
			return nil, fmt.Errorf("the change moves the tree %q, which is not in its basis", root)
		}
		versions[root] = before + 1
	}
	return versions, nil
}

// withUserVersions returns the rows of the change, each user in its new version.
func withUserVersions(change tenancy.Change) ([]tenancy.RowChange, error) {
	rows := slices.Clone(change.Rows)
	for i, rc := range rows {
		id, ok := userOf(rc)
		if !ok {
			continue
		}
		version, read := change.Basis.Users[id]
		if !read {
			return nil, fmt.Errorf("the change alters the user %q, who is not in its basis", id)
		}
		if user, ok := rc.After.(tenancy.User); ok {
			user.Version = version + 1
			rows[i].After = user
		}
	}
	return rows, nil
}

// userOf is the id of the user that the change creates, alters or removes.
func userOf(rc tenancy.RowChange) (id string, ok bool) {
	for _, row := range []tenancy.Row{rc.Before, rc.After} {
		if user, ok := row.(tenancy.User); ok {
			return user.ID, true
		}
	}
	return "", false
}

// writeTrails tells of the change in the trail of each tree that it moves, and in the
// service's own if it alters a user or moves no tree.
func writeTrails(ctx context.Context, tx *transaction, change tenancy.Change, versions map[string]int64, updates map[string][]tenancy.Update) error {
	event := change.Event
	for _, root := range change.Moves() {
		event.RootID, event.Version, event.Organizations = root, versions[root], change.About[root]
		d := deliveryOf(change, root, versions, updates)
		if err := writeEvent(ctx, tx, tenancy.Entry{Event: event, Updates: d.Updates, With: d.With}); err != nil {
			return err
		}
	}
	if !tellsService(change, versions) {
		return nil
	}
	event.RootID, event.Version, event.Organizations = "", 0, nil
	return writeEvent(ctx, tx, tenancy.Entry{Event: event})
}

// tellsService reports whether the change is told in the service's own trail.
func tellsService(change tenancy.Change, versions map[string]int64) bool {
	return len(versions) == 0 || slices.ContainsFunc(change.Rows, func(rc tenancy.RowChange) bool {
		_, ok := userOf(rc)
		return ok
	})
}
