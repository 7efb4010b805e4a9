package oracle

import "slices"

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
