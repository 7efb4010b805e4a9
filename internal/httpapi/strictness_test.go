package httpapi_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi"
)

// eachRoute runs a test for each route, of requests that all are refused; good is one
// with which the platform succeeds.
func eachRoute(t *testing.T, run func(t *testing.T, w *world, route httpapi.Route, good request)) {
	w := newWorld(t)
	for _, route := range protected() {
		t.Run(route.Operation, func(t *testing.T) {
			w.stays(t)
			run(t, w, route, request{method: route.Method, path: onOurs(route), body: bodyOf(route), actor: "platform"})
		})
	}
}

// What comes later is not ignored until then.
func TestNothingIsIgnored(t *testing.T) {
	eachRoute(t, func(t *testing.T, w *world, _ httpapi.Route, good request) {
		bad := good
		for _, query := range []string{"dry_run=yes", "Dry_run=true", "dry_run=true&dry_run=true", "Limit=1", "limit=1&limit=1", "x", "%zz", "a;b", "q=%ff"} {
			bad.path = good.path + "?" + query
			requireRefused(t, w, bad, 400)
		}
		bad = good
		for _, tags := range []string{"", "x", `"x`, `"x" "y"`, `*, "x"`, `w/"x"`, ","} {
			bad.header = map[string]string{"If-Match": tags}
			requireRefused(t, w, bad, 400)
		}
		for _, value := range []string{"", "\xff", strings.Repeat("x", 300)} {
			bad.header = map[string]string{"Current-Organization": value}
			requireRefused(t, w, bad, 400)
		}
	})
}

func TestBodiesThatDoNotFit(t *testing.T) {
	eachRoute(t, func(t *testing.T, w *world, _ httpapi.Route, good request) {
		bad := good
		for _, body := range []string{`{"dry_run":true}`, `[]`, `null`, `1`, `"x"`, `{`, `{}{}`, `{} x`, "\xff", `{"Name":"N"}`, `{"name":"N","name":"N"}`} {
			bad.body = body
			requireRefused(t, w, bad, 400)
		}
		if good.body == "" {
			return
		}
		bad.body = good.body
		for _, contentType := range []string{"", "text/plain", "application/json; charset=latin1", "application/json, text/plain", "application/x-www-form-urlencoded"} {
			bad.header = map[string]string{"Content-Type": contentType}
			requireRefused(t, w, bad, 400)
		}
	})
}

func TestContentTypesThatFit(t *testing.T) {
	w := newWorld(t)
	for _, contentType := range []string{"application/json", "Application/JSON; charset=UTF-8"} {
		r := w.send(t, request{method: "PUT", path: "/v1/users/{eve}", body: `{}`, actor: "platform",
			header: map[string]string{"Content-Type": contentType}})
		require.Equal(t, 200, r.status)
	}
}

// Attack 27, and credentials that are none.
func TestCredentialsThatDoNotFit(t *testing.T) {
	eachRoute(t, func(t *testing.T, w *world, _ httpapi.Route, good request) {
		platform := w.credentials("platform")["Authorization"]
		for _, header := range []http.Header{
			{"Authorization": {platform, platform}},
			{"Authorization": {strings.Replace(platform, "Bearer", "Basic", 1)}},
			{"Authorization": {strings.Replace(platform, " ", "  ", 1)}},
			{"Authorization": {strings.TrimPrefix(platform, "Bearer ")}},
			{"Authorization": {platform + ","}},
			{"Authorization": {""}},
			{"Authorization": {platform}, "Act-As-User": {""}},
			{"Authorization": {platform}, "Act-As-User": {w.id("bob"), w.id("bob")}},
			{"Authorization": {platform}, "Act-As-User": {w.id("bob") + "," + w.id("bob")}},
			{"Authorization": {platform}, "Act-As-User": {"*"}},
			{"Authorization": {platform}, "Act-As-User": {strings.Repeat("x", 129)}},
			{"Authorization": {platform}, "Act-As-User": {strings.Repeat("x", 100_000)}},
			{"Act-As-User": {w.id("bob")}},
		} {
			r := httptest.NewRequest(good.method, w.expand(good.path, ""), unread{t})
			r.Header = header
			recorder := httptest.NewRecorder()
			w.handler.ServeHTTP(recorder, r)
			require.Equal(t, 401, recorder.Code)
			require.Equal(t, "Bearer", recorder.Header().Get("WWW-Authenticate"))
			require.Empty(t, w.fresh(t))
		}
	})
}

