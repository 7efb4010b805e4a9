package oracle

// This file is about links to tenant groups.

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
