package storetest

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var peopleTests = map[string]func(world){
	"People page by id":                              pagesOfPeople,
	"People stand in one of the places":              peopleInPlaces,
	"People match a text whatever its case":          peopleByText,
	"Rows without force are no standing":             peopleWithoutForce,
	"RowsOfPeople are those of the users and places": rowsOfPeople,
	"Invited mailboxes page in order":                invitedPages,
	"Mailboxes are invited until an instant":         invitedUntil,
	"Mailboxes match a part of an address":           invitedByText,
	"People and their rows are many, in many places": peopleInManyPlaces,
	"People stand in tenant groups":                  peopleInTenantGroups,
}

func pagesOfPeople(w world) {
	keys := manyRows(w)
	w.look(func(s tenancy.Snapshot) {
		for _, places := range []tenancy.Places{
			{OrganizationID: "acme"}, {GroupIDs: []string{"techs"}}, {OrganizationID: "acme", GroupIDs: []string{"techs", keys[0]}},
		} {
			pages(w, slices.Clone(keys), func(p tenancy.Page) ([]tenancy.User, error) { return s.People(w.ctx(), places, "", p) }, userID)
		}
	})
}

func userID(u tenancy.User) string { return u.ID }

// threePlaces has ann and ben as owners of a and b, ben and cid in the groups g and h of a.
func threePlaces(w world) {
	a, b := root("a"), root("b")
	g, h := group("g", a), group("h", a)
	w.commit(create(user("ann")), create(user("ben")), create(user("cid")), create(a), create(b), create(g), create(h),
		create(owner(a, "ann")), create(owner(b, "ben")),
		create(membership(g, tenancy.GroupOwner, "ben")), create(membership(g, tenancy.GroupMember, "ben")),
		create(membership(h, tenancy.GroupMember, "cid")))
}

func (w world) people(places tenancy.Places, text string) (ids []string) {
	w.look(func(s tenancy.Snapshot) {
		users, err := s.People(w.ctx(), places, text, tenancy.PageAll)
		require.NoError(w.t, err)
		for _, u := range users {
			ids = append(ids, u.ID)
		}
	})
	return ids
}

func peopleInPlaces(w world) {
	threePlaces(w)
	require.Empty(w.t, w.people(tenancy.Places{}, ""))
	require.Equal(w.t, []string{"ann"}, w.people(tenancy.Places{OrganizationID: "a"}, ""))
	require.Equal(w.t, []string{"ben"}, w.people(tenancy.Places{GroupIDs: []string{"g"}}, ""))
	require.Equal(w.t, []string{"ben", "cid"}, w.people(tenancy.Places{OrganizationID: "b", GroupIDs: []string{"h", "g", "h", "nowhere"}}, ""))
	w.look(func(s tenancy.Snapshot) {
		users, err := s.People(w.ctx(), tenancy.Places{OrganizationID: "a"}, "", tenancy.PageAll)
		require.NoError(w.t, err)
		ann := user("ann")
		ann.Version = 1
		require.Equal(w.t, []tenancy.User{ann}, users)
	})
}

func peopleByText(w world) {
	threePlaces(w)
	cid := user("cid")
	cid.Name, cid.Email = "ＣＩＤ Straße 100%", "Cid@Example.ORG"
	w.commit(alter(user("cid"), cid))
	everywhere := tenancy.Places{OrganizationID: "a", GroupIDs: []string{"g", "h"}}
	for text, want := range map[string][]string{
		"ANN": {"ann"}, "example.org": {"ann", "ben", "cid"}, "name of": {"ann", "ben"}, "cid strasse": {"cid"},
		"0%": {"cid"}, "%": {"cid"}, "_": nil, "nn": {"ann"}, "overview": nil,
	} {
		require.Equal(w.t, want, w.people(everywhere, text), "text %q", text)
	}
}

func peopleWithoutForce(w world) {
	threePlaces(w)
	a := root("a")
	everywhere := tenancy.Places{OrganizationID: "a", GroupIDs: []string{"g", "h"}}
	ann, cid := owner(a, "ann"), membership(group("h", a), tenancy.GroupMember, "cid")
	for _, force := range []struct{ inactive, suspended bool }{{true, false}, {false, true}, {true, true}} {
		ann2, cid2 := ann, cid
		ann2.Inactive, ann2.Suspended, cid2.Inactive, cid2.Suspended = force.inactive, force.suspended, force.inactive, force.suspended
		w.commit(alter(ann, ann2), alter(cid, cid2))
		require.Equal(w.t, []string{"ben"}, w.people(everywhere, ""))
		require.Empty(w.t, w.standing(everywhere, "ann", "cid"))
		w.commit(alter(ann2, ann), alter(cid2, cid))
	}
	require.Equal(w.t, []string{"ann", "ben", "cid"}, w.people(everywhere, ""))
}

