package httpapi_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// mutations are the routes that change something.
func mutations() (routes []httpapi.Route) {
	for _, route := range protected() {
		if route.Mutates() {
			routes = append(routes, route)
		}
	}
	return routes
}

// successOf is an attempt at an operation that is carried out.
func successOf(t *testing.T, route httpapi.Route) attempt {
	t.Helper()
	for _, a := range attemptsAt(t, route.Operation) {
		if a.changes() {
			return a
		}
	}
	require.FailNow(t, "no trial of the operation succeeds")
	return attempt{}
}

// with adds a header to a request.
func (r request) with(name, value string) request {
	header := map[string]string{name: value}
	for other, value := range r.header {
		header[other] = value
	}
	r.header = header
	return r
}

// keyed gives a request an Idempotency-Key; {k} is one of the world's own.
func (r request) keyed(key string) request { return r.with("Idempotency-Key", key) }

// withoutOwn leaves out of an answer's headers what is each request's own.
func withoutOwn(r reply) map[string][]string {
	header := r.header.Clone()
	header.Del("X-Request-Id")
	return header
}

// A repeat of any mutation gets the first answer, and nothing happens again.
func TestRepeatsGetTheFirstAnswer(t *testing.T) {
	for _, route := range mutations() {
		t.Run(route.Operation, func(t *testing.T) {
			w := newWorld(t)
			a := successOf(t, route)
			a.request = a.keyed("{k}")
			first := w.send(t, a.request)
			require.Equal(t, a.want.status, first.status, first.text)
			require.Len(t, changesIn(w.fresh(t)), 1)
			w.stays(t)
			again := w.send(t, a.request)
			require.Equal(t, first.status, again.status)
			require.Equal(t, withoutSecret(first), again.text)
			require.Equal(t, withoutOwn(first)["Location"], withoutOwn(again)["Location"])
			require.Equal(t, first.header.Get("Tenantry-Token"), again.header.Get("Tenantry-Token"))
			require.Empty(t, w.fresh(t), "a repeat is no second event")

			other := request{method: "PUT", path: "/v1/users/{eve}", body: `{"name":"Other"}`, actor: a.actor}
			r := requireRefused(t, w, other.keyed("{k}"), 409)
			require.Equal(t, "idempotency-conflict", r.code())
		})
	}
}

// withoutSecret is the body of an answer as its repeat has it.
func withoutSecret(r reply) string {
	for _, field := range []string{"secret", "accept_token"} {
		if _, ok := r.json[field]; ok {
			return httpapi.WithoutSecrets(r.text)
		}
	}
	return r.text
}

// The keys of one caller say nothing to another one.
func TestRepeatsOfOthersAreNone(t *testing.T) {
	for _, route := range mutations() {
		t.Run(route.Operation, func(t *testing.T) {
			w := newWorld(t)
			done := successOf(t, route)
			require.Equal(t, done.want.status, w.send(t, done.keyed("{k}")).status)
			w.stays(t)
			for _, a := range attemptsAt(t, route.Operation) {
				if a.path == done.path && (a.want.status == 401 || a.want.code == tenancy.CodeForbidden) {
					require.GreaterOrEqual(t, w.send(t, a.keyed("{k}")).status, 400, a.name)
				}
			}
		})
	}
}

// What was refused was not carried out: it may be tried again.
func TestRefusalsAreNotKept(t *testing.T) {
	w := newWorld(t)
	put := request{method: "PUT", path: "/v1/organizations/{S}/owners/{new}", actor: "bob"}.keyed("{k}")
	requireRefused(t, w, put, 404)
	w.must(t, "PUT", "/v1/users/{new}", `{}`)
	require.Equal(t, 200, w.send(t, put).status)
}

// What changed nothing was carried out: a repeat does not undo what others did since.
func TestRepeatOfWhatChangedNothing(t *testing.T) {
	w := newWorld(t)
	put := request{method: "PUT", path: "/v1/groups/{G}/members/{max}", body: `{}`, actor: "bob"}.keyed("{k}")
	first := w.send(t, put)
	require.Equal(t, 200, first.status)
	w.must(t, "DELETE", "/v1/groups/{G}/members/{max}", "")
	w.stays(t)
	again := w.send(t, put)
	require.Equal(t, first.text, again.text)
	require.Equal(t, first.header.Get("Tenantry-Token"), again.header.Get("Tenantry-Token"))
}

// A repeat is the same caller's: one who was deactivated since is not known any more (D-8).
func TestRepeatOfDeactivatedUser(t *testing.T) {
	w := newWorld(t)
	put := request{method: "PUT", path: "/v1/groups/{G}/members/{eve}", actor: "gina"}.keyed("{k}")
	require.Equal(t, 200, w.send(t, put).status)
	w.must(t, "PUT", "/v1/users/{gina}", `{"state":"deactivated"}`)
	require.Equal(t, 401, w.send(t, put).status)
}

// Equal requests at the same time are carried out once, and all get the one answer; also
// those that take from the caller the right to ask again.
func TestEqualRequestsAtOnce(t *testing.T) {
	for name, req := range map[string]request{
		"create a root":  {method: "POST", path: "/v1/organizations", body: `{"id":"{N}","name":"N","detached":true,"owner_id":"{eve}"}`, actor: "platform"},
		"create below":   {method: "POST", path: "/v1/organizations", body: `{"name":"N","parent_id":"{S}"}`, actor: "bob"},
		"disown himself": {method: "DELETE", path: "/v1/organizations/{S}/owners/{bob}", actor: "bob"},
		"a new user":     {method: "PUT", path: "/v1/users/{new}", body: `{}`, actor: "console"},
		"as it is":       {method: "PUT", path: "/v1/organizations/{S}/owners/{olga}", actor: "bob"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			replies := w.atOnce(t, 16, req.keyed("{k}"))
			for _, r := range replies {
				require.Less(t, r.status, 300, r.text)
				require.Equal(t, replies[0].text, r.text)
				require.Equal(t, withoutOwn(replies[0]), withoutOwn(r))
			}
			require.LessOrEqual(t, len(w.fresh(t)), 1)
		})
	}
}

func (w *world) atOnce(t *testing.T, n int, req request) []reply {
	t.Helper()
	replies := make([]reply, n)
	var all sync.WaitGroup
	for i := range replies {
		all.Go(func() { replies[i] = w.send(t, req) })
	}
	all.Wait()
	return replies
}

func TestKeysThatAreNone(t *testing.T) {
	w := newWorld(t)
	w.stays(t)
	put := request{method: "PUT", path: "/v1/groups/{G}/members/{eve}", actor: "gina"}
	for _, key := range []string{"", "a b", "a,\tb", "ä", "\x7f", strings.Repeat("k", 256)} {
		requireRefused(t, w, put.keyed(key), 400)
	}
}

// A key may be sent along where it has no meaning.
func TestKeysOfWhatChangesNothing(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		r := w.send(t, request{method: "GET", path: "/v1/organizations/{S}", actor: "bob"}.keyed("{k}"))
		require.Equal(t, 200, r.status)
		w.must(t, "PATCH", "/v1/organizations/{S}", `{"name":"New"}`)
	}
	r := w.send(t, request{method: "GET", path: "/v1/organizations/{S}", actor: "bob"}.keyed("{k}"))
	require.Equal(t, "New", r.json["name"])
}
