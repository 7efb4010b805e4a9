package oracle

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// aim says what an attempt is about, before anything is looked for.
func (a *attempt) aim(op operation) {
	kind := strings.TrimPrefix(op.target, "-")
	a.target = Object{kind, ""}
	for _, name := range []string{"key", "invitation", "user", "gid", "tg", "id"} {
		if id, ok := a.path[name]; ok && kind == targetTypes[name] {
			a.target.ID = id
		}
	}
	switch {
	case kind == "resource":
		a.target = Object{a.path["type"], a.path["rid"]}
	case op.status == 201 && a.text("id") != "":
		a.target.ID = a.text("id")
	case op.name == "notification.audience":
		target, _ := a.body["target"].(map[string]any)
		a.target = Object{textOf(target["type"]), textOf(target["id"])}
	}
}

var targetTypes = map[string]string{
	"id": "organization", "gid": "group", "tg": "tenant_group", "user": "user", "key": "access_key", "invitation": "invitation",
}

func (a *attempt) event(op operation, trail, result, code string) Event {
	actor := Object{a.request.Credential + "_key", a.request.Credential}
	if _, isKey := a.keys[a.request.Credential]; isKey {
		actor = Object{"access_key", a.request.Credential}
	}
	return Event{Trail: trail, Action: op.name, Result: result, Code: code, Actor: actor, OnBehalfOf: a.request.User, Target: a.target}
}

// tell says in which tree's trail a refusal is told: that of the first thing that was found
// (D-27).
func (a *attempt) tell(root string) {
	if a.trail == "" {
		a.trail = root
	}
}

// news are the events of what was done: one in each tree of which something is not as it was
// (I-3), and one in the service's trail for users, who are in no tree.
func (a *attempt) news(op operation, before *World) (events []Event) {
	old, now := before.rows(), a.rows()
	trees := map[string]bool{}
	for name := range union(old, now) {
		if old[name] != now[name] {
			for _, r := range []map[string]row{old, now} {
				if fact, there := r[name]; there {
					trees[fact.tree] = true
				}
			}
		}
	}
	if len(trees) == 0 {
		return nil
	}
	for _, root := range slices.Sorted(maps.Keys(trees)) {
		events = append(events, a.event(op, root, "done", ""))
	}
	return events
}

func union(a, b map[string]row) map[string]row {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// row is one fact, with the tree that it belongs to.
type row struct{ tree, text string }

// rows are all facts, by name.
func (w *World) rows() map[string]row {
	rows := wholly{}
	for id, u := range w.users {
		rows.add("", "user "+id, u)
	}
	for id, o := range w.organizations {
		rows.add(w.root(id), "organization "+id, o, w.suspended(id))
	}
	for id, s := range w.subscriptions {
		rows.add(w.root(id), "subscription "+id, s)
	}
	for p, since := range w.owners {
		rows.add(w.root(p.of), "owner "+p.of+" "+p.name, since, w.active(p.name))
	}
	for id, g := range w.groups {
		rows.add(w.root(g.home), "group "+id, g)
	}
	for s, m := range w.memberships {
		rows.add(w.root(w.groups[s.group].home), fmt.Sprint("membership ", s), m, w.active(s.user))
	}
	for k, l := range w.links {
		rows.add(w.root(w.groups[k.group].home), fmt.Sprint("link ", k), l)
	}
	for id, i := range w.invitations {
		rows.add(w.root(w.groups[i.group].home), "invitation "+id, i)
	}
	for p, d := range w.admins {
		rows.add(p.of, "admin "+p.of+" "+p.name, d, w.active(p.name))
	}
	for id, t := range w.teams {
		rows.add(t.root, "team "+id, t)
	}
	for p, since := range w.places {
		rows.add(w.teams[p.of].root, fmt.Sprint("place ", p), since)
	}
	for p, u := range w.teamUsers {
		rows.add(w.teams[p.of].root, fmt.Sprint("team user ", p), u, w.active(p.name))
	}
	for o, r := range w.resources {
		rows.add(w.root(r.organization), fmt.Sprint("resource ", o), r)
	}
	for id, k := range w.keys {
		rows.add(w.root(k.organization), "key "+id, k)
	}
	for name, r := range rows {
		if r.tree == "" && !strings.HasPrefix(name, "user ") {
			panic("the fact " + name + " is in no tree")
		}
	}
	return rows
}

type wholly map[string]row

func (rows wholly) add(tree, name string, facts ...any) {
	rows[name] = row{tree, fmt.Sprintf("%s %#v", tree, facts)}
}
