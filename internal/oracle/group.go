package oracle

func (a *attempt) createGroup() {
	home, _ := a.targeted("manage_groups")
	a.holdsAll(a.texts("claims"), home)
	owner := a.founder()
	g := group{home: home, name: a.name(a.text("name")), claims: a.claims(a.texts("claims")), created: a.Now}
	id := a.id(a.text("id"))
	a.must(!a.used[Object{"group", id}], "id-used")
	a.used[Object{"group", id}] = true
	a.groups[id] = g
	a.memberships[seat{id, "owner", owner}] = membership{since: a.Now}
}

func showGroup(id string, g group) any {
	return map[string]any{
		"id": id, "organization_id": g.home, "name": g.name, "claims": list(g.claims), "created_at": instant(g.created),
	}
}

func (a *attempt) getGroup() { a.answer.Shown = showGroup(a.path["gid"], a.seeGroup(a.path["gid"])) }

func (a *attempt) listGroups() {
	home, _ := a.targeted("view_roster")
	for id, g := range a.groups {
		if g.home == home {
			a.answer.Items = append(a.answer.Items, showGroup(id, g))
		}
	}
}

// managed is a group that the caller may rename, delete and give claims (R-17, D-1, D-2).
func (a *attempt) managed() (string, group) {
	id := a.path["gid"]
	g := a.seeGroup(id)
	a.require("manage_groups", g.home)
	a.holdsAll(g.claims, g.home)
	return id, g
}

func (a *attempt) renameGroup() {
	id, g := a.managed()
	if a.given("name") {
		g.name = a.name(a.text("name"))
	}
	a.groups[id] = g
}

func (a *attempt) setClaims() {
	id, g := a.managed()
	a.holdsAll(a.texts("claims"), g.home)
	g.claims = a.claims(a.texts("claims"))
	a.groups[id] = g
}

func (a *attempt) deleteGroup() {
	id, _ := a.managed()
	a.eraseGroup(id)
}

func listMembers(role string) func(*attempt) {
	return func(a *attempt) {
		a.seeGroup(a.path["gid"])
		for s, m := range a.memberships {
			if s.group == a.path["gid"] && s.role == role {
				a.answer.Items = append(a.answer.Items, holder(s.user, m.since, m.expires, m.self))
			}
		}
	}
}

// putMember is and D-24.
func putMember(role string) func(*attempt) {
	return func(a *attempt) {
		s := seat{a.path["gid"], role, a.path["user"]}
		g := a.seeGroup(s.group)
		himself := role == "owner" && s.user == a.request.User && a.may("own", g.home)
		a.must(a.managesMembers(s.group) || himself, "forbidden")
		a.person(s.user)
		a.valid(role == "member" || !a.given("expires_at"))
		before, held := a.memberships[s]
		after := before
		after.expires = a.end("expires_at")
		if !held {
			after.since = a.Now
		}
		// Whose membership lasts longer was given something (decided).
		if !held || !before.expires.IsZero() && (after.expires.IsZero() || after.expires.After(before.expires)) {
			after.self = s.user == a.request.User
		}
		a.memberships[s] = after
	}
}

func removeMember(role string) func(*attempt) {
	return func(a *attempt) {
		s := seat{a.path["gid"], role, a.path["user"]}
		a.seeGroup(s.group)
		a.must(a.managesMembers(s.group), "forbidden")
		_, held := a.memberships[s]
		a.must(held, notFound)
		others := 0
		for other := range a.memberships {
			if other.group == s.group && other.role == "owner" && other.user != s.user && a.active(other.user) {
				others++
			}
		}
		a.must(role == "member" || others > 0 || !a.active(s.user), "last-owner")
		delete(a.memberships, s)
	}
}
