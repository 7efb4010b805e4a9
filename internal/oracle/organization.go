package oracle

import (
	"maps"
	"slices"
	"time"
)

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

// isolate is R-40. A root is the account itself.
func (a *attempt) isolate(o organization, isolation string) organization {
	a.valid(isolation == "" || isolation == "isolated" || isolation == "delegated" && o.parent != "")
	switch {
	case isolation != "delegated":
		o.delegated, o.delegatedSince = false, time.Time{}
	case !o.delegated:
		o.delegated, o.delegatedSince = true, a.Now
	}
	return o
}

func (a *attempt) getOrganization() {
	id := a.path["id"]
	o := a.see(id)
	if a.may("access", id) {
		a.answer.Shown = a.showOrganization(id, o)
		return
	}
	a.answer.Shown = map[string]any{
		"id": id, "name": o.name, "parent_id": orNull(o.parent), "root_id": a.root(id), "depth": a.depth(id), "state": a.state(id),
	}
}

func (a *attempt) state(id string) string {
	if a.suspended(id) {
		return "suspended"
	}
	return "active"
}

func isolationOf(o organization) string {
	if o.delegated {
		return "delegated"
	}
	return "isolated"
}

func (a *attempt) showOrganization(id string, o organization) map[string]any {
	shown := map[string]any{
		"id": id, "name": o.name, "parent_id": orNull(o.parent), "root_id": a.root(id), "depth": a.depth(id),
		"isolation": isolationOf(o), "email_domain": o.domain, "default_dashboard": o.dashboard, "do_not_disturb": nil,
		"plan": a.plan(a.root(id)), "subscription": nil, "state": a.state(id), "recommendations": []any{}, "created_at": instant(o.created),
	}
	if o.dnd != nil {
		shown["do_not_disturb"] = o.dnd
	}
	if s, ok := a.subscriptions[id]; ok {
		shown["subscription"] = map[string]any{"plan": s.plan, "status": s.status}
	}
	if o.parent == "" && a.accountOwners(id) < 2 {
		shown["recommendations"] = []any{"add-second-owner"}
	}
	return shown
}

// accountOwners counts the active owners of an account: of the root, and administrators with
// that role. Who is one by a group does not count (decided).
func (a *attempt) accountOwners(root string) int {
	owners := map[string]bool{}
	for p := range a.owners {
		owners[p.name] = owners[p.name] || p.of == root && a.active(p.name)
	}
	for p, d := range a.admins {
		owners[p.name] = owners[p.name] || p.of == root && d.role == "owner" && a.active(p.name)
	}
	maps.DeleteFunc(owners, func(_ string, is bool) bool { return !is })
	return len(owners)
}

func (a *attempt) listOrganizations() {
	a.act()
	a.operates()
	for _, id := range sortedKeys(a.organizations) {
		o := a.organizations[id]
		wanted := func(name, is string) bool { return a.query(name) == "" || a.query(name) == is }
		if a.may("access", id) && wanted("root_id", a.root(id)) && wanted("parent_id", o.parent) {
			a.answer.Items = append(a.answer.Items, a.showOrganization(id, o))
		}
	}
}

func (a *attempt) tree() {
	id, _ := a.targeted("access")
	a.answer.Shown = a.node(id)
}

// node is an organization with all below it (D-21).
func (a *attempt) node(id string) map[string]any {
	o := a.organizations[id]
	children := []any{}
	for _, other := range sortedKeys(a.organizations) {
		if a.organizations[other].parent == id {
			children = append(children, a.node(other))
		}
	}
	return map[string]any{
		"id": id, "name": o.name, "depth": a.depth(id), "state": a.state(id), "isolation": isolationOf(o), "children": children,
	}
}

