package oracle

import (
	"slices"
	"time"
)

func (a *attempt) listOwners() {
	id, _ := a.targeted("view_roster")
	for p, since := range a.owners {
		if p.of == id {
			a.answer.Items = append(a.answer.Items, holder(p.name, since, time.Time{}, false))
		}
	}
}

func holder(user string, since, expires time.Time, self bool) any {
	return map[string]any{"user_id": user, "since": instant(since), "expires_at": instant(expires), "self_grant": self}
}

func (a *attempt) putOwner() {
	id, _ := a.targeted("own")
	a.person(a.path["user"])
	if _, owns := a.owners[pair{id, a.path["user"]}]; !owns {
		a.owners[pair{id, a.path["user"]}] = a.Now
	}
}

// removeOwner keeps the last active one (R-18, D-33). What comes from elsewhere is changed
// there.
func (a *attempt) removeOwner() {
	id, _ := a.targeted("own")
	userID := a.path["user"]
	if _, owns := a.owners[pair{id, userID}]; !owns {
		owned := func(v way) bool { return v.group == "" || slices.Contains(v.claims, "owner") }
		a.must(!slices.ContainsFunc(a.ways(userID, id), owned), "managed-elsewhere")
		a.must(false, notFound)
	}
	others := 0
	for p := range a.owners {
		if p.of == id && p.name != userID && a.active(p.name) {
			others++
		}
	}
	a.must(others > 0 || !a.active(userID), "last-owner")
	delete(a.owners, pair{id, userID})
}
