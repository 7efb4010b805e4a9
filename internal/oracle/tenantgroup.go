package oracle

import "slices"

func (a *attempt) createTeam() {
	root, parent := a.path["id"], a.text("parent_id")
	a.see(root)
	if parent == "" {
		a.require("own", root)
	} else {
		a.seeTeam(parent)
		a.must(a.runsTeam(parent), "forbidden")
	}
	t := team{root: root, parent: parent, name: a.name(a.text("name"))}
	a.valid(a.organizations[root].parent == "" && (parent == "" || a.teams[parent].root == root))
	id := a.id(a.text("id"))
	a.must(len(a.chain(parent)) < 10, "depth-exceeded")
	a.must(!a.used[Object{"tenant_group", id}], "id-used")
	a.used[Object{"tenant_group", id}] = true
	a.teams[id] = t
}

// showTeam hides the group above from those who see nothing of it (D-25).
func (a *attempt) showTeam(id string) any {
	t := a.teams[id]
	parent := t.parent
	if parent != "" && !a.seesTeam(parent) {
		parent = ""
	}
	return map[string]any{"id": id, "organization_id": t.root, "parent_id": orNull(parent), "name": t.name}
}

func (a *attempt) listTeams() {
	root := a.path["id"]
	a.see(root)
	for id, t := range a.teams {
		if t.root == root && a.seesTeam(id) {
			a.answer.Items = append(a.answer.Items, a.showTeam(id))
		}
	}
}

func (a *attempt) getTeam() {
	a.seeTeam(a.path["tg"])
	a.answer.Shown = a.showTeam(a.path["tg"])
}

// runTeam is a tenant group that the caller administers.
func (a *attempt) runTeam() (string, team) {
	id := a.path["tg"]
	t := a.seeTeam(id)
	a.must(a.runsTeam(id), "forbidden")
	return id, t
}

func (a *attempt) renameTeam() {
	id, t := a.runTeam()
	if a.given("name") {
		t.name = a.name(a.text("name"))
	}
	a.teams[id] = t
}

func (a *attempt) deleteTeam() {
	id := a.path["tg"]
	t := a.seeTeam(id)
	if t.parent == "" {
		a.require("own", t.root)
	} else {
		a.must(a.runsTeam(t.parent), "forbidden")
	}
	for _, other := range a.teams {
		a.must(other.parent != id, "deletion-blocked")
	}
	for p := range a.places {
		a.must(p.of != id, "deletion-blocked")
	}
	for k := range a.links {
		a.must(k.place != Object{"tenant_group", id}, "deletion-blocked")
	}
	a.eraseTeam(id)
}

// listPlaces shows an organization that is suspended to owners of the root alone (D-7, D-25).
func (a *attempt) listPlaces() {
	id := a.path["tg"]
	t := a.seeTeam(id)
	for p, since := range a.places {
		if p.of == id && (!a.suspended(p.name) || a.may("own", t.root)) {
			a.answer.Items = append(a.answer.Items, map[string]any{"organization_id": p.name, "since": instant(since)})
		}
	}
}

// putPlace is D-19. Who adds an organization gives nobody what he does not have there (D-1).
func (a *attempt) putPlace() {
	teamID, id := a.path["tg"], a.path["id"]
	t := a.seeTeam(teamID)
	a.see(id)
	a.must(a.runsTeam(teamID), "forbidden")
	a.require("manage_groups", id)
	a.must(a.root(id) == t.root, "not-descendant")
	if _, there := a.places[pair{teamID, id}]; there {
		return
	}
	for _, k := range a.linkedTo(teamID) {
		a.holdsAll(gives(a.groups[k.group], a.links[k]), id)
	}
	a.belowHomes(teamID, func(home string) bool { return a.isBelow(id, home) })
	a.places[pair{teamID, id}] = a.Now
}

// linkedTo are the links to a tenant group or to one above it.
func (a *attempt) linkedTo(teamID string) (links []linkKey) {
	for k := range a.links {
		if k.place.Type == "tenant_group" && slices.Contains(a.chain(teamID), k.place.ID) {
			links = append(links, k)
		}
	}
	return links
}

// belowHomes refuses what is not below the home of every group that is linked (D-19).
func (a *attempt) belowHomes(teamID string, isBelow func(home string) bool) {
	for _, k := range a.linkedTo(teamID) {
		a.must(isBelow(a.groups[k.group].home), "not-descendant")
	}
}

func (a *attempt) removePlace() {
	teamID, id := a.path["tg"], a.path["id"]
	t := a.findTeam(teamID)
	a.here(t.root)
	_, there := a.places[pair{teamID, id}]
	a.must(there, notFound)
	if !a.runsTeam(teamID) && !a.may("own", id) {
		a.must(a.seesTeam(teamID) && a.seesOrganization(id), notFound)
		a.must(false, "forbidden")
	}
	delete(a.places, pair{teamID, id})
}

func (a *attempt) listTeamUsers() {
	id := a.path["tg"]
	a.seeTeam(id)
	for p, u := range a.teamUsers {
		if p.of == id {
			a.answer.Items = append(a.answer.Items, map[string]any{
				"user_id": p.name, "group_administrator": u.administrator, "all_tenant_permissions": u.all, "modules": list(u.modules),
			})
		}
	}
}

// putTeamUser is, D-1 and D-30.
func (a *attempt) putTeamUser() {
	id, t := a.runTeam()
	userID := a.path["user"]
	before, there := a.teamUsers[pair{id, userID}]
	after := teamUser{administrator: a.flag("group_administrator"), all: a.flag("all_tenant_permissions"), modules: a.texts("modules"), since: a.Now}
	if !a.may("own", t.root) {
		all := func(u teamUser) bool { return u.all }
		a.must(!after.all || before.all || a.stands(a.request.User, id, all) || a.ownsThrough(id), "forbidden")
		for _, m := range after.modules {
			has := func(u teamUser) bool { return slices.Contains(u.modules, m) }
			a.must(slices.Contains(before.modules, m) || a.stands(a.request.User, id, has), "forbidden")
		}
	}
	a.person(userID)
	for _, m := range after.modules {
		a.id(m)
	}
	slices.Sort(after.modules)
	after.modules = slices.Compact(after.modules)
	if len(after.modules) == 0 {
		after.modules = nil
	}
	if there {
		after.since = before.since
	}
	a.teamUsers[pair{id, userID}] = after
}

// ownsThrough tells whether the caller is an owner of all that is in a tenant group by a group
// that is linked to it: he has all tenant permissions by that (decided).
func (a *attempt) ownsThrough(teamID string) bool {
	return slices.ContainsFunc(a.linkedTo(teamID), func(k linkKey) bool {
		g := a.groups[k.group]
		_, member := a.memberships[seat{k.group, "member", a.request.User}]
		return member && !a.suspended(g.home) && a.licensed(g.home) && slices.Contains(gives(g, a.links[k]), "owner")
	})
}

func (a *attempt) removeTeamUser() {
	id, _ := a.runTeam()
	p := pair{id, a.path["user"]}
	if _, there := a.teamUsers[p]; !there {
		for _, above := range a.chain(id)[1:] {
			_, placed := a.teamUsers[pair{above, p.name}]
			a.must(!placed || !a.active(p.name) || a.suspended(a.teams[id].root) || !a.seesTeam(above), "managed-elsewhere")
		}
		a.must(false, notFound)
	}
	delete(a.teamUsers, p)
}
