package httpapi_test

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// bodyOf is the body with which the platform succeeds on a route.
func bodyOf(route httpapi.Route) string { return trials[route.Operation].body }

// onOurs is the path of a route with ids of the tree R.
func onOurs(route httpapi.Route) string { return trials[route.Operation].path }

// pathPart is a part of a route's path that is an id.
var pathPart = regexp.MustCompile(`\{(id|gid|tg|user)\}`)

// replaceIn puts an id in the place of one part of the path of a route.
func replaceIn(route httpapi.Route, part, id string) string {
	template, ours := strings.Split(route.Path, "/"), strings.Split(onOurs(route), "/")
	for i := range template {
		if template[i] == "{"+part+"}" {
			ours[i] = id
		}
	}
	return strings.Join(ours, "/")
}

// eachPart runs a test for each part of each path that is an id.
func eachPart(t *testing.T, run func(t *testing.T, route httpapi.Route, part string)) {
	for _, route := range protected() {
		for _, found := range pathPart.FindAllStringSubmatch(route.Path, -1) {
			t.Run(route.Operation+" "+found[1], func(t *testing.T) { run(t, route, found[1]) })
		}
	}
}

// stays requires that no row of the record changes until the test ends.
func (w *world) stays(t *testing.T) {
	t.Helper()
	before := w.rows(t)
	t.Cleanup(func() { require.Equal(t, before, w.rows(t)) })
}

// requireRefused requires that a request is refused, with the one event of its refusal or,
// before the domain has seen it, none.
func requireRefused(t *testing.T, w *world, req request, status int) reply {
	t.Helper()
	w.fresh(t)
	r := w.send(t, req)
	require.Equal(t, status, r.status, "%s %s: %s", req.method, req.path, r.text)
	events := w.fresh(t)
	if status == 400 || status == 401 {
		require.Empty(t, events)
		return r
	}
	require.Len(t, events, 1)
	require.Equal(t, tenancy.ResultRefused, events[0].Result)
	return r
}

// Attack 1: an id of another tree, in every part of every path, is not there, and neither
// is it told from an id that never was.
func TestForeignIDs(t *testing.T) {
	w := newWorld(t)
	eachPart(t, func(t *testing.T, route httpapi.Route, part string) {
		if part == "user" || strings.HasPrefix(route.Operation, "user.") {
			return // Users belong to no tree.
		}
		w.stays(t)
		for _, actor := range []string{"alice", "bob", "gina", "max"} {
			for _, id := range foreignTo(route, part) {
				req := request{method: route.Method, path: replaceIn(route, part, id), body: bodyOf(route), actor: actor, header: operatingFrom(route.Operation, actor)}
				theirs := requireRefused(t, w, req, 404)
				req.path = replaceIn(route, part, "{never}")
				nobodys := requireRefused(t, w, req, 404)
				delete(theirs.json, "request_id")
				delete(nobodys.json, "request_id")
				require.Equal(t, nobodys.json, theirs.json, "the refusal tells them apart")
			}
		}
	})
}

// foreignTo are ids of the other tree that fit a part of the path of a route.
func foreignTo(route httpapi.Route, part string) []string {
	switch {
	case part == "gid":
		return []string{"{BG}"}
	case part == "tg":
		return []string{"{BT}"}
	case strings.HasPrefix(route.Path, "/v1/invitations/"):
		return []string{"{BI}"}
	}
	return []string{"{B}", "{BS}"}
}

func TestForeignIDsInBodies(t *testing.T) {
	w := newWorld(t)
	w.stays(t)
	requireRefused(t, w, request{method: "POST", path: "/v1/organizations", body: `{"name":"N","parent_id":"{B}"}`, actor: "bob"}, 404)
	requireRefused(t, w, request{method: "POST", path: "/v1/organizations", body: `{"name":"N","tenant_group_id":"{BT}"}`, actor: "alice"}, 404)
	requireRefused(t, w, request{method: "POST", path: "/v1/organizations/{R}/tenant-groups", body: `{"name":"N","parent_id":"{BT}"}`, actor: "alice"}, 404)
	requireRefused(t, w, request{method: "DELETE", path: "/v1/organizations/{BS}/links/{BG}", actor: "bob"}, 404)

	r := w.send(t, request{method: "GET", path: "/v1/organizations?root_id={B}", actor: "bob"})
	require.Equal(t, []any{}, r.json["items"])
	r = w.send(t, request{method: "POST", path: "/v1/check", actor: "bob",
		body: `{"subject":{"type":"user","id":"{me}"},"permission":"access","resource":{"type":"organization","id":"{B}"}}`})
	require.Equal(t, false, r.json["allowed"])
}

// foreign has for each id of our tree that stands in a body one of the same kind in another.
var foreign = map[string]string{
	"{R}": "{B}", "{S}": "{BS}", "{L}": "{BS}", "{M}": "{BS}", "{G}": "{BG}", "{T}": "{BT}", "{pc}": "{far}", "{nightly}": "{far}",
}

