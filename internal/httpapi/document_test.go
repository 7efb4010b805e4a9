package httpapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi"
)

// document is the description of the API, as its readers read it.
type document struct {
	text []byte
	*openapi3.T

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
}

// described is the document of the API that the tests ask.
var described = sync.OnceValue(func() *document {
	recorder := httptest.NewRecorder()
	httpapi.New(httpapi.Config{}).ServeHTTP(recorder, httptest.NewRequest("GET", "/openapi.json", nil))
	d := &document{text: recorder.Body.Bytes(), compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	d.T = must(openapi3.NewLoader().LoadFromData(d.text))
	if err := d.compiler.AddResource("openapi.json", must(jsonschema.UnmarshalJSON(bytes.NewReader(d.text)))); err != nil {
		panic(err)
	}
	d.compiler.AssertFormat()
	return d
})

// schemaAt is the schema at a place in the document.
func (d *document) schemaAt(parts ...string) *jsonschema.Schema {
	at := "openapi.json#"
	for _, part := range parts {
		at += "/" + strings.NewReplacer("~", "~0", "/", "~1", " ", "%20").Replace(part)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.schemas[at] == nil {
		d.schemas[at] = must(d.compiler.Compile(at))
	}
	return d.schemas[at]
}

// pathOf is the path of the document that a request's path is one of; the more it says, the
// better it fits.
func (d *document) pathOf(path string) (best string) {
	parts := strings.Split(path, "/")
	for _, template := range d.Paths.InMatchingOrder() {
		fits := slices.EqualFunc(strings.Split(template, "/"), parts, func(t, p string) bool {
			return t == p || strings.HasPrefix(t, "{") && p != ""
		})
		if fits && (best == "" || strings.Count(template, "{") < strings.Count(best, "{")) {
			best = template
		}
	}
	return best
}

// requireDescribed requires of a request that was sent, and of its answer, that they are as
// the document says. So a field, a parameter, a status or a code that nobody has described
// is found by whichever test comes upon it.
func (d *document) requireDescribed(t *testing.T, r *http.Request, body string, answer *httptest.ResponseRecorder) {
	t.Helper()
	path := d.pathOf(r.URL.EscapedPath())
	method := strings.ToLower(r.Method)
	if method == "head" {
		method = "get"
	}
	if path == "" || d.Paths.Value(path).GetOperation(strings.ToUpper(method)) == nil {
		if r.URL.Path == "/metrics" {
			return // Prometheus has a form of its own
		}
		require.Contains(t, []int{404, 405}, answer.Code, "%s %s is no operation of openapi.json", r.Method, r.URL.Path)
		return
	}
	o := operation{d, path, method, d.Paths.Value(path).GetOperation(strings.ToUpper(method))}
	if carriedOut(answer) {
		o.requireQuery(t, r)
		o.requireBody(t, body)
	}
	o.requireAnswer(t, r, answer)
}

// carriedOut reports whether all of the request was taken: no refusal is in the answer, not of
// one question of many, and not in a dry run.
func carriedOut(answer *httptest.ResponseRecorder) bool {
	var body struct {
		Would   struct{ Status int }
		Results []struct{ Problem any }

		Evaluations []struct{ Context struct{ Error any } }
	}
	_ = json.Unmarshal(answer.Body.Bytes(), &body)
	refused := slices.ContainsFunc(body.Results, func(r struct{ Problem any }) bool { return r.Problem != nil })
	failed := slices.ContainsFunc(body.Evaluations, func(e struct{ Context struct{ Error any } }) bool { return e.Context.Error != nil })
	return answer.Code < 400 && body.Would.Status < 400 && !refused && !failed
}

// operation is one of the document.
type operation struct {
	*document
	path, method string
	*openapi3.Operation
}

func (o operation) requireQuery(t *testing.T, r *http.Request) {
	t.Helper()
	for name, values := range r.URL.Query() {
		p := o.Parameters.GetByInAndName("query", name)
		if o.Security != nil && len(*o.Security) == 0 {
			continue // what is public looks at no query
		}
		require.NotNil(t, p, "%s takes the query parameter %q, and openapi.json does not say so: it is missing in the route's Query (routes.go)", o.OperationID, name)
		if enum := p.Schema.Value.Enum; enum != nil && values[0] != "" {
			require.Contains(t, enum, any(values[0]), "%s takes this value of %q: add it to queries (words.go)", o.OperationID, name)
		}
	}
}

func (o operation) requireBody(t *testing.T, body string) {
	t.Helper()
	if body == "" {
		require.False(t, o.RequestBody != nil && o.RequestBody.Value.Required, "%s takes no body, and openapi.json wants one: set maybe in its description (described.go)", o.OperationID)
		return
	}
	require.NotNil(t, o.RequestBody, "%s takes a body: name its type in its description (described.go)", o.OperationID)
	o.requireFits(t, body, "the body of "+o.OperationID+" is taken, and does not fit its type in described.go",
		"paths", o.path, o.method, "requestBody", "content", "application/json", "schema")
}

func (o operation) requireAnswer(t *testing.T, r *http.Request, answer *httptest.ResponseRecorder) {
	t.Helper()
	status := strconv.Itoa(answer.Code)
	response := o.Responses.Value(status)
	require.NotNil(t, response, "%s answers %s: %s\nopenapi.json does not say so: add what answers so to its description (described.go)", o.OperationID, status, answer.Body)
	for _, name := range []string{"X-Request-Id", "Tenantry-Token", "ETag", "Location", "Retry-After", "Content-Disposition"} {
		if answer.Header().Get(name) != "" {
			require.Contains(t, response.Value.Headers, name, "%s answers %s with this header: describe it (document.go)", o.OperationID, status)
		}
	}
	media := answer.Header().Get("Content-Type")
	if media == "" {
		require.Empty(t, answer.Body.String(), o.OperationID)
		return
	}
	require.Contains(t, response.Value.Content, media, "%s answers %s in this form: describe it (words.go)", o.OperationID, status)
	if r.Method == http.MethodHead || !strings.Contains(media, "json") {
		return
	}
	o.requireFits(t, answer.Body.String(), "the answer "+status+" of "+o.OperationID+" is not as its description says: a field of its type, or a code (described.go)",
		"paths", o.path, o.method, "responses", status, "content", media, "schema")
}

func (o operation) requireFits(t *testing.T, text, message string, at ...string) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err, text)
	if err := o.schemaAt(at...).Validate(value); err != nil {
		t.Fatalf("%s:\n%v\n%s", message, err, text)
	}
}

