package estate

import (
	"fmt"
	"iter"
	"time"

	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// spareGroups is how many groups of a tree have no members and no links. What is done
// with them changes no answer (see [Shape.Toggle]).
const spareGroups = 1

// made is when everything was made.
var made = time.UnixMilli(firstMade).UTC()

// All derives the relationships of the estate from its rows.
func (s Shape) All() iter.Seq2[tenancy.Relationship, error] {
	return relation.All(func(yield func(tenancy.Row, error) bool) {
		for tree := range s.Trees {
			for _, row := range append(s.rows(tree), tenancy.Tree{RootID: s.Root(tree), Version: 1}) {
				if !yield(row, nil) {
					return
				}
			}
		}
	})
}

// rows are the rows of a tree but its version, and of the people who are in it.
func (s Shape) rows(tree int) []tenancy.Row {
	root := s.Root(tree)
	rows := []tenancy.Row{
		person(s.Owner(tree)),
		tenancy.Subscription{OrganizationID: root, RootID: root, Plan: tenancy.PlanEnterprise, Status: tenancy.SubscriptionActive},
	}
	rows = append(rows, s.organization(tree, root, "")...)
	for o := range s.Organizations {
		rows = append(rows, s.organization(tree, s.Organization(tree, o), root)...)
	}
	for g := range s.Groups + spareGroups {
		rows = append(rows, s.group(tree, g)...)
	}
	for o := range s.Organizations {
		rows = append(rows, s.links(tree, o)...)
	}
	return rows
}

func (s Shape) organization(tree int, id, parentID string) []tenancy.Row {
	o := tenancy.Organization{
		ID: id, Name: "Organization " + id, ParentID: parentID, RootID: s.Root(tree), Depth: 1,
		Isolation: tenancy.Isolated, State: tenancy.OrganizationActive, CreatedAt: made,
	}
	if parentID != "" {
		o.Depth = 2
	}
	return []tenancy.Row{o, tenancy.Owner{OrganizationID: id, RootID: o.RootID, UserID: s.Owner(tree), Since: made}}
}

func (s Shape) group(tree, group int) []tenancy.Row {
	g := tenancy.Group{
		ID: s.Group(tree, group), OrganizationID: s.Root(tree), RootID: s.Root(tree),
		Name: fmt.Sprint("Group ", group), Claims: claims(group), CreatedAt: made,
	}
	rows := []tenancy.Row{g, membership(g, tenancy.GroupOwner, s.Owner(tree))}
	if group >= s.Groups {
		return rows
	}
	for p := range s.People {
		user := s.Person(tree, group, p)
		rows = append(rows, person(user), membership(g, tenancy.GroupMember, user))
	}
	return rows
}

func membership(g tenancy.Group, role tenancy.GroupRole, user string) tenancy.Membership {
	return tenancy.Membership{GroupID: g.ID, RootID: g.RootID, Role: role, UserID: user, Since: made}
}

func person(id string) tenancy.User {
	return tenancy.User{ID: id, Email: id + "@example.com", Name: "Person " + id, State: tenancy.UserActive}
}

func (s Shape) links(tree, organization int) []tenancy.Row {
	rows := make([]tenancy.Row, s.Links)
	for i := range rows {
		rows[i] = tenancy.Link{
			GroupID:        s.Group(tree, s.linked(organization, i)),
			OrganizationID: s.Organization(tree, organization),
			RootID:         s.Root(tree), Scope: tenancy.ScopeOrganization, CreatedAt: made,
		}
	}
	return rows
}
