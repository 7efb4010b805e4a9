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
	for _, path := range []string{"/v1/organizations/{S}", "/v1/groups/{G}", "/v1/users/{eve}", "/v1/tenant-groups/{TE}"} {
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

// alterations are, for each operation that is a PUT or PATCH, another body than that of its
// success, and where the object can be read. body is "" where there is nothing to alter.
var alterations = map[string]struct{ body, read string }{
	"user.put":           {`{"name":"B"}`, "/v1/users/{eve}"},
	"organization.patch": {`{"name":"B"}`, "/v1/organizations/{S}"},
	"subscription.put":   {`{"plan":"free","status":"active"}`, ""},
	"owner.put":          {"", ""},
	"administrator.put":  {`{"role":"billing","subaccounts":["{S}"]}`, ""},
	"group.rename":       {`{"name":"B"}`, "/v1/groups/{G}"},
	"group.claims":       {`{"claims":[]}`, "/v1/groups/{G}"},
	"group.owner.put":    {"", ""},
	"group.member.put":   {`{"expires_at":"2100-01-01T00:00:00Z"}`, ""},
	"link.put":           {`{"scope":"subtree"}`, ""},
	"resource.put":       {`{"name":"B"}`, ""},

	"tenant_group.rename":     {`{"name":"B"}`, "/v1/tenant-groups/{T}"},
	"tenant_group.tenant.put": {"", ""},
	"tenant_group.user.put":   {`{"group_administrator":true}`, ""},
	"tenant_group.link.put":   {`{"claims":[]}`, ""},
}

// Every PUT and PATCH alters an object that is there: with its ETag once, and not twice.
func TestIfMatchOfWhatIsAltered(t *testing.T) {
	for _, route := range altering() {
		if route.Method == http.MethodDelete {
			continue
		}
		t.Run(route.Operation, func(t *testing.T) {
			c, known := alterations[route.Operation]
			require.True(t, known, "the operation has no alteration")
			if c.body == "" {
				return
			}
			w := newWorld(t)
			a := successOf(t, route)
			before := etag(w.send(t, a.request))
			if c.read != "" {
				require.Equal(t, before, etag(w.must(t, "GET", c.read, "")))
			}
			a.body = c.body
			requireRefused(t, w, a.with("If-None-Match", "*"), 412)
			alter := a.with("If-Match", `"x", `+before)
			r := w.send(t, alter)
			require.Equal(t, 200, r.status, r.text)
			require.NotEqual(t, before, etag(r))
			requireRefused(t, w, alter, 412)
		})
	}
}

// What is there can be removed on the condition that it is, whatever it is.
func TestIfMatchOfWhatIsRemoved(t *testing.T) {
	for _, route := range altering() {
		if route.Method != http.MethodDelete {
			continue
		}
		t.Run(route.Operation, func(t *testing.T) {
			w := newWorld(t)
			a := successOf(t, route)
			requireRefused(t, w, a.with("If-None-Match", "*"), 412)
			r := w.send(t, a.with("If-Match", "*"))
			require.Equal(t, 204, r.status, r.text)
		})
	}
}

// The ETag with which a key was shown is good for its removal.
func TestIfMatchOfAccessKey(t *testing.T) {
	w := newWorld(t)
	issued := w.issue(t, "N", "{S}", "{pc}")
	remove := request{method: "DELETE", path: "/v1/organizations/{S}/access-keys/{N}", actor: "bob"}
	require.Equal(t, 204, w.send(t, remove.with("If-Match", etag(issued))).status)
}

// What is not there has no ETag, and is made if that is what is asked.
func TestIfMatchOfWhatIsNotThere(t *testing.T) {
	for _, path := range []string{"/v1/users/{new}", "/v1/organizations/{S}/owners/{eve}", "/v1/groups/{G}/members/{eve}", "/v1/organizations/{L}/links/{G}",
		"/v1/tenant-groups/{T}/tenants/{L}", "/v1/tenant-groups/{T}/users/{eve}", "/v1/tenant-groups/{T}/links/{G}"} {
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
