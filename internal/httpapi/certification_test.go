package httpapi_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi"
	"github.com/tenantry/tenantry/internal/httpapi/authzen"
)

// records is the fixture of the certification scenario of the AuthZEN working group: alice
// reads and writes records, bob reads them. Its ids are given, so there is one of it; the
// names of its world stand for themselves.
var records = sync.OnceValue(func() *world {
	s := *shared
	s.handler = httpapi.New(s.config(func(c *httpapi.Config) {
		c.PublicURL = "https://pdp.example.com"
		c.AuthZENMapping = authzen.Mapping{
			ResourceTypes: map[string]string{"record": "machine"},
			Actions:       map[string]map[string]string{"record": {"read": "view", "write": "manage", "delete": "manage"}},
		}
	}))
	return &world{&s, "", map[string]string{}}
})

var fillRecords sync.Once

func recordsFor(t *testing.T) *world {
	t.Helper()
	w := records()
	fillRecords.Do(func() {
		for _, user := range []string{"alice", "bob", "keeper-of-records"} {
			w.must(t, "PUT", "/v1/users/"+user, `{}`)
		}
		w.must(t, "POST", "/v1/organizations", `{"id":"records","name":"Records","detached":true,"owner_id":"keeper-of-records"}`)
		for group, claim := range map[string]string{"writers": "manage_machines", "readers": "view_machines"} {
			w.must(t, "POST", "/v1/organizations/records/groups", `{"id":"`+group+`","name":"G","claims":["`+claim+`"],"owner_id":"keeper-of-records"}`)
		}
		w.must(t, "PUT", "/v1/groups/writers/members/alice", "")
		w.must(t, "PUT", "/v1/groups/readers/members/bob", "")
		for _, record := range []string{"record-1", "record-2"} {
			w.must(t, "PUT", "/v1/organizations/records/resources/machine/"+record, `{"name":"Record"}`)
		}
	})
	return w
}

const (
	aliceSubject = `"subject":{"type":"user","id":"alice"}`
	bobSubject   = `"subject":{"type":"user","id":"bob"}`
	readAction   = `"action":{"name":"read"}`
	writeAction  = `"action":{"name":"write"}`
	record1      = `"resource":{"type":"record","id":"record-1"}`
	record2      = `"resource":{"type":"record","id":"record-2"}`
	permit       = `{"decision":true}`
	deny         = `{"decision":false}`
)

func body(parts ...string) string { return "{" + strings.Join(parts, ",") + "}" }

