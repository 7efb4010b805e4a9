package httpapi

import (
	"cmp"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tenantry/tenantry/internal/httpapi/openapi"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// apiVersion is that of the paths; what is added to them does not change it.
const apiVersion = "1"

// describe makes the description of the API, of the routes, the types of bodies and answers,
// and descriptions.
var describe = sync.OnceValue(func() *openapi.Document {
	r := newReflector()
	d := &openapi.Document{
		OpenAPI: openapi.Version,
		Info:    openapi.Info{Title: "Tenantry", Version: apiVersion, Description: introduction},
		Servers: []openapi.Server{{URL: "/"}},
	}
	r.Of(reflect.TypeFor[problem]())
	for _, route := range routes {
		path, _ := d.Paths.Get(route.Path)
		path.Set(strings.ToLower(route.Method), describeRoute(r, route))
		d.Paths.Set(route.Path, path)
		if tag := tagOf(route); !slices.ContainsFunc(d.Tags, func(t openapi.Tag) bool { return t.Name == tag }) {
			d.Tags = append(d.Tags, openapi.Tag{Name: tag})
		}
	}
	d.Components = openapi.Components{
		SecuritySchemes: securitySchemes, Parameters: commonParameters, Headers: commonHeaders, Schemas: r.Schemas,
	}
	return d
})

func describeRoute(r *openapi.Reflector, route Route) openapi.Operation {
	about := descriptions[route.Operation]
	o := openapi.Operation{
		ID: route.Operation, Tags: []string{tagOf(route)}, Summary: about.summary, Description: about.words,
		Security: securityOf(route), Parameters: parametersOf(route),
	}
	if about.body != nil {
		o.RequestBody = &openapi.Body{Required: !about.maybe, Content: jsonOf(r.Of(reflect.TypeOf(about.body)))}
	}
	o.Responses = answersOf(r, route, about)
	return o
}

// tagOf is the noun that the path begins with.
func tagOf(route Route) string {
	parts := strings.Split(strings.Trim(route.Path, "/"), "/")
	switch {
	case route.Public:
		return "service"
	case parts[0] != "v1":
		return parts[0]
	case len(parts) > 3 && parts[1] == "organizations" && !strings.HasPrefix(route.Operation, "organization."):
		return parts[3]
	}
	return parts[1]
}

// securityOf are the ways to say who calls, one of which is enough.
func securityOf(route Route) []map[string][]string {
	switch {
	case route.Public:
		return []map[string][]string{}
	case strings.HasPrefix(route.Path, "/v1/self/"):
		return []map[string][]string{{"accessKey": {}}}
	}
	return []map[string][]string{{"serviceKey": {}}, {"userToken": {}}}
}

var inPath = regexp.MustCompile(`([a-z-]+)/\{([a-z_]+)\}(?:/\{([a-z_]+)\})?`)

// parametersOf lists what the path, the query and the headers of a route may hold.
func parametersOf(route Route) (list []openapi.Parameter) {
	for _, found := range inPath.FindAllStringSubmatch(route.Path, -1) {
		for _, name := range slices.DeleteFunc(found[2:], func(name string) bool { return name == "" }) {
			list = append(list, openapi.Parameter{
				Name: name, In: "path", Required: true, Description: pathWords[found[1]+"/"+name], Schema: openapi.Text(),
			})
		}
	}
	for _, name := range route.Query {
		if _, common := commonParameters.Get(name); common {
			list = append(list, refer(name))
			continue
		}
		about := queryOf(route.Operation, name)
		list = append(list, openapi.Parameter{Name: name, In: "query", Description: about.words, Schema: about.schema()})
	}
	for _, name := range headersOf(route) {
		list = append(list, refer(name))
	}
	return list
}

func refer(parameter string) openapi.Parameter {
	return openapi.Parameter{Ref: "#/components/parameters/" + parameter}
}

// headersOf names the headers, and the dry run, that a route understands.
func headersOf(route Route) (names []string) {
	if route.Public {
		return nil
	}
	if !strings.HasPrefix(route.Path, "/v1/self/") {
		names = append(names, headerActAsUser, headerCurrentOrganization)
	}
	if route.Mutates() {
		names = append(names, parameterDryRun, headerIdempotencyKey)
	}
	if route.showsObject() && route.Method != http.MethodPost {
		names = append(names, headerIfMatch, headerIfNoneMatch)
	}
	return names
}

func jsonOf(s *openapi.Schema) openapi.Members[openapi.Content] {
	return openapi.Members[openapi.Content]{{Name: mediaJSON, Value: openapi.Content{Schema: s}}}
}

// answersOf lists the answers of a route: what it was asked for, and the problems by status.
func answersOf(r *openapi.Reflector, route Route, about description) (answers openapi.Members[openapi.Response]) {
	success, dryRun := r.Of(reflect.TypeFor[dryRunObject]()), route.Mutates()
	done := openapi.Response{Description: "Done.", Headers: answerHeaders(route, about)}
	if about.answer != nil {
		done.Content = jsonOf(r.Of(reflect.TypeOf(about.answer)))
	}
	switch {
	case about.created:
		answers.Set("201", done)
		answers.Set("200", openapi.Response{Description: "What a dry run found.", Headers: everyAnswer, Content: jsonOf(success)})
	case dryRun && about.answer == nil:
		answers.Set("204", done)
		answers.Set("200", openapi.Response{Description: "What a dry run found.", Headers: everyAnswer, Content: jsonOf(success)})
	case dryRun:
		done.Description = "Done; or what a dry run found."
		done.Content = jsonOf(openapi.OneOf(r.Of(reflect.TypeOf(about.answer)), success))
		answers.Set("200", done)
	default:
		answers.Set("200", done)
	}
	for _, other := range otherAnswers[route.Operation] {
		other(r, &answers)
	}
	if route.showsObject() && !dryRun {
		answers.Set("304", openapi.Response{Description: "The object is one that If-None-Match names.", Headers: openapi.Members[openapi.Header]{headerRef(headerRequestID), headerRef("ETag")}})
	}
	addProblems(&answers, codesOf(route, about))
	return answers
}

func answerHeaders(route Route, about description) openapi.Members[openapi.Header] {
	headers := slices.Clone(everyAnswer)
	if route.Mutates() {
		headers = append(headers, headerRef(headerToken))
	}
	if route.showsObject() && about.answer != nil {
		headers = append(headers, headerRef("ETag"))
	}
	if about.created {
		headers = append(headers, headerRef("Location"))
	}
	return headers
}

func headerRef(name string) openapi.Member[openapi.Header] {
	return openapi.Member[openapi.Header]{Name: name, Value: openapi.Header{Ref: "#/components/headers/" + name}}
}

// codesOf are the codes of all problems that an operation answers with: those of its kind,
// and its own.
func codesOf(route Route, about description) []tenancy.Code {
	if route.Public {
		return append([]tenancy.Code{codeInternal}, about.codes...)
	}
	codes := []tenancy.Code{
		tenancy.CodeMalformed, tenancy.CodeUnauthenticated, tenancy.CodeForbidden, tenancy.CodeNotFound, tenancy.CodeInvalid,
		tenancy.CodeRateLimited, codeInternal, tenancy.CodeNotFresh, tenancy.CodeEngineUnavailable, tenancy.CodeStoreUnavailable,
	}
	if route.takesBody() {
		codes = append(codes, tenancy.CodeTooLarge)
	}
	if route.Mutates() {
		codes = append(codes, tenancy.CodeIdempotencyConflict, tenancy.CodeConflict)
	}
	if route.showsObject() && route.Method != http.MethodPost {
		codes = append(codes, tenancy.CodePreconditionFailed)
	}
	if route.Method == http.MethodPut || route.Method == http.MethodPatch {
		codes = append(codes, tenancy.CodePreconditionRequired)
	}
	return append(codes, about.codes...)
}

// addProblems puts the codes to the statuses that they have.
func addProblems(answers *openapi.Members[openapi.Response], codes []tenancy.Code) {
	slices.SortStableFunc(codes, func(a, b tenancy.Code) int {
		return cmp.Or(cmp.Compare(kinds[a].status, kinds[b].status), cmp.Compare(a, b))
	})
	byStatus := map[int][]string{}
	for _, code := range codes {
		byStatus[kinds[code].status] = append(byStatus[kinds[code].status], string(code))
	}
	for _, code := range codes {
		status := kinds[code].status
		name, media := strconv.Itoa(status), "application/problem+json"
		response, there := answers.Get(name) // readyz has a 503 of its own
		if !there {
			response = openapi.Response{Description: http.StatusText(status) + ".", Headers: everyAnswer}
		}
		if _, done := response.Content.Get(media); done {
			continue
		}
		if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
			response.Headers = append(slices.Clone(response.Headers), headerRef("Retry-After"))
		}
		response.Content.Set(media, openapi.Content{Schema: &openapi.Schema{
			Ref:        "#/components/schemas/Problem",
			Properties: openapi.Members[*openapi.Schema]{{Name: "code", Value: openapi.Among(byStatus[status]...)}},
		}})
		answers.Set(name, response)
	}
}
