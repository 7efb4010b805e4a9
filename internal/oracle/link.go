package oracle

import "slices"

// terms are what a link is to give, and until when (R-24, D-14).
func (a *attempt) terms(g group) link {
	l := link{created: a.Now, expires: a.end("expires_at")}
	scope := a.text("scope")
	a.valid(scope == "" || scope == "organization" || scope == "subtree")
	l.subtree = scope == "subtree"
	if a.given("claims") {
		l.claims = append([]string{}, a.claims(a.texts("claims"))...)
	}
	for _, c := range l.claims {
		a.valid(slices.Contains(implied(g.claims), c))
	}
	return l
}

// ownsEnds is.
func (a *attempt) ownsEnds(groupID string, covered []string) {
	g := a.groups[groupID]
	for _, id := range covered {
		a.require("own", id)
	}
	a.require("own", g.home)
	a.must(a.managesMembers(groupID), "forbidden")
	a.license(g.home)
}

func (a *attempt) makeLink(groupID string, place Object, l link) {
	k := linkKey{groupID, place}
	if before, there := a.links[k]; there {
		l.created = before.created
	}
	a.links[k] = l
}

func (a *attempt) putLink() {
	target, groupID := a.path["id"], a.path["gid"]
	a.see(target)
	g := a.seeGroup(groupID)
	covered := []string{target}
	if a.text("scope") == "subtree" {
		covered = a.subtree(target)
	}
	a.ownsEnds(groupID, covered)
	l := a.terms(g)
	a.must(a.isBelow(target, g.home) || l.subtree && target == g.home, "not-descendant")
	a.makeLink(groupID, Object{"organization", target}, l)
}

// putLinks is R-25 and D-15.
func (a *attempt) putLinks() {
	groupID := a.path["gid"]
	g := a.seeGroup(groupID)
	var targets []string
	top := a.text("descendants_of")
	both := a.given("organization_ids") == a.given("descendants_of")
	switch {
	case both:
		a.ownsEnds(groupID, nil)
		a.valid(false)
	case top != "":
		a.see(top)
		a.ownsEnds(groupID, a.subtree(top))
		a.must(top == g.home || a.isBelow(top, g.home), "not-descendant")
		targets = but(a.subtree(top), top)
	default:
		targets = slices.Compact(slices.Sorted(slices.Values(a.texts("organization_ids"))))
		for _, id := range targets {
			a.see(id)
		}
		a.ownsEnds(groupID, targets)
	}
	l := a.terms(g)
	for _, id := range targets {
		a.must(a.isBelow(id, g.home), "not-descendant")
	}
	for _, id := range targets {
		a.makeLink(groupID, Object{"organization", id}, l)
	}
}

// removeLink is D-32. It asks nobody who may end the link whether he sees its other end.
func (a *attempt) removeLink() {
	a.act()
	target, groupID := a.path["id"], a.path["gid"]
	_, exists := a.organizations[target]
	a.must(exists, notFound)
	a.tell(a.root(target))
	k := linkKey{groupID, Object{"organization", target}}
	_, there := a.links[k]
	elsewhere := slices.ContainsFunc(a.linksInto(target), func(other linkKey) bool { return other.group == groupID })
	a.must(there || elsewhere, notFound)
	g := a.groups[groupID]
	a.here(a.root(g.home))
	if !a.may("own", target) && !a.may("own", g.home) && !a.managesMembers(groupID) {
		a.must(a.seesGroup(a.request.User, groupID) && a.seesOrganization(target), notFound)
		a.must(false, "forbidden")
	}
	a.must(there, "managed-elsewhere")
	delete(a.links, k)
}

// linksInto are all links that cover an organization, with force or without.
func (a *attempt) linksInto(id string) (links []linkKey) {
	for k, l := range a.links {
		if _, covers := a.covers(k, l, id); covers {
			links = append(links, k)
		}
	}
	return links
}

func (a *attempt) listLinksInto() {
	id, _ := a.targeted("view_roster")
	for _, k := range a.linksInto(id) {
		a.answer.Items = append(a.answer.Items, a.showLink(k, a.links[k]))
	}
}

// listLinksOf shows others than the group's owners, and those who see its home's roster, the
// links alone that cover what they have access to.
func (a *attempt) listLinksOf() {
	id := a.path["gid"]
	g := a.seeGroup(id)
	all := a.managesMembers(id) || a.may("view_roster", g.home)
	for k, l := range a.links {
		if k.group == id && (all || a.entersSome(k, l)) {
			a.answer.Items = append(a.answer.Items, a.showLink(k, l))
		}
	}
}

func (a *attempt) entersSome(k linkKey, l link) bool {
	for id := range a.organizations {
		if _, covers := a.covers(k, l, id); covers && a.may("access", id) {
			return true
		}
	}
	return false
}

func (a *attempt) showLink(k linkKey, l link) any {
	g := a.groups[k.group]
	shown := map[string]any{"group_id": k.group, "claims": nil, "expires_at": instant(l.expires), "state": "active", "reason": ""}
	if l.claims != nil {
		shown["claims"] = list(l.claims)
	}
	stands := k.place.ID
	if k.place.Type == "tenant_group" {
		shown["tenant_group_id"], stands = k.place.ID, g.home
	} else {
		shown["organization_id"], shown["scope"] = k.place.ID, "organization"
		if l.subtree {
			shown["scope"] = "subtree"
		}
	}
	switch {
	case a.suspended(stands):
		shown["state"], shown["reason"] = "inactive", "suspended"
	case !a.licensed(g.home):
		shown["state"], shown["reason"] = "inactive", "license"
	}
	return shown
}
