package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/config"
)

// TestPrecedence: a flag wins over the environment, the environment over the file, and the
// file over the default.
func TestPrecedence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tenantry.yaml")
	require.NoError(t, os.WriteFile(file, []byte("listen: file:1\ndata: file\nmax-body: 3"), 0o600))
	env := map[string]string{"TENANTRY_LISTEN": "env:1", "TENANTRY_DATA": "env", "TENANTRY_CONFIG": file}
	var c config.Config
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	c.Bind(flags)
	require.NoError(t, flags.Parse([]string{"--listen", "flag:1"}))
	require.NoError(t, c.Resolve(flags, func(name string) string { return env[name] }))
	require.Equal(t, "flag:1", c.Listen)
	require.Equal(t, "env", c.Data)
	require.EqualValues(t, 3, c.MaxBody)
	require.Equal(t, "127.0.0.1:50051", c.ZedListen)
	require.NoError(t, c.Validate())
}

// TestDefaultsAreValid: nothing has to be given.
func TestDefaultsAreValid(t *testing.T) {
	var c config.Config
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	c.Bind(flags)
	require.NoError(t, c.Resolve(flags, func(string) string { return "" }))
	require.NoError(t, c.Validate())
}

// TestAllThatIsWrongIsSaidAtOnce, so that an operator corrects it in one go.
func TestAllThatIsWrongIsSaidAtOnce(t *testing.T) {
	c := config.Config{Listen: "nowhere", LogLevel: "loud", LogFormat: "prose", ZedKey: "short"}
	err := c.Validate()
	for _, wrong := range []string{"--listen", "--zed-listen", "--data", "--log-level", "--log-format", "TENANTRY_ZED_KEY", "--max-body", "--drain-timeout", "--invitation-ttl"} {
		require.ErrorContains(t, err, wrong)
	}
}
