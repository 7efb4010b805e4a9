package oracle

import (
	"slices"
	"time"
)

// managedResources is an organization where the caller manages resources of a type (D-31).
func (a *attempt) managedResources() (string, Object) {
	id := a.path["id"]
	a.see(id)
	a.valid(slices.Contains(kinds, a.path["type"]))
	a.require(managing(a.path["type"]), id)
	return id, Object{a.path["type"], a.path["rid"]}
}

func (a *attempt) putResource() {
	id, o := a.managedResources()
	r := resource{organization: id, parent: a.text("parent_id")}
	given, _ := a.body["assigned_to"].([]any)
	for _, item := range given {
		to, _ := item.(map[string]any)
		r.assigned = append(r.assigned, Object{textOf(to["type"]), textOf(to["id"])})
	}
	slices.SortFunc(r.assigned, func(x, y Object) int { return compareObjects(x, y) })
	r.assigned = slices.Compact(r.assigned)
	assignable := slices.Contains([]string{"backup_config", "connection_string", "encryption_key"}, o.Type)
	acts := func(s Object) bool { return s.Type == "machine" || s.Type == "agent" }
	for _, s := range r.assigned {
		a.must(!assignable || !acts(s) || a.isIn(s, id), notFound)
	}
	system := o.Type == "monitored_system"
	a.must(r.parent == "" || !system || a.isIn(Object{o.Type, r.parent}, id), notFound)
	r.name = a.name(a.text("name"))
	for _, s := range r.assigned {
		a.valid(assignable && acts(s))
	}
	a.valid(r.parent == "" || system)
	for up := r.parent; up != ""; up = a.resources[Object{o.Type, up}].parent {
		a.valid(up != o.ID)
	}
	before, there := a.resources[o]
	a.must(!there || before.organization == id, "id-used")
	a.resources[o] = r
}

func compareObjects(x, y Object) int {
	switch {
	case x == y:
		return 0
	case x.Type < y.Type || x.Type == y.Type && x.ID < y.ID:
		return -1
	}
	return 1
}

func (a *attempt) isIn(o Object, organization string) bool {
	r, exists := a.resources[o]
	return exists && r.organization == organization
}

// removeResource takes with a machine or agent its keys, and every assignment to it.
func (a *attempt) removeResource() {
	id, o := a.managedResources()
	a.must(a.isIn(o, id), notFound)
	delete(a.resources, o)
	for other, r := range a.resources {
		r.assigned = slices.DeleteFunc(slices.Clone(r.assigned), func(s Object) bool { return s == o })
		if len(r.assigned) == 0 {
			r.assigned = nil
		}
		if o.Type == "monitored_system" && other.Type == o.Type && r.parent == o.ID {
			r.parent = ""
		}
		a.resources[other] = r
	}
	for keyID, k := range a.keys {
		if k.subject == o {
			delete(a.keys, keyID)
		}
	}
}

func (a *attempt) listResources() {
	id, _ := a.targeted("access")
	only := a.query("type")
	if only != "" {
		a.valid(slices.Contains(kinds, only))
		a.require(viewing(only), id)
	}
	for o, r := range a.resources {
		if r.organization == id && (only == "" || only == o.Type) && a.may(viewing(o.Type), id) {
			assigned := []any{}
			for _, s := range r.assigned {
				assigned = append(assigned, map[string]any{"type": s.Type, "id": s.ID})
			}
			a.answer.Items = append(a.answer.Items, map[string]any{
				"organization_id": id, "type": o.Type, "id": o.ID, "name": r.name, "parent_id": orNull(r.parent), "assigned_to": assigned,
			})
		}
	}
}

// Access keys.

func (a *attempt) createKey() {
	id := a.path["id"]
	a.see(id)
	of, _ := a.body["subject"].(map[string]any)
	subject := Object{textOf(of["type"]), textOf(of["id"])}
	a.managesKeysOf(subject, id)
	a.must(a.isIn(subject, id), notFound)
	k := key{organization: id, subject: subject, name: a.name(a.text("name")), created: a.Now, expires: a.end("expires_at")}
	a.keys[a.choose("key")] = k
}

func (a *attempt) managesKeysOf(subject Object, organization string) {
	a.valid(subject.Type == "machine" || subject.Type == "agent")
	a.require(managing(subject.Type), organization)
}

// managedKey is one that is good. Who manages neither machines nor agents is refused whatever
// he names.
func (a *attempt) managedKey() (string, key) {
	id := a.path["id"]
	a.see(id)
	a.must(a.may("manage_machines", id) || a.may("manage_agents", id), "forbidden")
	k, exists := a.keys[a.path["key"]]
	a.must(exists && k.organization == id && !k.ended(), notFound)
	a.managesKeysOf(k.subject, id)
	return a.path["key"], k
}

