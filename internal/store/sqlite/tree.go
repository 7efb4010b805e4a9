package sqlite

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

func scanEndedTree(s scanner) (tenancy.EndedTree, error) {
	t, err := scanTree(s)
	return tenancy.EndedTree{RootID: t.RootID, Version: t.Version}, err
}

// TreeOf implements [tenancy.Recorder].
func (s *Store) TreeOf(ctx context.Context, resource tenancy.Object) (tenancy.Reading, error) {
	tree, err := s.memory.tree(ctx, resource, func(ctx context.Context) (tenancy.Tree, error) {
		if q, ok := qTreeOf[resource.Type]; ok {
			return one(ctx, s.reader, scanTree, q, resource.ID)
		}
		return one(ctx, s.reader, scanTree, qTreeOfRegistered, resource.Type, resource.ID)
	})
	return tenancy.Reading{Tree: tree, At: s.clock.Now()}, err
}

// RootsOf implements [tenancy.Recorder].
func (s *Store) RootsOf(ctx context.Context, resourceType string, ids []string) (map[string]string, error) {
	q, args := qRootsOfRegistered, []any{resourceType, document{ids}}
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
	return s.readings(all(ctx, s.reader, scanTree, qTreesOfUser, userID))
}

// TreesOver implements [tenancy.Recorder].
func (s *Store) TreesOver(ctx context.Context, limit int) ([]tenancy.Reading, error) {
	return s.readings(all(ctx, s.reader, scanTree, qTreesOver, millis(s.clock.Now()), limit))
}

// readings are the trees as they were read just now.
func (s *Store) readings(trees []tenancy.Tree, err error) ([]tenancy.Reading, error) {
	at := s.clock.Now()
	var readings []tenancy.Reading
	for _, tree := range trees {
		readings = append(readings, tenancy.Reading{Tree: tree, At: at})
	}
	return readings, err
}
