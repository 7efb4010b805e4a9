package engine

import (
	"context"
	"fmt"
	"slices"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"

	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// fenceMoves is how many updates of a write the fence of a tree takes: the old one goes,
// the new comes.
const fenceMoves = 2

// room is how many updates a write takes beside the fences of the trees that it moves.
func (e *Engine) room(d tenancy.Delivery) int { return e.maxUpdates - fenceMoves*len(d.Trees()) }

// AppliesAtOnce implements [tenancy.Engine].
func (e *Engine) AppliesAtOnce(d tenancy.Delivery) bool { return len(d.Updates) <= e.room(d) }

// Apply implements [tenancy.Engine]. A version that the engine has already is no error: a
// second delivery of the same change writes nothing.
//
// Each write goes out under the fences before it and moves them with it, so of several
// appliers of one delivery exactly one makes each step, and whoever comes late goes on from
// where the fences stand. A fence counts the updates that are in, not the writes, so
// appliers that write more or fewer at once can complete each other's work.
//
// That holds for oneself too: a write whose answer was lost is never sent again blindly. The
// fences tell whether it is in, and if it comes late, after all, it fails on them.
func (e *Engine) Apply(ctx context.Context, d tenancy.Delivery) error {
	if d.Version < 1 {
		return fmt.Errorf("a tree has no version %d", d.Version)
	}
	return e.bring(ctx, frontsOf(d), d)
}

// bring moves the trees from where they are taken to be.
func (e *Engine) bring(ctx context.Context, trees fronts, d tenancy.Delivery) error {
	updates := lastWords(d.Updates)
	for tries := 0; !trees.arrived(); {
		from := trees[0].in()
		if from > 0 {
			if err := failpoint.Err(failpoint.PartWritten); err != nil {
				return Translate(ctx, err)
			}
		}
		to := min(from+e.room(d), len(updates))
		next := trees.moveTo(to, len(updates))
		err := e.write(ctx, trees, next, updates[from:to])
		if err == nil {
			trees, tries = next, 0
			continue
		}
		if !isFenceFailure(err) && !isUnknown(ctx, err) {
			return Translate(ctx, err)
		}
		now, lost := e.whereabouts(ctx, trees, len(updates))
		if lost != nil {
			return lost
		}
		if tries = triesAt(trees, now, tries); tries == maxTries {
			return Translate(ctx, err)
		}
		if tries > 0 {
			pause(ctx, tries)
		}
		trees = now
	}
	return nil
}

// triesAt counts the tries that did not get on.
func triesAt(before, now fronts, tries int) int {
	if slices.Equal(before, now) {
		return tries + 1
	}
	return 0
}

// whereabouts reads where the trees are after a write has failed on their fences, or nobody
// knows whether it has. It is ErrFence if one is not where the delivery begins, nor on its way.
func (e *Engine) whereabouts(ctx context.Context, trees fronts, updates int) (fronts, error) {
	for {
		now, err := trees.read(ctx, e)
		if err != nil {
			return nil, err
		}
		if !now.onTheWay(updates) {
			return nil, tenancy.ErrFence
		}
		if now.together() {
			return now, nil
		}
	}
}

// write applies updates and moves the fences, all or nothing.
func (e *Engine) write(ctx context.Context, trees, next fronts, updates []tenancy.Update) error {
	request := &v1.WriteRelationshipsRequest{}
	for i, tree := range trees {
		request.OptionalPreconditions = append(request.OptionalPreconditions, tree.at.preconditions(tree.rootID)...)
		updates = slices.Concat(updates, tree.at.move(tree.rootID, next[i].at))
	}
	for _, u := range updates {
		request.Updates = append(request.Updates, updateMessage(u))
	}
	if err := failpoint.Err(failpoint.WriteBegun); err != nil {
		return err
	}
	response, err := e.client.WriteRelationships(ctx, request)
	if err != nil {
		return err
	}
	for i, tree := range trees {
		if e.seen.note(tree.rootID, next[i].at, response.GetWrittenAt()) {
			continue
		}
		// It was seen further on: others have gone on since, or this has put it back.
		if _, err := e.readFence(ctx, tree.rootID); err != nil {
			return err
		}
	}
	return failpoint.Err(failpoint.WriteDone)
}

// lastWords keeps of several updates of one relationship the last: SpiceDB refuses a write
// that names a relationship twice, and in a list read in order the last one decides.
func lastWords(updates []tenancy.Update) []tenancy.Update {
	said := make(map[tenancy.Relationship]bool, len(updates))
	words := make([]tenancy.Update, 0, len(updates))
	for _, u := range slices.Backward(updates) {
		if !said[u.Relationship] {
			said[u.Relationship] = true
			words = append(words, u)
		}
	}
	slices.Reverse(words)
	return words
}
