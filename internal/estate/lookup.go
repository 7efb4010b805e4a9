package estate

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
		if (s.Groups+group-o%s.Groups)%s.stride() == 0 {
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
