package tenancy

import (
	"context"
	"slices"
)

// Head names an event of a trail by its hash, and with it all that came before. The zero
// Head is before the first event.
type Head struct {
	RootID string
	Seq    int64
	Hash   Hash
}

// Verification says whether a trail is as it was written.
type Verification struct {
	Events int64 // of the trail; of one organization those that are about it
	// FirstInvalid is the number of the first event that is missing, altered, or not in its
	// place; 0 if the trail is valid.
	FirstInvalid int64
}

// Valid reports whether nothing was found.
func (v Verification) Valid() bool { return v.FirstInvalid == 0 }

// VerifyTrail reads a trail from its beginning, one event at a time. It finds whatever was
// altered, removed, inserted or moved after it was written, unless all that follows was
// computed anew; that too, behind a head that the trail must have. What was removed from
// the end is missed by such a head, or by the version of the tree if it was a change. It
// also finds an event that searches by organization or person would miss, or give to others.
func VerifyTrail(ctx context.Context, snap Snapshot, rootID string, heads ...Head) (Verification, error) {
	return verifyTrail(ctx, snap, rootID, heads, func(Event) bool { return true })
}

func verifyTrail(ctx context.Context, snap Snapshot, rootID string, heads []Head, counts func(Event) bool) (v Verification, err error) {
	c := chain{rootID: rootID, heads: heads}
	for e, err := range snap.Trail(ctx, rootID) {
		if err != nil {
			return v, err
		}
		c.add(e)
		if counts(e.Event) {
			v.Events++
		}
	}
	tree, err := snap.Tree(ctx, rootID)
	if err != nil {
		return v, err
	}
	c.end(tree.Version)
	misfiled, err := snap.Misfiled(ctx, rootID)
	if misfiled > 0 {
		c.broken(misfiled)
	}
	v.FirstInvalid = c.invalid
	return v, err
}

// chain is a trail as far as it was read.
type chain struct {
	rootID  string
	heads   []Head // that the trail must have
	last    Head
	version int64 // of the tree, after what was read
	invalid int64 // the number of the first event that is not as it was; 0 if there is none
}

func (c *chain) broken(seq int64) {
	if c.invalid == 0 || seq < c.invalid {
		c.invalid = seq
	}
}

// add reads on. What follows on a break is not judged: it proves nothing.
func (c *chain) add(e Entry) {
	if c.invalid > 0 {
		return
	}
	switch {
	case e.Seq != c.last.Seq+1 || e.RootID != c.rootID:
		c.broken(c.last.Seq + 1)
	case !e.holds(c.last.Hash) || !c.follows(e) || c.misses(e):
		c.broken(e.Seq)
	}
	c.last = Head{RootID: c.rootID, Seq: e.Seq, Hash: e.Hash}
}

// holds reports whether the entry is what its hash says, behind the previous one.
func (e Entry) holds(previous Hash) bool {
	if e.PreviousHash != previous || e.Hash != e.chained() {
		return false
	}
	return e.erased() || e.Commitment == e.committed()
}

// erased reports whether it may be that from where the event came was erased: that is done
// for persons, so never to what was tried on behalf of nobody.
func (e Entry) erased() bool { return e.Salt == nil && e.From == "" && e.OnBehalfOf != "" }

// follows reports whether the entry is a refusal, or tells of the next version of the tree
// (I-3).
func (c *chain) follows(e Entry) bool {
	if c.rootID == "" || e.Result != ResultDone {
		return true
	}
	c.version++
	return e.Version == c.version
}

// misses reports whether the trail must have another entry in this place.
func (c *chain) misses(e Entry) bool {
	return slices.ContainsFunc(c.heads, func(h Head) bool { return h.Seq == e.Seq && h.Hash != e.Hash })
}

// end tells what is missing behind the last entry.
func (c *chain) end(version int64) {
	missing := c.version != version
	for _, h := range c.heads {
		missing = missing || h.Seq > c.last.Seq
	}
	if missing && c.invalid == 0 {
		c.broken(c.last.Seq + 1)
	}
}

// verifications is how many trails are verified at a time for callers.
const verifications = 4

// VerifyAudit verifies the trail that an organization's events are in, for those who may
// list them (D-21). A sub-organization is told whether the trail is valid, as its own events
// are proved by all that came before them, and of its own events how many there are.
func (s *Service) VerifyAudit(ctx context.Context, caller Caller, organizationID string) (v Verification, err error) {
	giveBack, err := s.verifying.enter(ctx)
	if err != nil {
		return v, err
	}
	defer giveBack()
	a := attempt{caller, "audit.verify", Object{"organization", organizationID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.audited(ctx, organizationID)
		if err != nil {
			return err
		}
		about := func(e Event) bool { return o.IsRoot() || slices.Contains(e.Organizations, o.ID) }
		v, err = verifyTrail(ctx, op.snap, o.RootID, nil, about)
		return err
	})
	return v, err
}