func (w world) standing(places tenancy.Places, users ...string) (rows []tenancy.Row) {
	w.look(func(s tenancy.Snapshot) {
		var err error
		rows, err = s.RowsOfPeople(w.ctx(), places, users)
		require.NoError(w.t, err)
	})
	return rows
}

func rowsOfPeople(w world) {
	threePlaces(w)
	a, b := root("a"), root("b")
	g, h := group("g", a), group("h", a)
	ben := []tenancy.Row{membership(g, tenancy.GroupOwner, "ben"), membership(g, tenancy.GroupMember, "ben")}
	require.ElementsMatch(w.t, ben, w.standing(tenancy.Places{OrganizationID: "a", GroupIDs: []string{"g", "h"}}, "ben", "nobody"))
	require.ElementsMatch(w.t, []tenancy.Row{owner(b, "ben")}, w.standing(tenancy.Places{OrganizationID: "b", GroupIDs: []string{"h"}}, "ben"))
	require.ElementsMatch(w.t, append(ben, owner(a, "ann"), membership(h, tenancy.GroupMember, "cid")),
		w.standing(tenancy.Places{OrganizationID: "a", GroupIDs: []string{"g", "h"}}, "ann", "ben", "cid"))
	require.Empty(w.t, w.standing(tenancy.Places{OrganizationID: "a", GroupIDs: []string{"g", "h"}}))
	require.Empty(w.t, w.standing(tenancy.Places{}, "ann", "ben", "cid"))
}

// peopleInManyPlaces has every key in a group of its own.
func peopleInManyPlaces(w world) {
	keys := manyRows(w)
	var rows []tenancy.RowChange
	north := child("north", root("acme"))
	for i, id := range keys {
		rows = append(rows, create(membership(group(id, north), tenancy.GroupOwner, keys[len(keys)-1-i])))
	}
	w.commit(rows...)
	w.look(func(s tenancy.Snapshot) {
		pages(w, slices.Clone(keys), func(p tenancy.Page) ([]tenancy.User, error) {
			return s.People(w.ctx(), tenancy.Places{GroupIDs: keys}, "", p)
		}, userID)
	})
	require.Len(w.t, w.standing(tenancy.Places{GroupIDs: keys}, keys...), len(keys))
}

// peopleInTenantGroups has every key in one of two tenant groups, or in both.
func peopleInTenantGroups(w world) {
	t := newTeams(w)
	var keys []string
	var rows []tenancy.RowChange
	for i := range many {
		id := key(i)
		keys = append(keys, id)
		rows = append(rows, create(user(id)))
		if i%3 != 1 {
			rows = append(rows, create(tenantGroupUser(t.top, id)))
		}
		if i%3 != 2 {
			rows = append(rows, create(tenantGroupUser(t.side, id)))
		}
	}
	w.commit(rows...)
	both := tenancy.Places{TenantGroupIDs: []string{"top", "side"}}
	w.look(func(s tenancy.Snapshot) {
		pages(w, slices.Clone(keys), func(p tenancy.Page) ([]tenancy.User, error) { return s.People(w.ctx(), both, "", p) }, userID)
	})
	require.Equal(w.t, []string{keys[5]}, w.people(both, keys[5]))
	require.Equal(w.t, []string{"ann"}, w.people(tenancy.Places{TenantGroupIDs: []string{"mid"}}, ""), "not those below or above")
	require.ElementsMatch(w.t, []tenancy.Row{tenantGroupUser(t.top, keys[3]), tenantGroupUser(t.side, keys[3])}, w.standing(both, keys[3], "ann"))
	ann := tenantGroupUser(t.mid, "ann")
	for _, without := range []func(*tenancy.TenantGroupUser){
		func(u *tenancy.TenantGroupUser) { u.Inactive = true }, func(u *tenancy.TenantGroupUser) { u.Suspended = true },
	} {
		after := ann
		without(&after)
		w.commit(alter(ann, after))
		require.Empty(w.t, w.people(tenancy.Places{TenantGroupIDs: []string{"mid"}}, ""))
		require.Empty(w.t, w.standing(tenancy.Places{TenantGroupIDs: []string{"mid"}}, "ann"))
		w.commit(alter(after, ann))
	}
}

