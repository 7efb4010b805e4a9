package oracle

func (a *attempt) createOrganization() {
	parent, teamID := a.birthplace()
	owner := a.founder()
	o := organization{parent: parent, name: a.name(a.text("name")), dashboard: a.text("default_dashboard"), domain: a.text("email_domain"), created: a.Now}
	id := a.id(a.text("id"))
	if a.flag("detached") {
		a.valid(a.text("parent_id") == "" && a.text("tenant_group_id") == "")
	}
	o = a.isolate(o, a.text("isolation"))
	a.must(parent == "" || a.depth(parent) < 3, "depth-exceeded")
	if teamID != "" {
		a.must(a.root(parent) == a.teams[teamID].root, "not-descendant")
		a.belowHomes(teamID, func(home string) bool { return home == parent || a.isBelow(parent, home) })
	}
	if parent == "" {
		a.trail = id
	}
	a.must(!a.used[Object{"organization", id}], "id-used")
	for _, other := range a.organizations {
		a.must(o.domain == "" || other.domain != o.domain, "domain-taken")
	}
	a.used[Object{"organization", id}] = true
	a.organizations[id] = o
	a.roots[a.root(id)] = true
	a.owners[pair{id, owner}] = a.Now
	if teamID != "" {
		a.places[pair{teamID, id}] = a.Now
	}
}

// birthplace is the parent of a new organization, "" for a root, and the tenant group in which
// it is created (R-4, R-5, D-19).
func (a *attempt) birthplace() (parent, teamID string) {
	teamID, parent = a.text("tenant_group_id"), a.text("parent_id")
	switch {
	case a.flag("detached"):
		a.act()
		if a.isPlatform() {
			a.operates()
			return "", ""
		}
		a.must(a.request.Current != "", "current-organization-required")
		a.see(a.request.Current)
		a.require("own", a.request.Current)
		a.license(a.request.Current)
		return "", ""
	case teamID != "":
		t := a.seeTeam(teamID)
		if parent == "" {
			parent = t.root
		} else {
			a.see(parent)
		}
		a.must(a.runsTeam(teamID), "forbidden")
		a.must(parent == t.root || a.may("own", parent), "forbidden")
		a.license(t.root)
		return parent, teamID
	}
	a.act()
	if parent == "" {
		parent = a.request.Current
	}
	a.must(parent != "", "current-organization-required")
	a.see(parent)
	a.require("own", parent)
	a.license(parent)
	return parent, ""
}
