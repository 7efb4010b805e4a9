package oracle

import (
	"slices"
)

var roles = []string{"owner", "administrator", "user_manager", "help_desk", "billing", "read_only"}

// putAdministrator and its batch are.
func (a *attempt) putAdministrator() {
	id, _ := a.targeted("own")
	a.appoint(id, []map[string]any{withUser(a.body, a.path["user"])})
}

func withUser(body map[string]any, user string) map[string]any {
	named := map[string]any{"user_id": user}
	for k, v := range body {
		named[k] = v
	}
	return named
}

func (a *attempt) putAdministrators() {
	id, _ := a.targeted("own")
	items, given := a.body["administrators"].([]any)
	a.valid(given)
	var inputs []map[string]any
	for _, item := range items {
		in, _ := item.(map[string]any)
		inputs = append(inputs, in)
	}
	a.appoint(id, inputs)
}

func (a *attempt) appoint(root string, inputs []map[string]any) {
	for _, in := range inputs {
		a.person(textOf(in["user_id"]))
	}
	a.valid(a.organizations[root].parent == "")
	named := map[string]bool{}
	admins := map[string]admin{}
	for _, in := range inputs {
		userID := textOf(in["user_id"])
		a.valid(!named[userID])
		named[userID] = true
		admins[userID] = a.administrator(root, in)
	}
	for userID, d := range admins {
		owner := d.role == "owner" || a.ownsDirectly(root, userID)
		whole := d.role == "owner" && d.below == "owner" && d.reach == "all"
		a.must(!owner || whole, "owner-subaccount-role")
	}
	for userID, d := range admins {
		before, there := a.admins[pair{root, userID}]
		if there && before.role == d.role && before.below == d.below && before.reach == d.reach && slices.Equal(before.named, d.named) {
			continue
		}
		a.admins[pair{root, userID}] = d
	}
}

func (a *attempt) administrator(root string, in map[string]any) admin {
	d := admin{role: textOf(in["role"]), below: textOf(in["subaccount_role"]), reach: "all", since: a.Now}
	a.valid(slices.Contains(roles, d.role))
	if d.below == "" {
		d.below = d.role
	}
	a.valid(slices.Contains(roles, d.below))
	switch of := in["subaccounts"].(type) {
	case []any:
		d.reach, d.named = "list", textsOf(of)
	case map[string]any:
		d.reach, d.named = "except", textsOf(of["except"])
		a.valid(d.named != nil)
	case string:
		a.valid(of == "all")
	}
	slices.Sort(d.named)
	d.named = slices.Compact(d.named)
	for _, id := range d.named {
		_, exists := a.organizations[id]
		a.valid(exists && a.isBelow(id, root))
	}
	return d
}

// ownsDirectly tells whether somebody is an owner of the root without being an administrator
// (D-4), also while it is suspended.
func (a *attempt) ownsDirectly(root, userID string) bool {
	if _, owns := a.owners[pair{root, userID}]; owns {
		return true
	}
	for s := range a.memberships {
		g := a.groups[s.group]
		if s.user == userID && s.role == "member" && g.home == root && slices.Contains(g.claims, "owner") {
			return true
		}
	}
	return false
}

func (a *attempt) removeAdministrator() {
	id, _ := a.targeted("own")
	_, there := a.admins[pair{id, a.path["user"]}]
	a.must(there, notFound)
	delete(a.admins, pair{id, a.path["user"]})
}

func (a *attempt) listAdministrators() {
	id, o := a.targeted("view_roster")
	for _, name := range []string{"role", "subaccount_role"} {
		a.valid(a.query(name) == "" || slices.Contains(roles, a.query(name)))
	}
	a.valid(o.parent == "")
	for p, d := range a.admins {
		wanted := func(name, is string) bool { return a.query(name) == "" || a.query(name) == is }
		if p.of != id || !wanted("role", d.role) || !wanted("subaccount_role", d.below) {
			continue
		}
		var reach any = "all"
		switch d.reach {
		case "list":
			reach = list(d.named)
		case "except":
			reach = map[string]any{"except": list(d.named)}
		}
		a.answer.Items = append(a.answer.Items, map[string]any{
			"user_id": p.name, "role": d.role, "subaccount_role": d.below, "subaccounts": reach,
		})
	}
}

// Tenant groups.

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

// Links to tenant groups.

// listTeamLinks shows them to those who run the tenant group, or administer all that is in it.
func (a *attempt) listTeamLinks() {
	id := a.path["tg"]
	a.seeTeam(id)
	all := func(u teamUser) bool { return u.all }
	a.must(a.runsTeam(id) || a.stands(a.request.User, id, all) || a.ownsThrough(id), "forbidden")
	for k, l := range a.links {
		if k.place == (Object{"tenant_group", id}) {
			a.answer.Items = append(a.answer.Items, a.showLink(k, l))
		}
	}
}

func (a *attempt) putTeamLink() {
	id, groupID := a.path["tg"], a.path["gid"]
	t := a.seeTeam(id)
	g := a.seeGroup(groupID)
	a.must(a.runsTeam(id), "forbidden")
	a.ownsEnds(groupID, a.covered(id))
	l := a.terms(g)
	l.subtree = false
	a.must(a.root(g.home) == t.root, "not-descendant")
	for _, one := range a.covered(id) {
		a.must(a.isBelow(one, g.home), "not-descendant")
	}
	a.makeLink(groupID, Object{"tenant_group", id}, l)
}

func (a *attempt) removeTeamLink() {
	id, groupID := a.path["tg"], a.path["gid"]
	t := a.findTeam(id)
	k := linkKey{groupID, Object{"tenant_group", id}}
	_, there := a.links[k]
	a.must(there, notFound)
	a.here(t.root)
	ownsAll := len(a.covered(id)) > 0
	for _, one := range a.covered(id) {
		ownsAll = ownsAll && a.may("own", one)
	}
	if !a.runsTeam(id) && !a.may("own", a.groups[groupID].home) && !a.managesMembers(groupID) && !ownsAll {
		a.must(a.seesTeam(id) && a.seesGroup(a.request.User, groupID), notFound)
		a.must(false, "forbidden")
	}
	delete(a.links, k)
}
