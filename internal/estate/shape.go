package estate

import "fmt"

// Shape is the size of an estate. Links must divide Groups.
type Shape struct {
	Trees         int `json:"trees"`
	Organizations int `json:"organizations"` // below the root, in each tree
	Groups        int `json:"groups"`        // in each tree, homed at the root
	People        int `json:"people"`        // in each group
	Links         int `json:"links"`         // groups linked to each organization
}

// provider is a tree of the usual size, about 1,350 relationships.
var provider = Shape{Trees: 1, Organizations: 40, Groups: 24, People: 20, Links: 6}

// Of is the estate of whole trees whose number of relationships is nearest to the target.
func Of(relationships int) Shape {
	s := provider
	s.Trees = max(1, (relationships+s.treeSize()/2)/s.treeSize())
	return s
}

// Wide is one tree in which every group is linked to every organization: whoever is in a
// group stands in all of them.
func Wide(organizations int) Shape {
	return Shape{Trees: 1, Organizations: organizations, Groups: 6, People: 20, Links: 6}
}

// Relationships is how many relationships the estate has.
func (s Shape) Relationships() int { return s.Trees * s.treeSize() }

// treeSize counts the relationships of one tree, kind by kind of row as package relation
// derives them.
func (s Shape) treeSize() int {
	const (
		root  = 4 // version, root, subtree, owner
		below = 6 // root, parent, child, two subtrees, owner
		link  = 2 // one on either side
		group = 3 + claimsPerGroup
	)
	return root + s.Organizations*(below+s.Links*link) + (s.Groups+spareGroups)*group + s.Groups*s.People
}

// Validate reports a shape that describes no estate.
func (s Shape) Validate() error {
	if min(s.Trees, s.Organizations, s.Groups, s.People, s.Links) < 1 || s.Groups%s.Links != 0 {
		return fmt.Errorf("no estate has the shape %+v", s)
	}
	return nil
}

// linked tells the groups of an organization: those at equal distances from its own
// number, so that all groups are linked to about as many organizations.
func (s Shape) linked(organization, i int) (group int) {
	return (organization + i*s.stride()) % s.Groups
}

// unlinked is the like for the groups that are not linked. There are none if Links is
// Groups.
func (s Shape) unlinked(organization, i int) (group int) {
	others := s.stride() - 1
	return (organization + i/others*s.stride() + 1 + i%others) % s.Groups
}

func (s Shape) stride() int { return s.Groups / s.Links }
