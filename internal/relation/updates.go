package relation

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Updates derives what the engine has to receive for a change, by the root of each tree
// that the change moves. A tree that moves without any update has an empty list. Trees
// between which rows move have one list, the same for each (see [tenancy.Delivery]). What a
// change repairs comes after what follows from its rows.
//
// The cost follows the change, not the tree.
func Updates(change tenancy.Change) map[string][]tenancy.Update {
	updates := make(map[string][]tenancy.Update)
	for _, root := range change.Moves() {
		updates[root] = nil
	}
	for _, row := range change.Rows {
		before, after := of(row.Before), of(row.After)
		for _, r := range before {
			if !slices.Contains(after, r) {
				root := row.Before.Tree()
				updates[root] = append(updates[root], tenancy.Update{Delete: true, Relationship: r})
			}
		}
		for _, r := range after {
			if !slices.Contains(before, r) {
				root := row.After.Tree()
				updates[root] = append(updates[root], tenancy.Update{Relationship: r})
			}
		}
	}
	for root, repairs := range change.Repairs {
		updates[root] = append(updates[root], repairs...)
	}
	join(updates, change.Joined())
	return updates
}

// join gives each of the trees the updates of all.
func join(updates map[string][]tenancy.Update, roots []string) {
	var together []tenancy.Update
	for _, root := range roots {
		together = append(together, updates[root]...)
	}
	for _, root := range roots {
		updates[root] = together
	}
}

func of(row tenancy.Row) []tenancy.Relationship {
	if row == nil {
		return nil
	}
	return Of(row)
}
