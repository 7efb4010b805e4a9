package httpapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// from is the header that says which organization the caller operates from.
func from(id string) map[string]string { return map[string]string{"Current-Organization": id} }

// What names no parent is created below the current organization.
func TestCreateBelowCurrentOrganization(t *testing.T) {
	w := newWorld(t)
	create := request{method: "POST", path: "/v1/organizations", body: `{"name":"N"}`, actor: "bob", header: from("{S}")}
	r := w.send(t, create)
	require.Equal(t, 201, r.status, r.text)
	require.Equal(t, w.id("S"), r.json["parent_id"])
	events := w.fresh(t)
	require.Len(t, events, 1)
	require.Equal(t, w.id("R"), events[0].RootID)

	create.header = from("{M}") // max has access there, and does not own it
	create.actor = "max"
	requireRefused(t, w, create, 403)
}

// A tree of its own is begun from an owned organization under Enterprise.
func TestCreateDetached(t *testing.T) {
	w := newWorld(t)
	create := request{method: "POST", path: "/v1/organizations", body: `{"id":"{D}","name":"N","detached":true}`, actor: "bob", header: from("{S}")}
	create.actor = "max"
	requireRefused(t, w, create, 403)
	create.actor = "sid"
	requireRefused(t, w, create, 404)

	create.actor = "bob"
	r := w.send(t, create)
	require.Equal(t, 201, r.status, r.text)
	require.Nil(t, r.json["parent_id"])
	require.Equal(t, w.id("D"), r.json["root_id"])
	require.Equal(t, "free", r.json["plan"])
	require.Empty(t, w.fresh(t), "it is told in the new tree alone")
	require.Len(t, w.news(t, w.id("D")), 1)

	create.body, create.header = `{"name":"N","detached":true}`, from("{D}")
	r = w.send(t, create)
	require.Equal(t, 403, r.status)
	require.Equal(t, "license-required", r.code())
}

// R-10 and D-9: users say from where they delete; a root is deleted from another tree.
func TestDeletionFromWhere(t *testing.T) {
	w := newWorld(t)
	del := request{method: "DELETE", path: "/v1/organizations/{F}", actor: "bob"}
	r := w.send(t, del)
	require.Equal(t, 400, r.status)
	require.Equal(t, "current-organization-required", r.code())
	del.header = from("{F}")
	r = requireRefused(t, w, del, 409)
	require.Equal(t, "current-organization", r.code())
	del.header = from("{S}")
	require.Equal(t, 204, w.send(t, del).status)
	requireRefused(t, w, del, 404)
	r = w.must(t, "GET", "/v1/organizations/{F}/audit", "")
	require.NotEmpty(t, r.json["items"])
	requireRefused(t, w, request{method: "GET", path: "/v1/organizations/{F}/audit", actor: "bob"}, 404)
}

// all blockers stand in the refusal.
func TestBlockersInTheProblem(t *testing.T) {
	w := newWorld(t)
	want := []any{map[string]any{"kind": "subscription", "count": 1.0}, map[string]any{"kind": "child_organization", "count": 1.0}}
	r := requireRefused(t, w, request{method: "DELETE", path: "/v1/organizations/{R}", actor: "platform"}, 409)
	require.Equal(t, want, r.json["blockers"])
	r = w.must(t, "GET", "/v1/organizations/{R}/deletion-blockers", "")
	require.Equal(t, map[string]any{"blockers": want}, r.json)
	r = w.must(t, "GET", "/v1/organizations/{L}/deletion-blockers", "")
	require.Equal(t, map[string]any{"blockers": []any{}}, r.json)
}

// What a move answers.
func TestMovesAnswerWhatEnded(t *testing.T) {
	w := newWorld(t)
	r := w.must(t, "POST", "/v1/organizations/{M}/detach", "")
	require.ElementsMatch(t, []any{
		map[string]any{"kind": "link", "id": w.id("G"), "organization_id": w.id("M")},
		map[string]any{"kind": "tenant_group_place", "id": w.id("T"), "organization_id": w.id("M")},
	}, r.json["removed"])
	require.Equal(t, []any{}, r.json["covered_by"])
	organization := r.json["organization"].(map[string]any)
	require.Nil(t, organization["parent_id"])
	require.Equal(t, w.id("M"), organization["root_id"])
	r = w.must(t, "POST", "/v1/organizations/{M}/attach", `{"parent_id":"{R}"}`)
	organization = r.json["organization"].(map[string]any)
	require.Equal(t, w.id("R"), organization["parent_id"])
	require.EqualValues(t, 2, organization["depth"])
	require.Equal(t, []any{}, r.json["removed"])
}

// D-7: what is suspended is not there for anybody but the platform; D-25: an owner above
// sees its state.
func TestSuspended(t *testing.T) {
	w := newWorld(t)
	r := w.must(t, "PATCH", "/v1/organizations/{S}", `{"state":"suspended"}`)
	require.Equal(t, "suspended", r.json["state"])
	for _, actor := range []string{"bob", "max", "gina"} {
		requireRefused(t, w, request{method: "GET", path: "/v1/organizations/{M}", actor: actor}, 404)
	}
	requireRefused(t, w, request{method: "GET", path: "/v1/groups/{G}", actor: "max"}, 404)
	r = w.send(t, request{method: "GET", path: "/v1/organizations/{M}", actor: "alice"})
	require.Equal(t, "suspended", r.json["state"])
	require.NotContains(t, r.json, "plan")
	r = w.send(t, request{method: "POST", path: "/v1/check", actor: "console",
		body: `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource":{"type":"organization","id":"{M}"}}`})
	require.Equal(t, false, r.json["allowed"])
	w.must(t, "PATCH", "/v1/organizations/{S}", `{"state":"active"}`)
	require.Equal(t, 200, w.send(t, request{method: "GET", path: "/v1/organizations/{M}", actor: "max"}).status)
}

// Attack 25: a deactivated user is refused on the next call; one event tells of it in each
// tree in which he stood.
func TestDeactivatedUserIsRefusedAtOnce(t *testing.T) {
	w := newWorld(t)
	get := request{method: "GET", path: "/v1/groups/{G}", actor: "max"}
	require.Equal(t, 200, w.send(t, get).status)
	w.must(t, "PUT", "/v1/users/{max}", `{"state":"deactivated"}`)
	trails := map[string]int{}
	for _, e := range w.fresh(t) {
		require.Equal(t, "user.put", e.Action)
		trails[e.RootID]++
	}
	require.Equal(t, map[string]int{"": 1, w.id("R"): 1}, trails)
	require.Equal(t, 401, w.send(t, get).status)
	w.must(t, "PUT", "/v1/users/{max}", `{}`)
	require.Equal(t, 200, w.send(t, get).status)
}

// Without a licence nothing is linked and nothing created, by nobody.
func TestWithoutLicence(t *testing.T) {
	w := newWorld(t)
	w.must(t, "PUT", "/v1/organizations/{R}/subscription", `{"plan":"enterprise","status":"canceled"}`)
	w.stays(t)
	for _, actor := range []string{"bob", "platform"} {
		for _, req := range []request{
			{method: "PUT", path: "/v1/organizations/{L}/links/{G}"},
			{method: "POST", path: "/v1/organizations", body: `{{founder}"name":"N","parent_id":"{S}"}`},
		} {
			req.actor = actor
			r := requireRefused(t, w, req, 403)
			require.Equal(t, "license-required", r.code())
		}
	}
}