// TestAuthZENCertification is the certification scenario of the working group (Authorization
// API 1.0, certification/authorization-api-1_0-scenario.md), at the levels Basic Core, Batch
// Core and Search Core. want is the whole answer; "" where the scenario asks for a status.
func TestAuthZENCertification(t *testing.T) {
	w := recordsFor(t)
	const one, many, subjects, resources, actions = "evaluation", "evaluations", "search/subject", "search/resource", "search/action"
	for name, c := range map[string]struct {
		path, body string
		status     int
		want       string
	}{
		"rule 1: alice reads":             {one, body(aliceSubject, readAction, record1), 200, permit},
		"rule 2: alice writes":            {one, body(aliceSubject, writeAction, record1), 200, permit},
		"rule 3: bob reads":               {one, body(bobSubject, readAction, record1), 200, permit},
		"rule 4: bob does not write":      {one, body(bobSubject, writeAction, record1), 200, deny},
		"with a context":                  {one, body(aliceSubject, readAction, record1, `"context":{"time":"2025-06-27T18:03-07:00","ip":"192.168.1.1"}`), 200, permit},
		"with properties":                 {one, `{"subject":{"type":"user","id":"alice","properties":{"department":"Sales"}},"action":{"name":"read","properties":{"method":"GET"}},"resource":{"type":"record","id":"record-1","properties":{"status":"active","owner":"bob"}}}`, 200, permit},
		"with unknown fields":             {one, body(aliceSubject, readAction, record1, `"foo":"bar"`, `"futureField":{"nested":true}`), 200, permit},
		"an action that is not mapped":    {one, body(aliceSubject, `"action":{"name":"view"}`, record1), 200, deny},
		"without a subject":               {one, body(readAction, record1), 400, ""},
		"without an action":               {one, body(aliceSubject, record1), 400, ""},
		"without a resource":              {one, body(aliceSubject, readAction), 400, ""},
		"a subject without a type":        {one, body(`"subject":{"id":"alice"}`, readAction, record1), 400, ""},
		"a subject without an id":         {one, body(`"subject":{"type":"user"}`, readAction, record1), 400, ""},
		"an action without a name":        {one, body(aliceSubject, `"action":{}`, record1), 400, ""},
		"a resource without a type":       {one, body(aliceSubject, readAction, `"resource":{"id":"record-1"}`), 400, ""},
		"a resource without an id":        {one, body(aliceSubject, readAction, `"resource":{"type":"record"}`), 400, ""},
		"no JSON":                         {one, `{"subject"`, 400, ""},
		"no body":                         {one, "", 400, ""},
		"a subject that is a text":        {one, body(`"subject":"alice"`, readAction, record1), 400, ""},
		"a name that is a number":         {one, body(aliceSubject, `"action":{"name":123}`, record1), 400, ""},
		"defaults":                        {many, body(aliceSubject, readAction, `"evaluations":[`+body(record1)+`,`+body(record2)+`]`), 200, `{"evaluations":[` + permit + `,` + permit + `]}`},
		"rules 3 and 4, in order":         {many, body(bobSubject, record1, `"evaluations":[`+body(readAction)+`,`+body(writeAction)+`]`), 200, `{"evaluations":[` + permit + `,` + deny + `]}`},
		"no defaults":                     {many, body(`"evaluations":[` + body(aliceSubject, readAction, record1) + `,` + body(bobSubject, writeAction, record1) + `]`), 200, `{"evaluations":[` + permit + `,` + deny + `]}`},
		"a context for all":               {many, body(aliceSubject, readAction, `"context":{"time":"x"}`, `"evaluations":[`+body(record1)+`,`+body(record2, `"context":{"time":"y"}`)+`]`), 200, `{"evaluations":[` + permit + `,` + permit + `]}`},
		"a type by default, an id each":   {many, body(aliceSubject, readAction, `"resource":{"type":"record"}`, `"evaluations":[{"resource":{"id":"record-1","properties":{"status":"active"}}}]`), 200, `{"evaluations":[` + permit + `]}`},
		"one evaluation without resource": {many, body(aliceSubject, readAction, `"evaluations":[`+body(record1)+`,{}]`), 200, `{"evaluations":[` + permit + `,{"decision":false,"context":{"error":{"status":400,"code":"malformed","message":"The request needs \"resource.type\"."}}}]}`},
		"no evaluations":                  {many, body(aliceSubject, readAction, record1), 200, permit},
		"empty evaluations":               {many, body(aliceSubject, readAction, record1, `"evaluations":[]`), 200, permit},
		"no JSON for many":                {many, `{"evaluations":[`, 400, ""},
		"who reads":                       {subjects, body(`"subject":{"type":"user"}`, readAction, record1), 200, `{"results":[{"type":"user","id":"alice"},{"type":"user","id":"bob"},{"type":"user","id":"keeper-of-records"}]}`},
		"who reads, with a context":       {subjects, body(`"subject":{"type":"user"}`, readAction, record1, `"context":{"time":"x"}`), 200, `{"results":[{"type":"user","id":"alice"},{"type":"user","id":"bob"},{"type":"user","id":"keeper-of-records"}]}`},
		"an id is not looked at":          {subjects, body(bobSubject, writeAction, record1), 200, `{"results":[{"type":"user","id":"alice"},{"type":"user","id":"keeper-of-records"}]}`},
		"what alice reads":                {resources, body(aliceSubject, readAction, `"resource":{"type":"record"}`), 200, `{"results":[{"type":"record","id":"record-1"},{"type":"record","id":"record-2"}]}`},
		"what bob writes":                 {resources, body(bobSubject, writeAction, record1), 200, `{"results":[]}`},
		"what alice may":                  {actions, body(aliceSubject, record1), 200, `{"results":[{"name":"delete"},{"name":"read"},{"name":"write"}]}`},
		"what bob may, with a context":    {actions, body(bobSubject, record1, `"context":{}`), 200, `{"results":[{"name":"read"}]}`},
		"an unknown user":                 {actions, body(`"subject":{"type":"user","id":"nonexistent-user"}`, record1), 200, `{"results":[]}`},
		"an unknown type":                 {subjects, body(`"subject":{"type":"spaceship"}`, readAction, record1), 200, `{"results":[]}`},
		"who, without an action":          {subjects, body(`"subject":{"type":"user"}`, record1), 400, ""},
		"what, without a subject":         {resources, body(readAction, `"resource":{"type":"record"}`), 400, ""},
		"how, without a resource":         {actions, body(aliceSubject), 400, ""},
		"who, of no resource":             {subjects, body(`"subject":{"type":"user"}`, readAction, `"resource":{"type":"record"}`), 400, ""},
		"what, of no subject":             {resources, body(`"subject":{"type":"user"}`, readAction, `"resource":{"type":"record"}`), 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 { // the same each time
				r := w.send(t, request{method: "POST", path: "/access/v1/" + c.path, body: c.body, actor: "platform",
					header: map[string]string{"X-Request-ID": "bfe9eb29-ab87-4ca3-be83-a1d5d8305716"}})
				require.Equal(t, c.status, r.status, r.text)
				require.Equal(t, "bfe9eb29-ab87-4ca3-be83-a1d5d8305716", r.header.Get("X-Request-ID"))
				if c.want != "" {
					require.Equal(t, "application/json", r.header.Get("Content-Type"))
					require.JSONEq(t, c.want, r.text)
				}
			}
		})
	}
}

