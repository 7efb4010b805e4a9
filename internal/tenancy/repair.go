package tenancy

import (
	"context"
	"errors"
	"iter"
	"maps"
)

// Inspected is an engine that shows all that it holds, and can be put right where that is
// not what it should be. It is for the reconciler: nobody else writes past the fences.
type Inspected interface {
	Engine

	// Relationships gives everything that the engine holds, in no promised order, all at one
	// state that is not older than the call. Fences are among it. It ends with the first error.
	Relationships(ctx context.Context) iter.Seq2[Relationship, error]

	// Overwrite is Apply of a delivery of one tree from wherever its fence stands, which is a
	// relationship as Relationships gave it, or the zero one for none. It fails with
	// [ErrFence], and changes nothing, if the fence stands elsewhere and Apply would fail, too.
	Overwrite(ctx context.Context, fence Relationship, d Delivery) error

	// Remove takes relationships away that no tree accounts for. It fails with [ErrFence], and
	// changes nothing, if there is a relationship of one of the places in unless. So many must
	// fit into one write.
	Remove(ctx context.Context, relationships []Relationship, unless []Place) error

	// RemovesAtOnce is how many relationships, and places, one Remove takes.
	RemovesAtOnce() int
}

// Place is where relationships stand: those of one relation of one resource.
type Place struct {
	Resource Object
	Relation string
}

// reconcilerActor is who repairs, and actionRepaired what the trail calls it.
var reconcilerActor = Object{Type: "service", ID: "reconciler"}

const actionRepaired = "engine.repair"

// Repair decides a change that repairs what the engine holds of a tree. It alters no row, and
// moves the tree as every change does: so all that was answered from what was wrong is out of
// date, and the trail tells of it. detail is what it tells.
//
// The updates must say nothing else than what the rows of the tree say at this version.
// Following the updates of a tree then gives what it gave without them, and the past stays
// what it was. It is ErrMoved if the tree is at another version, or something in it is over.
func Repair(ctx context.Context, snap Snapshot, tree Tree, updates []Update, detail map[string]string) (Change, error) {
	now, err := snap.Tree(ctx, tree.RootID)
	if err != nil {
		return Change{}, err
	}
	if now.Version != tree.Version || now.Over() {
		return Change{}, ErrMoved
	}
	about, err := rootOf(ctx, snap, tree.RootID)
	return Change{
		Basis:   Basis{Trees: map[string]int64{tree.RootID: tree.Version}},
		Repairs: map[string][]Update{tree.RootID: updates},
		About:   map[string][]string{tree.RootID: about},
		Event: Event{
			At: now.At, RootID: tree.RootID, Actor: reconcilerActor, Action: actionRepaired,
			Target: Object{Type: "organization", ID: tree.RootID}, Detail: maps.Clone(detail), Result: ResultDone,
		},
	}, err
}

// rootOf is the root of a tree, for whose own trail an event is; nothing if the tree has ended.
func rootOf(ctx context.Context, snap Snapshot, rootID string) ([]string, error) {
	o, err := snap.Organization(ctx, rootID)
	if errors.Is(err, ErrNoRow) || err == nil && !o.IsRoot() {
		return nil, nil
	}
	return []string{rootID}, err
}
