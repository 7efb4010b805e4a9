package httpapi_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// what is wrong with one question of a batch is told in its place, and the others are
// answered. The token covers all trees that were asked.
func TestCheckBatch(t *testing.T) {
	w := newWorld(t)
	r := w.must(t, "POST", "/v1/check/batch", `{"checks":[
		{"subject":{"type":"user","id":"{max}"},"permission":"view_agents","resource":{"type":"organization","id":"{M}"}},
		{"subject":{"type":"user","id":"{max}"},"permission":"fly","resource":{"type":"organization","id":"{M}"}},
		{"subject":{"type":"user","id":"{sid}"},"permission":"owner","resource":{"type":"organization","id":"{BS}"}},
		{"subject":{"type":"user","id":"{max}"},"permission":"own","resource":{"type":"organization","id":"{never}"}},
		{"subject":{"type":"user","id":"{max}"},"permission":"own","resource":{"type":"organization","id":"{M}"},"at_least":"x"}]}`)
	results := r.json["results"].([]any)
	require.Len(t, results, 5)
	require.Equal(t, map[string]any{"allowed": true}, results[0])
	require.Equal(t, map[string]any{"allowed": true}, results[2])
	require.Equal(t, map[string]any{"allowed": false}, results[3])
	requireProblem(t, r, results[1], 422, "invalid")
	requireProblem(t, r, results[4], 400, "malformed")

	token := r.json["token"].(string)
	for _, c := range []struct{ subject, resource string }{{"{max}", "{M}"}, {"{sid}", "{B}"}, {"{bob}", "{F}"}} {
		r := w.must(t, "POST", "/v1/check", `{"subject":{"type":"user","id":"`+c.subject+`"},"permission":"access","resource":{"type":"organization","id":"`+c.resource+`"},"at_least":"`+token+`"}`)
		require.Equal(t, true, r.json["allowed"])
		lookup := w.must(t, "POST", "/v1/lookup/resources", `{"subject":{"type":"user","id":"`+c.subject+`"},"permission":"access","resource_type":"organization","at_least":"`+token+`"}`)
		require.NotEmpty(t, lookup.json["items"])
	}
}

func requireProblem(t *testing.T, r reply, result any, status int, code string) {
	t.Helper()
	problem := result.(map[string]any)["problem"].(map[string]any)
	require.EqualValues(t, status, problem["status"])
	require.Equal(t, code, problem["code"])
	require.Equal(t, r.header.Get("X-Request-Id"), problem["request_id"])
}

// On behalf of a user, what is about somebody else is refused in its place.
func TestCheckBatchOnBehalfOfAUser(t *testing.T) {
	w := newWorld(t)
	r := w.send(t, request{method: "POST", path: "/v1/check/batch", actor: "max", body: `{"checks":[
		{"subject":{"type":"user","id":"{bob}"},"permission":"own","resource":{"type":"organization","id":"{S}"}},
		{"subject":{"type":"user","id":"{max}"},"permission":"access","resource":{"type":"organization","id":"{S}"}}]}`})
	results := r.json["results"].([]any)
	requireProblem(t, r, results[0], 403, "forbidden")
	require.Equal(t, map[string]any{"allowed": true}, results[1])
}

// on behalf of a user, what he may not see is answered as what does not exist, whatever
// state is asked for: no token tells that it is there, in which tree, and how far that is.
func TestAQuestionTellsAUserNoState(t *testing.T) {
	w := newWorld(t)
	ask := func(actor, path, organization, atLeast string) reply {
		one := `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource":{"type":"organization","id":"` + organization + `"},"at_least":"` + atLeast + `"}`
		if path == "/v1/check/batch" {
			one = `{"checks":[` + one + `]}`
		}
		return w.send(t, request{method: "POST", path: path, actor: actor, body: one})
	}
	ofTree := func(root string) string {
		raw := binary.AppendVarint([]byte{1}, 1_000_000)
		return base64.RawURLEncoding.EncodeToString(append(raw, w.prefix+root...))
	}
	for _, path := range []string{"/v1/check", "/v1/check/batch", "/v1/explain"} {
		for _, at := range []string{"", ofTree("R"), ofTree("B")} {
			none := strings.ReplaceAll(ask("max", path, "{never}", at).text, w.prefix+"never", "")
			for _, there := range []string{"L", "B", "BS"} {
				r := ask("max", path, "{"+there+"}", at)
				require.Equal(t, 200, r.status, "%s %s", path, there)
				require.Equal(t, none, strings.ReplaceAll(r.text, w.prefix+there, ""), "%s %s", path, there)
			}
		}
	}
	require.NotEmpty(t, ask("max", "/v1/check", "{S}", "").json["token"])
	require.NotEmpty(t, ask("console", "/v1/check", "{B}", "").json["token"], "consoles are told everything")
	require.Equal(t, 503, ask("max", "/v1/check", "{S}", ofTree("R")).status)
	require.Equal(t, 503, ask("max", "/v1/explain", "{S}", ofTree("R")).status)
	r := ask("max", "/v1/check/batch", "{S}", ofTree("R"))
	requireProblem(t, r, r.json["results"].([]any)[0], 503, "not-fresh")
}

