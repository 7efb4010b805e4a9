package store

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Lock names a thing that a transaction has to itself until it ends, whether there is such a
// thing or not. Shared ones go beside each other: who takes one relies on the thing and does
// not change it.
type Lock struct {
	Kind, Name string
	Shared     bool
}

// The kinds of things that are locked.
const (
	lockTree     = "tree"
	lockUser     = "user"
	lockResource = "resource"
	lockID       = "id"
	lockDomain   = "domain"
	lockTrail    = "trail"
)

// locksOf are all that a change was decided on, and all that it writes beyond its rows. These
// belong to a tree or are users, so who has the locks of trees and users has the rows too.
//
//   - A tree that moves, and one that is only read.
//   - A user who is altered, and one who is only read. Whoever gives a user something in a
//     tree has read him: so who alters him knows all trees in which he stands.
//   - A resource that is created: its id is free for all trees. One that is removed is there
//     until then, so nobody else takes its id meanwhile.
//   - An id that is created, and an e-mail domain.
//   - The trails that tell of the change, as their events are counted and chained.
func locksOf(change tenancy.Change, versions map[string]int64, rows []tenancy.RowChange) []Lock {
	var locks []Lock
	for root := range change.Basis.Trees {
		locks = append(locks, Lock{lockTree, root, versions[root] == 0})
	}
	for root := range versions {
		locks = append(locks, Lock{lockTrail, root, false})
	}
	if tellsService(change, versions) {
		locks = append(locks, Lock{lockTrail, "", false})
	}
	for id := range change.Basis.Users {
		locks = append(locks, Lock{lockUser, id, true})
	}
	for _, rc := range rows {
		locks = append(locks, locksOfRow(rc)...)
	}
	return locks
}

func locksOfRow(rc tenancy.RowChange) (locks []Lock) {
	if id, ok := userOf(rc); ok {
		locks = append(locks, Lock{lockUser, id, false})
	}
	if rc.Before != nil {
		return locks
	}
	if r, ok := rc.After.(tenancy.Resource); ok {
		locks = append(locks, Lock{lockResource, string(r.Type) + " " + r.ID, false})
	}
	if kind, id := identity(rc.After); kind != "" {
		locks = append(locks, Lock{lockID, kind + " " + id, false})
	}
	if o, ok := rc.After.(tenancy.Organization); ok && o.EmailDomain != "" {
		locks = append(locks, Lock{lockDomain, o.EmailDomain, false})
	}
	return locks
}

// trailLocks are those of the trail in which an attempt is told. A tree that is not there when
// they are told may be when they are taken, and one that is there stays: so both trails are
// taken where either may be written.
func (s *Store) trailLocks(ctx context.Context, rootID string) (func() []Lock, error) {
	if s.writer.dialect.Lock == nil {
		return nil, nil
	}
	version, err := currentVersion(ctx, s.reader, qTreeVersion, rootID)
	if err != nil {
		return nil, err
	}
	locks := []Lock{{lockTrail, rootID, false}}
	if version == 0 && rootID != "" {
		locks = append(locks, Lock{lockTrail, "", false})
	}
	return func() []Lock { return locks }, nil
}
