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
	c := config.Config{Listen: "nowhere", PublicURL: "pdp.example.com", LogLevel: "loud", LogFormat: "prose", ZedKey: "short", AuditorKey: "short"}
	err := c.Validate()
	for _, wrong := range []string{"--listen", "--zed-listen", "--data", "--log-level", "--log-format", "TENANTRY_ZED_KEY: must have", "TENANTRY_AUDITOR_KEY: must differ", "--max-body", "--drain-timeout", "--idempotency-ttl", "--invitation-ttl", "--public-url"} {
		require.ErrorContains(t, err, wrong)
	}
}

// TestMail: with a mail server all is needed that a mail needs, and its password does not go
// over a line that others can read.
func TestMail(t *testing.T) {
	good := []string{"--smtp-host", "mail.example", "--smtp-from", "Tenantry <no-reply@example.com>", "--invitation-url", "https://console.example/join#{token}"}
	for name, c := range map[string]struct {
		args     []string
		password string
		wrong    string // "" for nothing
	}{
		"enough":               {good, "", ""},
		"with a password":      {append(good, "--smtp-user", "x"), "secret", ""},
		"without a server":     {[]string{"--smtp-from", "x"}, "", ""},
		"no sender":            {append(good, "--smtp-from", "x"), "", "--smtp-from"},
		"no port":              {append(good, "--smtp-port", "70000"), "", "--smtp-port"},
		"no encryption":        {append(good, "--smtp-tls", "perhaps"), "", "--smtp-tls"},
		"a readable password":  {append(good, "--smtp-tls", "none", "--smtp-user", "x"), "secret", "--smtp-tls"},
		"a user alone":         {append(good, "--smtp-user", "x"), "", "--smtp-user"},
		"a password alone":     {good, "secret", "--smtp-user"},
		"no place for a token": {append(good, "--invitation-url", "https://console.example/join"), "", "--invitation-url"},
		"a token for a host":   {append(good, "--invitation-url", "https://{token}.example/"), "", "--invitation-url"},
		"another scheme":       {append(good, "--invitation-url", "javascript:alert('{token}')"), "", "--invitation-url"},
		"no cooldown":          {append(good, "--invitation-cooldown", "0s"), "", "--invitation-cooldown"},
	} {
		t.Run(name, func(t *testing.T) {
			var settings config.Config
			flags := pflag.NewFlagSet("", pflag.ContinueOnError)
			settings.Bind(flags)
			require.NoError(t, flags.Parse(c.args))
			env := map[string]string{"TENANTRY_SMTP_PASSWORD": c.password}
			require.NoError(t, settings.Resolve(flags, func(name string) string { return env[name] }))
			if c.wrong == "" {
				require.NoError(t, settings.Validate())
				return
			}
			require.ErrorContains(t, settings.Validate(), c.wrong)
			require.NotContains(t, settings.Validate().Error(), "secret")
		})
	}
}

// TestTracesGoToAURL that holds no password: it may stand in a log.
func TestTracesGoToAURL(t *testing.T) {
	for endpoint, good := range map[string]bool{
		"": true, "http://collector:4318": true, "https://collector.example/v1/traces": true,
		"collector:4318": false, "ftp://collector": false, "http://": false,
		"http://user:planted@collector": false, "http://collector?key=planted": false, "http://collector#planted": false,
	} {
		var c config.Config
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		c.Bind(flags)
		require.NoError(t, flags.Parse([]string{"--otlp-endpoint", endpoint}))
		err := c.Validate()
		require.Equal(t, good, err == nil, endpoint)
		if !good {
			require.ErrorContains(t, err, "--otlp-endpoint")
			require.NotContains(t, err.Error(), "planted")
		}
	}
}

// TestOIDC: tokens are taken only if it is said for whom they are, and keys come protected.
func TestOIDC(t *testing.T) {
	good := []string{"--oidc-issuer", "https://id.example/realm", "--oidc-audience", "tenantry"}
	for name, c := range map[string]struct {
		args  []string
		wrong string // "" for nothing
	}{
		"enough":            {good, ""},
		"this machine":      {append(good, "--oidc-issuer", "http://127.0.0.1:8081"), ""},
		"another machine":   {append(good, "--oidc-issuer", "http://id.example"), "--oidc-issuer"},
		"with a query":      {append(good, "--oidc-issuer", "https://id.example?x=1"), "--oidc-issuer"},
		"with a password":   {append(good, "--oidc-issuer", "https://a:b@id.example"), "--oidc-issuer"},
		"no URL":            {append(good, "--oidc-issuer", "id.example"), "--oidc-issuer"},
		"an issuer alone":   {good[:2], "--oidc-audience"},
		"an audience alone": {good[2:], "--oidc-issuer"},
		"no claim":          {append(good, "--oidc-user-claim", ""), "--oidc-user-claim"},
		"a large skew":      {append(good, "--oidc-clock-skew", "1h"), "--oidc-clock-skew"},
		"a skew back":       {append(good, "--oidc-clock-skew", "-1s"), "--oidc-clock-skew"},
	} {
		t.Run(name, func(t *testing.T) {
			var settings config.Config
			flags := pflag.NewFlagSet("", pflag.ContinueOnError)
			settings.Bind(flags)
			require.NoError(t, flags.Parse(c.args))
			require.NoError(t, settings.Resolve(flags, func(string) string { return "" }))
			if c.wrong == "" {
				require.NoError(t, settings.Validate())
				return
			}
			require.ErrorContains(t, settings.Validate(), c.wrong)
		})
	}
}

// TestPublicURL: paths are put below it.
func TestPublicURL(t *testing.T) {
	for given, want := range map[string]string{
		"https://pdp.example.com": "https://pdp.example.com", "https://pdp.example.com/x/": "https://pdp.example.com/x", "http://localhost:8080/": "http://localhost:8080",
		"https://pdp.example.com?": "", "https://pdp.example.com/#x": "", "https://u@pdp.example.com": "", "ftp://pdp.example.com": "", "/x": "",
	} {
		var c config.Config
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		c.Bind(flags)
		require.NoError(t, flags.Parse([]string{"--public-url", given}))
		if want == "" {
			require.ErrorContains(t, c.Validate(), "--public-url", given)
			continue
		}
		require.NoError(t, c.Validate())
		require.Equal(t, want, c.PublicURL)
	}
}
