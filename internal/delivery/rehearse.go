package delivery

import (
	"context"
	"errors"

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
	err = d.steady(ctx, trees, func() error {
		if forecast, err = forecaster.Forecast(ctx, together(change.Moves(), updates)); err != nil {
			return err
		}
		return d.stillAt(ctx, trees)
	})
	return forecast, err
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

// stillAt fails with ErrMoved if the engine has received a later version of a tree: it was
// not asked about the state on which the change was decided.
func (d *Deliverer) stillAt(ctx context.Context, trees []tenancy.Tree) error {
	for _, tree := range trees {
		version, err := d.engine.Version(ctx, tree.RootID)
		if err != nil {
			return err
		}
		if version != tree.Version {
			return tenancy.ErrMoved
		}
	}
	return nil
}
