package tenancy_test

import (
	"maps"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// oracle is a small model of the rules, slow and for its own: what it answers follows from
// sets of names. It takes part in no decision of the service.
type oracle struct {
	parent  map[string]string // "" for a root
	plan    map[string]bool   // organizations with an Enterprise plan of their own
	halted  map[string]bool   // organizations that were suspended themselves
	owners  pairs             // organization, user
	home    map[string]string // of each group
	claims  map[string][]tenancy.Claim
	people  map[tenancy.GroupRole]pairs // group, user
	links   pairs                       // group, organization
	retired map[string]bool             // users
	teams   map[string]team             // tenant groups

	delegated map[string]bool     // organizations
	admins    map[[2]string]admin // root, user
}

type pairs map[[2]string]bool

func (p pairs) with(first string) (seconds []string) {
	for pair := range maps.Keys(p) {
		if pair[0] == first {
			seconds = append(seconds, pair[1])
		}
	}
	return seconds
}

// active counts those of the users that are.
func (o *oracle) active(users []string) (n int) {
	for _, u := range users {
		if !o.retired[u] {
			n++
		}
	}
	return n
}

func (o *oracle) root(organization string) string {
	for o.parent[organization] != "" {
		organization = o.parent[organization]
	}
	return organization
}

func (o *oracle) above(organization, other string) bool {
	for p := o.parent[other]; p != ""; p = o.parent[p] {
		if p == organization {
			return true
		}
	}
	return false
}

// may is and D-8, and what [oracle.mayByAccount] says.
func (o *oracle) may(user, permission, organization string) bool {
	if user == "platform" {
		return true
	}
	if o.retired[user] || o.suspended(organization) {
		return false
	}
	if o.owners[[2]string{organization, user}] {
		return true
	}
	for group := range o.home {
		member := o.people[groupMember][[2]string{group, user}]
		if member && o.works(group, organization) && gives(o.claims[group], permission) {
			return true
		}
	}
	return permission == "access" && o.isTenantUser(user, organization) ||
		permission != "own" && o.administersTenant(user, organization) ||
		o.mayByAccount(user, permission, organization)
}

// works reports whether a group is active in an organization.
func (o *oracle) works(group, organization string) bool {
	if o.suspended(o.home[group]) || o.suspended(organization) {
		return false
	}
	return o.home[group] == organization ||
		o.links[[2]string{group, organization}] && o.plan[o.root(organization)]
}

func gives(claims []tenancy.Claim, permission string) bool {
	if permission == "access" {
		return true
	}
	for _, claim := range claims {
		switch {
		case claim == "owner":
			return true
		case permission == "view_agents" && (claim == "view_agents" || claim == "manage_agents"):
			return true
		}
	}
	return false
}

// suspended is D-7: by itself, or by one above.
func (o *oracle) suspended(organization string) bool {
	for at := organization; at != ""; at = o.parent[at] {
		if o.halted[at] {
			return true
		}
	}
	return false
}

func (o *oracle) exists(organization string) bool {
	_, ok := o.parent[organization]
	return ok
}

func (o *oracle) seesOrganization(user, organization string) bool {
	if !o.exists(organization) {
		return false
	}
	if o.may(user, "access", organization) {
		return true
	}
	for other := range o.parent {
		if o.above(other, organization) && o.may(user, "own", other) {
			return true
		}
	}
	return o.parent[organization] == "" && o.administersTeamOf(user, organization)
}

func (o *oracle) ownsGroup(user, group string) bool {
	return user == "platform" || !o.retired[user] && !o.suspended(o.home[group]) && o.people[groupOwner][[2]string{group, user}]
}

func (o *oracle) seesGroup(user, group string) bool {
	if _, exists := o.home[group]; !exists {
		return false
	}
	if o.ownsGroup(user, group) || !o.retired[user] && !o.suspended(o.home[group]) && o.people[groupMember][[2]string{group, user}] {
		return true
	}
	if o.may(user, "view_roster", o.home[group]) {
		return true
	}
	for organization := range o.parent {
		if o.works(group, organization) && o.may(user, "own", organization) {
			return true
		}
	}
	return false
}
