package httpapi_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi"
	"github.com/tenantry/tenantry/internal/httpapi/ratelimit"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// stopped is a clock that stands still until it is put forward.
type stopped struct{ at time.Time }

func (s *stopped) Now() time.Time { return s.at }

// limitedWorld is a world whose callers have each one call in an hour, after a first one. The
// world itself is without limit.
func limitedWorld(t *testing.T) (w, limited *world, clock *stopped) {
	t.Helper()
	w, clock = newWorld(t), &stopped{tenancy.SystemClock{}.Now()}
	s := *w.stack
	s.handler = httpapi.New(s.config(func(c *httpapi.Config) {
		c.RateLimit, c.Clock = ratelimit.Limit{PerSecond: 1.0 / 3600, Burst: 1}, clock
	}))
	return w, &world{&s, w.prefix, w.made}, clock
}

// spend has an actor make the call that he has.
func (w *world) spend(t *testing.T, actor string) {
	t.Helper()
	call := request{method: "GET", path: "/v1/organizations", actor: actor}
	if actor == "machine" {
		call = request{method: "POST", path: "/v1/self/check", body: `{"permission":"use","resource":{"type":"connection_string","id":"x"}}`, actor: actor}
	}
	require.NotEqual(t, 429, w.send(t, call).status)
}

// Whoever calls too often is refused at every route that asks who calls, in the form of every
// problem, and as it is described. Nothing is done, and nothing told to any trail: neither for
// whom it would have succeeded nor for whom it would have been 404, 403 or 401.
func TestWhoCallsTooOftenIsRefusedEverywhere(t *testing.T) {
	w, limited, clock := limitedWorld(t)
	for _, actor := range []string{"platform", "console", "bob", "sid", "dan", "machine"} {
		limited.spend(t, actor)
	}
	w.stays(t)
	w.fresh(t)
	for _, route := range protected() {
		for _, actor := range []string{"platform", "console", "bob", "sid", "dan", "machine"} {
			r := limited.send(t, request{method: route.Method, path: onOurs(route), body: trials[route.Operation].body, actor: actor})
			require.Equal(t, 429, r.status, "%s: %s", route.Operation, r.text)
			require.Equal(t, "rate-limited", r.code())
			require.Equal(t, "application/problem+json", r.header.Get("Content-Type"))
			require.Equal(t, "3600", r.header.Get("Retry-After"))
			require.EqualValues(t, 3600, r.json["retry_after"])
			require.Equal(t, r.json["request_id"], r.header.Get("X-Request-Id"))
		}
	}
	require.Empty(t, w.fresh(t))
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/openapi.json", "/.well-known/authzen-configuration"} {
		require.Equal(t, 200, limited.send(t, request{method: "GET", path: path, actor: "nobody"}).status, path)
	}
	clock.at = clock.at.Add(time.Hour)
	require.Equal(t, 200, limited.send(t, request{method: "GET", path: "/v1/organizations/{S}", actor: "bob"}).status)
}

// A refusal for too many calls is no answer that a repeat gets: it is as if the request had
// never come.
func TestTooManyCallsAreNoAnswerToARepeat(t *testing.T) {
	w, limited, clock := limitedWorld(t)
	w.must(t, "PUT", "/v1/organizations/{S}/owners/{eve}", "")
	limited.spend(t, "bob")
	once := request{method: "POST", path: "/v1/organizations/{S}/groups", body: `{"id":"{X}","name":"X","claims":[]}`, actor: "bob"}.keyed("{k}")
	require.Equal(t, 429, limited.send(t, once).status)
	require.Equal(t, 404, w.send(t, request{method: "GET", path: "/v1/groups/{X}", actor: "bob"}).status)
	clock.at = clock.at.Add(time.Hour)
	first := limited.send(t, once)
	require.Equal(t, 201, first.status, first.text)
	require.Equal(t, 429, limited.send(t, once).status, "a repeat counts as well")
	clock.at = clock.at.Add(time.Hour)
	again := limited.send(t, once)
	require.Equal(t, first.text, again.text)
	require.Equal(t, withoutOwn(first), withoutOwn(again))
}

// Metrics count every call that was refused.
func TestRefusedCallsAreCounted(t *testing.T) {
	w, limited, _ := limitedWorld(t)
	limited.spend(t, "max")
	const line = `tenantry_requests_total{code="rate-limited",operation="link.batch",status="4xx"} `
	before := countOf(t, w, line)
	for range 20 {
		limited.send(t, request{method: "POST", path: "/v1/groups/{G}/links/batch", body: `{}`, actor: "max"})
	}
	require.Equal(t, before+20, countOf(t, w, line))
}

// countOf is the value of a metric, 0 if there is none.
func countOf(t *testing.T, w *world, line string) int {
	t.Helper()
	_, rest, found := strings.Cut(w.send(t, request{method: "GET", path: "/metrics", actor: "nobody"}).text, line)
	if !found {
		return 0
	}
	value, _, _ := strings.Cut(rest, "\n")
	count, err := strconv.Atoi(value)
	require.NoError(t, err)
	return count
}
