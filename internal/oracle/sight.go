package oracle

import "slices"

const notFound = "not-found"

// Who may see and do what. Each operation asks first whether the caller sees what it names
// (404), and then whether he may (403).

// isPlatform tells that the platform acts as itself. It is bound by structure, not by
// ownership (D-6).
func (a *attempt) isPlatform() bool {
	return a.request.Credential == "platform" && a.request.User == ""
}

// act refuses a console that acts for nobody: it has no rights of its own.
func (a *attempt) act() { a.must(a.request.User != "" || a.isPlatform(), "forbidden") }

func (a *attempt) may(permission, organization string) bool {
	return a.isPlatform() || a.holds(a.request.User, permission, organization)
}

func (a *attempt) require(permission, organization string) {
	a.must(a.may(permission, organization), "forbidden")
}

func (a *attempt) license(organization string) { a.must(a.licensed(organization), "license-required") }

// seesOrganization is D-10, D-25 and R-83.
func (a *attempt) seesOrganization(id string) bool {
	o, exists := a.organizations[id]
	if !exists {
		return false
	}
	if a.may("access", id) || slices.ContainsFunc(a.above(id), func(up string) bool { return a.may("own", up) }) {
		return true
	}
	for p, u := range a.teamUsers {
		if o.parent == "" && p.name == a.request.User && u.administrator && a.teams[p.of].root == id && !a.suspended(id) {
			return true
		}
	}
	return false
}

// find looks for an organization, also in another tree than the one that he operates from.
func (a *attempt) find(id string) organization {
	a.act()
	o, exists := a.organizations[id]
	a.must(exists, notFound)
	a.tell(a.root(id))
	a.must(a.seesOrganization(id), notFound)
	return o
}

// see looks for an organization in the tree that the caller operates from (D-9).
func (a *attempt) see(id string) organization {
	o := a.find(id)
	a.here(a.root(id))
	return o
}

// here refuses what is in another tree than the one that the caller operates from.
func (a *attempt) here(root string) {
	a.operates()
	a.must(a.request.Current == "" || a.root(a.request.Current) == root, notFound)
}

// operates refuses a caller without access to where he says that he operates from.
func (a *attempt) operates() {
	if id := a.request.Current; id != "" {
		_, exists := a.organizations[id]
		a.must(exists && a.may("access", id), notFound)
	}
}

// targeted looks for the organization of the path and asks for a permission there.
func (a *attempt) targeted(permission string) (string, organization) {
	id := a.path["id"]
	o := a.see(id)
	a.require(permission, id)
	return id, o
}

func (a *attempt) seeGroup(id string) group {
	a.act()
	g, exists := a.groups[id]
	a.must(exists, notFound)
	a.tell(a.root(g.home))
	a.must(a.isPlatform() || a.seesGroup(a.request.User, id), notFound)
	a.here(a.root(g.home))
	return g
}

func (a *attempt) managesMembers(id string) bool {
	return a.isPlatform() || a.ownsGroup(a.request.User, id)
}

func (a *attempt) findTeam(id string) team {
	a.act()
	t, exists := a.teams[id]
	a.must(exists, notFound)
	a.tell(t.root)
	return t
}

func (a *attempt) seesTeam(id string) bool {
	return a.isPlatform() || a.administers(a.request.User, id) || a.stands(a.request.User, id, func(teamUser) bool { return true })
}

func (a *attempt) seeTeam(id string) team {
	t := a.findTeam(id)
	a.must(a.seesTeam(id), notFound)
	a.here(t.root)
	return t
}

func (a *attempt) runsTeam(id string) bool {
	return a.isPlatform() || a.administers(a.request.User, id)
}

// person is somebody who is given something: he exists and is active (D-8).
func (a *attempt) person(id string) { a.must(a.active(id), notFound) }

// founder is who owns what is created (D-35).
func (a *attempt) founder() string {
	named := a.text("owner_id")
	if a.isPlatform() && named != "" {
		a.person(named)
		return named
	}
	a.valid(!a.isPlatform() && named == "")
	return a.request.User
}

// holdsAll is D-1: who gives claims holds each of them there.
func (a *attempt) holdsAll(claims []string, organization string) {
	for _, c := range claims {
		a.must(!slices.Contains(Claims, c) || a.may(c, organization), "forbidden")
	}
}
