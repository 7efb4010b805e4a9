package engine

import (
	"context"
	"fmt"
	"slices"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// fenceMoves is how many updates of a write the fence takes: the old one goes, the new comes.
const fenceMoves = 2

// AppliesAtOnce implements [tenancy.Engine].
func (e *Engine) AppliesAtOnce(updates int) bool { return updates+fenceMoves <= e.maxUpdates }

// Apply implements [tenancy.Engine]. A version that the engine has already is no error: a
// second delivery of the same change writes nothing.
//
// Each write goes out under the fence before it and moves the fence with it, so of several
// appliers of one delivery exactly one makes each step, and whoever comes late goes on from
// where the fence stands. The fence counts the updates that are in, not the writes, so
// appliers that write more or fewer at once can complete each other's work.
func (e *Engine) Apply(ctx context.Context, d tenancy.Delivery) error {
	if d.Version < 1 {
		return fmt.Errorf("a tree has no version %d", d.Version)
	}
	updates := lastWords(d.Updates)
	at := fence{version: d.Version - 1}
	for at != (fence{version: d.Version}) {
		next, part := e.step(at, d.Version, updates)
		err := e.write(ctx, d.RootID, at, next, part)
		if err == nil {
			at = next
			continue
		}
		if !isFenceFailure(err) {
			return Translate(ctx, err)
		}
		if at, err = e.readFence(ctx, d.RootID); err != nil {
			return err
		}
		if !at.leadsTo(d.Version) || at.part > len(updates) {
			return tenancy.ErrFence
		}
	}
	return nil
}

// step is the write that follows on the fence at: its updates, and the fence after it.
func (e *Engine) step(at fence, version int64, updates []tenancy.Update) (fence, []tenancy.Update) {
	from := at.part
	to := from + e.maxUpdates - fenceMoves
	if to >= len(updates) {
		return fence{version: version}, updates[from:]
	}
	return fence{version: version, part: to}, updates[from:to]
}

// write applies updates and moves the fence, both or neither.
func (e *Engine) write(ctx context.Context, rootID string, at, next fence, updates []tenancy.Update) error {
	request := &v1.WriteRelationshipsRequest{
		OptionalPreconditions: []*v1.Precondition{at.precondition(rootID)},
	}
	for _, u := range slices.Concat(updates, at.move(rootID, next)) {
		request.Updates = append(request.Updates, updateMessage(u))
	}
	_, err := e.client.WriteRelationships(ctx, request)
	return err
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
