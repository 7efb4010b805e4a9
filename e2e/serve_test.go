package e2e

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestBadConfiguration: one clear line and exit status 2, before anything is opened.
func TestBadConfiguration(t *testing.T) {
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "tenantry.yaml")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	for name, c := range map[string]struct {
		env  []string
		args []string
		says string
	}{
		"unknown command":        {nil, []string{"sreve"}, "sreve"},
		"unknown flag":           {nil, []string{"serve", "--lisen", "x"}, "lisen"},
		"argument too many":      {nil, []string{"serve", "now"}, "now"},
		"address without a port": {nil, []string{"serve", "--listen", "localhost"}, "--listen"},
		"port out of range":      {nil, []string{"serve", "--listen", "127.0.0.1:99999"}, "--listen"},
		"endless bootstrap key":  {[]string{"TENANTRY_BOOTSTRAP_KEY=" + strings.Repeat("x", 1100)}, []string{"serve"}, "TENANTRY_BOOTSTRAP_KEY"},
		"no data directory":      {nil, []string{"key", "list", "--data", ""}, "--data"},
		"wrong duration":         {nil, []string{"serve", "--drain-timeout", "soon"}, "drain-timeout"},
		"wrong variable":         {[]string{"TENANTRY_MAX_BODY=huge"}, []string{"serve"}, "TENANTRY_MAX_BODY"},
		"short bootstrap key":    {[]string{"TENANTRY_BOOTSTRAP_KEY=short"}, []string{"serve"}, "TENANTRY_BOOTSTRAP_KEY"},
		"one key for both zeds":  {[]string{"TENANTRY_ZED_KEY=" + zedKey, "TENANTRY_AUDITOR_KEY=" + zedKey}, []string{"serve"}, "TENANTRY_AUDITOR_KEY"},
		"unknown log level":      {nil, []string{"serve", "--log-level", "loud"}, "loud"},
		"unknown setting":        {nil, []string{"serve", "--config", file("lisen: x")}, "lisen"},
		"no such file":           {nil, []string{"serve", "--config", "/nowhere/tenantry.yaml"}, "/nowhere/tenantry.yaml"},
		"file that is no map":    {nil, []string{"serve", "--config", file("- a\n- b")}, "YAML"},
		"mapping that is none":   {nil, []string{"serve", "--authzen-mapping", file("actions: {house: {read: view}}")}, "house"},
		"mapping of no YAML":     {nil, []string{"serve", "--authzen-mapping", file("- a\n- b")}, "--authzen-mapping"},
		"address of no scheme":   {nil, []string{"serve", "--public-url", "pdp.example.com"}, "--public-url"},
		"key without a kind":     {nil, []string{"key", "create", "--name", "x"}, "--kind"},
		"check of no object":     {nil, []string{"check", "omar", "own", "organization:acme"}, "type:id"},
		"explain no object":      {nil, []string{"explain", "omar", "own", "organization:acme"}, "type:id"},
		"check without a key":    {nil, []string{"check", "user:omar", "own", "organization:acme"}, "TENANTRY_KEY"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			stdout, stderr, status := output(t, append(c.env, "TENANTRY_DATA="+dir), c.args...)
			require.Equal(t, 2, status, stderr)
			require.Contains(t, stderr, c.says)
			require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
			require.Empty(t, stdout)
			require.NoDirExists(t, dir)
		})
	}
}

// TestWhatCannotBeOpened: one clear line and exit status 1, and nothing is changed.
func TestWhatCannotBeOpened(t *testing.T) {
	occupied, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer occupied.Close()
	garbage := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(garbage, "tenantry.db"), []byte(strings.Repeat("no database ", 1000)), 0o600))
	notADirectory := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(notADirectory, []byte("x"), 0o600))

	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"port in use":        {[]string{"--listen", occupied.Addr().String(), "--data", t.TempDir()}, occupied.Addr().String() + " is in use"},
		"no database":        {[]string{"--listen", "127.0.0.1:0", "--data", garbage}, "tenantry.db"},
		"no directory":       {[]string{"--listen", "127.0.0.1:0", "--data", notADirectory}, notADirectory},
		"port in use by zed": {[]string{"--listen", "127.0.0.1:0", "--zed-listen", occupied.Addr().String(), "--data", t.TempDir()}, occupied.Addr().String()},
	} {
		t.Run(name, func(t *testing.T) {
			_, stderr, status := output(t, []string{"TENANTRY_ZED_KEY=" + zedKey}, append([]string{"serve"}, c.args...)...)
			require.Equal(t, 1, status, stderr)
			require.Contains(t, stderr, c.says)
			require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
		})
	}
	text, err := os.ReadFile(filepath.Join(garbage, "tenantry.db"))
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("no database ", 1000), string(text))
}

