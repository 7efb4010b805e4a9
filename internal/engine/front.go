package engine

import (
	"context"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// front is how far one tree of a delivery has come, and where the delivery brings it.
type front struct {
	rootID  string
	at, end fence
}

// in is how many updates of the delivery are in. A tree that is at another version than the
// one before, as a repair may find it, has none of them.
func (f front) in() int {
	if f.at.version == f.end.version {
		return f.at.part
	}
	return 0
}

// fronts are all trees of a delivery. They move in the same writes, so they are all before
// it, at the same part of it, or behind it.
type fronts []front

// frontsOf expects every tree at the version before.
func frontsOf(d tenancy.Delivery) fronts {
	var all fronts
	for _, tree := range d.Trees() {
		all = append(all, front{
			rootID: tree.RootID,
			at:     fence{version: tree.Version - 1},
			end:    fence{version: tree.Version, ended: d.Ends(tree.RootID)},
		})
	}
	return all
}

// read finds out where the trees are.
func (fs fronts) read(ctx context.Context, e *Engine) (fronts, error) {
	fs = slices.Clone(fs)
	for i, f := range fs {
		at, err := e.readFence(ctx, f.rootID)
		if err != nil {
			return nil, err
		}
		fs[i].at = at
	}
	return fs, nil
}

// arrived reports whether the delivery is in.
func (fs fronts) arrived() bool {
	return !slices.ContainsFunc(fs, func(f front) bool { return f.at != f.end })
}

// onTheWay reports whether every tree is before the delivery, in it, or right behind it.
func (fs fronts) onTheWay(updates int) bool {
	return !slices.ContainsFunc(fs, func(f front) bool {
		before := f.at.part == 0 && f.at.version == f.end.version-1
		within := f.at.version == f.end.version && 0 < f.at.part && f.at.part <= updates
		return !before && !within && f.at != f.end
	})
}

// together reports whether all were read at the same point: they were not if somebody else
// has moved them meanwhile.
func (fs fronts) together() bool {
	first := fs[0]
	return !slices.ContainsFunc(fs, func(f front) bool {
		return f.at.part != first.at.part || (f.at == f.end) != (first.at == first.end)
	})
}

// moveTo are the fronts after a write that brings so many of the updates in.
func (fs fronts) moveTo(part, updates int) fronts {
	fs = slices.Clone(fs)
	for i, f := range fs {
		fs[i].at = f.end
		if part < updates {
			fs[i].at = fence{version: f.end.version, part: part}
		}
	}
	return fs
}