// Search Core, pagination: every page tells of the next one, the last one that there is none.
func TestAuthZENCertificationPages(t *testing.T) {
	w := recordsFor(t)
	var found []string
	page := `"page":{"limit":1}`
	for range 3 {
		r := w.must(t, "POST", "/access/v1/search/subject", body(`"subject":{"type":"user"}`, readAction, record1, page))
		results := r.json["results"].([]any)
		require.Len(t, results, 1)
		found = append(found, results[0].(map[string]any)["id"].(string))
		next := r.json["page"].(map[string]any)["next_token"].(string)
		require.Equal(t, len(found) == 3, next == "")
		require.EqualValues(t, 1, r.json["page"].(map[string]any)["count"])
		page = fmt.Sprintf(`"page":{"limit":1,"token":%q}`, next)
	}
	require.Equal(t, []string{"alice", "bob", "keeper-of-records"}, found)
}

// Discovery, at the address that was configured.
func TestAuthZENCertificationDiscovery(t *testing.T) {
	w := recordsFor(t)
	r := w.send(t, request{method: "GET", path: "/.well-known/authzen-configuration", actor: "nobody"})
	require.Equal(t, 200, r.status)
	require.Equal(t, "application/json", r.header.Get("Content-Type"))
	require.JSONEq(t, `{"policy_decision_point":"https://pdp.example.com",
		"access_evaluation_endpoint":"https://pdp.example.com/access/v1/evaluation",
		"access_evaluations_endpoint":"https://pdp.example.com/access/v1/evaluations",
		"search_subject_endpoint":"https://pdp.example.com/access/v1/search/subject",
		"search_resource_endpoint":"https://pdp.example.com/access/v1/search/resource",
		"search_action_endpoint":"https://pdp.example.com/access/v1/search/action"}`, r.text)
	r = shared.world().send(t, request{method: "GET", path: "/.well-known/authzen-configuration", actor: "nobody"})
	require.Equal(t, "http://example.com/access/v1/evaluation", r.json["access_evaluation_endpoint"], "where the request was sent to")
}

// world is one without a prefix.
func (s *stack) world() *world { return &world{s, "", map[string]string{}} }
