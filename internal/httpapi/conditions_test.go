package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi"
)

func etag(r reply) string { return r.header.Get("ETag") }

// What can be read has an ETag, which is the same as long as the object is, and 304 tells
// who has it that it is.
func TestObjectsHaveETags(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/v1/organizations/{S}", "/v1/groups/{G}", "/v1/users/{eve}"} {
		first := w.must(t, "GET", path, "")
		require.Regexp(t, `^"[A-Za-z0-9_-]{24}"$`, etag(first))
		get := request{method: "GET", path: path, actor: "platform"}
		for _, tags := range []string{etag(first), `"x", W/` + etag(first), "*"} {
			r := w.send(t, get.with("If-None-Match", tags))
			require.Equal(t, http.StatusNotModified, r.status)
			require.Empty(t, r.text)
			require.Equal(t, etag(first), etag(r))
		}
		require.Equal(t, 200, w.send(t, get.with("If-None-Match", `"x"`)).status)
		require.Equal(t, 200, w.send(t, get.with("If-Match", etag(first))).status)
		require.Equal(t, 412, w.send(t, get.with("If-Match", `"x"`)).status)
	}
	require.Empty(t, etag(w.must(t, "GET", "/v1/organizations", "")), "a list is no object")
}

// altering are the routes that alter what is there, or remove it.
func altering() (routes []httpapi.Route) {
	for _, route := range mutations() {
		if route.Method != http.MethodPost {
			routes = append(routes, route)
		}
	}
	return routes
}

// No PUT, PATCH or DELETE is carried out on another object than the one that is named.
func TestIfMatchOfAnother(t *testing.T) {
	w := newWorld(t)
	for _, route := range altering() {
		t.Run(route.Operation, func(t *testing.T) {
			w.stays(t)
			a := successOf(t, route)
			for _, tags := range []string{`"x"`, `"x", "y"`, `W/"x"`} {
				r := requireRefused(t, w, a.with("If-Match", tags), 412)
				require.Equal(t, "precondition-failed", r.code())
			}
			for _, refused := range attemptsAt(t, route.Operation) {
				if refused.want.status > 400 {
					r := w.send(t, refused.with("If-Match", `"x"`))
					require.Equal(t, refused.want.status, r.status, "412 comes after all other refusals")
				}
			}
		})
	}
}

// The answer of a PUT or PATCH has the ETag with which the object can be altered next.
func TestIfMatchOfTheAnswer(t *testing.T) {
	for _, route := range altering() {
		if route.Method == http.MethodDelete {
			continue
		}
		t.Run(route.Operation, func(t *testing.T) {
			w := newWorld(t)
			a := successOf(t, route)
			first := w.send(t, a.request)
			require.Equal(t, a.want.status, first.status)
			require.NotEmpty(t, etag(first))
			w.stays(t)
			again := w.send(t, a.with("If-Match", etag(first)))
			require.Equal(t, 200, again.status, again.text)
			require.Equal(t, etag(first), etag(again))
			require.Equal(t, 200, w.send(t, a.with("If-Match", "*")).status)
			require.Equal(t, 412, w.send(t, a.with("If-Match", "W/"+etag(first))).status, "a weak tag is like no other")
			require.Equal(t, 412, w.send(t, a.with("If-None-Match", "*")).status)
		})
	}
}

// Each of these alters an object that is there: with its ETag once, and not twice.
func TestIfMatchOfWhatIsAltered(t *testing.T) {
	for name, c := range map[string]struct{ method, path, before, after, read string }{
		"user":         {"PUT", "/v1/users/{eve}", `{"name":"A"}`, `{"name":"B"}`, "/v1/users/{eve}"},
		"organization": {"PATCH", "/v1/organizations/{S}", `{"name":"A"}`, `{"name":"B"}`, "/v1/organizations/{S}"},
		"group":        {"PATCH", "/v1/groups/{G}", `{"name":"A"}`, `{"name":"B"}`, "/v1/groups/{G}"},
		"claims":       {"PUT", "/v1/groups/{G}/claims", `{"claims":["view_agents"]}`, `{"claims":[]}`, "/v1/groups/{G}"},
		"subscription": {"PUT", "/v1/organizations/{S}/subscription", `{"plan":"pro","status":"active"}`, `{"plan":"free","status":"active"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			before := etag(w.must(t, c.method, c.path, c.before))
			if c.read != "" {
				require.Equal(t, before, etag(w.must(t, "GET", c.read, "")))
			}
			alter := request{method: c.method, path: c.path, body: c.after, actor: "platform"}.with("If-Match", `"x", `+before)
			r := w.send(t, alter)
			require.Equal(t, 200, r.status, r.text)
			require.NotEqual(t, before, etag(r))
			requireRefused(t, w, alter, 412)
		})
	}
}

// What is not there has no ETag, and is made if that is what is asked.
func TestIfMatchOfWhatIsNotThere(t *testing.T) {
	for _, path := range []string{"/v1/users/{new}", "/v1/organizations/{S}/owners/{eve}", "/v1/groups/{G}/members/{eve}", "/v1/organizations/{L}/links/{G}"} {
		t.Run(path, func(t *testing.T) {
			w := newWorld(t)
			put := request{method: "PUT", path: path, body: `{}`, actor: "platform"}
			r := w.send(t, put.with("If-Match", "*"))
			require.Equal(t, 412, r.status)
			require.Equal(t, 200, w.send(t, put.with("If-None-Match", "*")).status)
		})
	}
}

// Of many who alter one object that all have read, one does.
func TestIfMatchAtOnce(t *testing.T) {
	w := newWorld(t)
	tag := etag(w.must(t, "GET", "/v1/organizations/{S}", ""))
	patch := request{method: "PATCH", path: "/v1/organizations/{S}", body: `{"name":"New"}`, actor: "bob"}.with("If-Match", tag)
	statuses := map[int]int{}
	for _, r := range w.atOnce(t, 16, patch) {
		statuses[r.status]++
	}
	require.Equal(t, map[int]int{200: 1, 412: 15}, statuses)
}

func TestRequiredIfMatch(t *testing.T) {
	common := newWorld(t)
	s := *common.stack
	s.handler = httpapi.New(s.config(func(c *httpapi.Config) { c.RequireIfMatch = true }))
	w := &world{&s, common.prefix, common.made}
	patch := request{method: "PATCH", path: "/v1/organizations/{S}", body: `{"name":"New"}`, actor: "bob"}
	r := requireRefused(t, w, patch, 428)
	require.Equal(t, "precondition-required", r.code())
	patch.actor = "sid"
	requireRefused(t, w, patch, 404)
	patch.actor = "bob"
	require.Equal(t, 200, w.send(t, patch.with("If-Match", etag(w.must(t, "GET", "/v1/organizations/{S}", "")))).status)
	w.must(t, "PUT", "/v1/organizations/{S}/owners/{eve}", "") // What is not there has no ETag.
	require.Equal(t, 204, w.send(t, request{method: "DELETE", path: "/v1/organizations/{S}/owners/{eve}", actor: "bob"}).status)
}
