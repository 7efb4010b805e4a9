package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/config"
)

// TestCluster: a cluster has a record and an engine that its nodes share; half of one is
// refused, and no error repeats a password.
func TestCluster(t *testing.T) {
	database := []string{"--database-url", "postgres://tenantry:open-sesame@db.example/tenantry"}
	engine := []string{"--spicedb-endpoint", "spicedb.example:50051"}
	both := append(append([]string{}, database...), engine...)
	for name, c := range map[string]struct {
		args  []string
		key   string
		wrong string // "" for nothing
	}{
		"a cluster":              {both, "key", ""},
		"a key in a file":        {append(both, "--spicedb-key-file", "key"), "", ""},
		"several endpoints":      {append(database, "--spicedb-endpoint", "a:1,b:2"), "key", ""},
		"a target of gRPC's":     {append(database, "--spicedb-endpoint", "dns:///spicedb:50051"), "key", ""},
		"a record alone":         {database, "", "--spicedb-endpoint"},
		"an engine alone":        {engine, "key", "--database-url"},
		"no database":            {append(engine, "--database-url", "postgres://db.example"), "key", "--database-url"},
		"another database":       {append(engine, "--database-url", "mysql://u:open-sesame@db/x"), "key", "--database-url"},
		"no URL":                 {append(engine, "--database-url", "postgres://u:open-sesame@%zz/x"), "key", "--database-url"},
		"no port":                {append(database, "--spicedb-endpoint", "spicedb"), "key", "--spicedb-endpoint"},
		"an endpoint too many":   {append(database, "--spicedb-endpoint", "a:1,"), "key", "--spicedb-endpoint"},
		"no key":                 {both, "", "TENANTRY_SPICEDB_KEY"},
		"two keys":               {append(both, "--spicedb-key-file", "key"), "key", "TENANTRY_SPICEDB_KEY"},
		"authorities of nothing": {append(both, "--spicedb-insecure", "--spicedb-ca", "ca.pem"), "key", "--spicedb-insecure"},
		"too small writes":       {append(both, "--spicedb-max-updates", "4"), "key", "--spicedb-max-updates"},
	} {
		t.Run(name, func(t *testing.T) {
			got := resolved(t, c.args, map[string]string{"TENANTRY_SPICEDB_KEY": c.key})
			err := got.Validate()
			if c.wrong == "" {
				require.NoError(t, err)
				require.True(t, got.InCluster())
				return
			}
			require.ErrorContains(t, err, c.wrong)
			require.NotContains(t, err.Error(), "open-sesame")
		})
	}
	require.False(t, resolved(t, nil, nil).InCluster())
}

func resolved(t *testing.T, args []string, env map[string]string) *config.Config {
	t.Helper()
	var c config.Config
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	c.Bind(flags)
	require.NoError(t, flags.Parse(args))
	require.NoError(t, c.Resolve(flags, func(name string) string { return env[name] }))
	return &c
}

// TestURLFile: the database's URL, which has a password in it, may stand in a file.
func TestURLFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "url")
	require.NoError(t, os.WriteFile(file, []byte("postgres://u:p@db/tenantry\n"), 0o600))
	require.Equal(t, "postgres://u:p@db/tenantry", resolved(t, []string{"--database-url-file", file}, nil).Database.URL)

	var c config.Config
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	c.Bind(flags)
	require.NoError(t, flags.Parse([]string{"--database-url-file", file}))
	env := map[string]string{"TENANTRY_DATABASE_URL": "postgres://db/other"}
	require.ErrorContains(t, c.Resolve(flags, func(name string) string { return env[name] }), "give one of them")
}