func invitedPages(w world) {
	techs, sales := groupWorld(w)
	var rows []tenancy.RowChange
	var boxes []string
	for i := range many {
		boxes = append(boxes, key(i))
		rows = append(rows, create(invitation("t"+key(i), techs, key(i))), create(invitation("s"+key(i), sales, key(i))))
	}
	w.commit(rows...)
	w.look(func(s tenancy.Snapshot) {
		pages(w, boxes, func(p tenancy.Page) ([]string, error) {
			return s.InvitedMailboxes(w.ctx(), []string{"techs", "sales"}, "", minute(10), p)
		}, func(mailbox string) string { return mailbox })
		found, err := s.InvitationsOfMailboxes(w.ctx(), []string{"sales", "techs"}, []string{key(7), key(3)}, minute(10))
		require.NoError(w.t, err)
		require.Equal(w.t, []string{"s" + key(3), "t" + key(3), "s" + key(7), "t" + key(7)}, invitationIDs(found), "by mailbox and group")
	})
}

func (w world) mailboxes(at time.Time, text string, groups ...string) (found []string, ids []string) {
	w.look(func(s tenancy.Snapshot) {
		var err error
		found, err = s.InvitedMailboxes(w.ctx(), groups, text, at, tenancy.PageAll)
		require.NoError(w.t, err)
		invitations, err := s.InvitationsOfMailboxes(w.ctx(), groups, found, at)
		require.NoError(w.t, err)
		ids = invitationIDs(invitations)
	})
	return found, ids
}

func invitedUntil(w world) {
	techs, sales := groupWorld(w)
	w.commit(create(invitation("c", techs, "box")), create(invitation("d", techs, "a-box")), create(invitation("a", sales, "box")),
		create(inState(invitation("b", techs, "other"), tenancy.InvitationRevoked)))
	for _, c := range []struct {
		groups     []string
		at         time.Time
		boxes, ids []string
	}{
		{[]string{"techs", "sales", "techs"}, minute(10), []string{"a-box", "box"}, []string{"d", "a", "c"}},
		{[]string{"sales"}, minute(39), []string{"box"}, []string{"a"}},
		{[]string{"techs"}, minute(40), nil, nil},
		{[]string{"nobody"}, minute(10), nil, nil},
		{nil, minute(10), nil, nil},
	} {
		boxes, ids := w.mailboxes(c.at, "", c.groups...)
		require.ElementsMatch(w.t, c.boxes, boxes, "%v", c)
		require.Equal(w.t, c.ids, ids, "%v", c)
	}
}

func invitedByText(w world) {
	techs, sales := groupWorld(w)
	i := invitation("i", techs, "box")
	i.Email = "ＺÖE+Work@Example.org"
	w.commit(create(i), create(invitation("j", sales, "box")), create(invitation("k", sales, "other")))
	for text, want := range map[string][]string{"zöe+work": {"box"}, "E-OTHER": {"other"}, "example.ORG": {"box"}, "%": nil, "_": nil} {
		boxes, _ := w.mailboxes(minute(10), text, "techs", "sales")
		require.ElementsMatch(w.t, want, boxes, "text %q", text)
	}
	_, ids := w.mailboxes(minute(10), "work", "techs", "sales")
	require.Equal(w.t, []string{"j", "i"}, ids, "all that the mailbox is invited to")
}

// comparePeople compares who stands in the places, and by which rows.
func (p *player) comparePeople(s tenancy.Snapshot, places tenancy.Places) {
	stand := func(u tenancy.User) bool { return len(p.model.standing(places, u.ID)) > 0 }
	users := selected(p.model, stand, userID)
	same(p, users)(s.People(p.ctx(), places, "", tenancy.PageAll))
	for _, u := range users {
		rows, err := s.RowsOfPeople(p.ctx(), places, []string{u.ID})
		require.NoError(p, err)
		require.ElementsMatch(p, p.model.standing(places, u.ID), rows)
	}
}

// standing are the rows with force by which a user stands in the places.
func (m *model) standing(places tenancy.Places, userID string) (rows []tenancy.Row) {
	for _, row := range m.rows {
		if there := standsIn(places, row); there && userOf(row) == userID && hasForce(row) {
			rows = append(rows, row)
		}
	}
	return rows
}

func standsIn(places tenancy.Places, row tenancy.Row) bool {
	switch r := row.(type) {
	case tenancy.Owner:
		return r.OrganizationID == places.OrganizationID || inAccount(places.Account, r)
	case tenancy.Membership:
		return slices.Contains(places.GroupIDs, r.GroupID) || inAccount(places.Account, r)
	case tenancy.TenantGroupUser:
		return slices.Contains(places.TenantGroupIDs, r.TenantGroupID)
	}
	return inAccount(places.Account, row)
}

func hasForce(row tenancy.Row) bool {
	switch r := row.(type) {
	case tenancy.Owner:
		return !r.Inactive && !r.Suspended
	case tenancy.Membership:
		return !r.Inactive && !r.Suspended
	case tenancy.Administrator:
		return !r.Inactive && !r.Suspended
	case tenancy.TenantGroupUser:
		return !r.Inactive && !r.Suspended
	}
	return false
}
