package estate

import "slices"

// Lookup asks in how many organizations somebody has a permission. With the root, where
// the group is homed, it is known by construction.
type Lookup struct {
	User, Permission string
	Organizations    int
}

// Lookup is the n-th lookup of a sequence.
func (s Shape) Lookup(n int) Lookup {
	tree, group := n%s.Trees, n/s.Trees%s.Groups
	person := n / s.Trees / s.Groups % s.People
	found := 1
	for o := range s.Organizations {
		if s.isLinked(o, group) {
			found++
		}
	}
	return Lookup{User: s.Person(tree, group, person), Permission: "manage_" + noun(group), Organizations: found}
}

// Toggle is a link that may come and go while questions are asked: it gives nobody
// anything.
type Toggle struct {
	Owner        string // may make and end it
	Organization string
	Group        string
}

// Toggle is the n-th of the links that may come and go. There are [Shape.Toggles] of them.
func (s Shape) Toggle(n int) Toggle {
	tree, organization := n%s.Trees, n/s.Trees%s.Organizations
	return Toggle{
		Owner:        s.Owner(tree),
		Organization: s.Organization(tree, organization),
		Group:        s.Group(tree, s.Groups),
	}
}

// Toggles is how many different toggles there are.
func (s Shape) Toggles() int { return s.Trees * s.Organizations }

// Reached are the organizations that the n-th lookup has to find, sorted by their ids.
func (s Shape) Reached(n int) []string {
	tree, group := n%s.Trees, n/s.Trees%s.Groups
	ids := []string{s.Root(tree)}
	for o := range s.Organizations {
		if s.isLinked(o, group) {
			ids = append(ids, s.Organization(tree, o))
		}
	}
	slices.Sort(ids)
	return ids
}

// SubjectLookup asks who has a permission in an organization. People are whom it has to find,
// sorted by their ids.
type SubjectLookup struct {
	Organization, Permission string
	People                   []string
}

// SubjectLookup is the n-th lookup of a sequence. None asks for what the group of a
// [Shape.Toggle] gives.
func (s Shape) SubjectLookup(n int) SubjectLookup {
	tree, organization := n%s.Trees, n/s.Trees%s.Organizations
	others := len(nouns) - claimsPerGroup
	permission := "view_" + noun(s.Groups+claimsPerGroup+n/s.Trees/s.Organizations%others)
	l := SubjectLookup{Organization: s.Organization(tree, organization), Permission: permission, People: []string{s.Owner(tree)}}
	for _, group := range s.LinkedGroups(organization) {
		if !slices.Contains(held(group), permission) {
			continue
		}
		for p := range s.People {
			l.People = append(l.People, s.Person(tree, group, p))
		}
	}
	slices.Sort(l.People)
	return l
}

// LinkedGroups are the numbers of the groups that are linked to an organization.
func (s Shape) LinkedGroups(organization int) []int {
	groups := make([]int, s.Links)
	for i := range groups {
		groups[i] = s.linked(organization, i)
	}
	return groups
}

func (s Shape) isLinked(organization, group int) bool {
	return (s.Groups+group-organization%s.Groups)%s.stride() == 0
}

// ToggledPermission is one that the group of a toggle gives to its members, if it gets any.
func (s Shape) ToggledPermission() string { return "view_" + noun(s.Groups) }
