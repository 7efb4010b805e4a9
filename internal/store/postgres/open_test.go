package postgres_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/pgtest"
	"github.com/tenantry/tenantry/internal/store"
	"github.com/tenantry/tenantry/internal/store/postgres"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// refused asserts that no way of opening works, all for the same reason, which is told in one
// line that shows no password.
func refused(t *testing.T, url, reason string) {
	t.Helper()
	_, errOpen := postgres.Open(t.Context(), url)
	_, errKeys := postgres.OpenKeys(t.Context(), url)
	_, errTrails := postgres.OpenTrails(t.Context(), url)
	for _, err := range []error{errOpen, errKeys, errTrails} {
		require.ErrorContains(t, err, reason)
		require.NotContains(t, err.Error(), "\n")
		require.NotContains(t, err.Error(), pgtest.Password)
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]struct{ statement, reason string }{
		"a database of an older version": {
			"UPDATE goose_db_version SET version_id = 13 WHERE version_id > 0", "has version 13, and this program needs version",
		},
		"a database that older programs can't live with": {
			"INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true); UPDATE oldest_program SET version = 98",
			"has version 99, made by a newer program: programs from version 98 on can work with it",
		},
	} {
		t.Run(name, func(t *testing.T) {
			url := migrated.Database(t)
			require.NoError(t, pgtest.Shared(t).Exec(t.Context(), pgtest.Name(url), c.statement))
			refused(t, url, c.reason)
		})
	}
}

func TestOpenRefusesAnEmptyDatabase(t *testing.T) {
	url := pgtest.Shared(t).Empty(t)
	refused(t, url, "is empty: run tenantry migrate")
	_, err := postgres.Migrate(t.Context(), url)
	require.NoError(t, err)
	require.NoError(t, open(t, url).Close())
}

func TestOpenRefusesTheDatabaseOfAnotherProgram(t *testing.T) {
	url := pgtest.Shared(t).Empty(t)
	require.NoError(t, pgtest.Shared(t).Exec(t.Context(), pgtest.Name(url), "CREATE TABLE notes (text text)"))
	refused(t, url, "is the database of another program")
	_, err := postgres.Migrate(t.Context(), url)
	require.ErrorContains(t, err, "is the database of another program")
}

func TestOpenRefusesAnotherEncoding(t *testing.T) {
	s := pgtest.Shared(t)
	require.NoError(t, s.Exec(t.Context(), "postgres", "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"))
	refused(t, s.URL("latin"), "has to be made with the encoding UTF8")
	_, err := postgres.Migrate(t.Context(), s.URL("latin"))
	require.ErrorContains(t, err, "UTF8")
}

// TestOpenTakesANewerDatabase that says that programs of this version can live with it: so
// old nodes go on, and start again, while new ones are rolled out.
func TestOpenTakesANewerDatabase(t *testing.T) {
	url := migrated.Database(t)
	old := open(t, url)
	defer old.Close()
	require.NoError(t, pgtest.Shared(t).Exec(t.Context(), pgtest.Name(url), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)"))
	require.NoError(t, open(t, url).Close())
	m, err := postgres.Migrate(t.Context(), url)
	require.NoError(t, err)
	require.Equal(t, store.Migration{From: 99, To: 99}, m)
}

// TestOpenRefusesAReplica: what it shows may be late.
func TestOpenRefusesAReplica(t *testing.T) {
	url := migrated.Database(t)
	refused(t, pgtest.Shared(t).Replica(t, pgtest.Name(url)), "it is a read-only replica")
}

func TestOpenRefusesWhatItCannotReach(t *testing.T) {
	s := pgtest.Shared(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	nobody := l.Addr().String()
	require.NoError(t, l.Close())
	for name, c := range map[string]struct{ url, reason string }{
		"a server that is not there":   {"postgres://x:open-sesame@" + nobody + "/record", "the database record at " + nobody + " can't be reached: connect: connection refused"},
		"a host that is not there":     {"postgres://x:open-sesame@nowhere.invalid/record", "the database record at nowhere.invalid:5432 can't be reached: "},
		"a database that is not there": {s.URL("nowhere"), "is not there"},
		"a wrong password":             {strings.Replace(s.URL("postgres"), pgtest.Password, "guess", 1), "refuses the user tenantry: authentication failed"},
		"a user who is not there":      {strings.Replace(s.URL("postgres"), "tenantry", "nobody", 1), "refuses the user nobody: authentication failed"},
		"a server without TLS":         {strings.Replace(s.URL("postgres"), "sslmode=disable", "sslmode=require", 1), "can't be reached: "},
		"no URL":                       {"open-sesame", "the database URL is malformed"},
		"another scheme":               {"mysql://x:open-sesame@h/db", "the database URL is malformed"},
		"a password that is not quoted": {
			"postgres://x:open-sesame%@h/db", "the database URL is malformed"},
		"a port that is none":         {"postgres://x:open-sesame@h:port/db", "the database URL is malformed"},
		"a parameter without meaning": {"postgres://x:open-sesame@h/db?sslmode=perhaps", "the database URL is malformed"},
		"a pool of nothing":           {"postgres://x:open-sesame@h/db?pool_readers=0", "pool_readers must be a number from 1 on"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.url, c.reason) })
	}
}

