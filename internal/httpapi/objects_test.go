package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	timeText  = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`)
	madeText  = regexp.MustCompile(`(org|grp|inv|req)_[0-9a-v]{26}`)
	tokenText = regexp.MustCompile(`"token":"[A-Za-z0-9_-]+"`)
)

// requireObject requires the whole of an answer. The world's prefix is left out of ids;
// times, made ids and tokens are "TIME", "org_MADE" and "TOKEN".
func requireObject(t *testing.T, w *world, want string, r reply) {
	t.Helper()
	got := strings.ReplaceAll(r.text, w.prefix, "")
	got = timeText.ReplaceAllString(got, "TIME")
	got = madeText.ReplaceAllString(got, "${1}_MADE")
	got = tokenText.ReplaceAllString(got, `"token":"TOKEN"`)
	require.JSONEq(t, want, got)
}

func TestObjects(t *testing.T) {
	w := newWorld(t)
	get := func(path, want string) {
		t.Helper()
		requireObject(t, w, want, w.must(t, "GET", path, ""))
	}
	get("/v1/organizations/{R}", `{"id":"R","name":"R","parent_id":null,"root_id":"R","depth":1,"isolation":"isolated","email_domain":"","default_dashboard":"","do_not_disturb":null,"plan":"enterprise","subscription":{"plan":"enterprise","status":"active"},"state":"active","recommendations":["add-second-owner"],"created_at":"TIME"}`)
	get("/v1/organizations/{S}", `{"id":"S","name":"S","parent_id":"R","root_id":"R","depth":2,"isolation":"isolated","email_domain":"","default_dashboard":"","do_not_disturb":null,"plan":"enterprise","subscription":null,"state":"active","recommendations":[],"created_at":"TIME"}`)
	get("/v1/organizations/{S}/tree", `{"id":"S","name":"S","depth":2,"state":"active","isolation":"isolated","children":[
		{"id":"L","name":"L","depth":3,"state":"active","isolation":"isolated","children":[]},
		{"id":"M","name":"M","depth":3,"state":"active","isolation":"isolated","children":[]}]}`)
	get("/v1/organizations/{S}/owners", `{"items":[{"user_id":"bob","since":"TIME","expires_at":null,"self_grant":false},{"user_id":"olga","since":"TIME","expires_at":null,"self_grant":false}],"next_cursor":""}`)
	get("/v1/groups/{G}", `{"id":"G","organization_id":"S","name":"G","claims":["view_agents"],"created_at":"TIME"}`)
	get("/v1/groups/{BG}", `{"id":"BG","organization_id":"B","name":"BG","claims":[],"created_at":"TIME"}`)
	get("/v1/groups/{G}/links", `{"items":[{"group_id":"G","organization_id":"M","scope":"organization","claims":null,"expires_at":null,"state":"active","reason":""}],"next_cursor":""}`)
	get("/v1/organizations/{L}/links", `{"items":[],"next_cursor":""}`)
	get("/v1/users/{dan}", `{"id":"dan","email":"","email_verified":false,"name":"","state":"deactivated"}`)

	r := w.send(t, request{method: "GET", path: "/v1/organizations/{S}", actor: "alice"})
	requireObject(t, w, `{"id":"S","name":"S","parent_id":"R","root_id":"R","depth":2,"state":"active"}`, r)

	w.must(t, "PUT", "/v1/organizations/{R}/subscription", `{"plan":"enterprise","status":"canceled"}`)
	get("/v1/organizations/{M}/links", `{"items":[{"group_id":"G","organization_id":"M","scope":"organization","claims":null,"expires_at":null,"state":"inactive","reason":"license"}],"next_cursor":""}`)
}

func TestAnswersOfChanges(t *testing.T) {
	w := newWorld(t)
	do := func(actor, method, path, body, want string) reply {
		t.Helper()
		r := w.send(t, request{method: method, path: path, body: body, actor: actor})
		requireObject(t, w, want, r)
		return r
	}
	r := do("bob", "POST", "/v1/organizations", `{"name":" N ","parent_id":"{S}","default_dashboard":"agents"}`,
		`{"id":"org_MADE","name":"N","parent_id":"S","root_id":"R","depth":3,"isolation":"isolated","email_domain":"","default_dashboard":"agents","do_not_disturb":null,"plan":"enterprise","subscription":null,"state":"active","recommendations":[],"created_at":"TIME"}`)
	require.Equal(t, "/v1/organizations/"+r.json["id"].(string), r.header.Get("Location"))
	r = do("bob", "POST", "/v1/organizations/{S}/groups", `{"name":"N","claims":["view_agents","manage_billing","view_agents"]}`,
		`{"id":"grp_MADE","organization_id":"S","name":"N","claims":["manage_billing","view_agents"],"created_at":"TIME"}`)
	require.Equal(t, "/v1/groups/"+r.json["id"].(string), r.header.Get("Location"))
	do("platform", "PUT", "/v1/users/{eve}", `{"email":"eve@example.com","email_verified":true,"name":"Eve"}`,
		`{"id":"eve","email":"eve@example.com","email_verified":true,"name":"Eve","state":"active"}`)
	do("platform", "PUT", "/v1/organizations/{S}/subscription", `{"plan":"pro","status":"canceled"}`, `{"plan":"pro","status":"canceled"}`)
	do("bob", "PATCH", "/v1/groups/{G}", `{"name":"<New & \"old\">"}`, `{"id":"G","organization_id":"S","name":"<New & \"old\">","claims":["view_agents"],"created_at":"TIME"}`)
	do("gina", "PUT", "/v1/groups/{G}/members/{me}", ``, `{"user_id":"gina","since":"TIME","expires_at":null,"self_grant":true}`)
	do("bob", "PUT", "/v1/organizations/{L}/links/{G}", ``, `{"group_id":"G","organization_id":"L","scope":"organization","claims":null,"expires_at":null,"state":"active","reason":""}`)
	do("bob", "PUT", "/v1/organizations/{L}/links/{G}", `{"scope":"subtree","claims":["view_agents"],"expires_at":"2100-01-01T02:00:00.1239+02:00"}`, `{"group_id":"G","organization_id":"L","scope":"subtree","claims":["view_agents"],"expires_at":"TIME","state":"active","reason":""}`)
	do("bob", "POST", "/v1/groups/{G}/links/batch", `{"organization_ids":["{L}"],"claims":[]}`, `{"items":[{"group_id":"G","organization_id":"L","scope":"organization","claims":[],"expires_at":null,"state":"active","reason":""}]}`)
}

func TestProblems(t *testing.T) {
	w := newWorld(t)
	r := w.send(t, request{method: "POST", path: "/v1/organizations", body: `{"parent_id":"{S}","id":"*"}`, actor: "bob"})
	requireObject(t, w, `{"type":"urn:tenantry:problem:invalid","title":"The input is invalid.","status":422,"detail":"The input is invalid.","code":"invalid","request_id":"req_MADE","errors":[
		{"field":"id","message":"must be 1 to 64 of the characters A-Z a-z 0-9 _ -"},{"field":"name","message":"must not be empty"}]}`, r)

	w.must(t, "PUT", "/v1/groups/{G}/claims", `{"claims":["owner"]}`)
	r = w.send(t, request{method: "DELETE", path: "/v1/organizations/{M}/owners/{max}", actor: "bob"})
	require.Equal(t, 409, r.status)
	require.Equal(t, "managed-elsewhere", r.code())
	require.Equal(t, map[string]any{"kind": "link", "id": w.id("G"), "organization_id": w.id("S")}, r.json["managed_at"])
}

// A change is seen by the next check, and its token names it.
func TestCheckAndTokens(t *testing.T) {
	w := newWorld(t)
	ask := func(atLeast string) reply {
		return w.send(t, request{method: "POST", path: "/v1/check", actor: "platform",
			body: `{"subject":{"type":"user","id":"{max}"},"permission":"view_agents","resource":{"type":"organization","id":"{M}"},"at_least":"` + atLeast + `"}`})
	}
	before := ask("")
	require.Equal(t, true, before.json["allowed"])

	r := w.must(t, "DELETE", "/v1/groups/{G}/members/{max}", "")
	token := r.header.Get("Tenantry-Token")
	require.NotEmpty(t, token)
	after := ask(token)
	require.Equal(t, map[string]any{"allowed": false, "token": token}, after.json)
	require.NotEqual(t, before.json["token"], token)
	require.Equal(t, false, ask(before.json["token"].(string)).json["allowed"], "an older token is not a way back")

	require.Equal(t, 400, ask("x").status)
	require.Equal(t, 400, ask(token[:len(token)-3]+"***").status)
	none := w.send(t, request{method: "POST", path: "/v1/check", actor: "platform",
		body: `{"subject":{"type":"user","id":"{max}"},"permission":"view","resource":{"type":"agent","id":"{never}"}}`})
	require.JSONEq(t, `{"allowed":false,"token":""}`, none.text)
}

// Users' ids may be the identity provider's, with characters that paths do not like.
func TestUserIDsInPaths(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a/b", "a|b", "a=b", "a+b", "a-b_c", "auth0|x/y=+z", "/", "//", "%2F", "a%20b"} {
		id = w.id(id)
		for _, path := range []string{url.PathEscape(id), escapeAll(id)} {
			r := w.send(t, request{method: "PUT", path: "/v1/users/" + path, body: `{}`, actor: "platform"})
			if strings.Contains(id, "%") {
				require.Equal(t, 422, r.status, "unescaped once, and no more")
				continue
			}
			require.Equal(t, 200, r.status, r.text)
			require.Equal(t, id, r.json["id"])
			r = w.must(t, "PUT", "/v1/organizations/{S}/owners/"+path, "")
			require.Equal(t, id, r.json["user_id"])
			require.Equal(t, 204, w.must(t, "DELETE", "/v1/organizations/{S}/owners/"+path, "").status)
			r = w.send(t, request{method: "GET", path: "/v1/users/" + path, actor: strings.TrimPrefix(id, w.prefix)})
			require.Equal(t, 200, r.status, "and in Act-As-User")
		}
	}
}

// escapeAll escapes every byte.
func escapeAll(id string) string {
	var b strings.Builder
	for _, c := range []byte(id) {
		b.WriteString("%" + strings.ToUpper(string("0123456789abcdef"[c>>4])) + strings.ToUpper(string("0123456789abcdef"[c&15])))
	}
	return b.String()
}

func TestAuditTrail(t *testing.T) {
	w := newWorld(t)
	path := "/v1/organizations/{R}/audit"
	all := w.items(t, "bob-is-no-owner-here", path)
	require.Nil(t, all)
	all = w.items(t, "alice", path)
	for i, e := range all {
		require.EqualValues(t, i+1, e["seq"])
		require.Equal(t, w.id("R"), e["root_id"])
	}
	require.Equal(t, strings.Repeat("0", 64), all[0]["previous_hash"])
	for i, e := range all[1:] {
		require.Equal(t, all[i]["hash"], e["previous_hash"])
	}
	delete(all[0], "hash")
	delete(all[0], "previous_hash")
	first, err := json.Marshal(all[0])
	require.NoError(t, err)
	want := `{"seq":1,"at":"TIME","root_id":"R","version":1,"actor":{"type":"platform_key","id":"KEY"},"on_behalf_of":"","action":"organization.create","target":{"type":"organization","id":"R"},"detail":{"owner_id":"alice","from":"192.0.2.1"},"result":"done","code":"","request_id":"req_MADE"}`
	requireObject(t, w, strings.ReplaceAll(want, "KEY", w.platform.ID), reply{text: string(first)})

	requireObject(t, w, fmt.Sprintf(`{"valid":true,"events":%d,"first_invalid_seq":null}`, len(all)),
		w.send(t, request{method: "GET", path: path + "/verify", actor: "alice"}))
	require.Len(t, w.items(t, "alice", path+"?after=3"), len(all)-3)
	require.Len(t, w.items(t, "alice", path+"?action=link.put"), 1)
	require.Empty(t, w.items(t, "alice", path+"?actor=somebody"))
	require.Equal(t, 400, w.send(t, request{method: "GET", path: path + "?after=-1", actor: "alice"}).status)
	require.Equal(t, 400, w.send(t, request{method: "GET", path: path + "?after=x", actor: "alice"}).status)
}

// items are all items of a list, one to a page, or nil if it is refused.
func (w *world) items(t *testing.T, actor, path string) (items []map[string]any) {
	t.Helper()
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	for cursor := ""; ; {
		query := separator + "limit=1"
		if cursor != "" {
			query += "&cursor=" + cursor
		}
		r := w.send(t, request{method: "GET", path: path + query, actor: actor})
		if r.status != 200 {
			return nil
		}
		page := r.json["items"].([]any)
		require.LessOrEqual(t, len(page), 1)
		for _, item := range page {
			items = append(items, item.(map[string]any))
		}
		if cursor = r.json["next_cursor"].(string); cursor == "" {
			return items
		}
		require.Len(t, page, 1)
	}
}

// Every list is the same by pages and whole (I-6), and its cursors are its own.
func TestPages(t *testing.T) {
	w := newWorld(t)
	for _, user := range []string{"eve", "sid", "alice"} {
		w.must(t, "PUT", "/v1/groups/{G}/members/{"+user+"}", "")
		w.must(t, "PUT", "/v1/groups/{G}/owners/{"+user+"}", "")
		w.must(t, "PUT", "/v1/organizations/{S}/owners/{"+user+"}", "")
	}
	w.must(t, "PUT", "/v1/organizations/{L}/links/{G}", "")
	w.must(t, "PUT", "/v1/organizations/{M}/links/{H}", "")
	for path, length := range map[string]int{
		"/v1/organizations":               4,
		"/v1/organizations?root_id={R}":   3,
		"/v1/organizations?parent_id={S}": 2,
		"/v1/organizations?q={L}":         1,
		"/v1/organizations/{S}/owners":    5,
		"/v1/organizations/{S}/groups":    2,
		"/v1/organizations/{M}/links":     2,
		"/v1/groups/{G}/owners":           5,
		"/v1/groups/{G}/members":          4,
		"/v1/groups/{G}/links":            2,
	} {
		whole := w.send(t, request{method: "GET", path: path, actor: "bob"})
		require.Empty(t, whole.json["next_cursor"], path)
		require.Len(t, whole.json["items"], length, path)
		paged, err := json.Marshal(w.items(t, "bob", path))
		require.NoError(t, err)
		require.Len(t, w.items(t, "bob", path), length, path)
		wholeItems, err := json.Marshal(whole.json["items"])
		require.NoError(t, err)
		require.JSONEq(t, string(wholeItems), string(paged))
	}
}

func TestCursorsOfOthers(t *testing.T) {
	w := newWorld(t)
	list := request{method: "GET", path: "/v1/groups/{G}/owners?limit=1", actor: "bob"}
	cursor := w.send(t, list).json["next_cursor"].(string)
	require.NotEmpty(t, cursor)
	list.path += "&cursor=" + cursor
	require.Equal(t, 200, w.send(t, list).status)
	list.actor = "gina"
	requireRefused(t, w, list, 400)
	requireRefused(t, w, request{method: "GET", path: "/v1/groups/{G}/members?cursor=" + cursor, actor: "bob"}, 400)
	requireRefused(t, w, request{method: "GET", path: "/v1/groups/{G}/owners?cursor=" + cursor[1:], actor: "bob"}, 400)
	requireRefused(t, w, request{method: "GET", path: "/v1/groups/{G}/owners?limit=501", actor: "bob"}, 400)
}
