package oracle

import (
	"slices"
	"strings"
)

func (a *attempt) putUser() {
	a.must(a.request.User == "", "forbidden")
	a.operates()
	id, state := a.path["user"], a.text("state")
	a.valid(state == "" || state == "active" || state == "deactivated")
	email := a.text("email")
	a.valid(email != "" || !a.flag("email_verified"))
	a.valid(email == "" || exact(email) != "")
	a.users[id] = user{
		email: email, verified: a.flag("email_verified"), name: a.text("name"), off: state == "deactivated",
		erasures: a.users[id].erasures,
	}
}

func (a *attempt) getUser() {
	id := a.path["user"]
	a.must(a.request.User == "" || a.request.User == id, notFound)
	a.operates()
	u, exists := a.users[id]
	a.must(exists, notFound)
	a.answer.Shown = showUser(id, u)
}

func showUser(id string, u user) map[string]any {
	state := "active"
	if u.off {
		state = "deactivated"
	}
	return map[string]any{"id": id, "email": u.email, "email_verified": u.verified, "name": u.name, "state": state}
}

// eraseUser leaves of a user the id alone.
func (a *attempt) eraseUser() {
	a.must(a.isPlatform(), "forbidden")
	a.operates()
	before, exists := a.users[a.path["user"]]
	a.must(exists, notFound)
	after := user{off: true, erasures: before.erasures + 1}
	a.users[a.path["user"]] = after
	a.answer.Shown = showUser(a.path["user"], after)
}

// eraseAddress takes a mailbox out of all invitations; those that are pending are revoked.
func (a *attempt) eraseAddress() {
	a.must(a.isPlatform(), "forbidden")
	a.operates()
	a.valid(exact(a.text("email")) != "")
	n := 0
	for _, id := range sortedKeys(a.invitations) {
		i := a.invitations[id]
		if i.email == "" || mailbox(i.email) != mailbox(a.text("email")) {
			continue
		}
		n++
		i.email = ""
		if i.state == "pending" {
			i.state = "revoked"
		}
		a.invitations[id] = i
	}
	a.answer.Shown = map[string]any{"invitations": n}
}

// Addresses. The games write them in a few forms only: upper case, plus-tags, and full-width
// letters; see forms.

// wide are full-width letters that mean the same in another Unicode form.
var wide = strings.NewReplacer("ａ", "a", "ｂ", "b", "ｃ", "c", "ｄ", "d", "ｅ", "e")

// exact is an address without regard to case (D-16), "" for what is none.
func exact(email string) string {
	local, domain, ok := strings.Cut(email, "@")
	if !ok || local == "" || !strings.Contains(domain, ".") || strings.ContainsAny(email, " <>") {
		return ""
	}
	return strings.ToLower(email)
}

// mailbox is the address that all forms of one mailbox share.
func mailbox(email string) string {
	local, domain, _ := strings.Cut(strings.ToLower(email), "@")
	local, _, _ = strings.Cut(wide.Replace(local), "+")
	return local + "@" + domain
}

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
