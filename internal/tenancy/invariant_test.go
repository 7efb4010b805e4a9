package tenancy_test

import (
	"context"
	"slices"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/tuple"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// verify says that the invariants hold: I-1 no relationship connects two trees, I-2 the
// engine holds exactly what follows from the record, and the part of I-3 that can be seen
// at the end: a trail has no gap, and no version has two events or none.
func (w *world) verify(ctx context.Context) {
	w.t.Helper()
	rows, held := w.rows(ctx), w.held(ctx)
	assert.Empty(w.t, differences(w.derived(rows), held), "I-2: the engine does not hold what follows from the record")
	w.verifyIsolation(rows, held)
	for _, row := range rows {
		switch tree := row.(type) {
		case tenancy.Tree:
			w.verifyTrail(ctx, tree)
		case tenancy.EndedTree:
			w.verifyTrail(ctx, tenancy.Tree{RootID: tree.RootID, Version: tree.Version})
			version, err := w.engine.Version(ctx, tree.RootID)
			require.NoError(w.t, err)
			assert.Equal(w.t, tree.Version, version, "the end of %s", tree.RootID)
		}
	}
}

// rows are those of this world.
func (w *world) rows(ctx context.Context) []tenancy.Row {
	w.t.Helper()
	var rows []tenancy.Row
	for row, err := range w.store.Rows(ctx) {
		require.NoError(w.t, err)
		user, isUser := row.(tenancy.User)
		if w.mine(row.Tree()) || isUser && w.mine(user.ID) {
			rows = append(rows, row)
		}
	}
	return rows
}

// derived is what the engine has to hold.
func (w *world) derived(rows []tenancy.Row) map[string]bool {
	w.t.Helper()
	relationships := map[string]bool{}
	for _, row := range rows {
		if _, ended := row.(tenancy.EndedTree); ended {
			continue // its one relationship has no name
		}
		for _, r := range relation.Of(row) {
			require.False(w.t, relationships[r.String()], "%s follows from two rows", r)
			relationships[r.String()] = true
		}
	}
	return relationships
}

// held is what the engine holds of this world, read past its API.
func (w *world) held(ctx context.Context) map[string]bool {
	w.t.Helper()
	head, err := w.index.HeadRevision(ctx)
	require.NoError(w.t, err)
	found, err := w.index.SnapshotReader(head.Revision).QueryRelationships(ctx, datastore.RelationshipsFilter{})
	require.NoError(w.t, err)
	relationships := map[string]bool{}
	for r, err := range found {
		require.NoError(w.t, err)
		if w.mine(r.Resource.ObjectID) || w.mine(r.Subject.ObjectID) {
			relationships[tuple.MustString(r)] = true
		}
	}
	return relationships
}

// differences lists what has to be done to one set to have the other.
func differences(before, after map[string]bool) []string {
	var steps []string
	for r := range before {
		if !after[r] {
			steps = append(steps, "-"+r)
		}
	}
	for r := range after {
		if !before[r] {
			steps = append(steps, "+"+r)
		}
	}
	slices.Sort(steps)
	return steps
}

// verifyIsolation is I-1.
func (w *world) verifyIsolation(rows []tenancy.Row, held map[string]bool) {
	w.t.Helper()
	roots := map[string]string{} // of each organization and group
	for _, row := range rows {
		switch row := row.(type) {
		case tenancy.Organization:
			roots["organization:"+row.ID], roots["subtree:"+row.ID] = row.RootID, row.RootID
			roots["account_role:"+row.ID], roots["account_role:"+row.ID+"/all"] = row.RootID, row.RootID
		case tenancy.Group:
			roots["group:"+row.ID] = row.RootID
		case tenancy.Resource:
			roots[row.Object().String()] = row.RootID
		case tenancy.Link:
			roots["link:"+row.Key()] = row.RootID
		case tenancy.TenantGroupPlace:
			for _, name := range row.Modules {
				roots["module:"+row.OrganizationID+"/"+name], roots["tenant_module:"+row.TenantGroupID+"/"+name] = row.RootID, row.RootID
			}
		case tenancy.TenantGroupUser:
			for _, name := range row.Modules {
				roots["tenant_module:"+row.TenantGroupID+"/"+name] = row.RootID
			}
		case tenancy.TenantGroup:
			roots["tenant_group:"+row.ID] = row.RootID
			for _, name := range row.Inherited {
				roots["tenant_module:"+row.ID+"/"+name] = row.RootID
			}
		}
	}
	for text := range held {
		r, err := tenancy.ParseRelationship(text)
		require.NoError(w.t, err)
		if r.Subject.Type == "user" || r.Subject.Type == "version" {
			continue
		}
		assert.NotEmpty(w.t, roots[r.Resource.String()], "I-1: %s is of no tree", text)
		assert.Equal(w.t, roots[r.Resource.String()], roots[r.Subject.String()], "I-1: %s connects two trees", text)
	}
}

// events of a trail after a number, "" for the service's own trail.
func (w *world) events(ctx context.Context, root string, after int64) []tenancy.Event {
	w.t.Helper()
	snap, err := w.store.Snapshot(ctx)
	require.NoError(w.t, err)
	defer func() { require.NoError(w.t, snap.Close()) }()
	events, err := snap.Events(ctx, tenancy.EventFilter{RootID: root, After: after}, 1<<30)
	require.NoError(w.t, err)
	return events
}

func (w *world) verifyTrail(ctx context.Context, tree tenancy.Tree) {
	w.t.Helper()
	var version int64
	for i, e := range w.events(ctx, tree.RootID, 0) {
		require.EqualValues(w.t, i+1, e.Seq, "the trail of %s has a gap", tree.RootID)
		if e.Result == tenancy.ResultDone {
			version++
		}
		require.Equal(w.t, version, e.Version, "event %d of %s is of another version", e.Seq, tree.RootID)
	}
	require.Equal(w.t, tree.Version, version, "I-3: the tree %s has a version without event", tree.RootID)
}
