// Package relation derives the relationships that the engine holds from the state that
// the record holds. It is pure.
//
// Each row alone says which relationships follow from it, and no relationship follows
// from two rows. So the relationships of a state are those of its rows, the updates of a
// change are those of its changed rows, and following the updates of every change from
// nothing gives [All] of the state (invariant I-2).
package relation

import (
	"iter"
	"strconv"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// All derives every relationship of the rows, row by row. It passes on an error of the
// rows and ends there.
func All(rows iter.Seq2[tenancy.Row, error]) iter.Seq2[tenancy.Relationship, error] {
	return func(yield func(tenancy.Relationship, error) bool) {
		for row, err := range rows {
			if err != nil {
				yield(tenancy.Relationship{}, err)
				return
			}
			for _, r := range Of(row) {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

// Without lists kinds of rows from which no relationships follow: who wants relationships
// alone need not read them. It is there for the large ones, and need not be complete.
var Without = []tenancy.Row{tenancy.User{}, tenancy.Subscription{}, tenancy.Invitation{}, tenancy.AccessKey{}}

// Of derives the relationships of one row. A row without force has none.
func Of(row tenancy.Row) []tenancy.Relationship {
	switch row := row.(type) {
	case tenancy.Tree:
		return []tenancy.Relationship{Fence(row)}
	case tenancy.EndedTree:
		return []tenancy.Relationship{{Resource: row.Object(), Relation: "version", Subject: version(row.Version)}}
	case tenancy.Organization:
		return ofOrganization(row)
	case tenancy.Owner:
		return ofOwner(row)
	case tenancy.Group:
		return ofGroup(row)
	case tenancy.Membership:
		return ofMembership(row)
	case tenancy.Link:
		return ofLink(row)
	case tenancy.Resource:
		return ofResource(row)
	case tenancy.TenantGroup:
		return ofTenantGroup(row)
	case tenancy.TenantGroupPlace:
		return ofTenantGroupPlace(row)
	case tenancy.TenantGroupUser:
		return ofTenantGroupUser(row)
	case tenancy.Administrator:
		return ofAdministrator(row)
	}
	return nil
}

// Fence is the relationship that tells which version of a tree the engine holds. The
// engine moves it itself, in the write that brings the version; no update holds it.
func Fence(tree tenancy.Tree) tenancy.Relationship {
	return tenancy.Relationship{Resource: organization(tree.RootID), Relation: "version", Subject: version(tree.Version)}
}

func version(n int64) tenancy.Object {
	return tenancy.Object{Type: "version", ID: strconv.FormatInt(n, 10)}
}

// ofOrganization says where an organization is, also while it is suspended: its place grants
// nothing. What is linked to a part of the tree has no force in it then.
func ofOrganization(o tenancy.Organization) []tenancy.Relationship {
	self := organization(o.ID)
	relationships := []tenancy.Relationship{{Resource: self, Relation: "root", Subject: organization(o.RootID)}}
	if o.ParentID != "" {
		relationships = append(relationships,
			tenancy.Relationship{Resource: self, Relation: "parent", Subject: organization(o.ParentID)},
			tenancy.Relationship{Resource: organization(o.ParentID), Relation: "child", Subject: self})
	}
	if o.Suspended {
		return relationships
	}
	for _, id := range append([]string{o.ID}, o.Above()...) {
		relationships = append(relationships, tenancy.Relationship{Resource: self, Relation: "subtree", Subject: subtree(id)})
	}
	return append(relationships, ofAccount(o)...)
}

func ofOwner(o tenancy.Owner) []tenancy.Relationship {
	if o.Inactive || o.Suspended {
		return nil
	}
	return []tenancy.Relationship{
		{Resource: organization(o.OrganizationID), Relation: "owner", Subject: user(o.UserID)},
	}
}

func ofGroup(g tenancy.Group) []tenancy.Relationship {
	if g.Suspended {
		return nil
	}
	relationships := []tenancy.Relationship{
		{Resource: group(g.ID), Relation: "home", Subject: organization(g.OrganizationID)},
		{Resource: organization(g.OrganizationID), Relation: "group", Subject: group(g.ID)},
	}
	for _, claim := range g.Claims {
		relationships = append(relationships, tenancy.Relationship{
			Resource: group(g.ID), Relation: "claim_" + string(claim),
			Subject: group(g.ID), SubjectRelation: "member",
		})
	}
	return relationships
}

func ofMembership(m tenancy.Membership) []tenancy.Relationship {
	if m.Inactive || m.Suspended {
		return nil
	}
	return []tenancy.Relationship{
		{Resource: group(m.GroupID), Relation: string(m.Role), Subject: user(m.UserID)},
	}
}

// ofLink puts the group where it is linked, or a link in its place that narrows it. The group
// names the place in return, so that who owns an organization there sees the group.
func ofLink(l tenancy.Link) []tenancy.Relationship {
	if l.Unlicensed || l.Suspended {
		return nil
	}
	place, told, in := linkedPlace(l)
	linked, narrowing := group(l.GroupID), []tenancy.Relationship(nil)
	if l.Claims != nil {
		linked = tenancy.Object{Type: "link", ID: l.Key()}
		narrowing = ofNarrowing(linked, l)
	}
	return append(narrowing,
		tenancy.Relationship{Resource: place, Relation: "linked_group", Subject: linked},
		tenancy.Relationship{Resource: group(l.GroupID), Relation: told, Subject: in})
}

// linkedPlace is what the group is linked to, and the relation by which the group tells where
// that is.
func linkedPlace(l tenancy.Link) (place tenancy.Object, told string, in tenancy.Object) {
	switch {
	case l.TenantGroupID != "":
		return tenantGroup(l.TenantGroupID), "linked_collection", tenantGroup(l.TenantGroupID)
	case l.Scope == tenancy.ScopeSubtree:
		return subtree(l.OrganizationID), "linked_subtree", organization(l.OrganizationID)
	}
	return organization(l.OrganizationID), "linked_organization", organization(l.OrganizationID)
}

// ofResource gives an organization its agents in the other direction too: every one of them
// submits the organization's backup reports.
func ofResource(r tenancy.Resource) []tenancy.Relationship {
	if r.Suspended {
		return nil
	}
	relationships := []tenancy.Relationship{
		{Resource: r.Object(), Relation: "organization", Subject: organization(r.OrganizationID)},
	}
	if r.Type == tenancy.Agent {
		relationships = append(relationships,
			tenancy.Relationship{Resource: organization(r.OrganizationID), Relation: "agent", Subject: r.Object()})
	}
	if r.ParentID != "" {
		parent := tenancy.Object{Type: string(r.Type), ID: r.ParentID}
		relationships = append(relationships,
			tenancy.Relationship{Resource: r.Object(), Relation: "parent", Subject: parent})
	}
	for _, subject := range r.AssignedTo {
		relationships = append(relationships,
			tenancy.Relationship{Resource: r.Object(), Relation: "assigned", Subject: subject})
	}
	return relationships
}

// ofNarrowing lets the claims of a link through, and what they imply.
func ofNarrowing(link tenancy.Object, l tenancy.Link) []tenancy.Relationship {
	relationships := []tenancy.Relationship{{Resource: link, Relation: "group", Subject: group(l.GroupID)}}
	for _, claim := range tenancy.Implied(l.Claims) {
		relationships = append(relationships,
			tenancy.Relationship{Resource: link, Relation: "claim_" + string(claim), Subject: group(l.GroupID)})
	}
	return relationships
}

func subtree(id string) tenancy.Object      { return tenancy.Object{Type: "subtree", ID: id} }
func organization(id string) tenancy.Object { return tenancy.Object{Type: "organization", ID: id} }
func group(id string) tenancy.Object        { return tenancy.Object{Type: "group", ID: id} }
func user(id string) tenancy.Object         { return tenancy.Object{Type: "user", ID: id} }
