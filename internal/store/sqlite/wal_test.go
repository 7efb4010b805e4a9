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

// TestTheLogIsBounded writes many times what the write-ahead log may hold, while readers
// take one snapshot after the other, so that there is always one.
func TestTheLogIsBounded(t *testing.T) {
	dir := t.TempDir()
	store, err := Open(t.Context(), dir)
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()

	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				s, err := store.Snapshot(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				_ = s.Close()
			}
		})
	}
	detail := map[string]string{"long": strings.Repeat("x", 60_000)}
	for range 1200 {
		require.NoError(t, store.Record(t.Context(), tenancy.Event{Action: "test", Result: tenancy.ResultRefused, Detail: detail}))
	}
	close(done)
	readers.Wait()
	info, err := os.Stat(filepath.Join(dir, databaseName+"-wal"))
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(2*maxLogBytes))
}
