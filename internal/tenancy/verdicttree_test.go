package tenancy_test

import (
	"maps"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// What the oracle says of the operations that change trees.

func (o *oracle) setState(actor, organization string, halted bool) tenancy.Code {
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesOrganization(actor, organization):
		return tenancy.CodeNotFound
	case actor != "platform":
		return tenancy.CodeForbidden
	}
	o.halted[organization] = halted
	return ""
}

func (o *oracle) setPlan(organization string, enterprise bool) tenancy.Code {
	if !o.exists(organization) {
		return tenancy.CodeNotFound
	}
	o.plan[organization] = enterprise
	return ""
}

// remove is the deletion by somebody who operates from another organization; the platform
// operates from nowhere.
func (o *oracle) remove(actor, from, organization string) tenancy.Code {
	user := actor != "platform"
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesOrganization(actor, organization):
		return tenancy.CodeNotFound
	case user && (!o.exists(from) || !o.may(actor, "access", from)):
		return tenancy.CodeNotFound
	case user && o.parent[organization] != "" && o.root(from) != o.root(organization):
		return tenancy.CodeNotFound
	case !o.may(actor, "own", organization):
		return tenancy.CodeForbidden
	case user && from == organization:
		return tenancy.CodeCurrentOrganization
	case o.plan[organization] || len(o.below(organization)) > 1:
		return tenancy.CodeDeletionBlocked
	}
	o.forget(organization)
	return ""
}

// below are the organization and all below it.
func (o *oracle) below(organization string) map[string]bool {
	part := map[string]bool{organization: true}
	for other := range o.parent {
		if o.above(organization, other) {
			part[other] = true
		}
	}
	return part
}

func (o *oracle) forget(organization string) {
	named := func(row [2]string, _ bool) bool {
		return row[0] == organization || o.home[row[0]] == organization || row[1] == organization
	}
	for _, rows := range []pairs{o.owners, o.links, o.people[groupOwner], o.people[groupMember]} {
		maps.DeleteFunc(rows, named)
	}
	maps.DeleteFunc(o.home, func(_, home string) bool { return home == organization })
	o.leaveTeams(map[string]bool{organization: true})
	o.leave(map[string]bool{organization: true})
	delete(o.parent, organization)
	delete(o.halted, organization)
}

func (o *oracle) attach(actor, organization, parent string) tenancy.Code {
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesOrganization(actor, organization) || !o.seesOrganization(actor, parent):
		return tenancy.CodeNotFound
	case !o.may(actor, "own", organization) || !o.may(actor, "own", parent):
		return tenancy.CodeForbidden
	case !o.plan[o.root(parent)]:
		return tenancy.CodeLicenseRequired
	case o.root(organization) == o.root(parent):
		return tenancy.CodeSameTree
	case o.parent[organization] != "":
		return tenancy.CodeInvalid
	}
	deepest := 0
	for other := range o.below(organization) {
		if o.plan[other] {
			return tenancy.CodeSubscriptionActive
		}
		deepest = max(deepest, o.depth(other))
	}
	if o.depth(parent)+deepest > 3 {
		return tenancy.CodeDepthExceeded
	}
	o.leaveTeams(o.below(organization))
	o.leave(o.below(organization))
	o.parent[organization] = parent
	return ""
}

func (o *oracle) depth(organization string) (levels int) {
	for at := organization; at != ""; at = o.parent[at] {
		levels++
	}
	return levels
}

func (o *oracle) detach(actor, organization string) tenancy.Code {
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesOrganization(actor, organization):
		return tenancy.CodeNotFound
	case !o.may(actor, "own", organization):
		return tenancy.CodeForbidden
	case o.parent[organization] == "":
		return tenancy.CodeInvalid
	case !o.may(actor, "own", o.parent[organization]):
		return tenancy.CodeForbidden
	}
	part := o.below(organization)
	maps.DeleteFunc(o.links, func(link [2]string, _ bool) bool { return part[o.home[link[0]]] != part[link[1]] })
	o.leaveTeams(part)
	o.leave(part)
	o.parent[organization] = ""
	return ""
}
