package oracle

import "time"

// This file is about access keys.

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
