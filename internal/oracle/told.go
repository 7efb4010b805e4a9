package oracle

import (
	"fmt"
	"slices"
	"strings"
)

// This file tells those who play games what there is.

// Users and Organizations are the names of those that are there.
func (w *World) Users() []string { return sortedKeys(w.users) }

// Organizations are those that are there.
func (w *World) Organizations() []string { return sortedKeys(w.organizations) }

// Root is the root of the tree that an organization is in.
func (w *World) Root(id string) string { return w.root(id) }

// Lists are the paths of all lists about what is there.
func (w *World) Lists() (paths []string) {
	for id, o := range w.organizations {
		for _, of := range []string{"owners", "groups", "links", "invitations", "resources", "access-keys", "roster", "tenant-groups"} {
			paths = append(paths, "/v1/organizations/"+id+"/"+of)
		}
		if o.parent == "" {
			paths = append(paths, "/v1/organizations/"+id+"/administrators", "/v1/organizations?root_id="+id)
		}
	}
	for id := range w.groups {
		for _, of := range []string{"owners", "members", "links"} {
			paths = append(paths, "/v1/groups/"+id+"/"+of)
		}
	}
	for id := range w.teams {
		for _, of := range []string{"tenants", "users", "links"} {
			paths = append(paths, "/v1/tenant-groups/"+id+"/"+of)
		}
	}
	slices.Sort(paths)
	return paths
}

// Made are the names of what the service has given ids of its own: of the kind "invitation",
// "key", or "token" for those of invitations.
func (w *World) Made(kind string) (names []string) {
	switch kind {
	case "key":
		return sortedKeys(w.keys)
	case "invitation":
		return sortedKeys(w.invitations)
	}
	for _, id := range sortedKeys(w.invitations) {
		names = append(names, w.invitations[id].token)
	}
	return names
}

// Key is all that is the case, but for when it began: worlds with one key answer every request
// alike, as long as nothing in them ends.
func (w *World) Key() string {
	var facts []string
	add := func(fact ...any) { facts = append(facts, fmt.Sprint(fact...)) }
	for id, u := range w.users {
		add("user ", id, u)
	}
	for id, o := range w.organizations {
		add("organization ", id, " in ", o.parent, o.halted, o.delegated)
	}
	for id, s := range w.subscriptions {
		add("subscription ", id, s)
	}
	for p := range w.owners {
		add("owner ", p)
	}
	for id, g := range w.groups {
		add("group ", id, g.home, g.claims)
	}
	for s := range w.memberships {
		add("member ", s)
	}
	for k, l := range w.links {
		add("link ", k, l.subtree, l.claims)
	}
	slices.Sort(facts)
	return strings.Join(facts, "\n")
}
