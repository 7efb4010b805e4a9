package sqlite

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qTreeVersion = named("tree_version")
	qTreeBegin   = named("tree_begin")
	qTreeMove    = named("tree_move")
	qTreesOfUser = named("trees_of_user")
	qTreesWith   = named("trees_with_organizations")
	qEveryTree   = named("every_tree")
	qEveryEnded  = named("every_ended_tree")
)

// qTreeOf finds the tree of a resource, by its type.
var qTreeOf = map[string]*query{
	"organization": named("tree_of_organization"),
	"group":        named("tree_of_group"),
}

func scanTree(s scanner) (t tenancy.Tree, err error) {
	err = s.Scan(&t.RootID, &t.Version)
	return t, err
}

func scanEndedTree(s scanner) (tenancy.EndedTree, error) {
	t, err := scanTree(s)
	return tenancy.EndedTree{RootID: t.RootID, Version: t.Version}, err
}

// TreeOf implements [tenancy.Recorder].
func (s *Store) TreeOf(ctx context.Context, resource tenancy.Object) (tenancy.Tree, error) {
	q, ok := qTreeOf[resource.Type]
	if !ok {
		return tenancy.Tree{}, tenancy.ErrNoRow
	}
	return s.memory.tree(ctx, resource, func(ctx context.Context) (tenancy.Tree, error) {
		return point(ctx, s.reader, scanTree, q, resource.ID)
	})
}

// TreesWith implements [tenancy.Recorder]. The trees come by root.
func (s *Store) TreesWith(ctx context.Context, organizationIDs []string) ([]tenancy.Tree, error) {
	return all(ctx, s.reader, scanTree, qTreesWith, document{organizationIDs})
}

// TreesOf implements [tenancy.Recorder]. The trees come by root.
func (s *Store) TreesOf(ctx context.Context, userID string) ([]tenancy.Tree, error) {
	return all(ctx, s.reader, scanTree, qTreesOfUser, userID)
}