func (a *attempt) rotateKey() {
	id, old := a.managedKey()
	var overlap time.Duration
	if a.given("overlap") {
		d, err := time.ParseDuration(a.text("overlap"))
		a.valid(err == nil && d >= 0)
		overlap = d
	}
	next := old
	next.created = a.Now
	if !old.expires.IsZero() {
		next.expires = a.Now.Add(old.expires.Sub(old.created))
	}
	if overlap == 0 {
		old.revoked = a.Now
	} else {
		old.expires = firstEnd(old.expires, a.Now.Add(overlap))
	}
	a.keys[id] = old
	a.keys[a.choose("key")] = next
}

func (a *attempt) revokeKey() {
	id, k := a.managedKey()
	k.revoked = a.Now
	a.keys[id] = k
}

func (a *attempt) listKeys() {
	id, _ := a.targeted("view_roster")
	for keyID, k := range a.keys {
		if k.organization == id {
			a.answer.Items = append(a.answer.Items, a.showKey(keyID, k))
		}
	}
}

func (a *attempt) showKey(id string, k key) any {
	return map[string]any{
		"id": id, "prefix": id, "organization_id": k.organization, "subject": map[string]any{"type": k.subject.Type, "id": k.subject.ID},
		"name": k.name, "expires_at": instant(k.expires), "revoked_at": instant(k.revoked), "last_used_at": nil,
	}
}

// Decisions.

var selfPermissions = map[string]string{"backup_config": "read", "connection_string": "use", "encryption_key": "use", "backup_report": "submit"}

// selfCheck is R-71.
func (a *attempt) selfCheck() {
	k, isKey := a.keys[a.request.Credential]
	a.must(isKey, "forbidden")
	q := a.question()
	a.valid(selfPermissions[q.Resource.Type] != "" && selfPermissions[q.Resource.Type] == q.Permission)
	q.Subject = k.subject
	a.answer.Shown = map[string]any{"allowed": a.Allows(q)}
}

func (a *attempt) question() Question {
	object := func(name string) Object {
		o, _ := a.body[name].(map[string]any)
		return Object{textOf(o["type"]), textOf(o["id"])}
	}
	return Question{object("subject"), a.text("permission"), object("resource")}
}

// asked is a question that the caller may ask: on behalf of a user, about himself.
func (a *attempt) asked() Question {
	q := a.question()
	a.must(a.request.User == "" || q.Subject == Object{"user", a.request.User}, "forbidden")
	a.valid(slices.Contains(permissions[q.Resource.Type], q.Permission))
	return q
}

func (a *attempt) check() { a.answer.Shown = map[string]any{"allowed": a.Allows(a.asked())} }

func (a *attempt) lookupResources() {
	q := a.question()
	a.must(a.request.User == "" || q.Subject == Object{"user", a.request.User}, "forbidden")
	kind := a.text("resource_type")
	a.valid(slices.Contains(permissions[kind], q.Permission))
	a.answer.Items = []any{}
	for _, other := range a.Questions() {
		root := a.text("root_id")
		if other.Subject == q.Subject && other.Permission == q.Permission && other.Resource.Type == kind && a.Allows(other) &&
			(root == "" || a.treeOf(other.Resource) == root) {
			a.answer.Items = append(a.answer.Items, shownObject(other.Resource))
		}
	}
}

func shownObject(o Object) any { return map[string]any{"type": o.Type, "id": o.ID} }

func (a *attempt) lookupSubjects() {
	q := a.question()
	a.must(a.request.User == "", "forbidden")
	a.valid(slices.Contains(permissions[q.Resource.Type], q.Permission))
	a.answer.Items = []any{}
	for _, other := range a.Questions() {
		if other.Resource == q.Resource && other.Permission == q.Permission && other.Subject.Type == a.text("subject_type") && a.Allows(other) {
			a.answer.Items = append(a.answer.Items, shownObject(other.Subject))
		}
	}
}

// treeOf is the root of the tree in which something is.
func (w *World) treeOf(o Object) string {
	switch o.Type {
	case "organization":
		return w.root(o.ID)
	case "module":
		return w.root(organizationOfModule(o.ID))
	case "group":
		return w.root(w.groups[o.ID].home)
	case "tenant_group":
		return w.teams[o.ID].root
	}
	return w.root(w.resources[o].organization)
}
