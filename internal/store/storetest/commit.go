package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var commitTests = map[string]func(world){
	"Commit writes every kind of row":                  commitWritesRows,
	"Commit moves each tree of the change by one":      commitMovesTrees,
	"Commit counts the versions of users":              commitCountsUserVersions,
	"Commit refuses a tree that is not in the basis":   commitRefusesUnreadTree,
	"Commit refuses a user who is not in the basis":    commitRefusesUnreadUser,
	"Commit is atomic when a later row fails":          commitIsAtomic,
	"Commit refuses to create a row that is there":     commitRefusesExisting,
	"Commit refuses to change one row into another":    commitRefusesOther,
	"Commit leaves no row that names what was deleted": commitLeavesNoDangling,
}

// oneOfEach commits one row of each kind, in an order in which rows name later ones.
func oneOfEach(w world) []tenancy.Row {
	acme := root("acme")
	north := child("north", acme)
	techs := group("techs", acme, "view_agents", "manage_agents")
	member := membership(techs, tenancy.GroupMember, "ann")
	member.SelfGrant, member.ExpiresAt = true, minute(50)
	narrowed := link(techs, north)
	narrowed.Claims, narrowed.ExpiresAt = []tenancy.Claim{"view_agents"}, minute(40)
	laptop := resource(tenancy.Machine, "laptop", north)
	team := tenantGroup("team", acme)
	rows := []tenancy.Row{
		tenantGroupUser(team, "ann"), tenantGroupPlace(team, north), linkTo(team, techs), subgroup("sub", team), team,
		invitation("inv", techs, "box"), narrowed, member, techs, owner(north, "ann"), north,
		resource(tenancy.BackupConfig, "nightly", north, laptop), accessKey("key", laptop), laptop,
		administrator(acme, "ann", "north"),
		tenancy.Subscription{OrganizationID: "acme", RootID: "acme", Plan: tenancy.PlanPro, Status: tenancy.SubscriptionActive},
		acme, user("ann"),
	}
	var changes []tenancy.RowChange
	for _, row := range rows {
		changes = append(changes, create(row))
	}
	w.commit(changes...)
	return rows
}

// altered changes every column of a row that can change.
func altered(row tenancy.Row) tenancy.Row {
	switch r := row.(type) {
	case tenancy.User:
		r.Email, r.EmailVerified, r.Name, r.State = "new@example.org", true, "New", tenancy.UserDeactivated
		return r
	case tenancy.Organization:
		r.Name, r.DefaultDashboard, r.Isolation, r.State, r.Suspended = "New", "", "delegated", "suspended", true
		r.EmailDomain, r.Administered, r.DelegatedSince = r.ID+".example", true, minute(50)
		r.DoNotDisturb = tenancy.DoNotDisturb{From: "22:00", To: "06:00", TimeZone: "Europe/Berlin"}
		return r
	case tenancy.Subscription:
		r.Plan, r.Status = tenancy.PlanEnterprise, tenancy.SubscriptionCanceled
		return r
	case tenancy.Owner:
		r.Since, r.Inactive, r.Suspended = minute(50), true, true
		return r
	case tenancy.Group:
		r.Name, r.Claims, r.Suspended = "New", nil, true
		return r
	case tenancy.Membership:
		r.Since, r.ExpiresAt, r.SelfGrant, r.Inactive, r.Suspended = minute(50), time.Time{}, false, true, true
		return r
	case tenancy.Invitation:
		r.Email, r.Mailbox, r.Role, r.State = "new@example.org", "new", tenancy.GroupOwner, tenancy.InvitationAccepted
		r.CreatedAt, r.SentAt, r.ExpiresAt = minute(50), minute(51), minute(52)
		return r
	case tenancy.Link:
		r.Scope, r.Claims, r.ExpiresAt = tenancy.ScopeSubtree, []tenancy.Claim{}, time.Time{}
		r.CreatedAt, r.Unlicensed, r.Suspended = minute(50), true, true
		return r
	case tenancy.Resource:
		r.Name, r.ParentID, r.AssignedTo, r.Suspended = "New", "", nil, true
		return r
	case tenancy.AccessKey:
		r.Name, r.Hash, r.CreatedAt, r.ExpiresAt, r.RevokedAt, r.Suspended = "New", []byte{9}, minute(50), minute(51), minute(52), true
		r.Expired = true
		return r
	case tenancy.TenantGroup:
		r.Name, r.CreatedAt, r.Inherited, r.Suspended = "New", minute(50), []string{"invoicing", "payroll"}, true
		return r
	case tenancy.TenantGroupPlace:
		r.Since, r.Modules, r.Suspended = minute(50), []string{"payroll"}, true
		return r
	case tenancy.TenantGroupUser:
		r.GroupAdministrator, r.AllTenantPermissions, r.Modules = true, false, []string{"invoicing", "payroll"}
		r.Since, r.Inactive, r.Suspended = minute(50), true, true
		return r
	case tenancy.Administrator:
		r.Role, r.SubaccountRole, r.Subaccounts = tenancy.AccountReadOnly, tenancy.AccountOwner, tenancy.Subaccounts{Reach: tenancy.ReachExcept}
		r.Since, r.Inactive, r.Suspended = minute(50), true, true
		return r
	}
	return row
}

