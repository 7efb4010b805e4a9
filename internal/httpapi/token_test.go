package httpapi

import (
	"encoding/base64"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestToken(t *testing.T) {
	for _, want := range [][]tenancy.Token{
		nil, {{RootID: "a", Version: 1}}, {{RootID: "org_X-9", Version: 300}}, {{RootID: "R", Version: math.MaxInt64}},
		{{RootID: "a", Version: 1}, {RootID: "b", Version: 300}}, {{RootID: "a", Version: 1}, {RootID: strings.Repeat("x", 64), Version: math.MaxInt64}},
	} {
		got, err := decodeToken(encodeToken(want...))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	require.Empty(t, encodeToken(tenancy.Token{}))
}

// A token that was given before there were any of several trees is good as it was.
func TestTokenOfOneTreeStaysAsItIs(t *testing.T) {
	const given = "AQ5hY21l"
	got, err := decodeToken(given)
	require.NoError(t, err)
	require.Equal(t, []tenancy.Token{{RootID: "acme", Version: 7}}, got)
	require.Equal(t, given, encodeToken(got...))
}

// The order in which states come does not matter; of one tree the newest counts.
func TestTokenHasEachTreeOnce(t *testing.T) {
	a, b := tenancy.Token{RootID: "a", Version: 2}, tenancy.Token{RootID: "b", Version: 1}
	older := tenancy.Token{RootID: "a", Version: 1}
	require.Equal(t, encodeToken(a, b), encodeToken(b, older, tenancy.Token{}, a, a))
	require.Equal(t, encodeToken(a), encodeToken(older, a))
}

func TestTokenRefuses(t *testing.T) {
	raw := func(b ...byte) string { return base64.RawURLEncoding.EncodeToString(b) }
	good := encodeToken(tenancy.Token{RootID: "acme", Version: 7})
	for name, text := range map[string]string{
		"no base64":         "***",
		"a line in it":      good[:2] + "\n" + good[2:],
		"only a line":       "\n",
		"padded":            good + "=",
		"nothing":           raw(tokenFormat),
		"another format":    raw(2, 14, 'a'),
		"no version":        raw(tokenFormat, 0, 'a'),
		"no tree":           raw(tokenFormat, 14),
		"no id":             raw(tokenFormat, 14, '*'),
		"unended version":   raw(tokenFormat, 0xff),
		"a long version":    raw(tokenFormat, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 'a'),
		"a negative one":    raw(tokenFormat, 13, 'a'),
		"not shortest form": raw(tokenFormat, 0x8e, 0, 'a'),
		"no states":         raw(tokensFormat),
		"several of one":    raw(tokensFormat, 14, 1, 'a'),
		"one tree twice":    raw(tokensFormat, 14, 1, 'a', 14, 1, 'a'),
		"no order":          raw(tokensFormat, 14, 1, 'b', 14, 1, 'a'),
		"cut off":           raw(tokensFormat, 14, 1, 'a', 14, 2, 'b'),
		"cut off sooner":    raw(tokensFormat, 14, 1, 'a', 14),
		"an empty root":     raw(tokensFormat, 14, 0, 14, 1, 'a'),
	} {
		_, err := decodeToken(text)
		refusal, ok := tenancy.AsError(err)
		require.True(t, ok, name)
		require.Equal(t, tenancy.CodeMalformed, refusal.Code)
	}
}

func FuzzToken(f *testing.F) {
	f.Add(encodeToken(tenancy.Token{RootID: "acme", Version: math.MaxInt32}))
	f.Add(encodeToken(tenancy.Token{RootID: "acme", Version: 1}, tenancy.Token{RootID: "b", Version: 2}))
	f.Fuzz(func(t *testing.T, text string) {
		if token, err := decodeToken(text); err == nil {
			require.Equal(t, text, encodeToken(token...))
		}
	})
}
