package httpapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Tenant groups, what is in them and their users are shown as the contract says.
func TestTenantGroupObjects(t *testing.T) {
	w := newWorld(t)
	r := w.must(t, "POST", "/v1/organizations/{R}/tenant-groups", `{"name":"Team"}`)
	require.Regexp(t, `^tgr_[a-z0-9]{26}$`, r.json["id"])
	require.Equal(t, "/v1/tenant-groups/"+r.json["id"].(string), r.header.Get("Location"))
	requireObject(t, w, `{"id":"T","organization_id":"R","parent_id":null,"name":"T"}`, w.must(t, "GET", "/v1/tenant-groups/{T}", ""))
	requireObject(t, w, `{"id":"TE","organization_id":"R","parent_id":"T","name":"TE"}`, w.must(t, "GET", "/v1/tenant-groups/{TE}", ""))
	requireObject(t, w, `{"user_id":"eve","group_administrator":true,"all_tenant_permissions":false,"modules":["invoicing","payroll"]}`,
		w.must(t, "PUT", "/v1/tenant-groups/{T}/users/{eve}", `{"group_administrator":true,"modules":["payroll","invoicing","payroll"]}`))
	requireObject(t, w, `{"user_id":"eve","group_administrator":false,"all_tenant_permissions":false,"modules":[]}`,
		w.must(t, "PUT", "/v1/tenant-groups/{T}/users/{eve}", ""))
	require.Len(t, w.items(t, "tom", "/v1/tenant-groups/{T}/users"), 3)
	tenants := w.items(t, "tom", "/v1/tenant-groups/{T}/tenants")
	require.Len(t, tenants, 1)
	require.Equal(t, w.id("M"), tenants[0]["organization_id"])
	require.Len(t, w.items(t, "tess", "/v1/organizations/{R}/tenant-groups"), 2)
}

// Of the root a group administrator sees that it exists (D-25).
func TestGroupAdministratorSeesTheRoot(t *testing.T) {
	w := newWorld(t)
	r := w.send(t, request{method: "GET", path: "/v1/organizations/{R}", actor: "tess"})
	requireObject(t, w, `{"id":"R","name":"R","parent_id":null,"root_id":"R","depth":1,"state":"active"}`, r)
	r = w.send(t, request{method: "GET", path: "/v1/organizations/{R}", actor: "tom"})
	require.Equal(t, 404, r.status)
}

// A locked entry of the roster says where it is changed.
func TestGroupUsersAreManagedElsewhere(t *testing.T) {
	w := newWorld(t)
	r := requireRefused(t, w, request{method: "DELETE", path: "/v1/organizations/{M}/owners/{tom}", actor: "bob"}, 409)
	require.Equal(t, "managed-elsewhere", r.code())
	require.Equal(t, map[string]any{"kind": "tenant_group", "id": w.id("T"), "organization_id": w.id("R")}, r.json["managed_at"])
	r = requireRefused(t, w, request{method: "DELETE", path: "/v1/tenant-groups/{T}", actor: "alice"}, 409)
	require.Equal(t, []any{map[string]any{"kind": "tenant_group", "count": 1.0}, map[string]any{"kind": "organization", "count": 1.0}}, r.json["blockers"])
}

// A dry run tells who would use and administer what, as far as the caller sees it: tess sees
// the group and its people, not the roster of M, and bob, who owns M, no tenant group.
func TestDryRunOfTenantGroups(t *testing.T) {
	w := newWorld(t)
	w.stays(t)
	put := request{method: "PUT", path: "/v1/tenant-groups/{T}/users/{eve}?dry_run=true", body: `{"group_administrator":true}`, actor: "tess"}
	requireObject(t, w, `{"would":{"status":200},"truncated":true,"lost":[],"gained":[
		{"subject":{"type":"user","id":"eve"},"permission":"administer","resource":{"type":"tenant_group","id":"T"}},
		{"subject":{"type":"user","id":"eve"},"permission":"use","resource":{"type":"tenant_group","id":"T"}},
		{"subject":{"type":"user","id":"eve"},"permission":"administer","resource":{"type":"tenant_group","id":"TE"}},
		{"subject":{"type":"user","id":"eve"},"permission":"use","resource":{"type":"tenant_group","id":"TE"}}]}`, w.send(t, put))
	put.actor = "platform"
	all := w.send(t, put)
	require.Contains(t, all.text, `"id":"`+w.id("M")+`"`)
	require.Equal(t, false, all.json["truncated"])
	out := request{method: "DELETE", path: "/v1/tenant-groups/{T}/tenants/{M}?dry_run=true", actor: "bob"}
	requireObject(t, w, `{"would":{"status":204},"truncated":false,"gained":[],"lost":[
		{"subject":{"type":"user","id":"tess"},"permission":"access","resource":{"type":"organization","id":"M"}},
		{"subject":{"type":"user","id":"tom"},"permission":"access","resource":{"type":"organization","id":"M"}}]}`, w.send(t, out))
}

// What a subgroup's administrator creates tells him nothing of the people of the group above.
func TestDryRunTellsNothingOfTheGroupAbove(t *testing.T) {
	w := newWorld(t)
	w.must(t, "PUT", "/v1/tenant-groups/{TE}/users/{eve}", `{"group_administrator":true}`)
	w.stays(t)
	r := w.send(t, request{method: "POST", path: "/v1/organizations/{R}/tenant-groups?dry_run=true", body: `{"name":"N","parent_id":"{TE}"}`, actor: "eve"})
	require.Equal(t, map[string]any{"status": 201.0}, r.json["would"], r.text)
	require.NotContains(t, r.text, w.id("tom"))
	require.NotContains(t, r.text, w.id("alice"))
	require.Contains(t, r.text, w.id("eve"))
	require.Equal(t, true, r.json["truncated"])
	r = w.send(t, request{method: "GET", path: "/v1/tenant-groups/{TE}", actor: "eve"})
	requireObject(t, w, `{"id":"TE","organization_id":"R","parent_id":null,"name":"TE"}`, r)
}
