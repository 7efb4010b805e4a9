package httpapi_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// placeholder is {x} in the paths and bodies of the tests.
var placeholder = regexp.MustCompile(`\{([A-Za-z]+)\}`)

// outcome is what an operation answers, and the trail in which it leaves its one event:
// "tree" (of the target), "other tree" (if the target is there), "service" (the service's
// own) or "" for no event; "third tree" is that of F. A change of several trees is told in each.
type outcome struct {
	status int
	code   tenancy.Code
	trail  string
}

// The outcomes that most operations share.
var (
	read        = outcome{200, "", ""}
	done        = outcome{200, "", "tree"}
	created     = outcome{201, "", "tree"}
	gone        = outcome{204, "", "tree"}
	unchanged   = outcome{200, "", ""}
	unknown     = outcome{401, tenancy.CodeUnauthenticated, ""}
	forbidden   = outcome{403, tenancy.CodeForbidden, "tree"}
	hidden      = outcome{404, tenancy.CodeNotFound, "tree"}
	absent      = outcome{404, tenancy.CodeNotFound, "service"} // there is no tree to tell it
	hiddenThird = outcome{404, tenancy.CodeNotFound, "third tree"}
	noActor     = outcome{403, tenancy.CodeForbidden, "service"}
	invalid     = outcome{422, tenancy.CodeInvalid, "tree"}
)

func refused(status int, code tenancy.Code) outcome { return outcome{status, code, "tree"} }

// actors are those for whom every operation has an outcome: the platform, a console for
// nobody, the owners of the root and of the sub-organization, an owner and a member of the
// group, and an owner in another tree.
var actors = []string{"platform", "console", "alice", "bob", "gina", "max", "sid"}

// strangers are never known: a deactivated user, one that never was, no credential, and a
// broken one.
var strangers = []string{"dan", "neverwas", "nobody", "broken"}

// trial is one way to ask for an operation, with the outcome for everybody.
type trial struct {
	method, path, body string
	outcomes           [7]outcome // in the order of actors
}

// single is one more outcome of an operation.
type single struct {
	name, actor, method, path, body string
	want                            outcome
}

// attempt is one request for an operation, and what is to come of it.
type attempt struct {
	name string
	request
	want outcome
}

func (a attempt) changes() bool { return a.want.status < 300 && a.want.trail != "" }

// TestOperations walks operation × actor × outcome × events. Whoever is refused, or finds
// things as he wants them, is in a world that stays as it is; each change has its own.
func TestOperations(t *testing.T) {
	common := newWorld(t)
	for _, route := range protected() {
		t.Run(route.Operation, func(t *testing.T) {
			attempts := attemptsAt(t, route.Operation)
			t.Run("stays", func(t *testing.T) {
				common.stays(t)
				for _, a := range attempts {
					if !a.changes() {
						a.run(t, common, route)
					}
				}
			})
			for _, a := range attempts {
				if a.changes() {
					t.Run(a.name, func(t *testing.T) { a.runAlone(t, route) })
				}
			}
		})
	}
}

// attemptsAt are all attempts at an operation. One without a trial has not been thought of.
func attemptsAt(t *testing.T, operation string) (attempts []attempt) {
	t.Helper()
	trial, ok := trials[operation]
	require.True(t, ok, "the operation has no trial")
	add := func(actor string, want outcome) {
		attempts = append(attempts, attempt{actor, request{method: trial.method, path: trial.path, body: trial.body, actor: actor, header: operatingFrom(operation, actor)}, want})
	}
	for i, actor := range actors {
		add(actor, trial.outcomes[i])
	}
	for _, actor := range strangers {
		add(actor, unknown)
	}
	for _, s := range singles[operation] {
		attempts = append(attempts, attempt{s.name, request{method: s.method, path: s.path, body: s.body, actor: s.actor, header: operatingFrom(operation, s.actor)}, s.want})
	}
	return attempts
}

// operatingFrom is the header of a user for operations that ask from where he operates.
func operatingFrom(operation, actor string) map[string]string {
	if operation == "organization.delete" && isUser(actor) {
		return from("{S}")
	}
	return nil
}

// TestTrialsNameRoutes keeps the tables from outliving their routes.
func TestTrialsNameRoutes(t *testing.T) {
	operations := map[string]bool{}
	for _, route := range protected() {
		require.False(t, operations[route.Operation], "two routes are %s", route.Operation)
		operations[route.Operation] = true
	}
	for _, named := range slices.Concat(slices.Collect(maps.Keys(trials)), slices.Collect(maps.Keys(singles))) {
		require.True(t, operations[named], "there is no operation %s", named)
	}
}

