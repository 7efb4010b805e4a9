package storetest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// model is what a store has to hold, as plain as can be: maps, and loops over them.
type model struct {
	rows map[string]tenancy.Row
	used map[string]bool // by kind and id
	// released has the last tree of each resource that was removed, at its version then.
	released map[tenancy.Object]tenancy.Token
	trails   map[string][]tenancy.Event
}

func newModel() *model {
	return &model{rows: map[string]tenancy.Row{}, used: map[string]bool{}, trails: map[string][]tenancy.Event{},
		released: map[tenancy.Object]tenancy.Token{}}
}

func (m *model) version(rootID string) int64 {
	if ended, ok := m.rows["ended-tree "+rootID].(tenancy.EndedTree); ok {
		return ended.Version
	}
	tree, _ := m.rows["tree "+rootID].(tenancy.Tree)
	return tree.Version
}

func (m *model) userVersion(id string) int64 {
	u, _ := m.rows["user "+id].(tenancy.User)
	return u.Version
}

// apply does what Commit has to do.
func (m *model) apply(c tenancy.Change) error {
	for id, version := range c.Basis.Trees {
		if begins(c, id) && version == 0 {
			continue
		}
		if m.version(id) != version {
			return tenancy.ErrMoved
		}
	}
	for id, version := range c.Basis.Users {
		if m.userVersion(id) != version {
			return tenancy.ErrMoved
		}
	}
	for _, rc := range c.Rows {
		if rc.Before == nil && m.used[rowKey(rc.After)] {
			return tenancy.ErrIDUsed
		}
	}
	m.write(c)
	m.tell(c)
	return nil
}

func begins(c tenancy.Change, rootID string) bool {
	return slices.ContainsFunc(c.Rows, func(rc tenancy.RowChange) bool {
		o, ok := rc.After.(tenancy.Organization)
		return ok && rc.Before == nil && o.ID == rootID
	})
}

func (m *model) write(c tenancy.Change) {
	for _, rc := range c.Rows {
		if rc.After == nil {
			delete(m.rows, rowKey(rc.Before))
			if r, ok := rc.Before.(tenancy.Resource); ok {
				m.released[r.Object()] = tenancy.Token{RootID: r.RootID, Version: m.version(r.RootID) + 1}
			}
			continue
		}
		row := rc.After
		switch r := row.(type) {
		case tenancy.User:
			r.Version = m.userVersion(r.ID) + 1
			row, m.used[rowKey(row)] = r, true
		case tenancy.Organization, tenancy.Group, tenancy.AccessKey, tenancy.Invitation, tenancy.TenantGroup:
			m.used[rowKey(row)] = true
		}
		m.rows[rowKey(row)] = row
	}
	for _, id := range c.Moves() {
		m.move(id)
	}
}

// move begins, moves or ends a tree, which is there as long as its root is one.
func (m *model) move(id string) {
	version := m.version(id) + 1
	delete(m.rows, "tree "+id)
	delete(m.rows, "ended-tree "+id)
	var tree tenancy.Row = tenancy.EndedTree{RootID: id, Version: version}
	if o, ok := m.rows["organization "+id].(tenancy.Organization); ok && o.IsRoot() {
		tree = tenancy.Tree{RootID: id, Version: version, EndsAt: m.endsAt(id)}
	}
	m.rows[rowKey(tree)] = tree
}

// endsAt is the next end of anything in a tree.
func (m *model) endsAt(rootID string) (next time.Time) {
	for _, row := range m.rows {
		end := tenancy.EndOf(row)
		if row.Tree() == rootID && !end.IsZero() && (next.IsZero() || end.Before(next)) {
			next = end
		}
	}
	return next
}

func (m *model) tell(c tenancy.Change) {
	service := len(c.Moves()) == 0
	for _, rc := range c.Rows {
		for _, row := range []tenancy.Row{rc.Before, rc.After} {
			_, isUser := row.(tenancy.User)
			service = service || isUser
		}
	}
	for _, id := range c.Moves() {
		c.Event.Organizations = c.About[id]
		m.record(c.Event, id)
	}
	if service {
		c.Event.Organizations = nil
		m.record(c.Event, "")
	}
}

// record does what Record has to do.
func (m *model) record(e tenancy.Event, rootID string) {
	e.Version = m.version(rootID)
	if e.RootID = rootID; e.Version == 0 {
		e.RootID = ""
	}
	e.Seq = int64(len(m.trails[e.RootID])) + 1
	m.trails[e.RootID] = append(m.trails[e.RootID], e)
}

// selected returns the rows of one kind that match, in order of their keys.
func selected[T tenancy.Row](m *model, match func(T) bool, by func(T) string) []T {
	var list []T
	for row := range maps.Values(m.rows) {
		if r, ok := row.(T); ok && match(r) {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b T) int { return cmp.Compare(by(a), by(b)) })
	return list
}
