package httpapi_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Without a mapping the names are ours, and the answers those of /v1/check and of lookups.
func TestAuthZENInOurWords(t *testing.T) {
	w := newWorld(t)
	ask := func(path, body string) string {
		t.Helper()
		return strings.ReplaceAll(strings.TrimSpace(w.must(t, "POST", "/access/v1/"+path, body).text), w.prefix, "")
	}
	const member, inM = `"subject":{"type":"user","id":"{max}"}`, `"resource":{"type":"organization","id":"{M}"}`
	require.JSONEq(t, permit, ask("evaluation", body(member, `"action":{"name":"view_agents"}`, inM)))
	require.JSONEq(t, deny, ask("evaluation", body(member, `"action":{"name":"manage_agents"}`, inM)))
	require.JSONEq(t, permit, ask("evaluation", body(`"subject":{"type":"machine","id":"{pc}"}`, `"action":{"name":"read"}`, `"resource":{"type":"backup_config","id":"{nightly}"}`)))
	require.JSONEq(t, `{"results":[{"type":"organization","id":"M"},{"type":"organization","id":"S"}]}`, ask("search/resource", body(member, `"action":{"name":"access"}`, `"resource":{"type":"organization"}`)))
	require.JSONEq(t, `{"results":[{"name":"access"},{"name":"view_agents"}]}`, ask("search/action", body(member, inM)))
	require.JSONEq(t, `{"results":[{"type":"machine","id":"pc"}]}`, ask("search/subject", body(`"subject":{"type":"machine"}`, `"action":{"name":"read"}`, `"resource":{"type":"backup_config","id":"{nightly}"}`)))
}

// What we do not know is denied and found nowhere, whatever it looks like; what can't be read
// is refused.
func TestAuthZENOfTheUnknown(t *testing.T) {
	w := newWorld(t)
	subject := func(of, id string) string { return `"subject":{"type":"` + of + `","id":"` + id + `"}` }
	const access, inS = `"action":{"name":"access"}`, `"resource":{"type":"organization","id":"{S}"}`
	for name, question := range map[string]string{
		"type of subject":          body(subject("ship", "{bob}"), access, inS),
		"subject":                  body(subject("user", "{never}"), access, inS),
		"id of a subject":          body(subject("user", "alice@acmecorp.com"), access, inS),
		"everybody":                body(subject("user", "*"), access, inS),
		"a set":                    body(subject("user", "{bob}#owner"), access, inS),
		"action":                   body(subject("user", "{bob}"), `"action":{"name":"can_read"}`, inS),
		"a relation":               body(subject("user", "{bob}"), `"action":{"name":"linked_group"}`, inS),
		"type of resource":         body(subject("user", "{bob}"), access, `"resource":{"type":"todo","id":"1"}`),
		"a type of the engine":     body(subject("user", "{bob}"), access, `"resource":{"type":"account_role","id":"1"}`),
		"resource":                 body(subject("user", "{bob}"), access, `"resource":{"type":"organization","id":"{never}"}`),
		"id of a resource":         body(subject("user", "{bob}"), access, `"resource":{"type":"organization","id":"a b"}`),
		"everything":               body(subject("user", "{bob}"), access, `"resource":{"type":"organization","id":"*"}`),
		"names in other case":      body(subject("User", "{bob}"), access, inS),
		"characters that are none": body(subject("user", "{bob}\\ud800"), access, inS),
	} {
		r := w.must(t, "POST", "/access/v1/evaluation", question)
		require.JSONEq(t, deny, r.text, name)
		r = w.must(t, "POST", "/access/v1/evaluations", body(`"evaluations":[`+question+`]`))
		require.JSONEq(t, `{"evaluations":[`+deny+`]}`, r.text, name)
	}
	for name, text := range map[string]string{
		"fields in other case": body(`"Subject":{"type":"user","id":"{bob}"}`, access, inS),
		"a subject twice":      body(subject("user", "{bob}"), subject("user", "{max}"), access, inS),
		"an id twice":          body(`"subject":{"type":"user","id":"{bob}","id":"{max}"}`, access, inS),
		"properties":           body(`"subject":{"type":"user","id":"{bob}","properties":[]}`, access, inS),
		"a context":            body(subject("user", "{bob}"), access, inS, `"context":"now"`),
		"nothing":              body(`"subject":null`, access, inS),
	} {
		require.Equal(t, 400, w.send(t, request{method: "POST", path: "/access/v1/evaluation", body: text, actor: "platform"}).status, name)
	}
}

