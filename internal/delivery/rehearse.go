package delivery

import (
	"context"
	"errors"
	"iter"

	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Rehearse implements [tenancy.Committer].
func (d *Deliverer) Rehearse(ctx context.Context, change tenancy.Change) (forecast tenancy.Forecast, err error) {
	forecaster, ok := d.engine.(tenancy.Forecaster)
	if !ok {
		return forecast, tenancy.Unavailable(tenancy.CodeEngineUnavailable, errors.New("the engine makes no forecasts"))
	}
	updates := relation.Updates(change)
	if err := d.record.Rehearse(ctx, change, updates); err != nil {
		return forecast, err
	}
	trees := basisOf(change)
	for _, tree := range trees {
		if err := d.settleForQuestion(ctx, d.tree(tree.RootID), tree.Version); err != nil {
			return forecast, err
		}
	}
	if forecast, err = forecaster.Forecast(ctx, d.stateOf(ctx, trees), together(change.Moves(), updates)); err != nil {
		return tenancy.Forecast{}, err
	}
	if err := d.stillAt(ctx, trees); err != nil {
		return tenancy.Forecast{}, err
	}
	return forecast, nil
}

// basisOf are the trees that the change moves, as they are before it.
func basisOf(change tenancy.Change) (trees []tenancy.Tree) {
	for _, root := range change.Moves() {
		if version := change.Basis.Trees[root]; version > 0 {
			trees = append(trees, tenancy.Tree{RootID: root, Version: version})
		}
	}
	return trees
}

// stateOf reads the relationships of trees at their versions from the record, when somebody
// asks for them. It ends with ErrMoved if one is at a later version.
func (d *Deliverer) stateOf(ctx context.Context, trees []tenancy.Tree) iter.Seq2[tenancy.Relationship, error] {
	return relation.All(func(yield func(tenancy.Row, error) bool) {
		snap, err := d.record.Snapshot(ctx)
		if err != nil {
			yield(nil, unanswered(ctx, err))
			return
		}
		defer snap.Close() // what it has read holds
		for _, tree := range trees {
			rows, err := rowsOf(ctx, snap, tree)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
		}
	})
}

// rowsOf are the rows of a tree from which relationships follow.
func rowsOf(ctx context.Context, snap tenancy.Snapshot, tree tenancy.Tree) ([]tenancy.Row, error) {
	now, err := snap.Tree(ctx, tree.RootID)
	if err != nil {
		return nil, unanswered(ctx, err)
	}
	if now.Version != tree.Version {
		return nil, tenancy.ErrMoved
	}
	organizations, err := snap.Subtree(ctx, tree.RootID)
	if err != nil {
		return nil, unanswered(ctx, err)
	}
	ids := make([]string, len(organizations))
	for i, o := range organizations {
		ids[i] = o.ID
	}
	rows, err := snap.RowsOfOrganizations(ctx, ids)
	if err != nil {
		return nil, unanswered(ctx, err)
	}
	return rows, nil
}

// together gives the updates of all trees. Those of trees that are joined are the same.
func together(roots []string, updates map[string][]tenancy.Update) (all []tenancy.Update) {
	seen := map[tenancy.Update]bool{}
	for _, root := range roots {
		for _, u := range updates[root] {
			if !seen[u] {
				seen[u] = true
				all = append(all, u)
			}
		}
	}
	return all
}

// stillAt fails with ErrMoved if a later version of a tree is committed: the engine may have
// been asked about that, or about a part of it, and not about the state on which the change
// was decided.
func (d *Deliverer) stillAt(ctx context.Context, trees []tenancy.Tree) error {
	for _, tree := range trees {
		version, err := d.record.VersionOf(ctx, tree.RootID)
		if err != nil {
			return unanswered(ctx, err)
		}
		if version != tree.Version {
			return tenancy.ErrMoved
		}
	}
	return nil
}
