package oracle

import "slices"

var roles = []string{"owner", "administrator", "user_manager", "help_desk", "billing", "read_only"}

// putAdministrator and its batch are.
func (a *attempt) putAdministrator() {
	id, _ := a.targeted("own")
	a.appoint(id, []map[string]any{withUser(a.body, a.path["user"])})
}

func withUser(body map[string]any, user string) map[string]any {
	named := map[string]any{"user_id": user}
	for k, v := range body {
		named[k] = v
	}
	return named
}

func (a *attempt) putAdministrators() {
	id, _ := a.targeted("own")
	items, given := a.body["administrators"].([]any)
	a.valid(given)
	var inputs []map[string]any
	for _, item := range items {
		in, _ := item.(map[string]any)
		inputs = append(inputs, in)
	}
	a.appoint(id, inputs)
}

func (a *attempt) appoint(root string, inputs []map[string]any) {
	for _, in := range inputs {
		a.person(textOf(in["user_id"]))
	}
	a.valid(a.organizations[root].parent == "")
	named := map[string]bool{}
	admins := map[string]admin{}
	for _, in := range inputs {
		userID := textOf(in["user_id"])
		a.valid(!named[userID])
		named[userID] = true
		admins[userID] = a.administrator(root, in)
	}
	for userID, d := range admins {
		owner := d.role == "owner" || a.ownsDirectly(root, userID)
		whole := d.role == "owner" && d.below == "owner" && d.reach == "all"
		a.must(!owner || whole, "owner-subaccount-role")
	}
	for userID, d := range admins {
		before, there := a.admins[pair{root, userID}]
		if there && before.role == d.role && before.below == d.below && before.reach == d.reach && slices.Equal(before.named, d.named) {
			continue
		}
		a.admins[pair{root, userID}] = d
	}
}

func (a *attempt) administrator(root string, in map[string]any) admin {
	d := admin{role: textOf(in["role"]), below: textOf(in["subaccount_role"]), reach: "all", since: a.Now}
	a.valid(slices.Contains(roles, d.role))
	if d.below == "" {
		d.below = d.role
	}
	a.valid(slices.Contains(roles, d.below))
	switch of := in["subaccounts"].(type) {
	case []any:
		d.reach, d.named = "list", textsOf(of)
	case map[string]any:
		d.reach, d.named = "except", textsOf(of["except"])
		a.valid(d.named != nil)
	case string:
		a.valid(of == "all")
	}
	slices.Sort(d.named)
	d.named = slices.Compact(d.named)
	for _, id := range d.named {
		_, exists := a.organizations[id]
		a.valid(exists && a.isBelow(id, root))
	}
	return d
}

// ownsDirectly tells whether somebody is an owner of the root without being an administrator
// (D-4), also while it is suspended.
func (a *attempt) ownsDirectly(root, userID string) bool {
	if _, owns := a.owners[pair{root, userID}]; owns {
		return true
	}
	for s := range a.memberships {
		g := a.groups[s.group]
		if s.user == userID && s.role == "member" && g.home == root && slices.Contains(g.claims, "owner") {
			return true
		}
	}
	return false
}

func (a *attempt) removeAdministrator() {
	id, _ := a.targeted("own")
	_, there := a.admins[pair{id, a.path["user"]}]
	a.must(there, notFound)
	delete(a.admins, pair{id, a.path["user"]})
}

func (a *attempt) listAdministrators() {
	id, o := a.targeted("view_roster")
	for _, name := range []string{"role", "subaccount_role"} {
		a.valid(a.query(name) == "" || slices.Contains(roles, a.query(name)))
	}
	a.valid(o.parent == "")
	for p, d := range a.admins {
		wanted := func(name, is string) bool { return a.query(name) == "" || a.query(name) == is }
		if p.of != id || !wanted("role", d.role) || !wanted("subaccount_role", d.below) {
			continue
		}
		var reach any = "all"
		switch d.reach {
		case "list":
			reach = list(d.named)
		case "except":
			reach = map[string]any{"except": list(d.named)}
		}
		a.answer.Items = append(a.answer.Items, map[string]any{
			"user_id": p.name, "role": d.role, "subaccount_role": d.below, "subaccounts": reach,
		})
	}
}
