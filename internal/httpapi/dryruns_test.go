package httpapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// A dry run of any mutation, by anybody, says how the mutation would be answered, and
// changes nothing: each of these is tried in the same world.
func TestDryRuns(t *testing.T) {
	w := newWorld(t)
	for _, route := range mutations() {
		t.Run(route.Operation, func(t *testing.T) {
			w.stays(t)
			for _, a := range attemptsAt(t, route.Operation) {
				requireDryRun(t, w, a)
			}
		})
	}
}

func requireDryRun(t *testing.T, w *world, a attempt) {
	t.Helper()
	w.fresh(t)
	req := a.request
	req.path += "?dry_run=true"
	r := w.send(t, req)
	events := w.fresh(t)
	if a.want.status == 401 || a.want.code == tenancy.CodeMalformed {
		require.Equal(t, a.want.status, r.status, a.name)
		require.Empty(t, events)
		return
	}
	require.Equal(t, 200, r.status, "%s: %s", a.name, r.text)
	want := map[string]any{"status": float64(a.want.status)}
	if a.want.code != "" {
		want["code"] = string(a.want.code)
	}
	require.Equal(t, want, r.json["would"], "%s: %s", a.name, r.text)
	require.IsType(t, []any{}, r.json["gained"])
	require.IsType(t, []any{}, r.json["lost"])
	require.IsType(t, false, r.json["truncated"])
	if a.actor == "platform" {
		require.Equal(t, false, r.json["truncated"])
	}
	if a.want.code == "" || a.want.trail == "" {
		require.Empty(t, events, "nothing was done")
		return
	}
	require.Len(t, events, 1)
	require.Equal(t, a.want.code, events[0].Code)
	require.Equal(t, "true", events[0].Detail["dry_run"])
}

// Who would gain and lose what is told in the words of checks.
func TestDryRunTellsWhatChanges(t *testing.T) {
	w := newWorld(t)
	w.stays(t)
	r := w.must(t, "PUT", "/v1/groups/{G}/claims?dry_run=true", `{"claims":["view_gateways"]}`)
	requireObject(t, w, `{"would":{"status":200},"truncated":false,
		"gained":[
			{"subject":{"type":"user","id":"max"},"permission":"view_gateways","resource":{"type":"organization","id":"M"}},
			{"subject":{"type":"user","id":"max"},"permission":"view_gateways","resource":{"type":"organization","id":"S"}}],
		"lost":[
			{"subject":{"type":"user","id":"max"},"permission":"view_agents","resource":{"type":"organization","id":"M"}},
			{"subject":{"type":"user","id":"max"},"permission":"view_agents","resource":{"type":"organization","id":"S"}}]}`, r)
	require.Empty(t, r.header.Get("ETag"))
	require.Empty(t, r.header.Get("Location"))

	r = w.must(t, "DELETE", "/v1/organizations/{M}/links/{G}?dry_run=true", "")
	requireObject(t, w, `{"would":{"status":204},"truncated":false,"gained":[],"lost":[
		{"subject":{"type":"user","id":"max"},"permission":"access","resource":{"type":"organization","id":"M"}},
		{"subject":{"type":"user","id":"max"},"permission":"view_agents","resource":{"type":"organization","id":"M"}}]}`, r)

	r = w.must(t, "PUT", "/v1/organizations/{S}/owners/{olga}?dry_run=true", "")
	requireObject(t, w, `{"would":{"status":200},"gained":[],"lost":[],"truncated":false}`, r)
}

// A dry run judges the condition too, and neither looks for a key nor keeps it.
func TestDryRunOnTerms(t *testing.T) {
	w := newWorld(t)
	patch := request{method: "PATCH", path: "/v1/organizations/{S}?dry_run=true", body: `{"name":"New"}`, actor: "bob"}.keyed("{k}")
	r := w.send(t, patch.with("If-Match", `"x"`))
	requireObject(t, w, `{"would":{"status":412,"code":"precondition-failed"},"gained":[],"lost":[],"truncated":false}`, r)
	for range 2 {
		r = w.send(t, patch)
		requireObject(t, w, `{"would":{"status":200},"gained":[],"lost":[],"truncated":false}`, r)
	}
	patch.path = "/v1/organizations/{S}?dry_run=false"
	require.Equal(t, "New", w.send(t, patch).json["name"])
	require.Equal(t, "New", w.must(t, "GET", "/v1/organizations/{S}", "").json["name"])
	require.Equal(t, 400, w.send(t, request{method: "GET", path: "/v1/organizations/{S}?dry_run=true", actor: "bob"}).status)
}

// A dry run tells nobody who holds what where he does not see it: gina owns G, which is
// active in S and M, and sees neither's roster. bob owns both.
func TestDryRunTellsNoMoreThanTheCallerSees(t *testing.T) {
	w := newWorld(t)
	w.must(t, "PUT", "/v1/organizations/{M}/resources/agent/{spy}", `{"name":"A"}`)
	w.stays(t)
	for _, req := range []request{
		{method: "PUT", path: "/v1/groups/{G}/members/{eve}?dry_run=true"},
		{method: "DELETE", path: "/v1/groups/{G}/members/{max}?dry_run=true"},
	} {
		req.actor = "gina"
		hers := w.send(t, req)
		require.Equal(t, 200, hers.status)
		require.NotContains(t, hers.text, w.id("spy"))
		require.NotContains(t, hers.text, `"id":"`+w.id("M")+`"`)
		req.actor = "bob"
		his := w.send(t, req)
		require.Contains(t, his.text, w.id("spy"))
		require.Contains(t, his.text, `"id":"`+w.id("M")+`"`)
	}
}
