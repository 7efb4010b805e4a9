package config_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/config"
)

// FuzzFile: a file of settings is refused in one line, or each of its names is a flag with
// just that value; and a text in quotes is the one that a setting gets.
func FuzzFile(f *testing.F) {
	f.Add("listen: 127.0.0.1:1\nmax-body: 3\nrequire-if-match: true\n", "/var/lib/x y")
	f.Add("idempotency-ttl: soon", "Tenantry <a@b.example>")
	f.Add("a: &a [*a]", "\"'{[: #")
	f.Add("config: x\n", "é\t\n")
	f.Add("- listen", "")
	f.Fuzz(func(t *testing.T, text, value string) {
		if flags, err := resolvedFile(t, []byte(text)); err != nil {
			require.NotContains(t, err.Error(), "\n")
		} else {
			requireSet(t, flags, text)
		}
		quoted, err := json.Marshal(value)
		require.NoError(t, err)
		if value == "" || !utf8.ValidString(value) {
			return
		}
		flags, err := resolvedFile(t, slices.Concat([]byte("smtp-from: "), quoted))
		require.NoError(t, err)
		require.Equal(t, value, flags.Lookup("smtp-from").Value.String())
	})
}

// resolved reads a file of settings.
func resolvedFile(t *testing.T, text []byte) (*pflag.FlagSet, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tenantry.yaml")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	var c config.Config
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	c.Bind(flags)
	require.NoError(t, flags.Set("config", path))
	err := c.Resolve(flags, func(string) string { return "" })
	if err == nil {
		_ = c.Validate()
	} else {
		err = errors.New(strings.ReplaceAll(err.Error(), path, "FILE"))
	}
	return flags, err
}

// requireSet finds each name of the file among the flags that are set.
func requireSet(t *testing.T, flags *pflag.FlagSet, text string) {
	t.Helper()
	var settings map[string]string
	require.NoError(t, yaml.Unmarshal([]byte(text), &settings))
	for name, value := range settings {
		require.NotNil(t, flags.Lookup(name), name)
		require.Equal(t, value != "", flags.Changed(name), name)
	}
}
