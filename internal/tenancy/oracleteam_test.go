package tenancy_test

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// team is a tenant group in the oracle's model. One that is gone stays, as its id does.
type team struct {
	gone         bool
	root, parent string
	tenants      map[string]bool
	users        map[string]tenancy.TenantGroupUserInput
}

// chain are the names of a tenant group and of those above it, the nearest first.
func (o *oracle) chain(name string) (names []string) {
	for at := name; at != ""; at = o.teams[at].parent {
		names = append(names, at)
	}
	return names
}

// placed reports whether a user has a place in the tenant group, or above, that gives what is
// asked for.
func (o *oracle) placed(user, name string, gives func(tenancy.TenantGroupUserInput) bool) bool {
	if o.retired[user] || !o.isTeam(name) || o.suspended(o.teams[name].root) {
		return false
	}
	return slices.ContainsFunc(o.chain(name), func(at string) bool {
		place, ok := o.teams[at].users[user]
		return ok && gives(place)
	})
}

func anything(tenancy.TenantGroupUserInput) bool { return true }

func tenantRights(u tenancy.TenantGroupUserInput) bool { return u.AllTenantPermissions }

func groupRights(u tenancy.TenantGroupUserInput) bool { return u.GroupAdministrator }

func (o *oracle) isTeam(name string) bool { return o.teams[name].root != "" && !o.teams[name].gone }

// standsOver asks the tenant groups that an organization is in.
func (o *oracle) standsOver(user, organization string, gives func(tenancy.TenantGroupUserInput) bool) bool {
	if o.suspended(organization) {
		return false
	}
	for name, t := range o.teams {
		if t.tenants[organization] && o.placed(user, name, gives) {
			return true
		}
	}
	return false
}

// isTenantUser is R-51, administersTenant R-52 with D-3.
func (o *oracle) isTenantUser(user, organization string) bool {
	return o.standsOver(user, organization, anything)
}

func (o *oracle) administersTenant(user, organization string) bool {
	return o.standsOver(user, organization, tenantRights)
}

// managesGroups is D-2: who administers the home, within the claims that he has.
func (o *oracle) managesGroups(actor, organization string, claims []tenancy.Claim) bool {
	return o.may(actor, "own", organization) ||
		o.may(actor, "manage_groups", organization) && !slices.Contains(claims, "owner")
}

func (o *oracle) administersTeam(user, name string) bool {
	return o.isTeam(name) && (o.may(user, "own", o.teams[name].root) || o.placed(user, name, groupRights))
}

func (o *oracle) seesTeam(user, name string) bool {
	return o.isTeam(name) && (o.administersTeam(user, name) || o.placed(user, name, anything))
}

// administersTeamOf is D-25.
func (o *oracle) administersTeamOf(user, root string) bool {
	for name, t := range o.teams {
		if t.root == root && o.placed(user, name, groupRights) {
			return true
		}
	}
	return false
}

// leaveTeams takes organizations out of all tenant groups. With a root its own are gone.
func (o *oracle) leaveTeams(part map[string]bool) {
	for name, t := range o.teams {
		for organization := range part {
			delete(t.tenants, organization)
		}
		if part[t.root] {
			o.teams[name] = team{gone: true, root: t.root}
		}
	}
}

func (o *oracle) createTeam(actor, root, parent, name string) tenancy.Code {
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesOrganization(actor, root) || parent != "" && !o.seesTeam(actor, parent):
		return tenancy.CodeNotFound
	case parent == "" && !o.may(actor, "own", root) || parent != "" && !o.administersTeam(actor, parent):
		return tenancy.CodeForbidden
	case o.parent[root] != "" || parent != "" && o.teams[parent].root != root:
		return tenancy.CodeInvalid
	case o.teams[name].root != "":
		return tenancy.CodeIDUsed
	}
	o.teams[name] = team{root: root, parent: parent, tenants: map[string]bool{}, users: map[string]tenancy.TenantGroupUserInput{}}
	return ""
}

func (o *oracle) deleteTeam(actor, name string) tenancy.Code {
	t := o.teams[name]
	full := len(t.tenants) > 0
	for other := range o.teams {
		full = full || o.isTeam(other) && o.teams[other].parent == name
	}
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesTeam(actor, name):
		return tenancy.CodeNotFound
	case t.parent == "" && !o.may(actor, "own", t.root) || t.parent != "" && !o.administersTeam(actor, t.parent):
		return tenancy.CodeForbidden
	case full:
		return tenancy.CodeDeletionBlocked
	}
	o.teams[name] = team{gone: true, root: t.root}
	return ""
}

