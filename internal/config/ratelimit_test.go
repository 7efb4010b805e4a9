package config_test

import (
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/config"
)

// TestRateLimit: it is off unless it is set, and what can't be meant is refused.
func TestRateLimit(t *testing.T) {
	for text, want := range map[string]config.RateLimit{
		"": {}, "0": {}, "0.000": {},
		"100": {PerSecond: 100, Burst: 100}, "100:250": {PerSecond: 100, Burst: 250}, "100:1": {PerSecond: 100, Burst: 1},
		"0.5": {PerSecond: 0.5, Burst: 1}, "2.5": {PerSecond: 2.5, Burst: 3}, "0.001": {PerSecond: 0.001, Burst: 1},
		"999999:999999": {PerSecond: 999999, Burst: 999999},
	} {
		got := config.RateLimit{PerSecond: 7, Burst: 7}
		require.NoError(t, got.Set(text), text)
		require.Equal(t, want, got, text)
		again := config.RateLimit{}
		require.NoError(t, again.Set(got.String()))
		require.Equal(t, got, again, "what it says of itself means the same")
	}
	for _, text := range []string{
		"-1", "+1", "1e3", "0x10", "NaN", "Inf", "1_000", " 1", "1 ", "1000000", "0.0001", ".5", "5.", "many",
		"100:", "100:0", "100:-1", "100:1.5", "100:1000000", "100:2:3", ":5", "0:5", "100/s",
	} {
		var got config.RateLimit
		require.Error(t, got.Set(text), text)
		require.Zero(t, got, text)
	}
}

// TestRateLimitIsOffUnlessItIsSet, by flag or variable.
func TestRateLimitIsOffUnlessItIsSet(t *testing.T) {
	resolved := func(variable string, args ...string) (c config.Config, err error) {
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		c.Bind(flags)
		require.NoError(t, flags.Parse(args))
		return c, c.Resolve(flags, func(name string) string {
			if name == "TENANTRY_RATE_LIMIT" {
				return variable
			}
			return ""
		})
	}
	c, err := resolved("")
	require.NoError(t, err)
	require.Zero(t, c.RateLimit)
	c, err = resolved("20:40")
	require.NoError(t, err)
	require.Equal(t, config.RateLimit{PerSecond: 20, Burst: 40}, c.RateLimit)
	c, err = resolved("20", "--rate-limit", "0")
	require.NoError(t, err)
	require.Zero(t, c.RateLimit, "a flag wins")
	_, err = resolved("often")
	require.EqualError(t, err, `TENANTRY_RATE_LIMIT: "often" does not fit: it wants a RATE[:BURST]`)
}