func TestTwoProcessesOnOneDirectory(t *testing.T) {
	dir := t.TempDir()
	p := start(t, dir)
	_, stderr, status := output(t, nil, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "in use by another process")
	_, stderr, status = output(t, nil, "migrate", "--data", dir)
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "in use by another process")
	require.Equal(t, 200, p.as(t, "", "GET", "/readyz", nil).status, "the first one goes on")
}

func TestTheFirstStartPrintsAKeyOnce(t *testing.T) {
	dir := t.TempDir()
	args := []string{"serve", "--data", dir, "--listen", "127.0.0.1:0"}
	first := launchPlain(t, args)
	key := first.await(t, "platform key (shown this one time): ")
	first.url = first.await(t, "tenantry answers at ")
	a, err := first.with(key, "PUT", "/v1/users/mia", map[string]any{"name": "Mia"})
	require.NoError(t, err)
	require.Equal(t, 200, a.status)
	require.Zero(t, first.stop(t))

	second := launchPlain(t, args)
	second.url = second.await(t, "tenantry answers at ")
	require.NotContains(t, second.seen(), "platform key")
	a, err = second.with(key, "GET", "/v1/users/mia", nil)
	require.NoError(t, err)
	require.Equal(t, "Mia", a.body["name"])
}

// TestKeysWhileServing: keys are made and revoked beside a serving node, and a revoked one
// is refused on the very next call.
func TestKeysWhileServing(t *testing.T) {
	dir := t.TempDir()
	p := start(t, dir)
	stdout, stderr, status := output(t, nil, "key", "create", "--kind", "console", "--name", "shop console", "--data", dir, "--json")
	require.Zero(t, status, stderr)
	var made struct{ ID, Secret string }
	require.NoError(t, json.Unmarshal([]byte(stdout), &made))

	check := []string{"check", "user:nobody", "own", "organization:nowhere", "--server", p.url}
	stdout, stderr, status = output(t, []string{"TENANTRY_KEY=" + made.Secret}, check...)
	require.Zero(t, status, stderr)
	require.Equal(t, "denied\n", stdout)

	explain := append([]string{"explain"}, check[1:]...)
	stdout, stderr, status = output(t, []string{"TENANTRY_KEY=" + made.Secret}, explain...)
	require.Zero(t, status, stderr)
	require.Equal(t, "denied: There is no organization `nowhere`.\n", stdout)

	stdout, _, _ = output(t, nil, "key", "list", "--data", dir)
	require.Contains(t, stdout, made.ID)
	require.NotContains(t, stdout, made.Secret)

	_, stderr, status = output(t, nil, "key", "revoke", made.ID, "--data", dir)
	require.Zero(t, status, stderr)
	_, stderr, status = output(t, []string{"TENANTRY_KEY=" + made.Secret}, check...)
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "unauthenticated")

	_, stderr, status = output(t, nil, "key", "revoke", "tck_none", "--data", dir)
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "tck_none")
}

// TestStopping: SIGTERM lets running calls finish, and ends with status 0.
func TestStopping(t *testing.T) {
	p := start(t, t.TempDir())
	p.root(t, "acme", "mia")
	answered := make(chan answer, 1)
	go func() {
		a, _ := p.try("mia", "PATCH", "/v1/organizations/acme", map[string]any{"name": "Acme Ltd"})
		answered <- a
	}()
	a := <-answered
	require.Equal(t, 200, a.status)
	require.Zero(t, p.stop(t))
	_, err := net.DialTimeout("tcp", strings.TrimPrefix(p.url, "http://"), time.Second)
	require.Error(t, err)
}

func TestMigrate(t *testing.T) {
	dir := t.TempDir()
	stdout, stderr, status := output(t, nil, "migrate", "--data", dir)
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "went from version 0 to")
	stdout, _, _ = output(t, nil, "migrate", "--data", dir)
	require.Contains(t, stdout, "already")
}

// TestSecretsAreInNoLog plants secrets where a careless program would log them.
func TestSecretsAreInNoLog(t *testing.T) {
	p := start(t, t.TempDir(), "serve", "--log-level", "debug")
	p.root(t, "acme", "mia")
	for _, key := range []string{platformKey, "tck_planted_secret_" + strings.Repeat("x", 40)} {
		_, err := p.with(key, "GET", "/v1/organizations?q=planted-search", nil)
		require.NoError(t, err)
		_, err = p.with(key, "PUT", "/v1/users/planted", map[string]any{"email": "planted@example.com", "unknown": "planted-body"})
		require.NoError(t, err)
	}
	require.Zero(t, p.stop(t))
	for _, secret := range []string{platformKey, zedKey, auditorKey, "planted_secret", "planted@example.com", "planted-body", "planted-search"} {
		require.NotContains(t, p.stderr.String(), secret)
		require.NotContains(t, p.seen(), secret)
	}
	require.Contains(t, p.stderr.String(), "route=/v1/users/{id}", "the log tells of calls at all")
}
