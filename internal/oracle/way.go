package oracle

import (
	"slices"
	"strings"
	"time"
)

// kinds are the types of resources.
var kinds = []string{
	"backup_report", "agent", "machine", "encryption_key", "connection_string", "backup_config", "gateway", "monitored_system",
}

func viewing(kind string) string  { return "view_" + kind + "s" }
func managing(kind string) string { return "manage_" + kind + "s" }

// Claims are all claims, in the order in which they are shown.
var Claims = allClaims()

func allClaims() []string {
	claims := []string{"owner", "manage_billing"}
	for _, kind := range kinds {
		claims = append(claims, viewing(kind), managing(kind))
	}
	return claims
}

// inOrder are the claims of a list, none twice.
func inOrder(claims []string) []string {
	return slices.DeleteFunc(slices.Clone(Claims), func(c string) bool { return !slices.Contains(claims, c) })
}

// implied are claims with all that they imply (R-14, API "Claims").
func implied(claims []string) []string {
	if slices.Contains(claims, "owner") {
		return Claims
	}
	all := slices.Clone(claims)
	for _, c := range claims {
		if kind, ok := strings.CutPrefix(c, "manage_"); ok {
			all = append(all, "view_"+kind)
		}
	}
	return inOrder(all)
}

func but(claims []string, without ...string) []string {
	return slices.DeleteFunc(slices.Clone(claims), func(c string) bool { return slices.Contains(without, c) })
}

// roleClaims are what an account role gives (API, "Roles").
func roleClaims(role string) []string {
	isView := func(c string) bool { return strings.HasPrefix(c, "view_") }
	switch role {
	case "owner":
		return []string{"owner"}
	case "administrator":
		return but(Claims, "owner")
	case "help_desk", "read_only":
		return slices.DeleteFunc(slices.Clone(Claims), func(c string) bool { return !isView(c) })
	case "billing":
		return []string{"manage_billing"}
	}
	return nil
}

// rolePermissions are what a role gives that is no claim (API, "Roles"; D-3).
func rolePermissions(role string) []string {
	switch role {
	case "administrator", "all_tenant_permissions":
		return []string{"manage_groups", "manage_users", "view_roster"}
	case "user_manager":
		return []string{"manage_users", "view_roster"}
	case "help_desk":
		return []string{"view_roster"}
	}
	return nil
}

// gives are the claims of a group that come through a link (R-24, D-14).
func gives(g group, l link) []string {
	if l.claims == nil {
		return g.claims
	}
	return slices.DeleteFunc(slices.Clone(implied(g.claims)), func(c string) bool { return !slices.Contains(implied(l.claims), c) })
}

// way is one way in which somebody stands in an organization.
type way struct {
	via, role      string
	claims         []string
	group, team    string
	at             string // where it is managed
	since, expires time.Time
	self           bool
}

// enters tells that the way is one into the organization: to own a group is none (D-28).
func (v way) enters() bool { return v.group == "" || v.role == "member" }

// outside tells that the way can't be changed in the organization.
func (v way) outside(organization string) bool {
	switch v.via {
	case "owner", "group":
		return false
	case "account_role":
		return v.at != organization
	}
	return true
}

// Ways are all in which a person stands in an organization: none of somebody deactivated (D-8),
// and none where it is suspended (D-7).
func (w *World) ways(userID, id string) (ways []way) {
	if !w.active(userID) || w.suspended(id) {
		return nil
	}
	if since, owns := w.owners[pair{id, userID}]; owns {
		ways = append(ways, way{via: "owner", role: "owner", claims: []string{"owner"}, at: id, since: since})
	}
	for s, m := range w.memberships {
		if s.user == userID {
			for _, a := range w.activations(s.group, id) {
				ways = append(ways, a.way(w.groups[s.group], s, m))
			}
		}
	}
	ways = append(ways, w.accountWays(userID, id)...)
	for p, u := range w.teamUsers {
		if since, ok := w.reaches(p.of, id); p.name == userID && ok {
			ways = append(ways, u.ways(p.of, w.teams[p.of].root, since)...)
		}
	}
	return ways
}

