package sqlite

import (
	"context"
	"sync"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// maxRemembered bounds how many resources a memory holds, in some 20 MB. One that is full
// is begun anew.
const maxRemembered = 100_000

// memory remembers the trees of resources at their committed versions, so that a check
// asks no database. It is exact because every change of a tree comes from this process,
// which holds the data directory, and goes through leave and settle:
//
//   - leave forgets the trees that a transaction is about to commit, before it does. From
//     there on they are read from the database, which tells the moment of the commit.
//   - What is read while a transaction commits is not remembered, and neither is what was
//     read across one: it may be the state before. So it does not matter either what
//     became of a commit whose outcome is unknown.
type memory struct {
	mu sync.RWMutex
	// commits counts the calls of leave and settle, and committing is how many transactions
	// were left and have not settled. That may be more than one: who has committed settles
	// only when the next one may have begun.
	commits    int64
	committing int
	trees      map[string]*remembered // by root
	resources  map[tenancy.Object]*remembered
}

// remembered is a tree. It is known again when one of its resources is read. A tree that
// has lost a resource is forgotten with all its resources, by being no longer in trees.
type remembered struct {
	tree  tenancy.Tree
	known bool
}

// tree returns the tree of a resource, from memory or from the database.
func (m *memory) tree(ctx context.Context, resource tenancy.Object, read func(context.Context) (tenancy.Tree, error)) (tenancy.Tree, error) {
	m.mu.RLock()
	r, commits := m.resources[resource], m.commits
	if r != nil && r.known {
		tree := r.tree
		m.mu.RUnlock()
		return tree, ctx.Err()
	}
	m.mu.RUnlock()
	tree, err := read(ctx)
	if err == nil {
		m.remember(resource, tree, commits)
	}
	return tree, err
}

// remember keeps what was read when commits transactions had begun or ended.
func (m *memory) remember(resource tenancy.Object, tree tenancy.Tree, commits int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if commits != m.commits || m.committing > 0 {
		return
	}
	if m.resources == nil || len(m.resources) >= maxRemembered {
		m.trees, m.resources = map[string]*remembered{}, map[tenancy.Object]*remembered{}
	}
	r := m.trees[tree.RootID]
	if r == nil {
		r = &remembered{}
		m.trees[tree.RootID] = r
	}
	r.tree, r.known = tree, true
	m.resources[resource] = r
}

// leave is called by whoever has written a change, before the transaction commits.
func (m *memory) leave(change tenancy.Change) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.commits++
	m.committing++
	for _, root := range change.Moves() {
		if r := m.trees[root]; r != nil {
			r.known = false
		}
	}
	for _, rc := range change.Rows {
		if mayLoseResource(rc) {
			delete(m.trees, rc.Before.Tree())
		}
	}
}

// settle is called when a transaction that was left has ended, however it did.
func (m *memory) settle() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.commits++
	m.committing--
}

// mayLoseResource reports whether a resource of the row's tree may be gone after the
// change, or in another tree. Rows that stand for no resource are listed, so that a kind
// that is not known here costs time and nothing else.
func mayLoseResource(rc tenancy.RowChange) bool {
	switch rc.Before.(type) {
	case nil, tenancy.User, tenancy.Subscription, tenancy.Owner, tenancy.Membership, tenancy.Link,
		tenancy.TenantGroupPlace, tenancy.TenantGroupUser:
		return false
	}
	return rc.After == nil || rc.After.Tree() != rc.Before.Tree()
}
