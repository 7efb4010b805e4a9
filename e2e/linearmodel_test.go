package e2e

import (
	"fmt"
	"math/rand/v2"

	"github.com/anishathalye/porcupine"
)

// people are the users that a history is about.
const people = 3

// tenant is the state of the sequential model of one tree, made by [nodes.tenants]. A set of
// users has a bit for each. Beside them mia owns the root, all the time.
type tenant struct {
	owners  uint8 // of the root
	members uint8 // of the crew
	views   bool  // the crew's claims have view_agents
	linked  bool  // the crew to the shop
}

// step is an operation of a history.
type step struct {
	do   string
	user int
	shop bool // a check is about the shop, not about the root
}

// outcome is what a caller was told. Of an unknown one nothing is said.
type outcome struct {
	unknown bool
	found   bool  // what was to be taken away was there
	allowed bool  // of a check
	owners  uint8 // of a list
}

// The operations of a history: each is as likely as it stands here often.
var operations = []string{
	"check", "check", "check", "check", "check", "owners",
	"grant", "revoke", "revoke", "link", "unlink", "narrow", "widen", "promote", "demote",
}

func randomStep() step {
	return step{do: operations[rand.IntN(len(operations))], user: rand.IntN(people), shop: rand.IntN(2) == 0}
}

// reads reports whether an operation changes nothing.
func (s step) reads() bool { return s.do == "check" || s.do == "owners" }

// allows is what a check says: the root's owners have every claim of it, the crew's members
// those of the crew where it is active (R-14 … R-16).
func (t tenant) allows(s step) bool {
	one := uint8(1) << s.user
	asMember := t.members&one != 0 && t.views
	if s.shop {
		return asMember && t.linked
	}
	return asMember || t.owners&one != 0
}

// after is the state that an operation leaves, and whether what it takes away was there.
func (t tenant) after(s step) (next tenant, found bool) {
	one := uint8(1) << s.user
	next, found = t, true
	switch s.do {
	case "grant":
		next.members |= one
	case "revoke":
		next.members &^= one
		found = t.members&one != 0
	case "promote":
		next.owners |= one
	case "demote":
		next.owners &^= one
		found = t.owners&one != 0
	case "link":
		next.linked = true
	case "unlink":
		next.linked = false
		found = t.linked
	case "narrow":
		next.views = false
	case "widen":
		next.views = true
	}
	return next, found
}

// sequential is the tree as it would be if operations came one after the other. An operation
// of unknown outcome has been done at any time after its call, or never: a history has its
// return at its very end, after which nobody looks.
var sequential = porcupine.Model{
	Init: func() any { return tenant{views: true} },
	Step: func(state, input, output any) (bool, any) {
		t, s, o := state.(tenant), input.(step), output.(outcome)
		next, found := t.after(s)
		switch {
		case o.unknown:
			return true, next
		case s.do == "check":
			return o.allowed == t.allows(s), t
		case s.do == "owners":
			return o.owners == t.owners, t
		}
		return o.found == found, next
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v → %+v", input, output) },
}
