package oracle

import (
	"slices"
	"strings"
)

// permissions are the names that may be asked for, by type of resource (API, "Objects").
var permissions = permissionNames()

func permissionNames() map[string][]string {
	names := map[string][]string{
		"organization": append([]string{"own", "access", "view_roster", "manage_users", "manage_groups"}, Claims...),
		"group":        {"manage_members", "view"},
		"tenant_group": {"administer", "use"},
		"module":       {"use"},
	}
	for _, kind := range kinds {
		names[kind] = []string{"view", "manage"}
	}
	names["backup_config"] = append(names["backup_config"], "read")
	names["connection_string"] = append(names["connection_string"], "use")
	names["encryption_key"] = append(names["encryption_key"], "use")
	names["backup_report"] = append(names["backup_report"], "submit")
	return names
}

// Question asks whether a subject has a permission on a resource.
type Question struct {
	Subject    Object
	Permission string
	Resource   Object
}

// Allows answers a question. What does not exist is not allowed.
func (w *World) Allows(q Question) bool {
	if q.Subject.Type != "user" {
		return w.serves(q)
	}
	id := q.Resource.ID
	switch q.Resource.Type {
	case "organization":
		return w.holds(q.Subject.ID, q.Permission, id)
	case "group":
		if q.Permission == "view" {
			return w.seesGroup(q.Subject.ID, id)
		}
		return w.ownsGroup(q.Subject.ID, id)
	case "tenant_group":
		if q.Permission == "use" {
			return w.stands(q.Subject.ID, id, func(teamUser) bool { return true })
		}
		return w.administers(q.Subject.ID, id)
	case "module":
		return w.usesModule(q.Subject.ID, id)
	}
	r, exists := w.resources[q.Resource]
	switch {
	case !exists:
		return false
	case q.Permission == "view":
		return w.holds(q.Subject.ID, viewing(q.Resource.Type), r.organization)
	case q.Permission == "manage":
		return w.holds(q.Subject.ID, managing(q.Resource.Type), r.organization)
	}
	return false // the rest is for machines and agents
}

// holds answers for a person and an organization.
func (w *World) holds(userID, permission, id string) bool {
	if _, exists := w.organizations[id]; !exists {
		return false
	}
	return slices.ContainsFunc(w.ways(userID, id), func(v way) bool { return v.holds(permission) })
}

func (v way) holds(permission string) bool {
	switch {
	case slices.Contains(v.claims, "owner"):
		return true
	case permission == "access":
		return v.enters()
	case v.group == "" && slices.Contains(rolePermissions(v.role), permission):
		return true
	}
	return slices.Contains(implied(v.claims), permission)
}

func (w *World) owns(userID, id string) bool { return w.holds(userID, "own", id) }

// ownsGroup is R-15.
func (w *World) ownsGroup(userID, id string) bool {
	_, owns := w.memberships[seat{id, "owner", userID}]
	return owns && w.active(userID) && !w.suspended(w.groups[id].home)
}

// seesGroup is D-17.
func (w *World) seesGroup(userID, id string) bool {
	g, exists := w.groups[id]
	if !exists {
		return false
	}
	_, member := w.memberships[seat{id, "member", userID}]
	if w.ownsGroup(userID, id) || member && w.active(userID) && !w.suspended(g.home) || w.holds(userID, "view_roster", g.home) {
		return true
	}
	for organization := range w.organizations {
		if len(w.activations(id, organization)) > 0 && w.owns(userID, organization) {
			return true
		}
	}
	return false
}

// stands reports whether a person has a place in a tenant group, or in one above it (D-19),
// that gives what is asked for.
func (w *World) stands(userID, id string, gives func(teamUser) bool) bool {
	t, exists := w.teams[id]
	if !exists || !w.active(userID) || w.suspended(t.root) {
		return false
	}
	return slices.ContainsFunc(w.chain(id), func(at string) bool {
		u, there := w.teamUsers[pair{at, userID}]
		return there && gives(u)
	})
}

// administers is D-19.
func (w *World) administers(userID, id string) bool {
	t, exists := w.teams[id]
	return exists && (w.owns(userID, t.root) || w.stands(userID, id, func(u teamUser) bool { return u.administrator }))
}

// usesModule is R-53 and D-20.
func (w *World) usesModule(userID, id string) bool {
	organization, module, _ := strings.Cut(id, "/")
	if _, exists := w.organizations[organization]; !exists || !w.active(userID) || w.suspended(organization) {
		return false
	}
	for p, u := range w.teamUsers {
		if _, ok := w.reaches(p.of, organization); ok && p.name == userID && slices.Contains(u.modules, module) {
			return true
		}
	}
	return false
}

// serves answers for machines and agents: what is assigned to them in their own
// organization, and an agent's reports to it.
func (w *World) serves(q Question) bool {
	subject, exists := w.resources[q.Subject]
	r, there := w.resources[q.Resource]
	if !exists || !there || subject.organization != r.organization || w.suspended(r.organization) {
		return false
	}
	switch q.Permission {
	case "read", "use":
		return slices.Contains(r.assigned, q.Subject)
	case "submit":
		return q.Subject.Type == "agent"
	}
	return false
}

// Questions are all that can be asked about what is there: of people everything, of machines
// and agents what they may ask.
func (w *World) Questions() (all []Question) {
	var subjects, things []Object
	for _, id := range sortedKeys(w.users) {
		subjects = append(subjects, Object{"user", id})
	}
	for _, o := range w.sortedResources() {
		things = append(things, o)
		if o.Type == "machine" || o.Type == "agent" {
			subjects = append(subjects, o)
		}
	}
	for _, id := range sortedKeys(w.organizations) {
		things = append(things, Object{"organization", id})
		for _, module := range w.modules() {
			things = append(things, Object{"module", id + "/" + module})
		}
	}
	for _, id := range sortedKeys(w.groups) {
		things = append(things, Object{"group", id})
	}
	for _, id := range sortedKeys(w.teams) {
		things = append(things, Object{"tenant_group", id})
	}
	for _, s := range subjects {
		for _, r := range things {
			for _, p := range permissions[r.Type] {
				all = append(all, Question{s, p, r})
			}
		}
	}
	return all
}

func (w *World) sortedResources() (list []Object) {
	for o := range w.resources {
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b Object) int { return strings.Compare(a.Type+"/"+a.ID, b.Type+"/"+b.ID) })
	return list
}

func (w *World) modules() (names []string) {
	for _, u := range w.teamUsers {
		names = append(names, u.modules...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