// Attack 34: a batch is bounded, and one too long is refused as a whole.
func TestCheckBatchIsBounded(t *testing.T) {
	w := newWorld(t)
	batch := func(n int) request {
		one := `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource":{"type":"organization","id":"{S}"}},`
		return request{method: "POST", path: "/v1/check/batch", actor: "platform", body: `{"checks":[` + strings.TrimSuffix(strings.Repeat(one, n), ",") + `]}`}
	}
	r := w.send(t, batch(1000))
	require.Equal(t, 200, r.status)
	require.Len(t, r.json["results"], 1000)
	r = w.send(t, batch(1001))
	require.Equal(t, 422, r.status)
	require.Equal(t, 413, w.send(t, batch(10_000)).status, "longer than a body may be")
	require.Equal(t, 422, w.send(t, request{method: "POST", path: "/v1/check/batch", actor: "platform", body: `{"checks":[` + strings.Repeat("{},", 100_000) + `{}]}`}).status)
}

// lookUp gives all items of a lookup, page by page, and requires that the end is the end.
func (w *world) lookUp(t *testing.T, path, question string, limit int) (items []string) {
	t.Helper()
	for cursor := ""; ; {
		r := w.must(t, "POST", path, fmt.Sprintf(`{%s,"limit":%d,"cursor":"%s"}`, question, limit, cursor))
		page := r.json["items"].([]any)
		for _, item := range page {
			object := item.(map[string]any)
			items = append(items, strings.Replace(fmt.Sprintf("%s:%s", object["type"], object["id"]), w.prefix, "", 1))
		}
		if cursor = r.json["next_cursor"].(string); cursor == "" {
			return items
		}
		require.Len(t, page, limit)
	}
}

// I-6: over all pages, in all trees, for every type of subject.
func TestLookups(t *testing.T) {
	w := newWorld(t)
	w.must(t, "PUT", "/v1/organizations/{S}/resources/agent/{bot}", `{"name":"Bot"}`)
	w.must(t, "PUT", "/v1/organizations/{S}/resources/backup_report/{report}", `{"name":"Report"}`)
	user := func(id string) string { return `"subject":{"type":"user","id":"{` + id + `}"}` }
	resource := func(of, id string) string { return `"resource":{"type":"` + of + `","id":"{` + id + `}"}` }
	for _, c := range []struct {
		path, question string
		want           []string
	}{
		{"resources", user("bob") + `,"permission":"own","resource_type":"organization"`, []string{"organization:F", "organization:L", "organization:M", "organization:S"}},
		{"resources", user("bob") + `,"permission":"owner","resource_type":"organization","root_id":"{F}"`, []string{"organization:F"}},
		{"resources", user("bob") + `,"permission":"own","resource_type":"organization","root_id":"{B}"`, nil},
		{"resources", user("bob") + `,"permission":"own","resource_type":"organization","root_id":"{S}"`, nil},
		{"resources", user("max") + `,"permission":"view_agents","resource_type":"organization"`, []string{"organization:M", "organization:S"}},
		{"resources", user("bob") + `,"permission":"manage_members","resource_type":"group"`, []string{"group:G"}},
		{"resources", user("bob") + `,"permission":"manage","resource_type":"machine"`, []string{"machine:pc"}},
		{"resources", user("bob") + `,"permission":"use","resource_type":"module"`, nil},
		{"resources", user("bob") + `,"permission":"use","resource_type":"tenant_group"`, nil},
		{"resources", user("dan") + `,"permission":"own","resource_type":"organization"`, nil},
		{"resources", user("neverwas") + `,"permission":"own","resource_type":"organization"`, nil},
		{"resources", `"subject":{"type":"machine","id":"{pc}"},"permission":"read","resource_type":"backup_config"`, []string{"backup_config:nightly"}},
		{"resources", `"subject":{"type":"machine","id":"{never}"},"permission":"read","resource_type":"backup_config"`, nil},
		{"resources", `"subject":{"type":"machine","id":"{pc}"},"permission":"access","resource_type":"organization"`, nil},
		{"resources", `"subject":{"type":"agent","id":"{bot}"},"permission":"submit","resource_type":"backup_report"`, []string{"backup_report:report"}},
		{"subjects", resource("organization", "S") + `,"permission":"own","subject_type":"user"`, []string{"user:bob", "user:olga"}},
		{"subjects", resource("organization", "M") + `,"permission":"view_agents","subject_type":"user"`, []string{"user:bob", "user:max"}},
		{"subjects", resource("group", "G") + `,"permission":"manage_members","subject_type":"user"`, []string{"user:bob", "user:gina"}},
		{"subjects", resource("organization", "R") + `,"permission":"owner","subject_type":"user"`, []string{"user:alice"}},
		{"subjects", resource("organization", "never") + `,"permission":"owner","subject_type":"user"`, nil},
		{"subjects", resource("backup_config", "nightly") + `,"permission":"read","subject_type":"machine"`, []string{"machine:pc"}},
		{"subjects", resource("backup_config", "nightly") + `,"permission":"read","subject_type":"user"`, nil},
		{"subjects", resource("backup_report", "report") + `,"permission":"submit","subject_type":"agent"`, []string{"agent:bot"}},
	} {
		for _, limit := range []int{1, 2, 500} {
			require.Equal(t, c.want, w.lookUp(t, "/v1/lookup/"+c.path, c.question, limit), c.question)
		}
	}
}

