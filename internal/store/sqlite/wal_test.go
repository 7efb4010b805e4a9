package sqlite

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestTheLogIsBounded has callers who read and write at the same time, many times what the
// write-ahead log may hold: always somebody reads while somebody else commits.
func TestTheLogIsBounded(t *testing.T) {
	dir := t.TempDir()
	store, err := Open(t.Context(), dir)
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	var callers sync.WaitGroup
	for range 16 {
		callers.Go(func() {
			for range 100 {
				if err := readThenWrite(t, store); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	callers.Wait()
	info, err := os.Stat(filepath.Join(dir, databaseName+"-wal"))
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(2*maxLogBytes))
}

var longDetail = map[string]string{"long": strings.Repeat("x", 60_000)}

func readThenWrite(t *testing.T, store *Store) error {
	s, err := store.Snapshot(t.Context())
	if err != nil {
		return err
	}
	if _, err := s.Events(t.Context(), tenancy.EventFilter{}, 5); err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	return store.Record(t.Context(), tenancy.Event{Action: "test", Result: tenancy.ResultRefused, Detail: longDetail})
}
