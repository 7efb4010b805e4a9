package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var propertyTests = map[string]func(world){
	"The record is what its changes imply": recordFollowsChanges,
}

// recordFollowsChanges commits random changes to the store and to a model, and compares
// all that can be read. The runs share one store and differ in their ids, so each also
// shows that it is not disturbed by the trees of the others.
func recordFollowsChanges(w world) {
	runs := 0
	rapid.Check(w.t.(*testing.T), func(rt *rapid.T) {
		runs++
		p := &player{world: world{t: rt, Store: w.Store, clock: w.clock}, T: rt, model: newModel(), prefix: fmt.Sprintf("r%d-", runs)}
		p.model.trails[""] = p.trail("")
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			p.step()
		}
		p.compare()
	})
}

// player takes random steps in a world of two trees, six organizations, three groups and
// three users.
type player struct {
	world
	*rapid.T
	model  *model
	prefix string
}

func (p *player) pick(label string, from ...string) string {
	return p.prefix + rapid.SampledFrom(from).Draw(p.T, label)
}

func (p *player) flag(label string) bool { return rapid.Bool().Draw(p.T, label) }

// step commits a change of one to four rows, sometimes on a stale basis, or records.
func (p *player) step() {
	if rapid.IntRange(0, 9).Draw(p.T, "record") == 0 {
		rootID := p.pick("trail", "a", "b")
		require.NoError(p, p.Record(p.ctx(), refused(rootID)))
		p.model.record(refused(rootID), rootID)
		return
	}
	var c tenancy.Change
	seen := map[string]bool{}
	for range rapid.IntRange(1, 4).Draw(p.T, "rows") {
		if rc, ok := p.rowChange(); ok && !seen[rowKeyOf(rc)] && p.referenced(rc, c.Rows) {
			seen[rowKeyOf(rc)] = true
			c.Rows = append(c.Rows, rc)
		}
	}
	c.Event = tenancy.Event{At: minute(6), Action: "step", Actor: tenancy.Object{Type: "user", ID: p.pick("actor", "u", "v")},
		Result: tenancy.ResultDone, Detail: map[string]string{"n": fmt.Sprint(len(c.Rows))}}
	c.About = map[string][]string{p.prefix + "a": {p.pick("about a", "a", "c")}, p.prefix + "b": {p.pick("about b", "b", "e")}}
	c.Basis = p.basis(c)
	want := p.model.apply(c)
	_, err := p.Commit(p.ctx(), c, nil)
	require.ErrorIs(p, err, want)
}

func rowKeyOf(rc tenancy.RowChange) string {
	if rc.After != nil {
		return rowKey(rc.After)
	}
	return rowKey(rc.Before)
}

func (p *player) basis(c tenancy.Change) tenancy.Basis {
	b := tenancy.Basis{Trees: map[string]int64{}, Users: map[string]int64{}, Released: p.model.released}
	for _, id := range append(c.Moves(), p.pick("compared tree", "a", "b")) {
		b.Trees[id] = p.model.version(id)
	}
	for _, rc := range c.Rows {
		if kind, id, _ := strings.Cut(rowKeyOf(rc), " "); kind == "user" {
			b.Users[id] = p.model.userVersion(id)
		}
	}
	if rapid.IntRange(0, 7).Draw(p.T, "stale") == 0 {
		id := p.pick("stale tree", "a", "b")
		b.Trees[id] = p.model.version(id) + 1
	}
	return b
}

// rowChange creates a row that is not there; one that is there it alters or, if nothing
// names it, removes.
func (p *player) rowChange() (tenancy.RowChange, bool) {
	row := p.row()
	before, there := p.model.rows[rowKey(row)]
	switch {
	case !there:
		return create(row), true
	case p.flag("remove"):
		return remove(before), !p.named(before)
	case p.flag("alter"):
		return alter(before, altered(before)), true
	default:
		return alter(before, row), true
	}
}

