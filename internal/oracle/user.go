package oracle

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
