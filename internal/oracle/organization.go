package oracle

import (
	"maps"
	"slices"
	"time"
)

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
