package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/e2e/cluster"
	"github.com/tenantry/tenantry/internal/spicedbtest"
)

// storyOfBadInput has nodes meet what they can't work with. Each says what it is in one line of
// its log, and by a word at /readyz; it refuses every call until it is mended, and then needs no
// restart.
func storyOfBadInput(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	database := func(name string) string { return "TENANTRY_DATABASE_URL=" + c.Postgres.DSN(name) }
	for _, name := range []string{"empty", "newer", "another"} {
		c.Postgres.SQL(t, "spicedb", "CREATE DATABASE "+name)
	}
	for _, name := range []string{"newer", "another"} {
		_, stderr, status := output(t, append(c.Settings(), database(name)), "migrate")
		require.Equal(t, 1, status)
		require.Contains(t, stderr, "record", "the SpiceDB is another record's")
	}
	c.Postgres.SQL(t, "newer", "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true); UPDATE oldest_program SET version = 98")

	for name, bad := range map[string]struct{ env, says, missing string }{
		"no such database":          {database("nowhere"), "is not there", "record"},
		"database without tables":   {database("empty"), "run tenantry migrate", "record"},
		"database of a newer one":   {database("newer"), "newer program", "record"},
		"database of another one":   {database("spicedb"), "another program", "record"},
		"SpiceDB of another record": {database("another"), "record", "engine: other-record"},
		"wrong key of SpiceDB":      {"TENANTRY_SPICEDB_KEY=some-other-key", "key", "engine: key-refused"},
	} {
		t.Run(name, func(t *testing.T) {
			n := waiting(t, c, bad.env)
			n.awaitMissing(t, bad.missing)
			require.Eventually(t, func() bool { return strings.Contains(n.stderr.String(), "the node can't work yet") }, readyTimeout, 20*time.Millisecond)
			require.Equal(t, 503, n.as(t, "", "GET", "/v1/organizations", nil).status)
			said := slices.Collect(strings.Lines(n.stderr.String()))
			said = slices.DeleteFunc(said, func(line string) bool { return !strings.Contains(line, "the node can't work yet") })
			require.Len(t, said, 1, n.stderr)
			require.Contains(t, said[0], bad.says)
			require.Zero(t, n.stop(t))
		})
	}
	t.Run("key that is rotated away and back", func(t *testing.T) { keyRotatedAway(t, c) })
	t.Run("certificate that is over", func(t *testing.T) { certificateOver(t, c) })
	t.Run("schema that is altered", func(t *testing.T) { schemaAltered(t, c) })
}

// waiting starts a node that answers at a known address, before it is ready.
func waiting(t *testing.T, c *cluster.Cluster, env ...string) *process {
	t.Helper()
	address := spicedbtest.Unused(t)
	n := join(t, binary, c, []string{"--listen", address}, env...)
	n.url = "http://" + address
	return n
}

// awaitMissing waits until the node says what it lacks, "" for nothing.
func (p *process) awaitMissing(t *testing.T, part string) {
	t.Helper()
	require.Eventually(t, func() bool {
		var answer struct{ Missing []string }
		response, err := http.Get(p.url + "/readyz")
		if err != nil {
			return false
		}
		defer response.Body.Close()
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
			return false
		}
		return strings.Join(answer.Missing, ", ") == part
	}, readyTimeout, 20*time.Millisecond, "%q: %s", part, p.stderr)
}

func keyRotatedAway(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key")
	write := func(key string) { require.NoError(t, os.WriteFile(file, []byte(key), 0o600)) }
	write(cluster.SpiceDBKey)
	n := waiting(t, c, "TENANTRY_SPICEDB_KEY=", "TENANTRY_SPICEDB_KEY_FILE="+file)
	n.awaitMissing(t, "")
	n.root(t, "locksmith", "mia")
	require.True(t, n.allowed(t, "mia", "own", "locksmith"))
	write("the-key-of-last-year")
	n.awaitMissing(t, "engine: key-refused")
	require.Equal(t, 503, n.as(t, "mia", "PATCH", "/v1/organizations/locksmith", object{"name": "Locks"}).status)
	write(cluster.SpiceDBKey)
	n.awaitMissing(t, "")
	n.must(t, "mia", "PATCH", "/v1/organizations/locksmith", object{"name": "Locks"})
}

func certificateOver(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	authority := spicedbtest.NewAuthority(t)
	over := authority.Issue("127.0.0.1", time.Now().Add(-time.Hour))
	proxy := spicedbtest.NewProxy(t, c.SpiceDB(0).Address, &over)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(ca, authority.PEM(), 0o600))
	n := waiting(t, c, "TENANTRY_SPICEDB_INSECURE=false", "TENANTRY_SPICEDB_CA="+ca, "TENANTRY_SPICEDB_ENDPOINT="+proxy.Addr())
	n.awaitMissing(t, "engine: certificate-expired")
	require.Equal(t, 503, n.as(t, "", "GET", "/v1/organizations", nil).status)
	proxy.Present(authority.Issue("127.0.0.1", time.Now().Add(time.Hour)))
	n.awaitMissing(t, "")
	require.False(t, n.allowed(t, "nobody", "own", "nowhere"))
}

// schemaAltered while nodes serve: they decide nothing by rules that are not theirs.
func schemaAltered(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	n := waiting(t, c)
	n.awaitMissing(t, "")
	n.root(t, "scribe", "mia")
	spicedb := c.Engine(t, c.SpiceDB(0))
	ours, err := spicedb.ReadSchema(t.Context(), &v1.ReadSchemaRequest{})
	require.NoError(t, err)
	write := func(schema string) {
		_, err := spicedb.WriteSchema(t.Context(), &v1.WriteSchemaRequest{Schema: schema})
		require.NoError(t, err)
	}
	write(ours.SchemaText + "\ndefinition intruder {}\n")
	n.awaitMissing(t, "engine: schema-altered")
	require.Eventually(t, func() bool { return n.as(t, "", "POST", "/v1/check", checkOf("mia", "own", "scribe")).status == 503 }, readyTimeout, 20*time.Millisecond)
	require.Equal(t, 1, strings.Count(n.stderr.String(), "the node refuses all calls"))
	write(ours.SchemaText)
	n.awaitMissing(t, "")
	require.True(t, n.allowed(t, "mia", "own", "scribe"))
}
