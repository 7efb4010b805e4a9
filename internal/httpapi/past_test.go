package httpapi_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestPastObjects(t *testing.T) {
	w := newWorld(t)
	path := "/v1/organizations/{M}/audit"
	question := `{"subject":{"type":"user","id":"{bob}"},"permission":"own","resource":{"type":"organization","id":"{M}"}%s}`
	version := w.must(t, "POST", path+"/check", fmt.Sprintf(question, ""))
	require.Equal(t, true, version.json["allowed"])
	require.Positive(t, version.json["version"])
	requireObject(t, w, `{"allowed":false,"version":0}`, w.must(t, "POST", path+"/check", fmt.Sprintf(question, `,"at":"2020-01-01T00:00:00Z"`)))

	items := w.items(t, "bob", path+"/review")
	all := w.must(t, "GET", path+"/review", "").json["items"].([]any)
	require.Len(t, all, len(items))
	require.Contains(t, items[0], "permissions")
	require.Equal(t, map[string]any{"id": w.id("bob"), "email": "", "name": ""}, itemOf(t, items, w.id("bob"))["user"])

	r := w.send(t, request{method: "GET", path: path + "/review?format=csv", actor: "bob"})
	require.Equal(t, `attachment; filename="review-`+w.id("M")+`.csv"`, r.header.Get("Content-Disposition"))
	rows, err := csv.NewReader(strings.NewReader(r.text)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, append([]string{"user_id", "email", "name", "at"}, tenancy.PermissionsOf("organization")...), rows[0])
	require.Len(t, rows, 1+len(items))
	for i, row := range rows[1:] {
		require.Equal(t, items[i]["user"].(map[string]any)["id"], row[0])
		held := []any{}
		for column, cell := range row[4:] {
			if cell == "yes" {
				held = append(held, rows[0][4+column])
			}
		}
		require.Equal(t, items[i]["permissions"], held)
	}
	requireWays(t, w, path+"/review", items)
	for _, wrong := range []string{"?format=xml", "?format=csv&limit=1", "?format=csv-ways&cursor=x"} {
		require.Equal(t, 400, w.send(t, request{method: "GET", path: path + "/review" + wrong, actor: "bob"}).status)
	}
}

// requireWays finds in a review what the roster says now, but for times, in both forms.
func requireWays(t *testing.T, w *world, path string, items []map[string]any) {
	t.Helper()
	r := w.send(t, request{method: "GET", path: path + "?format=csv-ways", actor: "bob"})
	require.Equal(t, `attachment; filename="roster-`+w.id("M")+`.csv"`, r.header.Get("Content-Disposition"))
	rows, err := csv.NewReader(strings.NewReader(r.text)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"user_id", "email", "name", "at", "via", "role", "claims", "group_id", "tenant_group_id", "organization_id"}, rows[0])
	rows = rows[1:]
	for i, entry := range w.items(t, "bob", "/v1/organizations/{M}/roster?state=active") {
		require.Equal(t, entry["user"], items[i]["user"])
		ways := items[i]["access"].([]any)
		require.Len(t, ways, len(entry["access"].([]any)))
		for j, way := range entry["access"].([]any) {
			for _, untold := range []string{"since", "expires_at", "self_grant"} {
				delete(way.(map[string]any), untold)
			}
			require.Equal(t, way, ways[j])
			require.Equal(t, []any{items[i]["user"].(map[string]any)["id"], way.(map[string]any)["via"], way.(map[string]any)["organization_id"]}, []any{rows[0][0], rows[0][4], rows[0][9]})
			rows = rows[1:]
		}
	}
	require.Empty(t, rows)
}

func itemOf(t *testing.T, items []map[string]any, id string) map[string]any {
	t.Helper()
	for _, item := range items {
		if item["user"].(map[string]any)["id"] == id {
			return item
		}
	}
	require.Fail(t, "nobody has the id", id)
	return nil
}