func (a *attempt) patchOrganization() {
	id, o := a.targeted("own")
	a.must(!a.given("state") || a.isPlatform(), "forbidden")
	a.must(!a.given("email_domain") || a.text("email_domain") == o.domain, "immutable")
	if a.given("name") {
		o.name = a.name(a.text("name"))
	}
	if a.given("default_dashboard") {
		o.dashboard = a.text("default_dashboard")
	}
	if dnd, given := a.body["do_not_disturb"]; given {
		o.dnd, _ = dnd.(map[string]any)
		a.valid(dnd == nil || o.dnd["from"] != o.dnd["to"])
	}
	if a.given("isolation") {
		a.valid(a.text("isolation") != "")
		o = a.isolate(o, a.text("isolation"))
	}
	if a.given("state") {
		a.valid(slices.Contains([]string{"active", "suspended"}, a.text("state")))
		o.halted = a.text("state") == "suspended"
	}
	a.organizations[id] = o
}

func (a *attempt) putSubscription() {
	id := a.path["id"]
	a.see(id)
	a.must(a.isPlatform(), "forbidden")
	s := subscription{a.text("plan"), a.text("status")}
	a.valid(slices.Contains([]string{"free", "pro", "enterprise"}, s.plan) && slices.Contains([]string{"active", "canceled"}, s.status))
	a.subscriptions[id] = s
}

// blockers is R-11, with D-13 and D-26.
func (a *attempt) blockers(id string) (blockers []any) {
	block := func(kind string, n int) {
		if n > 0 {
			blockers = append(blockers, map[string]any{"kind": kind, "count": n})
		}
	}
	if a.plan(id) != "free" {
		block("subscription", 1)
	}
	children := 0
	for _, o := range a.organizations {
		if o.parent == id {
			children++
		}
	}
	block("child_organization", children)
	for _, kind := range kinds {
		n := 0
		for o, r := range a.resources {
			if o.Type == kind && r.organization == id {
				n++
			}
		}
		block(kind, n)
	}
	return blockers
}

func (a *attempt) getBlockers() {
	id, _ := a.targeted("own")
	a.answer.Shown = map[string]any{"blockers": append([]any{}, a.blockers(id)...)}
}

// deleteOrganization is and D-9.
func (a *attempt) deleteOrganization() {
	a.act()
	a.must(a.isPlatform() || a.request.Current != "", "current-organization-required")
	id := a.path["id"]
	o := a.find(id)
	a.operates()
	current := a.request.Current
	a.must(current == "" || o.parent == "" || a.root(current) == a.root(id), notFound)
	a.require("own", id)
	a.must(current != id, "current-organization")
	a.must(len(a.blockers(id)) == 0, "deletion-blocked")
	a.erase(id)
}

// erase removes an organization with all that names it. Nothing is below it.
func (a *attempt) erase(id string) {
	for groupID, g := range a.groups {
		if g.home == id {
			a.eraseGroup(groupID)
		}
	}
	for teamID, t := range a.teams {
		if t.root == id {
			a.eraseTeam(teamID)
		}
	}
	maps.DeleteFunc(a.owners, func(p pair, _ time.Time) bool { return p.of == id })
	maps.DeleteFunc(a.links, func(k linkKey, _ link) bool { return k.place == Object{"organization", id} })
	maps.DeleteFunc(a.admins, func(p pair, _ admin) bool { return p.of == id })
	maps.DeleteFunc(a.places, func(p pair, _ time.Time) bool { return p.name == id })
	maps.DeleteFunc(a.keys, func(_ string, k key) bool { return k.organization == id })
	for p, d := range a.admins {
		d.named = but(d.named, id)
		a.admins[p] = d
	}
	delete(a.subscriptions, id)
	delete(a.organizations, id)
}

func (a *attempt) eraseGroup(id string) {
	delete(a.groups, id)
	maps.DeleteFunc(a.memberships, func(s seat, _ membership) bool { return s.group == id })
	maps.DeleteFunc(a.links, func(k linkKey, _ link) bool { return k.group == id })
	maps.DeleteFunc(a.invitations, func(_ string, i invitation) bool { return i.group == id })
}