// Attack 1: the same of every id in every body, and what is answered is as for an id that
// never was. Those bodies are the ones with which each route succeeds.
func TestForeignIDsInEveryBody(t *testing.T) {
	w := newWorld(t)
	tried := 0
	for _, route := range protected() {
		for ours, theirs := range foreign {
			if !strings.Contains(bodyOf(route), ours) {
				continue
			}
			tried++
			t.Run(route.Operation+" "+ours, func(t *testing.T) {
				w.stays(t)
				for _, actor := range []string{"alice", "bob", "gina", "max"} {
					answers := map[string]string{}
					for _, id := range []string{theirs, "{never}"} {
						body := strings.ReplaceAll(bodyOf(route), ours, id)
						r := w.send(t, request{method: route.Method, path: onOurs(route), body: body, actor: actor, header: operatingFrom(route.Operation, actor)})
						require.NotContains(t, r.text, `"allowed":true`)
						answers[id] = told(w, r, id)
					}
					require.Equal(t, answers["{never}"], answers[theirs], "the answer to %s tells them apart", actor)
				}
			})
		}
	}
	require.Greater(t, tried, 5)
}

// told is all of an answer but for the id that was asked about and the number of the request.
func told(w *world, r reply, id string) string {
	text := strings.ReplaceAll(r.text, r.header.Get("X-Request-Id"), "")
	return strconv.Itoa(r.status) + " " + strings.ReplaceAll(text, w.expand(id, ""), "")
}

// Attack 2: whoever operates from one tree finds nothing of another one.
func TestCurrentOrganizationOfAnotherTree(t *testing.T) {
	w := newWorld(t)
	w.must(t, "PUT", "/v1/organizations/{B}/owners/{bob}", "") // bob is in both trees
	w.fresh(t)
	for _, route := range protected() {
		if !regexp.MustCompile(`\{(id|gid|tg)\}`).MatchString(route.Path) || strings.HasPrefix(route.Operation, "user.") {
			continue
		}
		t.Run(route.Operation, func(t *testing.T) {
			w.stays(t)
			req := request{method: route.Method, path: onOurs(route), body: bodyOf(route)}
			for actor, current := range map[string]string{"bob": "{B}", "platform": "{B}", "gina": "{BS}", "max": "*"} {
				req.actor, req.header = actor, map[string]string{"Current-Organization": current}
				requireRefused(t, w, req, 404)
			}
		})
	}
}

// Attacks 6 and 7: ids that look alike are not the same, and none stands for all. The
// platform asks, who may do everything.
func TestStrangeIDs(t *testing.T) {
	w := newWorld(t)
	eachPart(t, func(t *testing.T, route httpapi.Route, part string) {
		w.stays(t)
		ours := w.expand(idIn(route, part), "platform")
		for name, id := range map[string]string{
			"wildcard":            "*",
			"wildcard after":      ours + "*",
			"of a type":           "organization:" + ours,
			"with a relation":     ours + "#owner",
			"with a subject":      ours + "@" + ours,
			"in other case":       strings.ToUpper(ours),
			"full width":          strings.NewReplacer("w", "ｗ", "inv", "ｉnv").Replace(ours),
			"combining":           ours + "\u0301",
			"zero width":          ours + "\u200b",
			"a space after":       ours + " ",
			"a newline after":     ours + "\n",
			"a quote":             ours + "'",
			"a percent sign":      "%",
			"two dots":            "..",
			"a backslash":         ours + `\`,
			"a path":              ours + "/../" + ours,
			"longer than any":     strings.Repeat("x", 129),
			"NUL":                 ours + "\x00",
			"not UTF-8":           ours + "\xff",
			"longer than we read": strings.Repeat("x", 10_000),
		} {
			t.Run(name, func(t *testing.T) {
				req := request{method: route.Method, path: replaceIn(route, part, url.PathEscape(id)), body: bodyOf(route), actor: "platform"}
				if route.Operation == "user.put" && tenancy.ValidUserID(id) {
					return // It makes another user.
				}
				requireRefused(t, w, req, statusOfStrange(route, name))
			})
		}
	})
}

// idIn is the id that the trial of a route has in one part of the path.
func idIn(route httpapi.Route, part string) string {
	ours := strings.Split(onOurs(route), "/")
	for i, piece := range strings.Split(route.Path, "/") {
		if piece == "{"+part+"}" {
			return ours[i]
		}
	}
	return ""
}

func statusOfStrange(route httpapi.Route, name string) int {
	switch {
	case name == "NUL" || name == "not UTF-8" || name == "longer than we read":
		return 400
	case route.Operation == "user.put":
		return 422
	}
	return 404
}

// An id that is chosen has the form of an id, whoever chooses it.
func TestStrangeNewIDs(t *testing.T) {
	w := newWorld(t)
	w.stays(t)
	for _, id := range []string{"*", "a:b", "a#b", "a@b", "a|b", "a/b", "ä", "a b", "..", strings.Repeat("x", 65)} {
		requireRefused(t, w, request{method: "POST", path: "/v1/organizations", body: `{"id":"` + id + `","name":"N","parent_id":"{S}"}`, actor: "bob"}, 422)
		requireRefused(t, w, request{method: "POST", path: "/v1/organizations/{S}/groups", body: `{"id":"` + id + `","name":"N"}`, actor: "bob"}, 422)
	}
}

// Ids that differ in case are different, and both can be had.
func TestIDsDifferInCase(t *testing.T) {
	w := newWorld(t)
	r := w.must(t, "POST", "/v1/organizations", `{"id":"{s}","name":"s","parent_id":"{R}","owner_id":"{eve}"}`)
	require.Equal(t, w.id("s"), r.json["id"])
	r = w.must(t, "GET", "/v1/organizations/{S}", "")
	require.Equal(t, "S", r.json["name"])
	r = w.send(t, request{method: "GET", path: "/v1/organizations/{S}", actor: "eve"})
	require.Equal(t, 404, r.status)
}
