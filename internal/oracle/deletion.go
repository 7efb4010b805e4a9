package oracle

import (
	"maps"
	"time"
)

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