func (a *attempt) eraseTeam(id string) {
	delete(a.teams, id)
	maps.DeleteFunc(a.places, func(p pair, _ time.Time) bool { return p.of == id })
	maps.DeleteFunc(a.teamUsers, func(p pair, _ teamUser) bool { return p.of == id })
	maps.DeleteFunc(a.links, func(k linkKey, _ link) bool { return k.place == Object{"tenant_group", id} })
}

// attach is R-6, with D-11, D-26, D-29 and D-34.
func (a *attempt) attach() {
	id, parent := a.path["id"], a.text("parent_id")
	a.see(id)
	if parent == "" {
		a.require("own", id)
		a.valid(false)
	}
	a.find(parent)
	a.require("own", id)
	a.require("own", parent)
	a.license(parent)
	a.must(a.root(id) != a.root(parent), "same-tree")
	a.valid(a.organizations[id].parent == "")
	part := a.subtree(id)
	for _, one := range part {
		a.must(a.plan(one) == "free", "subscription-active")
	}
	a.must(a.depth(parent)+a.height(id) <= 3, "depth-exceeded")
	removed := []any{}
	for _, p := range ofPart(a.admins, func(p pair) bool { return p.of == id }) {
		removed = append(removed, removal("account_role", p.name, id))
		delete(a.admins, p)
	}
	for teamID, t := range a.teams {
		if t.root != id {
			continue
		}
		for p := range a.places {
			if p.of == teamID {
				removed = append(removed, removal("tenant_group_place", teamID, p.name))
			}
		}
		for k := range a.links {
			if k.place == (Object{"tenant_group", teamID}) {
				removed = append(removed, removal("link", k.group, id))
			}
		}
		a.eraseTeam(teamID)
	}
	a.moved(id, part, parent, removed)
}

// detach is R-7, with D-11 and D-34.
func (a *attempt) detach() {
	id, o := a.targeted("own")
	a.valid(o.parent != "")
	a.require("own", o.parent)
	part := a.subtree(id)
	inside := func(other string) bool { return slices.Contains(part, other) }
	removed := []any{}
	for k := range a.links {
		home := inside(a.groups[k.group].home)
		team := k.place.Type == "tenant_group"
		if home && team || !team && home != inside(k.place.ID) {
			at := k.place.ID
			if team {
				at = a.teams[k.place.ID].root
			}
			removed = append(removed, removal("link", k.group, at))
			delete(a.links, k)
		}
	}
	for p := range a.places {
		if inside(p.name) {
			removed = append(removed, removal("tenant_group_place", p.of, p.name))
			delete(a.places, p)
		}
	}
	for p, d := range a.admins {
		for _, named := range d.named {
			if inside(named) && d.reach == "list" {
				removed = append(removed, removal("account_role", p.name, named))
			}
		}
		d.named = but(d.named, part...)
		a.admins[p] = d
	}
	a.moved(id, part, "", removed)
}

// moved gives a part of a tree its new place. Nobody delegated it to the account that is its
// own now.
func (a *attempt) moved(id string, part []string, parent string, removed []any) {
	for _, one := range part {
		o := a.organizations[one]
		if o.delegated {
			removed = append(removed, removal("delegation", one, one))
		}
		o.delegated, o.delegatedSince = false, time.Time{}
		if one == id {
			o.parent = parent
		}
		a.organizations[one] = o
	}
	a.roots[a.root(id)] = true
	covering := []any{}
	for k, l := range a.links {
		if k.place.Type == "organization" && l.subtree && parent != "" && (k.place.ID == parent || a.isBelow(parent, k.place.ID)) {
			covering = append(covering, a.showLink(k, l))
		}
	}
	a.answer.Shown = map[string]any{"organization": a.showOrganization(id, a.organizations[id]), "removed": removed, "covered_by": covering}
}

func removal(kind, id, organization string) any {
	return map[string]any{"kind": kind, "id": id, "organization_id": organization}
}

func ofPart[K comparable, V any](m map[K]V, is func(K) bool) (some []K) {
	for k := range m {
		if is(k) {
			some = append(some, k)
		}
	}
	return some
}
