package proof

import (
	"cmp"
	"slices"
)

// Mutant is a fault that is put into the product on purpose: one guard less. A test has to
// notice.
type Mutant struct {
	// ID names it, once.
	ID string
	// Guards is what the guard stands for: an attack, as in "attack 10", or a rule, as in
	// "R-21"; several are parted by commas.
	Guards string
	// File is a path below the root of the repository, and Function a function in it, by its
	// name, or as Type.Method where that is not enough; "" if it alters something else, as a
	// query. From stands there exactly once,
	// and To stands in its place.
	File, Function string
	From, To       string
	// Package is the folder of the tests that have to notice, and Tests are their names, each
	// as "TestName" or "TestName/part". At least one of them has to fail.
	Package string
	Tests   []string
	// Equivalent, if it is given, is the reason for which no test can notice. Such a mutant has
	// to survive: it is wrong to call it equivalent if a test does notice.
	Equivalent string
}

// A condition that never or always holds, and a refusal that is none, are evaluated all the
// same: so all that they name is used, without which Go does not compile.
const (
	never     = "false"
	always    = "true"
	unrefused = "nil" // by the function of that name, which woven packages have
)

// place is a file and the folder of its tests.
type place struct{ file, tests string }

// mutant is one in a function of the file.
func (p place) mutant(id, guards, function, from, to string, tests ...string) Mutant {
	switch to {
	case never:
		to = "((" + from + ") && false)"
	case unrefused:
		to = "unrefused(" + from + ")"
	case always:
		to = "((" + from + ") || true)"
	}
	return Mutant{ID: id, Guards: guards, File: p.file, Function: function, From: from, To: to, Package: p.tests, Tests: tests}
}

// equivalent is one that no test can notice, for the reason given.
func (m Mutant) equivalent(reason string) Mutant {
	m.Equivalent = reason
	return m
}

// Mutants returns all mutants, those of one package of tests side by side.
func Mutants() []Mutant {
	all := slices.Concat(inTenancy, inTenancyOfPeople, inDelivery, inEngine, inRelation, inStore, inCallers, inEdge, inServer)
	slices.SortStableFunc(all, byPackage)
	return all
}

func byPackage(a, b Mutant) int { return cmp.Compare(a.Package, b.Package) }
