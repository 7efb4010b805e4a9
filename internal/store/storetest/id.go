package storetest

import "github.com/tenantry/tenantry/internal/tenancy"

var idTests = map[string]func(world){
	"Commit fails with ErrIDUsed for an id in use":                idInUse,
	"Commit fails with ErrIDUsed for an id that was deleted":      idDeleted,
	"Commit fails with ErrIDUsed for the root of a tree that was": idOfFormerTree,
	"Ids are used by kind, and compare as bytes":                  idsByKindAndBytes,
}

// usable are rows whose ids are never used twice, all in the tree acme or none.
func usable() []tenancy.Row {
	laptop := resource(tenancy.Machine, "laptop", child("north", root("acme"))) // of oneOfEach
	return []tenancy.Row{child("south", root("acme")), group("team", root("acme")), accessKey("spare", laptop),
		invitation("again", group("techs", root("acme")), "box"), user("ben"), tenantGroup("crew", root("acme"))}
}

func idInUse(w world) {
	oneOfEach(w)
	for _, row := range usable()[:3] {
		w.commit(create(row))
		w.fails(tenancy.ErrIDUsed, w.change(create(row)))
	}
	w.fails(tenancy.ErrIDUsed, w.change(create(root("acme"))))
	stale := w.change(create(root("acme")))
	stale.Basis.Trees["acme"] = 0 // as one reads who creates the tree at the same time
	w.fails(tenancy.ErrIDUsed, stale)
}

func idDeleted(w world) {
	oneOfEach(w)
	for _, row := range usable() {
		w.commit(create(row))
		w.commit(remove(row))
		w.fails(tenancy.ErrIDUsed, w.change(create(row)))
	}
}

func idOfFormerTree(w world) {
	w.commit(create(root("acme")), create(user("ann")))
	w.commit(remove(root("acme")))
	c := w.change(create(root("acme")))
	w.fails(tenancy.ErrIDUsed, c)
	c.Basis.Trees["acme"] = 0
	w.fails(tenancy.ErrIDUsed, c)
	w.commit(create(root("other")))
	w.fails(tenancy.ErrIDUsed, w.change(create(child("acme", root("other")))))
}

func idsByKindAndBytes(w world) {
	same := root("same")
	w.commit(create(same), create(group("same", same)), create(user("same")))
	w.commit(create(child("Same", same)), create(group("Same", same)), create(user("Same")))
	w.commit(create(root("SAME")))
	w.look(func(s tenancy.Snapshot) {
		for _, id := range []string{"same", "Same", "SAME"} {
			if o, err := s.Organization(w.ctx(), id); err != nil || o.ID != id {
				w.t.Errorf("organization %s: got %v, %v", id, o, err)
			}
		}
	})
}
