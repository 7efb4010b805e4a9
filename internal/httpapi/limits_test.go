package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi/ratelimit"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// door is an API of one path with limits, and whoever knows callers at it. A good credential
// is "good-…" or, as a token, "a.b.…".
type door struct {
	now     time.Time
	looked  int // how many credentials were looked at
	revoked bool
	log     bytes.Buffer
	handler http.Handler
}

func newDoor(limit ratelimit.Limit) *door {
	d := &door{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	a := &api{
		Config: Config{
			Authenticator: d, RequestTimeout: time.Minute, MaxBodyBytes: DefaultMaxBodyBytes,
			Log: slog.New(slog.NewJSONHandler(&d.log, nil)),
		},
		limits: newLimits(limit, func() time.Time { return d.now }),
	}
	engine := newEngine()
	for _, public := range []bool{false, true} {
		path := map[bool]string{false: "/x", true: "/public"}[public]
		engine.GET(path, a.serve(Route{Method: "GET", Path: path, Operation: "x", Public: public, handle: fails(nil)}))
	}
	d.handler = engine
	return d
}

func (d *door) Authenticate(_ context.Context, credential string) (tenancy.Caller, error) {
	d.looked++
	switch {
	case credential == "good-failing":
		return tenancy.Caller{}, tenancy.Unavailable(tenancy.CodeStoreUnavailable, nil)
	case strings.HasPrefix(credential, "good-") && !d.revoked:
		return tenancy.Caller{Kind: tenancy.ConsoleKey, KeyID: credential}, nil
	case strings.HasPrefix(credential, "a.b."):
		return tenancy.Caller{Kind: tenancy.UserToken, UserID: strings.TrimPrefix(credential, "a.b.")}, nil
	}
	return tenancy.Caller{}, tenancy.Unauthenticated()
}

// come is a call from an address with a credential, and headers in pairs.
func (d *door) come(address, credential string, headers ...string) *httptest.ResponseRecorder {
	return d.comeTo("/x", address, credential, headers...)
}

func (d *door) comeTo(path, address, credential string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.RemoteAddr = address
	if credential != "" {
		r.Header.Set("Authorization", "Bearer "+credential)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	d.handler.ServeHTTP(recorder, r)
	return recorder
}

const (
	here      = "198.51.100.7:1234"
	elsewhere = "198.51.100.8:1234"
)

// Without a limit nobody is counted.
func TestNoLimitUnlessItIsSet(t *testing.T) {
	d := newDoor(ratelimit.Limit{})
	for range 1000 {
		require.Equal(t, 200, d.come(here, "good-1").Code)
		require.Equal(t, 401, d.come(here, "bad").Code)
	}
}

// A caller is a key with the user that it acts for, or the user of a token, wherever he comes
// from and whatever he says about that. One does not take from another.
func TestCallersAreCountedEachForHimself(t *testing.T) {
	d := newDoor(ratelimit.Limit{PerSecond: 1, Burst: 2})
	callers := map[string]func(address string) *httptest.ResponseRecorder{
		"a key":                func(a string) *httptest.ResponseRecorder { return d.come(a, "good-1", "X-Forwarded-For", a) },
		"another":              func(a string) *httptest.ResponseRecorder { return d.come(a, "good-2") },
		"the key for a user":   func(a string) *httptest.ResponseRecorder { return d.come(a, "good-1", headerActAsUser, "mia") },
		"the key for another":  func(a string) *httptest.ResponseRecorder { return d.come(a, "good-1", headerActAsUser, "omar") },
		"the user himself":     func(a string) *httptest.ResponseRecorder { return d.come(a, "a.b.mia") },
		"another user himself": func(a string) *httptest.ResponseRecorder { return d.come(a, "a.b.omar") },
	}
	for name, come := range callers {
		require.Equal(t, 200, come(here).Code, name)
		require.Equal(t, 200, come(elsewhere).Code, name)
	}
	for name, come := range callers {
		require.Equal(t, 429, come("[2001:db8::1]:9").Code, name)
	}
	require.Equal(t, 429, d.come(here, "good-1", "X-Forwarded-For", "203.0.113.1", "Forwarded", "for=203.0.113.1").Code)
	d.now = d.now.Add(time.Second)
	for name, come := range callers {
		require.Equal(t, 200, come(here).Code, name)
		require.Equal(t, 429, come(here).Code, name)
	}
}

// Who is refused is told for how long, and is let in when that is over.
func TestWhoWaitsIsLetIn(t *testing.T) {
	d := newDoor(ratelimit.Limit{PerSecond: 0.4, Burst: 1})
	require.Equal(t, 200, d.come(here, "good-1").Code)
	refusal := d.come(here, "good-1", "X-Request-ID", "mine")
	require.Equal(t, 429, refusal.Code)
	require.Equal(t, "3", refusal.Header().Get("Retry-After"))
	require.Equal(t, "mine", refusal.Header().Get("X-Request-ID"))
	require.Equal(t, "application/problem+json", refusal.Header().Get("Content-Type"))
	require.JSONEq(t, `{"type":"urn:tenantry:problem:rate-limited","title":"The caller has called too often.","status":429,
		"detail":"Too many calls; the next one is due after retry_after seconds.","code":"rate-limited","request_id":"mine","retry_after":3}`, refusal.Body.String())
	d.now = d.now.Add(3 * time.Second)
	require.Equal(t, 200, d.come(here, "good-1").Code)
}

// What can't be read of a request, and a user that it can't act for, are told first. They count.
func TestWhatIsMalformedIsToldFirstAndCounts(t *testing.T) {
	d := newDoor(ratelimit.Limit{PerSecond: 1, Burst: 2})
	require.Equal(t, 400, d.comeTo("/x?unknown=1", here, "good-1").Code)
	require.Equal(t, 401, d.come(here, "good-1", headerActAsUser, "no user").Code)
	require.Equal(t, 429, d.come(here, "good-1").Code)
	require.Equal(t, 400, d.comeTo("/x?unknown=1", here, "good-1").Code)
	require.Equal(t, 401, d.come(here, "good-1", headerActAsUser, "no user").Code)
}

// Attack 24: guesses from an address are looked at no faster than the limit, whatever they
// say about where they come from.
func TestGuessesAreLimitedByAddress(t *testing.T) {
	d := newDoor(ratelimit.Limit{PerSecond: 1, Burst: 5})
	for i := range 5 {
		require.Equal(t, 401, d.come(here, fmt.Sprint("bad-", i)).Code)
	}
	looked := d.looked
	for i := range 100 {
		refusal := d.come(here, fmt.Sprint("worse-", i), "X-Forwarded-For", fmt.Sprint("203.0.113.", i), "X-Real-IP", "203.0.113.9", headerActAsUser, fmt.Sprint("u", i))
		require.Equal(t, 429, refusal.Code)
		require.Equal(t, "1", refusal.Header().Get("Retry-After"))
	}
	require.Equal(t, 429, d.come(here, "good-unseen").Code, "what is right is not told either")
	require.Equal(t, looked, d.looked, "nothing was looked at")
	require.Equal(t, 401, d.come(elsewhere, "bad").Code, "another address is another")
	d.now = d.now.Add(time.Second)
	require.Equal(t, 401, d.come(here, "bad").Code)
	require.Equal(t, 429, d.come(here, "bad").Code)
}

// Calls without any credential, and tokens that are no good, count too.
func TestStrangersAreLimitedByAddress(t *testing.T) {
	for _, credential := range []string{"", "x.y.z"} {
		d := newDoor(ratelimit.Limit{PerSecond: 1, Burst: 2})
		require.Equal(t, 401, d.come(here, credential).Code)
		require.Equal(t, 401, d.come(here, "x.y.z").Code)
		require.Equal(t, 429, d.come(here, credential).Code)
		require.Equal(t, 429, d.come(here, "bad").Code)
	}
}

// Guesses that come from the address of others, as behind a proxy, keep nobody out whose key
// was good here before, and no user with a token.
func TestGuessesKeepNobodyOutWhoIsKnown(t *testing.T) {
	d := newDoor(ratelimit.Limit{PerSecond: 1, Burst: 3})
	require.Equal(t, 200, d.come(here, "good-1").Code)
	for range 10 {
		d.come(here, "bad")
	}
	require.Equal(t, 200, d.come(here, "good-1").Code)
	require.Equal(t, 200, d.come(here, "a.b.mia").Code)
	d.revoked = true
	require.Equal(t, 429, d.come(here, "good-1").Code, "it counts for the address, which has none left")
	looked := d.looked
	require.Equal(t, 429, d.come(here, "good-1").Code)
	require.Equal(t, looked, d.looked, "a key that was revoked is one more guess")
}

// Callers who are known, and failures of ours, do not count for the address.
func TestOnlyGuessesCountForTheAddress(t *testing.T) {
	d := newDoor(ratelimit.Limit{PerSecond: 1, Burst: 1})
	for i := range 100 {
		require.Equal(t, 200, d.come(here, fmt.Sprint("good-", i)).Code)
		require.Equal(t, 503, d.come(here, "good-failing").Code)
	}
	require.Equal(t, 401, d.come(here, "bad").Code)
}

// Who has many addresses of one network has one bucket.
func TestPlaceOf(t *testing.T) {
	for address, place := range map[string]string{
		"192.0.2.1": "192.0.2.1/32", "::ffff:192.0.2.1": "192.0.2.1/32",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64", "": "invalid Prefix", "@": "invalid Prefix",
	} {
		require.Equal(t, place, placeOf(address).String(), address)
	}
}

// What asks for no credential is not limited: whether the node lives has to be told at any time.
func TestPublicRoutesAreNotLimited(t *testing.T) {
	d := newDoor(ratelimit.Limit{PerSecond: 0.001, Burst: 1})
	for range 20 {
		d.come(here, "bad")
		require.Equal(t, 200, d.comeTo("/public", here, "bad").Code)
	}
}

// The log has a few lines of those who are refused, without what they say of themselves.
func TestRefusedCallsDoNotFillTheLog(t *testing.T) {
	d := newDoor(ratelimit.Limit{PerSecond: 0.001, Burst: 1})
	for range 1000 {
		d.come(here, "good-1", headerActAsUser, "mia")
	}
	require.Equal(t, linesOfLimited.Burst, strings.Count(d.log.String(), `"code":"rate-limited"`))
	require.Equal(t, 1, strings.Count(d.log.String(), `"user":"mia"`), "nobody has looked whether it is one")
	require.Contains(t, d.log.String(), `"status":429,"code":"rate-limited"`)
	d.now = d.now.Add(time.Second)
	d.come(here, "good-1", headerActAsUser, "mia")
	require.Equal(t, linesOfLimited.Burst+1, strings.Count(d.log.String(), `"code":"rate-limited"`))
}