// activation is one way in which a group is active in an organization.
type activation struct {
	link  *link // nil at home
	team  string
	since time.Time
}

func (a activation) way(g group, s seat, m membership) way {
	v := way{via: "group", role: s.role, group: s.group, at: g.home, since: m.since, expires: m.expires, self: m.self}
	claims := g.claims
	if a.link != nil {
		v.via, v.team, v.since = "linked_group", a.team, latest(m.since, a.since)
		v.expires, claims = firstEnd(m.expires, a.link.expires), gives(g, *a.link)
	}
	if s.role == "member" {
		v.claims = claims
	}
	return v
}

// activations are those of a group in an organization that has force.
func (w *World) activations(groupID, id string) (list []activation) {
	g := w.groups[groupID]
	if w.suspended(id) || w.suspended(g.home) {
		return nil
	}
	if g.home == id {
		list = append(list, activation{})
	}
	if !w.licensed(id) {
		return list
	}
	for k, l := range w.links {
		since, covers := w.covers(k, l, id)
		if k.group == groupID && covers && g.home != id {
			list = append(list, activation{&l, teamOf(k), latest(l.created, since)})
		}
	}
	return list
}

func teamOf(k linkKey) string {
	if k.place.Type == "tenant_group" {
		return k.place.ID
	}
	return ""
}

// covers tells whether a link was made for an organization: to it, to all of a part of the
// tree in which it is, or to a tenant group that has it, and since when that does.
func (w *World) covers(k linkKey, l link, id string) (since time.Time, ok bool) {
	if k.place.Type == "tenant_group" {
		return w.reaches(k.place.ID, id)
	}
	return time.Time{}, k.place.ID == id || l.subtree && w.isBelow(id, k.place.ID)
}

// accountWays are those by a role in the account (R-40 to R-43, D-4).
func (w *World) accountWays(userID, id string) (ways []way) {
	root, o := w.root(id), w.organizations[id]
	as := func(role string, since time.Time) way {
		return way{via: "account_role", role: role, claims: roleClaims(role), at: root, since: latest(since, o.delegatedSince)}
	}
	a, isAdmin := w.admins[pair{root, userID}]
	if id == root {
		if isAdmin {
			ways = append(ways, as(a.role, a.since))
		}
		return ways
	}
	if !o.delegated {
		return nil
	}
	if isAdmin && a.includes(id) {
		ways = append(ways, as(a.below, a.since))
	}
	if since, owns := w.owners[pair{root, userID}]; owns {
		ways = append(ways, as("owner", since))
	}
	for s, m := range w.memberships {
		g := w.groups[s.group]
		if s.user == userID && s.role == "member" && g.home == root && slices.Contains(g.claims, "owner") {
			v := as("owner", m.since)
			v.expires, v.self = m.expires, m.self
			ways = append(ways, v)
		}
	}
	return ways
}

// includes tells whether an administrator reaches an organization, if it is delegated.
func (a admin) includes(id string) bool {
	switch a.reach {
	case "list":
		return slices.Contains(a.named, id)
	case "except":
		return !slices.Contains(a.named, id)
	}
	return true
}

// ways are what a place in a tenant group gives in an organization.
func (u teamUser) ways(teamID, root string, since time.Time) (ways []way) {
	v := way{via: "tenant_group", team: teamID, at: root, since: latest(u.since, since)}
	if u.all {
		v.role, v.claims = "all_tenant_permissions", but(Claims, "owner")
		ways = append(ways, v)
	}
	if u.administrator {
		v.role, v.claims = "group_administrator", nil
		ways = append(ways, v)
	}
	if ways == nil {
		v.role = "user"
		ways = append(ways, v)
	}
	return ways
}
