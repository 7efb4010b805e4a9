package storetest

import (
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var administratorTests = map[string]func(world){
	"Administrators come by user and match a filter": administratorsFiltered,
	"Administrators page by user":                    pagesOfAdministrators,
	"Administrators belong to both ends":             administratorsBelonging,
	"Owners of an account count once":                accountOwners,
	"Delegated organizations come by id":             delegatedByID,
	"People stand in an account and its subaccounts": peopleInAccount,
}

// administrator is a help desk that reaches all, as a billing clerk there.
func administrator(account tenancy.Organization, userID string, names ...string) tenancy.Administrator {
	a := tenancy.Administrator{
		RootID: account.ID, UserID: userID, Role: tenancy.AccountHelpDesk, SubaccountRole: tenancy.AccountBilling,
		Subaccounts: tenancy.Subaccounts{Reach: tenancy.ReachAll}, Since: minute(7),
	}
	if names != nil {
		a.Subaccounts = tenancy.Subaccounts{Reach: tenancy.ReachList, Organizations: names}
	}
	return a
}

func except(a tenancy.Administrator) tenancy.Administrator {
	a.Subaccounts.Reach = tenancy.ReachExcept
	return a
}

func withRoles(a tenancy.Administrator, role, below tenancy.AccountRole) tenancy.Administrator {
	a.Role, a.SubaccountRole = role, below
	return a
}

// administrator of one of two accounts reaches some of its sub-organizations.
func (p *player) administrator(a, b tenancy.Organization, userID string) tenancy.Administrator {
	account, below := a, []string{p.prefix + "c", p.prefix + "d"}
	if p.flag("other account") {
		account, below = b, []string{p.prefix + "e", p.prefix + "f"}
	}
	names := slices.DeleteFunc(below, func(string) bool { return p.flag("not named") })
	admin := administrator(account, userID, append([]string{}, names...)...)
	admin.Subaccounts.Reach = rapid.SampledFrom([]tenancy.Reach{tenancy.ReachAll, tenancy.ReachList, tenancy.ReachExcept}).Draw(p.T, "reach")
	admin.Role = rapid.SampledFrom(tenancy.AccountRoles).Draw(p.T, "account role")
	admin.Inactive, admin.Suspended = p.flag("inactive"), p.flag("suspended")
	return admin
}

// threeAdministrators has ann and ben in the account a, ben in b, and cid as an owner of a.
func threeAdministrators(w world) {
	a, b := root("a"), root("b")
	w.commit(create(user("ann")), create(user("ben")), create(user("cid")), create(a), create(b),
		create(child("north", a)), create(child("south", a)), create(child("west", b)),
		create(withRoles(administrator(a, "ann", "north", "south"), tenancy.AccountOwner, tenancy.AccountOwner)),
		create(except(administrator(a, "ben", "south"))), create(administrator(b, "ben")), create(owner(a, "cid")))
}

func (w world) administrators(f tenancy.AdministratorFilter) (ids []string) {
	w.look(func(s tenancy.Snapshot) {
		list, err := s.Administrators(w.ctx(), f, tenancy.PageAll)
		require.NoError(w.t, err)
		for _, a := range list {
			ids = append(ids, a.UserID)
		}
	})
	return ids
}

func administratorsFiltered(w world) {
	threeAdministrators(w)
	for _, c := range []struct {
		filter tenancy.AdministratorFilter
		want   []string
	}{
		{tenancy.AdministratorFilter{RootID: "a"}, []string{"ann", "ben"}},
		{tenancy.AdministratorFilter{RootID: "b"}, []string{"ben"}},
		{tenancy.AdministratorFilter{RootID: "north"}, nil},
		{tenancy.AdministratorFilter{RootID: "a", Text: "OF BE"}, []string{"ben"}},
		{tenancy.AdministratorFilter{RootID: "a", Text: "%"}, nil},
		{tenancy.AdministratorFilter{RootID: "a", Role: "owner"}, []string{"ann"}},
		{tenancy.AdministratorFilter{RootID: "a", SubaccountRole: "billing"}, []string{"ben"}},
		{tenancy.AdministratorFilter{RootID: "a", Role: "owner", SubaccountRole: "billing"}, nil},
		{tenancy.AdministratorFilter{RootID: "a", Role: "help_desk", SubaccountRole: "billing", Text: "ben@"}, []string{"ben"}},
	} {
		require.Equal(w.t, c.want, w.administrators(c.filter), "%+v", c.filter)
	}
	w.look(func(s tenancy.Snapshot) {
		same := func(want tenancy.Administrator) func(tenancy.Administrator, error) {
			return func(got tenancy.Administrator, err error) {
				require.NoError(w.t, err)
				require.Equal(w.t, want, got)
			}
		}
		same(except(administrator(root("a"), "ben", "south")))(s.Administrator(w.ctx(), "a", "ben"))
		same(administrator(root("b"), "ben"))(s.Administrator(w.ctx(), "b", "ben"))
		_, err := s.Administrator(w.ctx(), "b", "ann")
		require.ErrorIs(w.t, err, tenancy.ErrNoRow)
	})
}

func pagesOfAdministrators(w world) {
	keys := manyRows(w)
	rows := make([]tenancy.RowChange, len(keys))
	for i, id := range keys {
		rows[i] = create(administrator(root("acme"), id))
	}
	w.commit(rows...)
	w.look(func(s tenancy.Snapshot) {
		pages(w, slices.Clone(keys), func(p tenancy.Page) ([]tenancy.Administrator, error) {
			return s.Administrators(w.ctx(), tenancy.AdministratorFilter{RootID: "acme"}, p)
		}, func(a tenancy.Administrator) string { return a.UserID })
		for _, at := range []tenancy.AccountPlace{{RootID: "acme"}, {RootID: "acme", SubaccountID: "north"}} {
			pages(w, slices.Clone(keys), func(p tenancy.Page) ([]tenancy.User, error) {
				return s.People(w.ctx(), tenancy.Places{Account: at}, "", p)
			}, userID)
		}
	})
}

// administratorsBelonging: a change of who is named is found too.
func administratorsBelonging(w world) {
	threeAdministrators(w)
	a, b := root("a"), root("b")
	ann := withRoles(administrator(a, "ann", "north", "south"), tenancy.AccountOwner, tenancy.AccountOwner)
	ben := except(administrator(a, "ben", "south"))
	w.belong([]tenancy.Row{child("north", a), ann}, "north")
	w.belong([]tenancy.Row{child("north", a), child("south", a), ann, ben}, "north", "south")
	w.belong([]tenancy.Row{a, owner(a, "cid"), child("south", a), ann, ben}, "a", "south")
	w.belong([]tenancy.Row{b, child("west", b), administrator(b, "ben")}, "b", "west")
	less := ann
	less.Subaccounts.Organizations = []string{"south"}
	w.commit(alter(ann, less), remove(ben))
	w.belong([]tenancy.Row{child("north", a)}, "north")
	w.belong([]tenancy.Row{child("south", a), less}, "south")
	w.fails(nil, w.change(remove(child("south", a))))
	w.commit(remove(less), remove(child("south", a)))
}

func (w world) belong(want []tenancy.Row, ids ...string) {
	w.look(func(s tenancy.Snapshot) {
		got, err := s.RowsOfOrganizations(w.ctx(), ids)
		require.NoError(w.t, err)
		require.ElementsMatch(w.t, want, got, ids)
	})
}

func accountOwners(w world) {
	a := root("a")
	admin := func(id string, role tenancy.AccountRole) tenancy.Administrator {
		return withRoles(administrator(a, id), role, role)
	}
	gone, out := admin("ben", tenancy.AccountOwner), owner(a, "cid")
	gone.Inactive, out.Inactive = true, true
	w.commit(create(user("ann")), create(user("ben")), create(user("cid")), create(user("dan")), create(a), create(root("b")),
		create(owner(a, "ann")), create(out), create(admin("ann", tenancy.AccountOwner)), create(gone), create(admin("dan", tenancy.AccountHelpDesk)))
	count := func(want int) {
		w.look(func(s tenancy.Snapshot) {
			w.counts(want)(s.ActiveAccountOwners(w.ctx(), "a"))
			w.counts(0)(s.ActiveAccountOwners(w.ctx(), "b"))
		})
	}
	count(1)
	w.commit(alter(admin("dan", tenancy.AccountHelpDesk), admin("dan", tenancy.AccountOwner)))
	count(2)
}

func delegatedByID(w world) {
	a, b := root("a"), root("b")
	open := func(o tenancy.Organization) tenancy.Organization {
		o.Isolation = tenancy.Delegated
		return o
	}
	w.commit(create(a), create(b), create(open(child("z", a))), create(child("y", a)), create(open(child("x", child("y", a)))), create(open(child("w", b))))
	w.look(func(s tenancy.Snapshot) {
		ids, err := s.Delegated(w.ctx(), "a")
		require.NoError(w.t, err)
		require.Equal(w.t, []string{"x", "z"}, ids)
		ids, err = s.Delegated(w.ctx(), "z")
		require.NoError(w.t, err)
		require.Empty(w.t, ids)
	})
}

func peopleInAccount(w world) {
	threeAdministrators(w)
	a := root("a")
	g := group("g", a, "owner")
	w.commit(create(user("dan")), create(user("eve")), create(g), create(membership(g, tenancy.GroupMember, "dan")),
		create(membership(g, tenancy.GroupOwner, "eve")), create(owner(child("north", a), "eve")))
	for _, c := range []struct {
		places tenancy.Places
		want   []string
	}{
		{tenancy.Places{Account: tenancy.AccountPlace{RootID: "a"}}, []string{"ann", "ben"}},
		{tenancy.Places{Account: tenancy.AccountPlace{RootID: "b"}}, []string{"ben"}},
		{tenancy.Places{Account: tenancy.AccountPlace{RootID: "a", SubaccountID: "north"}}, []string{"ann", "ben", "cid"}},
		{tenancy.Places{Account: tenancy.AccountPlace{RootID: "a", SubaccountID: "south"}}, []string{"ann", "cid"}},
		{tenancy.Places{Account: tenancy.AccountPlace{RootID: "a", SubaccountID: "other", OwnerGroupIDs: []string{"g"}}}, []string{"ben", "cid", "dan"}},
		{tenancy.Places{OrganizationID: "north", Account: tenancy.AccountPlace{RootID: "a", SubaccountID: "south"}}, []string{"ann", "cid", "eve"}},
		{tenancy.Places{GroupIDs: []string{"g"}, Account: tenancy.AccountPlace{RootID: "a", SubaccountID: "south", OwnerGroupIDs: []string{"g"}}},
			[]string{"ann", "cid", "dan", "eve"}},
	} {
		require.Equal(w.t, c.want, w.people(c.places, ""), "%+v", c.places)
		var users []string
		for _, row := range w.standing(c.places, "ann", "ben", "cid", "dan", "eve") {
			users = append(users, userOf(row))
		}
		require.ElementsMatch(w.t, c.want, users, "%+v", c.places)
	}
}

func userOf(row tenancy.Row) string {
	switch r := row.(type) {
	case tenancy.Owner:
		return r.UserID
	case tenancy.Membership:
		return r.UserID
	case tenancy.Administrator:
		return r.UserID
	case tenancy.TenantGroupUser:
		return r.UserID
	}
	return ""
}

// inAccount reports whether a user with the row stands in a place of an account by it.
func inAccount(at tenancy.AccountPlace, row tenancy.Row) bool {
	switch r := row.(type) {
	case tenancy.Owner:
		return at.SubaccountID != "" && r.OrganizationID == at.RootID
	case tenancy.Membership:
		return r.Role == tenancy.GroupMember && slices.Contains(at.OwnerGroupIDs, r.GroupID)
	case tenancy.Administrator:
		named := slices.Contains(r.Subaccounts.Organizations, at.SubaccountID)
		reaches := map[tenancy.Reach]bool{tenancy.ReachAll: true, tenancy.ReachList: named, tenancy.ReachExcept: !named}
		return r.RootID == at.RootID && (at.SubaccountID == "" || reaches[r.Subaccounts.Reach])
	}
	return false
}
