package delivery

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// maxLead is how many versions a fence may be ahead of the record for the record to catch up
// with it. Each is a change of its own.
const maxLead = 10_000

// repair repairs what an inspection has found, if it is to. It goes on with other trees where
// one has moved or fails; it ends with ctx.
func (r *reconciliation) repair(ctx context.Context, i *inspection) (repaired, failed int, err error) {
	if !r.options.Repair {
		return 0, 0, nil
	}
	for _, root := range slices.Sorted(maps.Keys(i.trees)) {
		t := i.trees[root]
		if !t.differs() {
			continue
		}
		if ctx.Err() != nil {
			return repaired, failed, context.Cause(ctx)
		}
		err := r.repairTree(ctx, t)
		if err == nil {
			repaired++
			r.found[root].Repaired = true
			continue
		}
		failed++
		if !errors.Is(err, tenancy.ErrMoved) && !errors.Is(err, tenancy.ErrFence) {
			r.d.log.Warn("a tree could not be repaired", "tree", root, "error", err)
		}
	}
	removed, err := r.removeOrphans(ctx, i.orphans)
	r.report.OrphansRemoved += removed
	return repaired + removed, failed + len(i.orphans) - removed, err
}

// repairTree repairs one tree, if it is still as it was found. What is over in it is ended
// first, for the next look. That goes around the refusal of changes where the engine is ahead,
// or such a tree could never be repaired.
func (r *reconciliation) repairTree(ctx context.Context, t *inspected) error {
	if t.dropped {
		return tenancy.ErrMoved // there was no room for what is to be done; next time there is
	}
	var err error
	switch t.state {
	case fenceTorn:
		err = r.engine.Remove(ctx, t.spare[:min(len(t.spare), r.engine.RemovesAtOnce())], nil)
	case fenceAhead:
		err = r.catchUp(ctx, t)
	case fenceAbsent, fenceBehind:
		err = r.overwrite(ctx, t, t.stand)
	default:
		err = r.deliver(ctx, t)
	}
	if errors.Is(err, tenancy.ErrMoved) {
		return errors.Join(err, r.d.end(ctx, t.RootID, r.d.commit))
	}
	return err
}

// updates lead from what the engine holds of the tree to what it should. Those of a tree that
// has ended say so once more: it keeps the fence of one.
func (t *inspected) updates() (updates []tenancy.Update) {
	for _, s := range t.surplus {
		updates = append(updates, tenancy.Update{Delete: true, Relationship: s})
	}
	for _, m := range t.missing {
		updates = append(updates, tenancy.Update{Relationship: m})
	}
	root := tenancy.Object{Type: "organization", ID: t.RootID}
	end := tenancy.Update{Delete: true, Relationship: tenancy.Relationship{Resource: root, Relation: "root", Subject: root}}
	if t.ended && !slices.Contains(updates, end) {
		updates = append(updates, end)
	}
	return updates
}

func (t *inspected) detail() map[string]string {
	detail := map[string]string{"missing": strconv.Itoa(t.nMissing), "surplus": strconv.Itoa(t.nSurplus)}
	if t.state != fenceGood {
		detail["fence"] = string(t.state)
	}
	return detail
}