// The document is OpenAPI 3.1.
func TestDocumentIsOpenAPI(t *testing.T) {
	d := described()
	require.Equal(t, "3.1.0", d.OpenAPI)
	require.NoError(t, d.Validate(t.Context(), openapi3.IsOpenAPI31OrLater()))
	_, err := d.compiler.Compile("openapi.json#/components/schemas/Problem")
	require.NoError(t, err)
}

// Who holds an answer against the document finds what it does not tell of: another field, one
// that is missing, a code of other operations, a time in another form.
func TestDocumentFindsWhatIsNotDescribed(t *testing.T) {
	d := described()
	refusal := func(code string) string {
		return `{"type":"t","title":"t","status":409,"detail":"d","code":"` + code + `","request_id":"r"}`
	}
	link := `{"group_id":"g","organization_id":"o","scope":"subtree","claims":null,"expires_at":EXPIRES,"state":"active","reason":""}`
	for text, at := range map[string][]string{
		strings.Replace(link, "EXPIRES", "null", 1):                   {"200", "application/json"},
		strings.Replace(link, "EXPIRES", `"2030-01-01T00:00:00Z"`, 1): {"200", "application/json"},
		`!` + strings.Replace(link, "EXPIRES", `"soon"`, 1):           {"200", "application/json"},
		`!` + strings.Replace(link, "EXPIRES", `null,"other":1`, 1):   {"200", "application/json"},
		`!` + strings.Replace(link, `"expires_at":EXPIRES,`, "", 1):   {"200", "application/json"},
		refusal("not-descendant"):                                     {"409", "application/problem+json"},
		`!` + refusal("domain-taken"):                                 {"409", "application/problem+json"},
	} {
		body, refused := strings.CutPrefix(text, "!")
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		require.NoError(t, err)
		schema := d.schemaAt("paths", "/v1/organizations/{id}/links/{gid}", "put", "responses", at[0], "content", at[1], "schema")
		require.Equal(t, refused, schema.Validate(value) != nil, text)
	}
}

// Every route is described, and nothing else is.
func TestEveryRouteIsDescribed(t *testing.T) {
	d := described()
	var routes, operations, found []string
	for _, route := range httpapi.Routes() {
		routes, operations = append(routes, route.Method+" "+route.Path), append(operations, route.Operation)
	}
	for path, item := range d.Paths.Map() {
		for method, o := range item.Operations() {
			found = append(found, method+" "+path)
			require.NotEmpty(t, o.Summary, "%s %s has no description: add %q to descriptions in described.go: what it does, and the types of its body and its answer", method, path, o.OperationID)
			for _, p := range o.Parameters {
				require.NotEmpty(t, p.Value.Description, "nothing is said of the parameter %q of %s: add it to pathWords or queries in words.go", p.Value.Name, o.OperationID)
			}
		}
	}
	require.ElementsMatch(t, routes, found)
	require.Subset(t, operations, httpapi.Described(), "this is described in described.go, and has no route")
}

// Callers are told with what they may call: with nothing where no credential is asked for, with
// an access key where machines ask about themselves, and with nothing of machines elsewhere.
func TestDocumentTellsWhoMayCall(t *testing.T) {
	d := described()
	for _, route := range httpapi.Routes() {
		var want []string
		switch {
		case strings.HasPrefix(route.Path, "/v1/self/"):
			want = []string{"accessKey"}
		case !route.Public:
			want = []string{"serviceKey", "userToken"}
		}
		var got []string
		for _, way := range *d.Paths.Value(route.Path).GetOperation(route.Method).Security {
			for name := range way {
				got = append(got, name)
				require.Contains(t, d.Components.SecuritySchemes, name)
			}
		}
		require.Equal(t, want, got, route.Operation)
	}
}

// Something is said of every field.
func TestEveryFieldIsDescribed(t *testing.T) {
	var d struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Description string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(described().text, &d))
	require.NotEmpty(t, d.Components.Schemas)
	for name, schema := range d.Components.Schemas {
		for field, about := range schema.Properties {
			require.NotEmpty(t, about.Description, "nothing is said of the field %q of %s: add %q to fieldWords in fieldwords.go", field, name, field)
		}
	}
}