func (o *oracle) place(actor, name, organization string) tenancy.Code {
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesTeam(actor, name) || !o.seesOrganization(actor, organization):
		return tenancy.CodeNotFound
	case !o.administersTeam(actor, name) || !o.managesGroups(actor, organization, nil):
		return tenancy.CodeForbidden
	case o.root(organization) != o.teams[name].root:
		return tenancy.CodeNotDescendant
	}
	o.teams[name].tenants[organization] = true
	return ""
}

func (o *oracle) displace(actor, name, organization string) tenancy.Code {
	may := o.administersTeam(actor, name) || o.may(actor, "own", organization)
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.teams[name].tenants[organization]:
		return tenancy.CodeNotFound
	case !may && (!o.seesTeam(actor, name) || !o.seesOrganization(actor, organization)):
		return tenancy.CodeNotFound
	case !may:
		return tenancy.CodeForbidden
	}
	delete(o.teams[name].tenants, organization)
	return ""
}

func (o *oracle) use(actor, name, user string, in tenancy.TenantGroupUserInput) tenancy.Code {
	more := in.AllTenantPermissions && !o.teams[name].users[user].AllTenantPermissions
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesTeam(actor, name):
		return tenancy.CodeNotFound
	case !o.administersTeam(actor, name):
		return tenancy.CodeForbidden
	case more && !o.may(actor, "own", o.teams[name].root) && !o.placed(actor, name, tenantRights):
		return tenancy.CodeForbidden
	case o.retired[user]:
		return tenancy.CodeNotFound
	}
	o.teams[name].users[user] = in
	return ""
}

func (o *oracle) disuse(actor, name, user string) tenancy.Code {
	_, there := o.teams[name].users[user]
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesTeam(actor, name):
		return tenancy.CodeNotFound
	case !o.administersTeam(actor, name):
		return tenancy.CodeForbidden
	case !there && o.placedAbove(actor, name, user):
		return tenancy.CodeManagedElsewhere
	case !there:
		return tenancy.CodeNotFound
	}
	delete(o.teams[name].users, user)
	return ""
}

func (o *oracle) placedAbove(actor, name, user string) bool {
	return slices.ContainsFunc(o.chain(name), func(at string) bool {
		_, placed := o.teams[at].users[user]
		return placed && o.placed(user, at, anything) && o.seesTeam(actor, at)
	})
}

// teamMoves are what people do with tenant groups.
func (g *game) teamMoves(actor, user, organization *rapid.Generator[string]) map[string]func(*rapid.T) {
	name := rapid.SampledFrom([]string{"t0", "t1", "t2", "t3"})
	root := rapid.SampledFrom([]string{"a", "a", "a", "b", "a1"})
	return map[string]func(*rapid.T){
		"create team": func(t *rapid.T) {
			a, r, n := actor.Draw(t, "actor"), root.Draw(t, "root"), name.Draw(t, "team")
			p := rapid.OneOf(rapid.Just(""), name).Draw(t, "parent")
			g.play(t, g.createTeam(a, r, p, n), tenantGroupAs(a, r, p, n))
		},
		"delete team": func(t *rapid.T) {
			a, n := actor.Draw(t, "actor"), name.Draw(t, "team")
			g.play(t, g.deleteTeam(a, n), deleteTenantGroupAs(a, n))
		},
		"place": func(t *rapid.T) {
			a, n, o := actor.Draw(t, "actor"), name.Draw(t, "team"), organization.Draw(t, "organization")
			g.play(t, g.oracle.place(a, n, o), placeAs(a, n, o))
		},
		"displace": func(t *rapid.T) {
			a, n, o := actor.Draw(t, "actor"), name.Draw(t, "team"), organization.Draw(t, "organization")
			g.play(t, g.displace(a, n, o), displaceAs(a, n, o))
		},
		"use": func(t *rapid.T) {
			a, n, u := actor.Draw(t, "actor"), name.Draw(t, "team"), user.Draw(t, "user")
			in := tenancy.TenantGroupUserInput{GroupAdministrator: rapid.Bool().Draw(t, "group"), AllTenantPermissions: rapid.Bool().Draw(t, "tenants")}
			g.play(t, g.oracle.use(a, n, u, in), useAs(a, n, u, in))
		},
		"disuse": func(t *rapid.T) {
			a, n, u := actor.Draw(t, "actor"), name.Draw(t, "team"), user.Draw(t, "user")
			g.play(t, g.disuse(a, n, u), disuseAs(a, n, u))
		},
	}
}