func TestMigrateTellsVersions(t *testing.T) {
	url := pgtest.Shared(t).Empty(t)
	m, err := postgres.Migrate(t.Context(), url)
	require.NoError(t, err)
	require.Zero(t, m.From)
	require.Positive(t, m.To)
	again, err := postgres.Migrate(t.Context(), url)
	require.NoError(t, err)
	require.Equal(t, store.Migration{From: m.To, To: m.To}, again)
}

// TestManyMigrateAtOnce: one does, and the others wait for it.
func TestManyMigrateAtOnce(t *testing.T) {
	url := pgtest.Shared(t).Empty(t)
	migrations := make([]store.Migration, callers)
	var all sync.WaitGroup
	for i := range migrations {
		all.Go(func() {
			var err error
			if migrations[i], err = postgres.Migrate(t.Context(), url); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	first := 0
	for _, m := range migrations {
		if m.From == 0 {
			first++
		}
	}
	require.Equal(t, 1, first)
}

func TestMigrateWhileANodeServes(t *testing.T) {
	url := migrated.Database(t)
	s := open(t, url)
	defer s.Close()
	_, err := s.CommitAfter(t.Context(), begun("acme"), nil, func() error {
		_, err := postgres.Migrate(t.Context(), url)
		return err
	})
	require.NoError(t, err)
}

// TestConnectionsAreDurable also where the database says otherwise.
func TestConnectionsAreDurable(t *testing.T) {
	for set, want := range map[string]string{"off": "on", "on": "on", "local": "local"} {
		url := migrated.Database(t)
		statement := fmt.Sprintf("ALTER DATABASE %s SET synchronous_commit = %s", pgtest.Name(url), set)
		require.NoError(t, pgtest.Shared(t).Exec(t.Context(), "postgres", statement))
		s := open(t, url)
		for _, db := range postgres.Databases(s) {
			var got string
			require.NoError(t, db.QueryRow("SHOW synchronous_commit").Scan(&got))
			require.Equal(t, want, got)
		}
		require.NoError(t, s.Close())
	}
}

// TestAppendOnly asserts that no statement takes back what happened or what was used.
func TestAppendOnly(t *testing.T) {
	url := migrated.Database(t)
	s := open(t, url)
	defer s.Close()
	commit(t, s, begun("acme"))
	for _, statement := range []string{
		"UPDATE events SET result = 'refused'", "DELETE FROM events", "TRUNCATE events",
		"UPDATE event_keys SET value = 'other'", "DELETE FROM event_keys", "TRUNCATE event_keys",
		"UPDATE used_ids SET id = 'other'", "DELETE FROM used_ids", "TRUNCATE used_ids",
		"UPDATE event_origins SET from_address = 'x'",
	} {
		require.ErrorContains(t, pgtest.Shared(t).Exec(t.Context(), pgtest.Name(url), statement), "never", statement)
	}
}

func TestOpenKeysBesideNodes(t *testing.T) {
	url := migrated.Database(t)
	s := open(t, url)
	defer s.Close()
	keys, err := postgres.OpenKeys(t.Context(), url)
	require.NoError(t, err)
	defer keys.Close()
	require.NoError(t, keys.AddServiceKey(t.Context(), tenancy.ServiceKey{ID: "k1", Hash: []byte{1}}))
	_, err = s.ServiceKey(t.Context(), "k1")
	require.NoError(t, err)
	trails, err := postgres.OpenTrails(t.Context(), url)
	require.NoError(t, err)
	defer trails.Close()
	commit(t, s, begun("acme"))
	view, err := trails.Snapshot(t.Context())
	require.NoError(t, err)
	defer view.Close()
	list, err := view.Trails(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"", "acme"}, list)
}

func TestAnalyze(t *testing.T) {
	s := open(t, migrated.Database(t))
	defer s.Close()
	require.NoError(t, s.Analyze(context.Background()))
}