func (p *player) row() tenancy.Row {
	a, b := root(p.prefix+"a"), root(p.prefix+"b")
	all := []tenancy.Organization{a, b, child(p.prefix+"c", a), child(p.prefix+"d", a), child(p.prefix+"e", b), child(p.prefix+"f", b)}
	groups := []tenancy.Group{group(p.prefix+"g", a, "view_agents"), group(p.prefix+"h", all[2]), group(p.prefix+"i", b, "owner", "view_agents")}
	o, g := rapid.SampledFrom(all).Draw(p.T, "organization"), rapid.SampledFrom(groups).Draw(p.T, "group")
	u := user(p.pick("user", "u", "v", "w"))
	t := rapid.SampledFrom(p.tenantGroups(a, b)).Draw(p.T, "tenant group")
	m := resource(tenancy.Machine, p.pick("machine", "m", "n"), o)
	if there, ok := p.model.rows[rowKey(m)].(tenancy.Resource); ok {
		m = there
	}
	config, k := resource(tenancy.BackupConfig, p.pick("config", "c", "d"), o, m), p.accessKey(accessKey(p.pick("key", "k", "l", "m"), m))
	role := rapid.SampledFrom([]tenancy.GroupRole{tenancy.GroupOwner, tenancy.GroupMember}).Draw(p.T, "role")
	i := invitation(p.pick("invitation", "x", "y"), g, "box")
	i.InvitedBy = u.ID
	return rapid.SampledFrom([]tenancy.Row{
		o, o, g, u, t, tenantGroupPlace(t, o), tenantGroupUser(t, u.ID), owner(o, u.ID), p.membership(membership(g, role, u.ID)), p.link(link(g, o)), p.link(linkTo(t, g)), i, m, config, k,
		p.administrator(a, b, u.ID),
		tenancy.Subscription{OrganizationID: o.ID, RootID: o.RootID, Plan: tenancy.PlanPro, Status: tenancy.SubscriptionActive},
	}).Draw(p.T, "row")
}

// membership ends at some time, or never.
func (p *player) membership(m tenancy.Membership) tenancy.Membership {
	m.ExpiresAt = p.end()
	return m
}

func (p *player) link(l tenancy.Link) tenancy.Link {
	l.ExpiresAt = p.end()
	if l.TenantGroupID == "" && p.flag("subtree") {
		l.Scope = tenancy.ScopeSubtree
	}
	return l
}

// accessKey may have ended, in one way or the other.
func (p *player) accessKey(k tenancy.AccessKey) tenancy.AccessKey {
	k.ExpiresAt, k.RevokedAt, k.Expired = p.end(), p.end(), p.flag("expired")
	return k
}

func (p *player) end() time.Time {
	return rapid.SampledFrom([]time.Time{{}, minute(30), minute(35), minute(40)}).Draw(p.T, "end")
}

// names lists the rows that a row names.
func names(row tenancy.Row) []string {
	switch r := row.(type) {
	case tenancy.Organization:
		if !r.IsRoot() {
			return []string{"organization " + r.ParentID}
		}
	case tenancy.Subscription:
		return []string{"organization " + r.OrganizationID}
	case tenancy.Owner:
		return []string{"organization " + r.OrganizationID, "user " + r.UserID}
	case tenancy.Group:
		return []string{"organization " + r.OrganizationID}
	case tenancy.Membership:
		return []string{"group " + r.GroupID, "user " + r.UserID}
	case tenancy.Link:
		keys := []string{"group " + r.GroupID, "organization " + r.OrganizationID}
		if r.TenantGroupID != "" {
			keys = append(keys, "tenant_group "+r.TenantGroupID)
		}
		return keys
	case tenancy.Invitation:
		return []string{"group " + r.GroupID, "organization " + r.OrganizationID, "user " + r.InvitedBy}
	case tenancy.Resource:
		keys := []string{"organization " + r.OrganizationID}
		for _, a := range r.AssignedTo {
			keys = append(keys, resourceKey(a))
		}
		return keys
	case tenancy.AccessKey:
		return []string{"organization " + r.OrganizationID, resourceKey(r.Subject)}
	case tenancy.TenantGroup:
		if r.ParentID == "" {
			return []string{"organization " + r.RootID}
		}
		return []string{"organization " + r.RootID, "tenant_group " + r.ParentID}
	case tenancy.TenantGroupPlace:
		return []string{"tenant_group " + r.TenantGroupID, "organization " + r.OrganizationID}
	case tenancy.TenantGroupUser:
		return []string{"tenant_group " + r.TenantGroupID, "user " + r.UserID}
	case tenancy.Administrator:
		keys := []string{"organization " + r.RootID, "user " + r.UserID}
		for _, id := range r.Subaccounts.Organizations {
			keys = append(keys, "organization "+id)
		}
		return keys
	}
	return nil
}

// named reports whether another row names the row.
func (p *player) named(row tenancy.Row) bool {
	for _, other := range p.model.rows {
		if slices.Contains(names(other), rowKey(row)) {
			return true
		}
	}
	return false
}

// referenced reports whether all that the row names is there, and stays there.
func (p *player) referenced(rc tenancy.RowChange, earlier []tenancy.RowChange) bool {
	for _, key := range names(rc.After) {
		if _, there := p.model.rows[key]; !there {
			return false
		}
		if slices.ContainsFunc(earlier, func(e tenancy.RowChange) bool { return e.After == nil && rowKey(e.Before) == key }) {
			return false
		}
	}
	return rc.After != nil || !slices.ContainsFunc(earlier, func(e tenancy.RowChange) bool {
		return slices.Contains(names(e.After), rowKey(rc.Before))
	})
}