// change decides the change that moves the tree on from a version.
func (r *reconciliation) change(ctx context.Context, t *inspected, version int64, updates []tenancy.Update) (change tenancy.Change, err error) {
	snap, err := r.d.record.Snapshot(ctx)
	if err != nil {
		return tenancy.Change{}, unanswered(ctx, err)
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	return tenancy.Repair(ctx, snap, tenancy.Tree{RootID: t.RootID, Version: version}, updates, t.detail())
}

// deliver repairs a tree whose fence is good, as every change is made and delivered.
func (r *reconciliation) deliver(ctx context.Context, t *inspected) error {
	change, err := r.change(ctx, t, t.Version, t.updates())
	if err != nil {
		return err
	}
	versions, err := r.d.Commit(ctx, change)
	if err != nil {
		return err
	}
	return r.d.settle(ctx, r.d.tree(t.RootID), versions[t.RootID])
}

// commit makes a change that the engine does not receive yet.
func (r *reconciliation) commit(ctx context.Context, t *inspected, version int64, updates []tenancy.Update) error {
	change, err := r.change(ctx, t, version, updates)
	if err == nil {
		_, err = r.d.record.Commit(ctx, change, map[string][]tenancy.Update{t.RootID: updates})
	}
	return err
}

// overwrite repairs a tree of which the engine has lost versions, by the difference alone:
// going through the lost versions again would show for a while what was revoked since. The
// change is committed first, and from then on nobody is answered until it is in the engine,
// not even at a node that believes the engine to hold what it has lost.
func (r *reconciliation) overwrite(ctx context.Context, t *inspected, stands tenancy.Relationship) error {
	updates := t.updates()
	if err := r.commit(ctx, t, t.Version, updates); err != nil {
		return err
	}
	return r.put(ctx, stands, tenancy.Delivery{RootID: t.RootID, Version: t.Version + 1, Updates: updates})
}

// put brings a tree to a version past the fences between. If somebody else has begun to
// deliver meanwhile, that is completed.
func (r *reconciliation) put(ctx context.Context, stands tenancy.Relationship, d tenancy.Delivery) error {
	t := r.d.tree(d.RootID)
	err := r.engine.Overwrite(ctx, stands, d)
	if errors.Is(err, tenancy.ErrFence) {
		t.fall(0)
		return r.d.settle(ctx, t, d.Version)
	}
	if err == nil {
		r.d.received(t, d.Version)
	}
	return err
}

// catchUp repairs a tree whose fence is ahead of the record: one of the two was restored from
// another time. The versions that the engine was given have to be used up, as nodes and
// clients may have seen them, and no version may ever name two states. So
//
//  1. the fence goes on to a version that nobody has seen,
//  2. the record moves to the version before that, by changes that alter nothing, the last of
//     which holds the repair,
//  3. and the fence comes back to that version in the write that brings the repair.
//
// In between the fence is ahead all the time, and nobody is answered. After a crash in between
// the next run begins anew, some versions further.
func (r *reconciliation) catchUp(ctx context.Context, t *inspected) error {
	at, _ := readFence(t.stand)
	last := at.version + 1
	if last-t.Version > maxLead {
		return errors.New("the engine is ahead by too many versions")
	}
	away := tenancy.Delivery{RootID: t.RootID, Version: last + 1}
	if err := r.engine.Overwrite(ctx, t.stand, away); err != nil {
		return err
	}
	for version := t.Version; version < last-1; version++ {
		if err := r.commit(ctx, t, version, nil); err != nil {
			return err
		}
	}
	updates := t.updates()
	if err := r.commit(ctx, t, last-1, updates); err != nil {
		return err
	}
	return r.put(ctx, fenceAt(away), tenancy.Delivery{RootID: t.RootID, Version: last, Updates: updates})
}

// fenceAt is the fence of a tree that is there when a delivery without updates is in.
func fenceAt(d tenancy.Delivery) tenancy.Relationship {
	return tenancy.Relationship{
		Resource: tenancy.Object{Type: "organization", ID: d.RootID}, Relation: "version",
		Subject: tenancy.Object{Type: "version", ID: strconv.FormatInt(d.Version, 10)},
	}
}

// belonging is the relation that says whose a resource is: whatever the record knows has it
// wherever it has any.
var belonging = map[string]string{
	"organization": "root", "group": "home", "link": "group", "tenant_group": "root",
	"machine": "organization", "agent": "organization", "backup_report": "organization",
	"backup_config": "organization", "connection_string": "organization", "encryption_key": "organization",
	"gateway": "organization", "monitored_system": "organization",
}

// removeOrphans takes away what is of no tree, so that there is none by whose change it could
// be done. Whether it has become somebody's in the meantime is seen twice: the write is
// refused if the engine holds by now that a resource belongs somewhere; and the next
// inspection finds what was taken from a tree that began in the very moment, as it finds all
// that is missing.
func (r *reconciliation) removeOrphans(ctx context.Context, orphans []tenancy.Relationship) (removed int, err error) {
	roots, err := r.d.rootsOf(ctx, orphans)
	if err != nil {
		return 0, err
	}
	for len(orphans) > 0 {
		n := 1
		for n < min(len(orphans), r.engine.RemovesAtOnce()) && orphans[n].Resource == orphans[0].Resource {
			n++
		}
		some := orphans[:n]
		orphans = orphans[n:]
		if known(roots, some) {
			continue
		}
		switch err := r.engine.Remove(ctx, some, unless(some)); {
		case err == nil:
			removed += n
		case errors.Is(err, tenancy.ErrFence):
		case ctx.Err() != nil:
			return removed, context.Cause(ctx)
		default:
			return removed, err
		}
	}
	return removed, nil
}

// known reports whether the record knows by now what one of the relationships is about.
func known(roots map[tenancy.Object]string, relationships []tenancy.Relationship) bool {
	return slices.ContainsFunc(relationships, func(o tenancy.Relationship) bool {
		return roots[ownerOf(o.Resource)] != "" || roots[ownerOf(o.Subject)] != ""
	})
}

// unless says where something stands that the resource of the orphans would have if it were
// somebody's, and that is none of the orphans.
func unless(orphans []tenancy.Relationship) (places []tenancy.Place) {
	resource := orphans[0].Resource
	relations := []string{belonging[resource.Type]}
	if resource.Type == "organization" {
		relations = append(relations, "version")
	}
	for _, relation := range relations {
		own := func(o tenancy.Relationship) bool { return o.Relation == relation }
		if relation != "" && !slices.ContainsFunc(orphans, own) {
			places = append(places, tenancy.Place{Resource: resource, Relation: relation})
		}
	}
	return places
}