func commitWritesRows(w world) {
	created := oneOfEach(w)
	w.holds(created, 1, minute(40))
	var changes, removals []tenancy.RowChange
	var after []tenancy.Row
	for _, row := range created {
		changes = append(changes, alter(row, altered(row)))
		after = append(after, altered(row))
		removals = append(removals, remove(altered(row)))
	}
	w.commit(changes...)
	w.holds(after, 2, time.Time{})
	w.commit(removals...)
	require.Equal(w.t, map[string]tenancy.Row{"ended-tree acme": tenancy.EndedTree{RootID: "acme", Version: 3}}, w.rows())
}

// holds asserts that the record has these rows and no others, beside the tree acme, and
// that users are in the version. The next of them ends at end.
func (w world) holds(rows []tenancy.Row, version int64, end time.Time) {
	w.t.Helper()
	want := map[string]tenancy.Row{"tree acme": tenancy.Tree{RootID: "acme", Version: version, EndsAt: end}}
	for _, row := range rows {
		if u, ok := row.(tenancy.User); ok {
			u.Version = version
			row = u
		}
		want[rowKey(row)] = row
	}
	require.Equal(w.t, want, w.rows())
}

func commitMovesTrees(w world) {
	a, b := root("a"), root("b")
	w.commit(create(user("ann")))
	require.Equal(w.t, map[string]int64{"a": 1}, w.commit(create(a)))
	require.Equal(w.t, map[string]int64{"b": 1}, w.commit(create(b)))
	require.Equal(w.t, map[string]int64{"a": 2}, w.commit(create(owner(a, "ann"))))
	require.Equal(w.t, map[string]int64{"a": 3, "b": 2},
		w.commit(alter(owner(a, "ann"), altered(owner(a, "ann"))), create(owner(b, "ann"))))
	require.Empty(w.t, w.commit(alter(user("ann"), altered(user("ann")))))
	w.look(func(s tenancy.Snapshot) {
		require.EqualValues(w.t, 3, w.version(s, "a"))
		require.EqualValues(w.t, 2, w.version(s, "b"))
		require.EqualValues(w.t, 0, w.version(s, "c"))
	})
}

func commitCountsUserVersions(w world) {
	w.commit(create(user("ann")))
	w.commit(create(user("ben")))
	for want := int64(2); want < 5; want++ {
		w.commit(alter(user("ann"), altered(user("ann"))))
		w.look(func(s tenancy.Snapshot) {
			require.Equal(w.t, want, w.userVersion(s, "ann"))
			require.EqualValues(w.t, 1, w.userVersion(s, "ben"))
		})
	}
}

func commitRefusesUnreadTree(w world) {
	c := w.change(create(root("a")))
	c.Basis.Trees = nil
	w.fails(nil, c)
}

func commitRefusesUnreadUser(w world) {
	w.commit(create(user("ann")))
	for _, rc := range []tenancy.RowChange{create(user("ben")), alter(user("ann"), user("ann")), remove(user("ann"))} {
		c := w.change(rc)
		c.Basis.Users = nil
		w.fails(nil, c)
	}
}

func commitIsAtomic(w world) {
	oneOfEach(w)
	acme := root("acme")
	w.fails(nil, w.change(create(child("south", acme)), create(user("ben")), remove(owner(acme, "nobody"))))
	w.fails(nil, w.change(create(child("south", acme)), create(user("ben")), alter(owner(acme, "nobody"), owner(acme, "nobody"))))
	// What the failed changes would have created can be created now.
	w.commit(create(child("south", acme)), create(user("ben")))
}

func commitRefusesExisting(w world) {
	for _, row := range oneOfEach(w) {
		if _, isUser := row.(tenancy.User); !isUser {
			w.fails(nil, w.change(create(row)))
		}
	}
}

func commitRefusesOther(w world) {
	oneOfEach(w)
	acme, north := root("acme"), child("north", root("acme"))
	w.fails(nil, w.change(alter(acme, north)))
	w.fails(nil, w.change(alter(acme, tenancy.Subscription{OrganizationID: acme.ID, RootID: acme.RootID})))
}

func commitLeavesNoDangling(w world) {
	oneOfEach(w)
	acme := root("acme")
	w.fails(nil, w.change(remove(child("north", acme)))) // has an owner and a link
	w.fails(nil, w.change(remove(group("techs", acme)))) // has a member, a link and an invitation
	w.fails(nil, w.change(remove(user("ann"))))          // is an owner and a member, and has invited
	w.fails(nil, w.change(create(owner(acme, "nobody"))))
	w.fails(nil, w.change(create(child("east", root("nowhere")))))
}
