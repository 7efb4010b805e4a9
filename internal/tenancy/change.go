package tenancy

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// RowChange is what happens to one row: it is created (Before is nil), removed (After is
// nil) or altered (both are of one kind and name the same row). Before is what the
// decision has read.
type RowChange struct {
	Before, After Row
}

// Basis is what a decision was made on: the versions of the trees and users that it has
// read. A tree or user that was found not to exist stands with version 0.
type Basis struct {
	Trees map[string]int64
	Users map[string]int64
	// Standing is, by user, the root of every tree in which he was found to stand in a row,
	// in ascending order: what he is given meanwhile in a tree that was not read counts too. It
	// is of users whom the change alters: of others it is only compared as it begins.
	Standing map[string][]string
	// Released is, by each resource that was found not to exist, the tree that last removed
	// one of its type and id (see [ResourceReader]); the zero Token if none ever did.
	Released map[Object]Token
}

// Change is one decided operation: rows that change together, on one basis, with the
// event that tells of it.
type Change struct {
	Basis Basis
	Rows  []RowChange
	// Event is told in the trail of each tree that the change moves, with the tree's own
	// RootID, Seq and Version, and with its own Organizations: those of About.
	Event Event
	// About holds, by root, the organizations that the change is about. A trail names none
	// of another tree.
	About map[string][]string
	// Answer is kept with the change, for a repeat of the request; nil for none.
	Answer *KeptAnswer
	// Tokens are those that invitations of the change get, or are to get by mail.
	Tokens []InvitationToken
	// Erased is the user of whom the trails keep nothing but the id from here on: with the
	// change the From of every event on his behalf is removed, in all trails; "" for nobody.
	Erased string
	// Repairs holds, by root, what the engine has to receive of a tree beside what follows from
	// Rows: the difference between what it holds and what it should. The change moves these
	// trees, too, also one of which the list is empty. It is for [Repair].
	Repairs map[string][]Update
	// Ending tells that the change ends what is over. Every other one fails with ErrMoved
	// on a tree in which something is: it was decided on what does not hold any more.
	Ending bool
}

// Versions are the new versions of the trees that the change moves, as the record gives
// them if it commits: each the next one after that of the basis.
func (c Change) Versions() map[string]int64 {
	versions := map[string]int64{}
	for _, root := range c.Moves() {
		versions[root] = c.Basis.Trees[root] + 1
	}
	return versions
}

// Moves lists the root of each tree whose state the change alters or repairs, each once, in
// order of first mention. The version of each moves by one.
func (c Change) Moves() []string {
	var roots []string
	seen := map[string]bool{"": true}
	for _, rc := range c.Rows {
		for _, row := range []Row{rc.Before, rc.After} {
			if row == nil || seen[row.Tree()] {
				continue
			}
			seen[row.Tree()] = true
			roots = append(roots, row.Tree())
		}
	}
	for _, root := range slices.Sorted(maps.Keys(c.Repairs)) {
		if !seen[root] {
			roots = append(roots, root)
		}
	}
	return roots
}

// Joined lists the roots of the trees between which the change moves rows, in order of
// first mention; it is empty for a change that moves none. What such a change means for one
// of these trees can't be told without the others: the engine receives it for all of them
// in one step.
func (c Change) Joined() []string {
	moves := func(rc RowChange) bool {
		return rc.Before != nil && rc.After != nil && rc.Before.Tree() != rc.After.Tree()
	}
	var moved Change
	for _, rc := range c.Rows {
		if moves(rc) {
			moved.Rows = append(moved.Rows, rc)
		}
	}
	return moved.Moves()
}

// Result tells what became of an attempt.
type Result string

// The results of an attempt.
const (
	ResultDone    Result = "done"
	ResultRefused Result = "refused"
)

// Event is the trail's account of one attempt. Seq counts the events of one trail
// without gaps; a trail is a tree's, or with RootID "" the service's own, which holds what
// belongs to no tree. A change of several trees has an event in each.
type Event struct {
	Seq           int64
	At            time.Time
	RootID        string
	Version       int64    // of the tree: after a change, and at the time of a refusal
	Organizations []string // of the tree, those that it is about
	Actor         Object   // the credential that called
	OnBehalfOf    string   // the user that it acted for, "" if none
	From          string   // the caller's network address; "" also when it was erased
	Action        string
	Target        Object
	Detail        map[string]string
	Result        Result
	Code          Code // with ResultRefused
	RequestID     string
	// PreviousHash and Hash make the trail a chain (see [Entry]); the record computes them.
	PreviousHash, Hash Hash
}

// Token names a state of a tree that callers can ask to be seen (consistency token). The
// zero Token names no state.
type Token struct {
	RootID  string
	Version int64
}

// AtLeast refuses a state of a tree that is older than a wanted one.
func (t Token) AtLeast(wanted []Token) error {
	for _, w := range wanted {
		if w.RootID == t.RootID && w.Version > t.Version {
			return Unavailable(CodeNotFresh,
				fmt.Errorf("version %d of tree %q is asked for, %d is committed", w.Version, t.RootID, t.Version))
		}
	}
	return nil
}

// Token names the state of the tree at its version.
func (t Tree) Token() Token { return Token{RootID: t.RootID, Version: t.Version} }

// MovedTree is a tree at its committed version, and when it moved there by the record's
// clock. With a time alone it is a place in the order of [Recorder.TreesMoved] before all that
// moved then or later.
type MovedTree struct {
	RootID  string
	Version int64
	At      time.Time
}

// Delivery is one committed version of a tree as the engine has to receive it: the
// updates that lead from the version before to Version.
//
// A change that has moved rows between trees is one delivery of all of them: With are the
// others at their versions, and Updates are those of all. It is the same whichever of the
// trees it is read for.
type Delivery struct {
	RootID  string
	Version int64
	With    []Tree
	Updates []Update
}

// Trees are all trees that the delivery moves, at the versions to which it brings them.
func (d Delivery) Trees() []Tree {
	return append([]Tree{{RootID: d.RootID, Version: d.Version}}, d.With...)
}

// Ends reports whether the tree is no more after the delivery: its root was deleted, or
// has another root now.
func (d Delivery) Ends(rootID string) bool {
	root := Object{Type: "organization", ID: rootID}
	return slices.Contains(d.Updates, Update{Delete: true, Relationship: Relationship{Resource: root, Relation: "root", Subject: root}})
}