func TestLookupAnswers(t *testing.T) {
	w := newWorld(t)
	r := w.must(t, "POST", "/v1/lookup/resources", `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource_type":"organization"}`)
	requireObject(t, w, `{"items":[{"type":"organization","id":"M"},{"type":"organization","id":"S"}],"next_cursor":"","token":"TOKEN"}`, r)
	r = w.must(t, "POST", "/v1/lookup/subjects", `{"resource":{"type":"organization","id":"{never}"},"permission":"access","subject_type":"user"}`)
	requireObject(t, w, `{"items":[],"next_cursor":"","token":""}`, r)
}

// Attack 5: a cursor leads on in the lookup that gave it, and nowhere else.
func TestCursorsOfLookups(t *testing.T) {
	w := newWorld(t)
	type question map[string]any
	ask := func(actor, path string, q question) reply {
		body, err := json.Marshal(q)
		require.NoError(t, err)
		return w.send(t, request{method: "POST", path: path, body: string(body), actor: actor})
	}
	of := func(user string) map[string]any { return map[string]any{"type": "user", "id": w.id(user)} }
	good := question{"subject": of("bob"), "permission": "own", "resource_type": "organization", "limit": 1}
	const path = "/v1/lookup/resources"
	cursor := ask("platform", path, good).json["next_cursor"].(string)
	with := func(changes question) question {
		q := question{"cursor": cursor}
		for name, value := range good {
			q[name] = value
		}
		for name, value := range changes {
			q[name] = value
		}
		return q
	}
	for _, q := range []question{{}, {"limit": 5}, {"at_least": ask("platform", path, good).json["token"]}} {
		require.Equal(t, 200, ask("platform", path, with(q)).status)
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	require.NoError(t, err)
	raw[len(raw)-1] ^= 1
	for name, q := range map[string]question{
		"subject":    with(question{"subject": of("max")}),
		"permission": with(question{"permission": "access"}),
		"type":       with(question{"resource_type": "group", "permission": "view"}),
		"tree":       with(question{"root_id": w.id("R")}),
		"cut off":    with(question{"cursor": cursor[:len(cursor)-2]}),
		"forged":     with(question{"cursor": base64.RawURLEncoding.EncodeToString(raw)}),
		"plain":      with(question{"cursor": w.id("L")}),
	} {
		require.Equal(t, 400, ask("platform", path, q).status, name)
	}
	require.Equal(t, 400, ask("console", path, with(nil)).status, "another caller's")
	require.Equal(t, 400, ask("bob", path, with(nil)).status, "a user's")
	require.Equal(t, 400, ask("platform", "/v1/lookup/subjects", question{"cursor": cursor, "resource": map[string]any{"type": "organization", "id": w.id("S")}, "permission": "own", "subject_type": "user"}).status)
}
