package oracle

import (
	"slices"
	"time"
)

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
