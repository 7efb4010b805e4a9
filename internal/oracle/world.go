package oracle

import (
	"maps"
	"slices"
	"time"
)

// World is what is the case at one instant. Names are the ids of the API.
type World struct {
	Now time.Time

	users         map[string]user
	organizations map[string]organization
	subscriptions map[string]subscription // by organization
	owners        map[pair]time.Time      // organization, user: since when
	groups        map[string]group
	memberships   map[seat]membership
	links         map[linkKey]link
	invitations   map[string]invitation
	admins        map[pair]admin     // root, user
	teams         map[string]team    // tenant groups
	places        map[pair]time.Time // tenant group, organization: since when
	teamUsers     map[pair]teamUser  // tenant group, user
	resources     map[Object]resource
	keys          map[string]key

	roots map[string]bool // organizations that have, or had, a tree with a trail
	used  map[Object]bool // ids that were given once, and are never given again
	kept  map[string]kept // answers for repeats, by who called and with which key
	made  int             // how many ids the service has chosen
	Ended map[string]bool // what has ended by itself
}

// Object names a thing by its type and id.
type Object struct{ Type, ID string }

type pair struct{ of, name string }

type user struct {
	email    string
	verified bool
	name     string
	off      bool // deactivated
	erasures int  // each is a change, also of who was erased before
}

type organization struct {
	parent         string // "" for a root
	name           string
	domain         string
	dashboard      string
	dnd            map[string]any // nil for none
	delegated      bool
	delegatedSince time.Time
	halted         bool // suspended itself
	created        time.Time
}

type subscription struct{ plan, status string }

type group struct {
	home    string
	name    string
	claims  []string
	created time.Time
}

type seat struct{ group, role, user string }

type membership struct {
	since, expires time.Time
	self           bool // made himself a member
}

// linkKey is a group and where it is linked: an organization, or a tenant group.
type linkKey struct {
	group string
	place Object
}

type link struct {
	subtree          bool
	claims           []string // nil for all
	created, expires time.Time
}

type invitation struct {
	group, email, role, state, by string
	created, sent, expires        time.Time
	token                         string
}

type admin struct {
	role, below string
	reach       string // "all", "list", "except"
	named       []string
	since       time.Time
}

type team struct{ root, parent, name string }

type teamUser struct {
	administrator, all bool
	modules            []string
	since              time.Time
}

type resource struct {
	organization, name, parent string
	assigned                   []Object
}

type key struct {
	organization, name        string
	subject                   Object
	created, expires, revoked time.Time
	expired                   bool
}

type kept struct {
	request string
	answer  Answer
	until   time.Time
}

// New is a world with nothing in it.
func New(now time.Time) *World {
	return &World{
		Now: now, users: map[string]user{}, organizations: map[string]organization{}, subscriptions: map[string]subscription{},
		owners: map[pair]time.Time{}, groups: map[string]group{}, memberships: map[seat]membership{}, links: map[linkKey]link{},
		invitations: map[string]invitation{}, admins: map[pair]admin{}, teams: map[string]team{}, places: map[pair]time.Time{},
		teamUsers: map[pair]teamUser{}, resources: map[Object]resource{}, keys: map[string]key{},
		roots: map[string]bool{}, used: map[Object]bool{}, kept: map[string]kept{}, Ended: map[string]bool{},
	}
}

// Clone is a world of its own. Slices are never altered in place, so they are shared.
func (w *World) Clone() *World {
	return &World{
		Now: w.Now, users: maps.Clone(w.users), organizations: maps.Clone(w.organizations), subscriptions: maps.Clone(w.subscriptions),
		owners: maps.Clone(w.owners), groups: maps.Clone(w.groups), memberships: maps.Clone(w.memberships), links: maps.Clone(w.links),
		invitations: maps.Clone(w.invitations), admins: maps.Clone(w.admins), teams: maps.Clone(w.teams), places: maps.Clone(w.places),
		teamUsers: maps.Clone(w.teamUsers), resources: maps.Clone(w.resources), keys: maps.Clone(w.keys),
		roots: maps.Clone(w.roots), used: maps.Clone(w.used), kept: maps.Clone(w.kept), made: w.made, Ended: maps.Clone(w.Ended),
	}
}

// Pass lets time go by: what ends by then has ended.
func (w *World) Pass(d time.Duration) {
	w.Now = w.Now.Add(d)
	over := func(at time.Time) bool { return !at.IsZero() && !w.Now.Before(at) }
	for s, m := range w.memberships {
		if over(m.expires) {
			w.Ended["group."+s.role+":"+s.group+"/"+s.user] = true
			delete(w.memberships, s)
		}
	}
	for k, l := range w.links {
		if over(l.expires) {
			w.Ended["link:"+k.group+"/"+k.place.ID] = true
			delete(w.links, k)
		}
	}
	for id, i := range w.invitations {
		if i.state == "pending" && over(i.expires) {
			i.state = "expired"
			w.invitations[id] = i
			w.Ended["invitation:"+id] = true
		}
	}
	for id, k := range w.keys {
		if !k.expired && k.revoked.IsZero() && over(k.expires) {
			k.expired = true
			w.keys[id] = k
			w.Ended["access_key:"+id] = true
		}
	}
}

// Where things are.

func (w *World) root(id string) string {
	if parent := w.organizations[id].parent; parent != "" {
		return w.root(parent)
	}
	return id
}

// above are the organizations above one, the nearest first.
func (w *World) above(id string) []string {
	parent := w.organizations[id].parent
	if parent == "" {
		return nil
	}
	return append([]string{parent}, w.above(parent)...)
}

func (w *World) isBelow(id, other string) bool { return slices.Contains(w.above(id), other) }

func (w *World) depth(id string) int { return len(w.above(id)) + 1 }

// subtree are an organization and all below it, in order of their names.
func (w *World) subtree(top string) (ids []string) {
	for id := range w.organizations {
		if id == top || w.isBelow(id, top) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// height is how many levels a part of a tree has.
func (w *World) height(top string) (n int) {
	for _, id := range w.subtree(top) {
		n = max(n, w.depth(id)-w.depth(top)+1)
	}
	return n
}

// suspended is D-7: by itself, or by one above.
func (w *World) suspended(id string) bool {
	o := w.organizations[id]
	return o.halted || o.parent != "" && w.suspended(o.parent)
}

func (w *World) active(id string) bool {
	u, known := w.users[id]
	return known && !u.off
}

// plan is what the subscription of an organization gives (R-8, D-26).
func (w *World) plan(id string) string {
	if s := w.subscriptions[id]; s.status == "active" {
		return s.plan
	}
	return "free"
}

func (w *World) licensed(id string) bool { return w.plan(w.root(id)) == "enterprise" }

// chain are a tenant group and those above it, the nearest first.
func (w *World) chain(id string) []string {
	if id == "" {
		return nil
	}
	return append([]string{id}, w.chain(w.teams[id].parent)...)
}

// covered are the organizations in a tenant group and in its subgroups.
func (w *World) covered(id string) (ids []string) {
	for p := range w.places {
		if slices.Contains(w.chain(p.of), id) && !slices.Contains(ids, p.name) {
			ids = append(ids, p.name)
		}
	}
	slices.Sort(ids)
	return ids
}

// reaches tells since when a tenant group reaches an organization.
func (w *World) reaches(id, organization string) (since time.Time, ok bool) {
	for p, at := range w.places {
		if p.name == organization && slices.Contains(w.chain(p.of), id) && (!ok || at.Before(since)) {
			since, ok = at, true
		}
	}
	return since, ok
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func latest(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}

// firstEnd is the earlier of two ends; zero is none.
func firstEnd(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
