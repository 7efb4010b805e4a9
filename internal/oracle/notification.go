package oracle

import "slices"

// audience is R-61.
func (a *attempt) audience() {
	a.act()
	target, _ := a.body["target"].(map[string]any)
	id, in := textOf(target["id"]), textOf(target["organization_id"])
	var recipients []string
	var dnd map[string]any
	switch textOf(target["type"]) {
	case "organization":
		o := a.see(id)
		a.require("view_roster", id)
		a.valid(in == "")
		recipients, dnd = a.with(id, way.enters), o.dnd
	case "role":
		a.valid(in != "")
		a.see(in)
		a.require("view_roster", in)
		a.valid(slices.Contains(roles, id))
		recipients = a.with(in, func(v way) bool { return v.isRole(id) })
	case "group":
		g := a.seeGroup(id)
		for s := range a.memberships {
			if s.group == id && s.role == "member" && a.active(s.user) && !a.suspended(g.home) {
				recipients = append(recipients, s.user)
			}
		}
		if in != "" {
			a.see(in)
			a.require("view_roster", in)
			recipients = slices.DeleteFunc(recipients, func(u string) bool { return !a.holds(u, "access", in) })
		}
	case "user":
		recipients = a.notified(id, in)
	default:
		a.valid(false)
	}
	slices.Sort(recipients)
	quiet := a.disturbs(dnd)
	reason := ""
	if quiet {
		reason = "do-not-disturb"
	}
	a.answer.Shown = map[string]any{"suppressed": quiet, "reason": reason, "recipients": list(recipients)}
}

// notified is one user, as far as the caller may know of him.
func (a *attempt) notified(id, in string) []string {
	self := a.request.User == id
	if in == "" {
		a.operates()
	} else {
		a.see(in)
		a.must(self || a.may("view_roster", in), "forbidden")
		if a.holds(id, "access", in) {
			return []string{id}
		}
		a.operates()
	}
	_, exists := a.users[id]
	a.must((self || a.isPlatform()) && exists, notFound)
	if in != "" || !a.active(id) {
		return nil
	}
	return []string{id}
}

// isRole tells whether somebody holds a role by a way (R-14, D-3).
func (v way) isRole(role string) bool {
	switch {
	case role == "owner":
		return slices.Contains(v.claims, "owner")
	case v.role == "all_tenant_permissions":
		return role == "administrator"
	}
	return v.via == "account_role" && v.role == role
}

// with are those in an organization one of whose ways is as it has to be.
func (a *attempt) with(id string, is func(way) bool) (users []string) {
	for u := range a.users {
		if slices.ContainsFunc(a.ways(u, id), is) {
			users = append(users, u)
		}
	}
	return users
}

// disturbs tells whether the times of an organization hold now, or at the time that the
// request names. The games have times in UTC alone.
func (a *attempt) disturbs(dnd map[string]any) bool {
	at := a.Now
	if a.given("at") {
		at = a.instant("at")
	}
	if dnd == nil {
		return false
	}
	now, from, to := at.UTC().Format("15:04"), textOf(dnd["from"]), textOf(dnd["to"])
	if from < to {
		return from <= now && now < to
	}
	return from <= now || now < to
}
