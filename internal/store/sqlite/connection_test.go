package sqlite

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/store"
)

// TestAppendOnly asserts that no statement takes back what happened or what was used.
func TestAppendOnly(t *testing.T) {
	s := openStore(t)
	_, err := s.Commit(t.Context(), beginning(1), nil)
	require.NoError(t, err)
	for _, statement := range []string{
		"UPDATE events SET result = 'refused'", "DELETE FROM events",
		"UPDATE event_keys SET value = 'other'", "DELETE FROM event_keys",
		"UPDATE used_ids SET id = 'other'", "DELETE FROM used_ids",
	} {
		_, err := s.writer.DB().Exec(statement)
		require.ErrorContains(t, err, "never", statement)
	}
}

func TestReadersCannotWrite(t *testing.T) {
	s := openStore(t)
	for _, p := range []*store.Pool{s.reader, s.snapshots} {
		_, err := p.DB().Exec("INSERT INTO trees VALUES ('acme', 1)")
		require.Error(t, err)
	}
}

func TestConnectionsAreDurable(t *testing.T) {
	s := openStore(t)
	for pragma, want := range map[string]string{
		"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1", "busy_timeout": busyTimeout,
	} {
		var got string
		require.NoError(t, s.writer.DB().QueryRow("PRAGMA "+pragma).Scan(&got))
		require.Equal(t, want, got, pragma)
	}
}
