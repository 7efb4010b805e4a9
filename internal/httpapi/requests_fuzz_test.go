package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// FuzzRequest sends anything to every route: whatever it is, there is an answer of the form
// that is described, the fault is the caller's, and without a credential he learns nothing.
func FuzzRequest(f *testing.F) {
	routes := httpapi.Routes()
	for i, route := range routes {
		f.Add(uint8(i), uint8(0), "{R}", "{bob}", "", "", "", "application/json", []byte(`{"name":"x"}`))
		f.Add(uint8(i), uint8(1), "{M}", "{G}", "limit=1&cursor=x", `"a"`, "key", "application/json", []byte(`{}`))
		f.Add(uint8(i), uint8(2), "%2e%2e", "x\x00", strings.Join(route.Query, "=1&")+"=1", "*", "k k", "text/plain", []byte(nil))
		f.Add(uint8(i), uint8(3), "{S}", "{max}", "dry_run=true", "", "\xff", "application/json", []byte(`[1]`))
	}
	var w *world
	f.Fuzz(func(t *testing.T, route, actor uint8, one, other, query, match, key, contentType string, body []byte) {
		if w == nil {
			w = newWorld(t)
		}
		r := routes[int(route)%len(routes)]
		target, err := url.ParseRequestURI(w.expand(pathOf(r.Path, one, other), "platform") + "?" + query)
		if err != nil {
			return
		}
		sent := httptest.NewRequest(r.Method, "/", strings.NewReader(w.expand(string(body), "platform")))
		sent.URL = target
		if len(body) == 0 {
			sent.Body, sent.ContentLength = http.NoBody, 0
		}
		for name, value := range map[string]string{"If-Match": match, "Idempotency-Key": key, "Content-Type": contentType, "X-Request-Id": key} {
			if value != "" {
				sent.Header[http.CanonicalHeaderKey(name)] = []string{value}
			}
		}
		w.authorize(sent, actor, other)
		answer := httptest.NewRecorder()
		w.handler.ServeHTTP(answer, sent)
		requireAnswer(t, answer)
		if actor%4 == 3 && !r.Public && reaches(target.EscapedPath(), r.Path) {
			require.Equal(t, http.StatusUnauthorized, answer.Code, "%s %s: %s", r.Method, target, answer.Body)
		}
	})
}

// reaches reports whether a path has as many parts as that of a route, and none is empty.
func reaches(path, route string) bool {
	return strings.Count(path, "/") == strings.Count(route, "/") && !strings.HasSuffix(path, "/") && !strings.Contains(path, "//")
}

// pathOf puts texts in the places of a path, in turns.
func pathOf(path, one, other string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			parts[i], one, other = escapedOnce(one), other, one
		}
	}
	return strings.Join(parts, "/")
}

// escapedOnce leaves what is escaped already, and the names of the world.
func escapedOnce(text string) string {
	if strings.HasPrefix(text, "%") || strings.HasPrefix(text, "{") {
		return text
	}
	return url.PathEscape(text)
}

// authorize gives the request a credential: of the platform, of bob, of whoever is named, or
// one that nobody has.
func (w *world) authorize(r *http.Request, actor uint8, user string) {
	console := "Bearer " + w.secrets[w.console.ID]
	switch actor % 4 {
	case 0:
		r.Header.Set("Authorization", "Bearer "+w.secrets[w.platform.ID])
	case 1:
		r.Header.Set("Authorization", console)
		r.Header.Set("Act-As-User", w.id("bob"))
	case 2:
		r.Header.Set("Authorization", console)
		r.Header["Act-As-User"] = []string{w.expand(user, "platform")}
	case 3:
		r.Header["Authorization"] = []string{user}
	}
}

// requireAnswer holds an answer against what is described: a problem says its status and a code,
// and nothing that the caller wrote is a header.
func requireAnswer(t *testing.T, answer *httptest.ResponseRecorder) {
	t.Helper()
	require.NotEqual(t, http.StatusInternalServerError, answer.Code, answer.Body)
	require.NotEmpty(t, answer.Header().Get("X-Request-Id"))
	for name, values := range answer.Header() {
		require.False(t, slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "\r\n\x00") }), name)
	}
	if answer.Code < http.StatusBadRequest {
		return
	}
	require.Equal(t, "application/problem+json", answer.Header().Get("Content-Type"))
	var problem struct {
		Status int          `json:"status"`
		Code   tenancy.Code `json:"code"`
	}
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &problem))
	require.Equal(t, answer.Code, problem.Status)
	require.NotEmpty(t, problem.Code)
}