// unread is a body that must not be read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body is read for a caller who is not known")
	return 0, io.EOF
}

// With a user, a platform key has the user's rights and no more.
func TestPlatformKeyActsForUser(t *testing.T) {
	w := newWorld(t)
	act := map[string]string{"Act-As-User": "{max}"}
	r := w.send(t, request{method: "PUT", path: "/v1/organizations/{S}/owners/{max}", actor: "platform", header: act})
	require.Equal(t, 403, r.status)
	r = w.send(t, request{method: "GET", path: "/v1/organizations/{B}", actor: "platform", header: act})
	require.Equal(t, 404, r.status)
}

func TestRevokedKeyIsRefusedAtOnce(t *testing.T) {
	w := newWorld(t)
	s := *w.stack
	s.platform = s.addKey("platform")
	mine := &world{&s, w.prefix, w.made}
	get := request{method: "GET", path: "/v1/organizations/{S}", actor: "platform"}
	require.Equal(t, 200, mine.send(t, get).status)
	require.NoError(t, s.store.RevokeServiceKey(t.Context(), s.platform.ID, time.Now()))
	require.Equal(t, 401, mine.send(t, get).status)
}

func TestBodyLimit(t *testing.T) {
	w := newWorld(t)
	long := `{"name":"` + strings.Repeat("x", httpapi.DefaultMaxBodyBytes) + `"}`
	put := request{method: "PUT", path: "/v1/users/{eve}", body: long, actor: "platform"}
	w.stays(t)
	r := w.send(t, put)
	require.Equal(t, 413, r.status)
	require.Equal(t, "too-large", r.code())
	require.Empty(t, w.fresh(t))
}

// A body without a length is read to the limit and no further.
func TestBodyLimitWhileStreaming(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.handler)
	defer server.Close()
	body := &endless{}
	r, err := http.NewRequestWithContext(t.Context(), "PUT", server.URL+"/v1/users/"+w.id("eve"), body)
	require.NoError(t, err)
	r.Header.Set("Authorization", w.credentials("platform")["Authorization"])
	r.Header.Set("Content-Type", "application/json")
	answer, err := server.Client().Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, 413, answer.StatusCode)
	require.Less(t, body.read.Load(), int64(8*httpapi.DefaultMaxBodyBytes))
}

// endless is a body of spaces; read says how many were taken.
type endless struct{ read atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read.Add(int64(len(p)))
	return len(p), nil
}

func TestPathsAndMethodsThatAreNone(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/", "/v1", "/v1/organizations/", "/v1/organizations/{S}/", "/V1/organizations", "/v1//organizations", "/v1/organizations/{S}/owners/{bob}/x", "/v1/organizations/%2e%2e/users/x"} {
		r := w.send(t, request{method: "GET", path: path, actor: "platform"})
		require.Equal(t, 404, r.status, path)
		require.Equal(t, "not-found", r.code())
		requireForm(t, httpapi.Route{Method: "GET"}, r)
	}
	r := w.send(t, request{method: "DELETE", path: "/v1/organizations", actor: "platform"})
	require.Equal(t, 405, r.status)
	require.Equal(t, "malformed", r.code())
	require.ElementsMatch(t, []string{"GET", "HEAD", "POST"}, strings.Split(r.header.Get("Allow"), ", "))
	requireForm(t, httpapi.Route{Method: "GET"}, r)
}