// protected are the routes that ask who calls.
func protected() []httpapi.Route {
	return slices.DeleteFunc(httpapi.Routes(), func(r httpapi.Route) bool { return r.Public })
}

// run asks for the operation and requires its answer, and its one event or none.
func (a attempt) run(t *testing.T, w *world, route httpapi.Route) {
	t.Helper()
	w.fresh(t)
	r := w.send(t, a.request)
	require.Equal(t, a.want.status, r.status, "%s: %s", a.name, r.text)
	require.Equal(t, string(a.want.code), r.code(), a.name)
	requireForm(t, route, r)
	requireEvent(t, w, route, a.request, r, a.want)
}

// runAlone has it change a world that is made for it.
func (a attempt) runAlone(t *testing.T, route httpapi.Route) {
	w := newWorld(t)
	before := w.rows(t)
	a.run(t, w, route)
	require.NotEqual(t, before, w.rows(t), "nothing changes")
}

// requireForm requires what every answer has.
func requireForm(t *testing.T, route httpapi.Route, r reply) {
	t.Helper()
	id := r.header.Get("X-Request-Id")
	require.NotEmpty(t, id)
	require.Equal(t, "no-store", r.header.Get("Cache-Control"))
	require.Equal(t, "nosniff", r.header.Get("X-Content-Type-Options"))
	token, sent := r.header["Tenantry-Token"]
	require.NotEqual(t, []string{""}, token, "an empty token names no state")
	require.Equal(t, route.Mutates() && r.status < 300 && !slices.Contains([]string{"user.put", "user.erase"}, route.Operation), sent)
	switch {
	case r.status == http.StatusNoContent:
		require.Empty(t, r.text)
	case r.status < 300:
		require.Equal(t, "application/json", r.header.Get("Content-Type"))
	default:
		require.Equal(t, "application/problem+json", r.header.Get("Content-Type"))
		require.Equal(t, id, r.json["request_id"])
		require.EqualValues(t, r.status, r.json["status"])
		for _, field := range []string{"type", "title", "detail"} {
			require.NotEmpty(t, r.json[field])
		}
	}
	require.Equal(t, r.status == http.StatusCreated, r.header.Get("Location") != "")
}

// requireEvent requires the one event of an attempt, in the right trail, or none.
func requireEvent(t *testing.T, w *world, route httpapi.Route, req request, r reply, want outcome) {
	t.Helper()
	events := w.fresh(t)
	if want.trail == "" {
		require.Empty(t, events, req.actor)
		return
	}
	events = changesIn(events)
	require.Len(t, events, 1, req.actor)
	e := events[0]
	trails := map[string]string{"tree": w.id("R"), "other tree": w.id("B"), "third tree": w.id("F"), "service": ""}
	require.Equal(t, trails[want.trail], e.RootID, "%s: the trail", req.actor)
	require.Equal(t, route.Operation, e.Action)
	require.Equal(t, want.code, e.Code)
	require.Equal(t, map[bool]tenancy.Result{true: tenancy.ResultDone, false: tenancy.ResultRefused}[want.status < 300], e.Result)
	require.Equal(t, r.header.Get("X-Request-Id"), e.RequestID)
	require.Equal(t, "192.0.2.1", e.From)
	requireActor(t, w, req.actor, e)
}

// changesIn leaves of the events of one change, which is told in each tree, the first.
func changesIn(events []tenancy.Event) []tenancy.Event {
	return slices.CompactFunc(events, func(a, b tenancy.Event) bool { return a.RequestID == b.RequestID && a.RootID != b.RootID })
}

func requireActor(t *testing.T, w *world, actor string, e tenancy.Event) {
	t.Helper()
	key, user := tenancy.Object{Type: "console_key", ID: w.console.ID}, ""
	if actor == "platform" {
		key = tenancy.Object{Type: "platform_key", ID: w.platform.ID}
	}
	if isUser(actor) {
		user = w.id(actor)
	}
	if w.tokens && user != "" {
		key = tenancy.Object{Type: "user", ID: user}
	}
	require.Equal(t, key, e.Actor)
	require.Equal(t, user, e.OnBehalfOf)
}
