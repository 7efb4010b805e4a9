package httpapi

import (
	"encoding/base64"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// listing is a call for a list by a caller, with the query that it was given.
func listing(key, operation, target string, caller tenancy.Caller) *call {
	r := httptest.NewRequest("GET", target, nil)
	return &call{
		api:     &api{Config: Config{CursorKey: []byte(key)}},
		route:   Route{Operation: operation},
		request: r,
		query:   r.URL.Query(),
		caller:  caller,
	}
}

var somebody = tenancy.Caller{Kind: tenancy.ConsoleKey, KeyID: "k", UserID: "u", CurrentOrganization: "o"}

func TestCursor(t *testing.T) {
	for _, after := range []string{"a", "auth0|x/y=+", "123"} {
		cursor := listing("", "owner.list", "/v1/x?q=1&limit=5", somebody).encodeCursor(after)
		got, err := listing("", "owner.list", "/v1/x?limit=9&q=1&cursor="+cursor, somebody).after()
		require.NoError(t, err)
		require.Equal(t, after, got)
	}
	got, err := listing("", "owner.list", "/v1/x", somebody).after()
	require.NoError(t, err)
	require.Empty(t, got)
}

// Attack 5: a cursor leads on in the list that gave it, and nowhere else.
func TestCursorOfAnother(t *testing.T) {
	good := listing("key", "owner.list", "/v1/x?q=1", somebody).encodeCursor("acme")
	with := func(change func(*tenancy.Caller)) tenancy.Caller {
		caller := somebody
		change(&caller)
		return caller
	}
	target := "/v1/x?q=1&cursor=" + good
	for name, c := range map[string]*call{
		"operation":            listing("key", "group.list", target, somebody),
		"path":                 listing("key", "owner.list", "/v1/y?q=1&cursor="+good, somebody),
		"query":                listing("key", "owner.list", "/v1/x?q=2&cursor="+good, somebody),
		"no query":             listing("key", "owner.list", "/v1/x?cursor="+good, somebody),
		"deployment":           listing("other", "owner.list", target, somebody),
		"kind of key":          listing("key", "owner.list", target, with(func(c *tenancy.Caller) { c.Kind = tenancy.PlatformKey })),
		"key":                  listing("key", "owner.list", target, with(func(c *tenancy.Caller) { c.KeyID = "l" })),
		"user":                 listing("key", "owner.list", target, with(func(c *tenancy.Caller) { c.UserID = "v" })),
		"current organization": listing("key", "owner.list", target, with(func(c *tenancy.Caller) { c.CurrentOrganization = "" })),
	} {
		_, err := c.after()
		requireMalformed(t, err, name)
	}
}

func TestCursorForged(t *testing.T) {
	good := listing("", "owner.list", "/v1/x", somebody).encodeCursor("acme")
	raw, err := base64.RawURLEncoding.DecodeString(good)
	require.NoError(t, err)
	forged := []string{"", "a", "***", good + "=", good + "\n", "\n" + good, good + "A", base64.RawURLEncoding.EncodeToString(raw[:cursorBondLength])}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	end := strings.IndexByte(alphabet, good[len(good)-1])
	forged = append(forged, good[:len(good)-1]+alphabet[end^1:end^1+1]) // the same bytes, in another text
	for i := range good {
		forged = append(forged, good[:i])
	}
	for i := range raw {
		flipped := append([]byte{}, raw...)
		flipped[i] ^= 1
		forged = append(forged, base64.RawURLEncoding.EncodeToString(flipped))
	}
	for _, cursor := range forged {
		_, err := listing("", "owner.list", "/v1/x?cursor="+url.QueryEscape(cursor), somebody).after()
		requireMalformed(t, err, cursor)
	}
}

func requireMalformed(t *testing.T, err error, about string) {
	t.Helper()
	refusal, ok := tenancy.AsError(err)
	require.True(t, ok, about)
	require.Equal(t, tenancy.CodeMalformed, refusal.Code, about)
}

func TestLimit(t *testing.T) {
	for text, want := range map[string]int{"": defaultLimit, "?limit=1": 1, "?limit=500": 500} {
		got, err := listing("", "x", "/v1/x"+text, somebody).limit()
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "0", "-1", "501", "x", "1.5", "1e2", "99999999999999999999"} {
		_, err := listing("", "x", "/v1/x?limit="+text, somebody).limit()
		requireMalformed(t, err, text)
	}
}
