package store

import (
	"context"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var qDeliveries = named("deliveries")

// Deliveries implements [tenancy.Recorder].
func (s *Store) Deliveries(ctx context.Context, rootID string, after int64, limit int) ([]tenancy.Delivery, error) {
	scan := func(row scanner) (tenancy.Delivery, error) {
		d := tenancy.Delivery{RootID: rootID}
		var texts []string
		var joined []joinedTree
		err := row.Scan(&d.Version, document{&joined}, document{&texts})
		if err == nil {
			d.Updates, err = parseUpdates(texts)
		}
		d.With = treesJoined(joined)
		return d, err
	}
	return all(ctx, s.reader, scan, qDeliveries, rootID, after, limit)
}

// joinedTree is a tree of [tenancy.Delivery.With] as an event keeps it.
type joinedTree struct {
	Root    string `json:"root"`
	Version int64  `json:"version"`
}

func joinedJSON(trees []tenancy.Tree) document {
	joined := make([]joinedTree, len(trees))
	for i, other := range trees {
		joined[i] = joinedTree{other.RootID, other.Version}
	}
	return document{joined}
}

func treesJoined(joined []joinedTree) (trees []tenancy.Tree) {
	for _, other := range joined {
		trees = append(trees, tenancy.Tree{RootID: other.Root, Version: other.Version})
	}
	return trees
}

// deliveryOf is what the engine has to receive of a change for one of its trees.
func deliveryOf(change tenancy.Change, root string, versions map[string]int64, updates map[string][]tenancy.Update) tenancy.Delivery {
	d := tenancy.Delivery{RootID: root, Version: versions[root], Updates: updates[root]}
	joined := change.Joined()
	if !slices.Contains(joined, root) {
		return d
	}
	for _, other := range joined {
		if other != root {
			d.With = append(d.With, tenancy.Tree{RootID: other, Version: versions[other]})
		}
	}
	return d
}