// The three semantics end the answers where they say, and a failure is a denial.
func TestAuthZENSemantics(t *testing.T) {
	w := newWorld(t)
	ask := func(options, evaluations string) reply {
		return w.send(t, request{method: "POST", path: "/access/v1/evaluations", actor: "platform",
			body: body(`"subject":{"type":"user","id":"{max}"}`, `"resource":{"type":"organization","id":"{M}"}`, options, `"evaluations":[`+evaluations+`]`)})
	}
	const yes, no, broken = `{"action":{"name":"access"}}`, `{"action":{"name":"own"}}`, `{"action":{"name":1}}`
	for _, c := range []struct{ semantic, evaluations, want string }{
		{"execute_all", yes + "," + no + "," + yes, "+-+"},
		{"deny_on_first_deny", yes + "," + no + "," + yes, "+-"},
		{"deny_on_first_deny", yes + "," + yes, "++"},
		{"deny_on_first_deny", yes + "," + broken + "," + yes, "+-"},
		{"permit_on_first_permit", no + "," + yes + "," + no, "-+"},
		{"permit_on_first_permit", no + "," + broken + "," + no, "---"},
	} {
		r := ask(`"options":{"evaluations_semantic":"`+c.semantic+`","another":1}`, c.evaluations)
		var got string
		for _, e := range r.json["evaluations"].([]any) {
			got += map[bool]string{true: "+", false: "-"}[e.(map[string]any)["decision"].(bool)]
		}
		require.Equal(t, c.want, got, c.semantic)
	}
	require.Equal(t, 400, ask(`"options":{"evaluations_semantic":"guess"}`, yes).status)
	require.Equal(t, 400, ask(`"options":{"evaluations_semantic":1}`, yes).status)
	require.Equal(t, 400, ask(`"options":1`, yes).status)
	require.Equal(t, 200, ask(`"options":{}`, strings.TrimSuffix(strings.Repeat(yes+",", 1000), ",")).status)
	require.Equal(t, 400, ask(`"options":{}`, strings.TrimSuffix(strings.Repeat(yes+",", 1001), ",")).status, "attack 34")
	require.Equal(t, 400, w.send(t, request{method: "POST", path: "/access/v1/evaluations", body: `{"evaluations":{}}`, actor: "platform"}).status)
}

// On behalf of a user, one evaluation about somebody else fails alone.
func TestAuthZENOnBehalfOfAUser(t *testing.T) {
	w := newWorld(t)
	r := w.send(t, request{method: "POST", path: "/access/v1/evaluations", actor: "max", body: body(
		`"action":{"name":"access"}`, `"resource":{"type":"organization","id":"{M}"}`,
		`"evaluations":[{"subject":{"type":"user","id":"{bob}"}},{"subject":{"type":"user","id":"{max}"}}]`)})
	require.Equal(t, 200, r.status)
	require.JSONEq(t, `{"evaluations":[{"decision":false,"context":{"error":{"status":403,"code":"forbidden","message":"On behalf of a user, questions are about that user."}}},`+permit+`]}`, r.text)
}

// Searches are whole over all pages, and their tokens lead nowhere else.
func TestAuthZENPages(t *testing.T) {
	w := newWorld(t)
	search := func(actor, user, page string) reply {
		return w.send(t, request{method: "POST", path: "/access/v1/search/resource", actor: actor,
			body: body(`"subject":{"type":"user","id":"`+user+`"}`, `"action":{"name":"own"}`, `"resource":{"type":"organization"}`, `"page":{`+page+`}`)})
	}
	var ids []string
	first, page := "", `"limit":1`
	for page != "" {
		r := search("platform", "{bob}", page)
		require.Len(t, r.json["results"], 1)
		ids = append(ids, strings.TrimPrefix(r.json["results"].([]any)[0].(map[string]any)["id"].(string), w.prefix))
		next := r.json["page"].(map[string]any)["next_token"].(string)
		page = ""
		if next != "" {
			page = `"limit":1,"token":"` + next + `"`
			first = cmpOr(first, page)
		}
	}
	require.Equal(t, []string{"F", "L", "M", "S"}, ids)
	require.Equal(t, 400, search("platform", "{max}", first).status)
	require.Equal(t, 400, search("console", "{bob}", first).status)
	for _, bad := range []string{`"limit":0`, `"limit":-1`, `"limit":"1"`, `"limit":1.5`, `"limit":null`, `"token":"x"`, `"token":1`} {
		require.Equal(t, 400, search("platform", "{bob}", bad).status, bad)
	}
	require.Equal(t, 200, search("platform", "{bob}", `"limit":100000`).status, "a page is no longer than ours")
	r := w.must(t, "POST", "/access/v1/search/action", body(`"subject":{"type":"user","id":"{max}"}`, `"resource":{"type":"organization","id":"{M}"}`, `"page":{"limit":1}`))
	require.Equal(t, map[string]any{"next_token": "", "count": 2.0}, r.json["page"])
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// AuthZEN has callers get back the id of their request, also where it can't stand in a log.
func TestAuthZENRequestID(t *testing.T) {
	w := newWorld(t)
	for id, echoed := range map[string]bool{"a b:{c}": true, strings.Repeat("x", 256): true, strings.Repeat("x", 257): false, "ä": false, "": false} {
		for path, is := range map[string]bool{"/access/v1/evaluation": echoed, "/v1/check": false} {
			r := httptest.NewRequest("POST", path, strings.NewReader("{}"))
			r.Header = map[string][]string{"X-Request-Id": {id}, "Authorization": {w.credentials("platform")["Authorization"]}, "Content-Type": {"application/json"}}
			recorder := httptest.NewRecorder()
			w.handler.ServeHTTP(recorder, r)
			require.Equal(t, is, recorder.Header().Get("X-Request-Id") == id, "%s %.10q", path, id)
		}
	}
}

// The Host of a request that names no address is not told as one.
func TestAuthZENConfigurationOfNoAddress(t *testing.T) {
	w := newWorld(t)
	for host, status := range map[string]int{"pdp.example.com:8080": 200, "[::1]:80": 200, "a b": 400, "x/y": 400, "u@x": 400, "x?y": 400, "": 400} {
		r := httptest.NewRequest("GET", "/.well-known/authzen-configuration", nil)
		r.Host = host
		recorder := httptest.NewRecorder()
		w.handler.ServeHTTP(recorder, r)
		require.Equal(t, status, recorder.Code, host)
	}
}
