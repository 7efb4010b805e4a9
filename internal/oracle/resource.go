package oracle

import "slices"

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
