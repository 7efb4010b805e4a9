package httpapi_test

import (
	"encoding/csv"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRosterObjects(t *testing.T) {
	w := newWorld(t)
	w.must(t, "PUT", "/v1/users/{max}", `{"name":"Max","email":"{max}@example.com","email_verified":true}`)
	requireObject(t, w, `{"items":[
		{"user":{"id":"bob","email":"","name":""},"email":"","state":"active","locked":false,"access":[
			{"via":"owner","role":"owner","claims":["owner"],"group_id":null,"tenant_group_id":null,"organization_id":"M","since":"TIME","expires_at":null,"self_grant":false},
			{"via":"linked_group","role":"owner","claims":[],"group_id":"G","tenant_group_id":null,"organization_id":"S","since":"TIME","expires_at":null,"self_grant":false}]},
		{"user":{"id":"gina","email":"","name":""},"email":"","state":"active","locked":true,"access":[
			{"via":"linked_group","role":"owner","claims":[],"group_id":"G","tenant_group_id":null,"organization_id":"S","since":"TIME","expires_at":null,"self_grant":false}]},
		{"user":{"id":"max","email":"max@example.com","name":"Max"},"email":"max@example.com","state":"active","locked":true,"access":[
			{"via":"linked_group","role":"member","claims":["view_agents"],"group_id":"G","tenant_group_id":null,"organization_id":"S","since":"TIME","expires_at":null,"self_grant":false}]},
		{"user":{"id":"tess","email":"","name":""},"email":"","state":"active","locked":true,"access":[
			{"via":"tenant_group","role":"group_administrator","claims":[],"group_id":null,"tenant_group_id":"T","organization_id":"R","since":"TIME","expires_at":null,"self_grant":false}]},
		{"user":{"id":"tom","email":"","name":""},"email":"","state":"active","locked":true,"access":[
			{"via":"tenant_group","role":"user","claims":[],"group_id":null,"tenant_group_id":"T","organization_id":"R","since":"TIME","expires_at":null,"self_grant":false}]},
		{"user":null,"email":"max@example.com","state":"pending","locked":true,"access":[
			{"via":"linked_group","role":"owner","claims":[],"group_id":"G","tenant_group_id":null,"organization_id":"S","since":"TIME","expires_at":"TIME","self_grant":false}]}],
		"next_cursor":""}`, w.send(t, request{method: "GET", path: "/v1/organizations/{M}/roster", actor: "bob"}))
}

// TestRosterPages follows the cursors while others change the roster: whoever stays in it is
// listed once, and a cursor of another question leads nowhere.
func TestRosterPages(t *testing.T) {
	w := newWorld(t)
	get := func(query string) reply {
		return w.send(t, request{method: "GET", path: "/v1/organizations/{S}/roster?" + query, actor: "bob"})
	}
	first := get("state=active&limit=2")
	require.Equal(t, []string{"bob", "gina"}, people(w, first))
	cursor := "cursor=" + url.QueryEscape(first.json["next_cursor"].(string))
	w.must(t, "PUT", "/v1/organizations/{S}/owners/{eve}", "") // before the cursor
	w.must(t, "DELETE", "/v1/groups/{G}/owners/{gina}", "")
	w.must(t, "DELETE", "/v1/organizations/{S}/owners/{olga}", "")
	require.Equal(t, []string{"max"}, people(w, get("state=active&limit=2&"+cursor)))
	require.Equal(t, []string{"bob", "eve", "gina", "max"}, people(w, get("state=active")))
	for _, other := range []string{"state=active&q=x&", "state=active&via=owner&", "state=pending&", ""} {
		require.Equal(t, 400, get(other+cursor).status)
	}
}

// people are the ids in a page of a roster, without the world's prefix.
func people(w *world, r reply) (ids []string) {
	for _, item := range r.json["items"].([]any) {
		ids = append(ids, strings.TrimPrefix(item.(map[string]any)["user"].(map[string]any)["id"].(string), w.prefix))
	}
	return ids
}

// TestRosterCSV exports people with names that spreadsheets would compute.
func TestRosterCSV(t *testing.T) {
	w := newWorld(t)
	names := map[string]string{
		"fa": `=HYPERLINK("http://evil.example")`, "fb": "+1", "fc": "-1", "fd": "@SUM(A1)", "fe": "＝1+1",
		"ff": `Anna "the boss", <b>`, "fg": "a=b",
	}
	for user, name := range names {
		w.must(t, "PUT", "/v1/users/{"+user+"}", fmt.Sprintf(`{"name":%q}`, name))
		w.must(t, "PUT", "/v1/organizations/{S}/owners/{"+user+"}", "")
	}
	w.send(t, request{method: "POST", path: "/v1/groups/{G}/invitations", body: `{"email":"=zoe@example.com","role":"owner"}`, actor: "bob"})
	r := w.send(t, request{method: "GET", path: "/v1/organizations/{S}/roster?format=csv", actor: "bob"})
	require.Equal(t, 200, r.status)
	require.Equal(t, "text/csv; charset=utf-8", r.header.Get("Content-Type"))
	require.Equal(t, `attachment; filename="roster-`+w.id("S")+`.csv"`, r.header.Get("Content-Disposition"))
	require.Equal(t, "no-store", r.header.Get("Cache-Control"))
	rows, err := csv.NewReader(strings.NewReader(r.text)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, "state user_id email name locked via role claims group_id tenant_group_id organization_id since expires_at self_grant",
		strings.Join(rows[0], " "))
	for _, row := range rows[1:] {
		for _, cell := range row {
			require.False(t, strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t"), "%q is a formula", cell)
		}
		if user := strings.TrimPrefix(row[1], w.prefix); user < "fe" && names[user] != "" {
			require.Equal(t, "'"+names[user], row[3])
		}
	}
	require.Contains(t, r.text, "'＝1+1")
	listed := w.send(t, request{method: "GET", path: "/v1/organizations/{S}/roster?limit=500", actor: "bob"})
	require.Equal(t, flattened(listed), withoutSigns(rows[1:]), "a row for each way that the list has")
}

// flattened is the list as the rows of the export have it.
func flattened(r reply) (rows [][]string) {
	text := func(v any) string {
		if v == nil {
			return ""
		}
		return strings.Trim(fmt.Sprint(v), "[]")
	}
	for _, item := range r.json["items"].([]any) {
		e := item.(map[string]any)
		user, _ := e["user"].(map[string]any)
		for _, way := range e["access"].([]any) {
			a := way.(map[string]any)
			row := []string{text(e["state"]), text(user["id"]), text(e["email"]), text(user["name"]), text(e["locked"])}
			for _, field := range []string{"via", "role", "claims", "group_id", "tenant_group_id", "organization_id", "since", "expires_at", "self_grant"} {
				row = append(row, text(a[field]))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func withoutSigns(rows [][]string) [][]string {
	for _, row := range rows {
		for i := range row {
			row[i] = strings.TrimPrefix(row[i], "'")
		}
	}
	return rows
}

func TestEmptyRosterCSVHasItsHeadings(t *testing.T) {
	w := newWorld(t)
	r := w.must(t, "GET", "/v1/organizations/{S}/roster?format=csv&q=nobody", "")
	require.Equal(t, 1, strings.Count(r.text, "\r\n"), r.text)
}

// Some spreadsheets end cells at semicolons, whatever the form says.
func TestRosterCSVHoldsNoFormulaInside(t *testing.T) {
	w := newWorld(t)
	w.must(t, "PUT", "/v1/users/{olga}", `{"name":"O; =1+1;@A1;b"}`)
	r := w.must(t, "GET", "/v1/organizations/{S}/roster?format=csv&q=olga", "")
	require.Contains(t, r.text, ",O; '=1+1;'@A1;b,")
}
