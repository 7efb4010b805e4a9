package sqlite

import (
	"context"
	"sync"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// keyMemory remembers the service keys that were asked for since the last commit of
// whichever process: one that is revoked by a command beside the service is read anew on
// its next use.
type keyMemory struct {
	mu    sync.RWMutex
	marks marks
	at    mark // of the commit at which the keys are as remembered
	keys  map[string]tenancy.ServiceKey
}

// maxRememberedKeys bounds the memory. Those that are in use between two commits are few.
const maxRememberedKeys = 1000

// ServiceKey is [Keys.ServiceKey], from memory as long as nothing at all was committed.
func (s *Store) ServiceKey(ctx context.Context, id string) (tenancy.ServiceKey, error) {
	key, now, ok := s.keys.remembered(id)
	if ok {
		return key, ctx.Err()
	}
	key, err := s.Keys.ServiceKey(ctx, id)
	if err == nil {
		s.keys.remember(now, key)
	}
	return key, err
}

// remembered returns a key that is as it was when it was remembered, and the mark of now.
// What is read of the database after that may be newer than the mark, and never older.
func (m *keyMemory) remembered(id string) (key tenancy.ServiceKey, now mark, ok bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	now = m.marks.now()
	if now == unknown || now != m.at {
		return key, now, false
	}
	key, ok = m.keys[id]
	return key, now, ok
}

func (m *keyMemory) remember(at mark, key tenancy.ServiceKey) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at != at || len(m.keys) >= maxRememberedKeys {
		m.at, m.keys = at, map[string]tenancy.ServiceKey{}
	}
	m.keys[key.ID] = key
}

func (m *keyMemory) close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.marks.close()
}
