package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Commit implements [tenancy.Recorder]. An error of the disk while the transaction commits
// leaves its outcome open: in this process it is undone, but a crash before the next
// commit may bring it back, whole.
func (s *Store) Commit(ctx context.Context, change tenancy.Change, updates map[string][]tenancy.Update) (map[string]int64, error) {
	return s.write(ctx, change, updates, nil)
}

var errRehearsed = errors.New("everything went well, and is undone")

// Rehearse implements [tenancy.Recorder]: it writes what Commit writes, and rolls it back.
func (s *Store) Rehearse(ctx context.Context, change tenancy.Change, updates map[string][]tenancy.Update) error {
	_, err := s.write(ctx, change, updates, errRehearsed)
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return err
}

// write carries out the change in one transaction, which fails in the end with the error
// that it is given.
func (s *Store) write(ctx context.Context, change tenancy.Change, updates map[string][]tenancy.Update, end error) (map[string]int64, error) {
	versions, err := movedVersions(change)
	if err != nil {
		return nil, err
	}
	rows, err := withUserVersions(change)
	if err != nil {
		return nil, err
	}
	left := false
	defer func() {
		if left {
			s.memory.settle()
		}
	}()
	err = s.writer.transact(ctx, func(ctx context.Context, tx *transaction) error {
		if err := s.decidedOnThis(ctx, tx, change, versions, rows); err != nil {
			return err
		}
		if err := verifyFree(ctx, tx, change.Basis, rows); err != nil {
			return err
		}
		if err := beginTrees(ctx, tx, versions); err != nil {
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
		if end != nil {
			return end
		}
		s.memory.leave(change)
		left = true
		return failpoint.Err(failpoint.CommitBegun)
	})
	if err != nil {
		return nil, err
	}
	if change.Erased != "" {
		s.writer.purge(ctx)
	}
	return versions, failpoint.Err(failpoint.CommitDone)
}

// decidedOnThis refuses a change that is a repeat, or was decided on something else than
// what is there, and takes the versions and names that the change needs.
func (s *Store) decidedOnThis(ctx context.Context, tx *transaction, change tenancy.Change, versions map[string]int64, rows []tenancy.RowChange) error {
	if err := keepAnswer(ctx, tx, change.Answer); err != nil {
		return err
	}
	if err := moveFrom(ctx, tx, change.Basis, versions, s.deadline(change)); err != nil {
		return err
	}
	if err := reserveIDs(ctx, tx, rows); err != nil {
		return err
	}
	return requireFreeDomains(ctx, tx, rows)
}

// deadline is when nothing may be over that the change was decided on: now. The zero time,
// at which nothing is, is for the change that ends it.
func (s *Store) deadline(change tenancy.Change) time.Time {
	if change.Ending {
		return time.Time{}
	}
	return s.clock.Now()
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
	if len(versions) > 0 && !altersUser(change) {
		return nil
	}
	event.RootID, event.Version, event.Organizations = "", 0, nil
	return writeEvent(ctx, tx, tenancy.Entry{Event: event})
}

func altersUser(change tenancy.Change) bool {
	return slices.ContainsFunc(change.Rows, func(rc tenancy.RowChange) bool {
		_, ok := userOf(rc)
		return ok
	})
}
