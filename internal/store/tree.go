package store

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qTreeVersion = named("tree_version")
	qTreeByRoot  = named("tree_by_root")
	qTreeBegin   = named("tree_begin")
	qTreeMove    = named("tree_move")
	qTreeSetEnd  = named("tree_set_end")
	qTreesOver   = named("trees_over")
	qTreesOfUser = named("trees_of_user")
	qEveryTree   = named("every_tree")
	qEveryEnded  = named("every_ended_tree")
)

var (
	// qTreeOf finds the tree of what is no resource of an organization, by its type.
	qTreeOf = map[string]*query{
		"organization": named("tree_of_organization"),
		"group":        named("tree_of_group"),
		"tenant_group": named("tree_of_tenant_group"),
		"module":       named("tree_of_module"),
	}
	qTreeOfRegistered = named("tree_of_registered")
	// qRootsOf is the like for many of one type.
	qRootsOf = map[string]*query{
		"organization": named("roots_of_organizations"),
		"group":        named("roots_of_groups"),
		"module":       named("roots_of_modules"),
		"tenant_group": named("roots_of_tenant_groups"),
	}
	qRootsOfRegistered = named("roots_of_registered")
)

func scanTree(s scanner) (t tenancy.Tree, err error) {
	err = s.Scan(&t.RootID, &t.Version, instant{&t.EndsAt})
	return t, err
}

// scanReading reads a tree and the time of the database, which is the zero time where the
// store has the clock.
func scanReading(s scanner) (r tenancy.Reading, err error) {
	err = s.Scan(&r.RootID, &r.Version, instant{&r.EndsAt}, instant{&r.At})
	return r, err
}

// told is a reading by the store's clock, if it has one.
func told(clock tenancy.Clock, r tenancy.Reading) tenancy.Reading {
	if clock != nil {
		r.At = clock.Now()
	}
	return r
}

func scanEndedTree(s scanner) (tenancy.EndedTree, error) {
	t, err := scanTree(s)
	return tenancy.EndedTree{RootID: t.RootID, Version: t.Version}, err
}

// TreeOf implements [tenancy.Recorder].
func (s *Store) TreeOf(ctx context.Context, resource tenancy.Object) (reading tenancy.Reading, err error) {
	if q, ok := qTreeOf[resource.Type]; ok {
		reading, err = one(ctx, s.reader, scanReading, q, resource.ID)
	} else {
		reading, err = one(ctx, s.reader, scanReading, qTreeOfRegistered, resource.Type, resource.ID)
	}
	return told(s.clock, reading), err
}

// RootsOf implements [tenancy.Recorder].
func (s *Store) RootsOf(ctx context.Context, resourceType string, ids []string) (map[string]string, error) {
	q, args := qRootsOfRegistered, []any{resourceType, listOf(ids)}
	if special, ok := qRootsOf[resourceType]; ok {
		q, args = special, args[1:]
	}
	roots := make(map[string]string, len(ids))
	for pair, err := range each(ctx, s.reader, scanPair, q, args...) {
		if err != nil {
			return nil, err
		}
		roots[pair[0]] = pair[1]
	}
	return roots, nil
}

func scanPair(s scanner) (pair [2]string, err error) {
	err = s.Scan(&pair[0], &pair[1])
	return pair, err
}

// TreesOf implements [tenancy.Recorder]. The trees come by root.
func (s *Store) TreesOf(ctx context.Context, userID string) ([]tenancy.Reading, error) {
	return s.readings(all(ctx, s.reader, scanReading, qTreesOfUser, userID))
}

// TreesOver implements [tenancy.Recorder].
func (s *Store) TreesOver(ctx context.Context, limit int) ([]tenancy.Reading, error) {
	now := int64(0) // by the clock of the database
	if s.clock != nil {
		now = millis(s.clock.Now())
	}
	return s.readings(all(ctx, s.reader, scanReading, qTreesOver, now, limit))
}

// readings are the trees as they were read just now.
func (s *Store) readings(readings []tenancy.Reading, err error) ([]tenancy.Reading, error) {
	if s.clock != nil {
		at := s.clock.Now()
		for i := range readings {
			readings[i].At = at
		}
	}
	return readings, err
}
