package httpapi

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/httpapi/openapi"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const introduction = "Tenantry decides who may do what in which tenant of a managed service provider's console. " +
	"A console's backend carries out its operations here on behalf of its users, and asks for decisions.\n\n" +
	"Times are RFC 3339 in UTC with milliseconds. Ids are chosen by the caller or made by the service, and never used twice. " +
	"What a caller may not see does not exist for him: 404. " +
	"Unknown fields, query parameters and bodies where none belongs are refused: nothing that a caller writes is ignored. " +
	"HEAD is answered wherever GET is. A change is effective when its call returns.\n\n" +
	"A deployment may limit how often a caller calls each of its nodes: a key together with the user that it acts for, or the user of a token. " +
	"Each call counts once, whatever it asks for. One too many is refused with 429, rate-limited, before anything is looked up or done for it, so it may be sent again as it is, after Retry-After seconds. " +
	"Calls without a good credential count for the network address that they come from."

var securitySchemes = openapi.Members[openapi.SecurityScheme]{
	{Name: "serviceKey", Value: openapi.SecurityScheme{Type: "http", Scheme: "bearer", Description: "A platform key (tpk_…) or a console key (tck_…), with Act-As-User for what a user does."}},
	{Name: "userToken", Value: openapi.SecurityScheme{Type: "http", Scheme: "bearer", Description: "A token of a user from the identity provider, where one is configured. The rights are the user's; about decisions he asks for himself."}},
	{Name: "accessKey", Value: openapi.SecurityScheme{Type: "http", Scheme: "bearer", Description: "The access key (tak_…) of a machine or agent, which asks about itself and nothing else."}},
}

var commonParameters = openapi.Members[openapi.Parameter]{
	{Name: headerActAsUser, Value: headerParameter(headerActAsUser, "The id of the user for whom the key acts. Then the rights are the user's alone.")},
	{Name: headerCurrentOrganization, Value: headerParameter(headerCurrentOrganization, "The id of the organization that the operator works from.")},
	{Name: headerIdempotencyKey, Value: headerParameter(headerIdempotencyKey, "Any text of 1 to 255 visible ASCII characters. A repeat with the same one gets the first answer, without its secrets; another request with it is refused.")},
	{Name: headerIfMatch, Value: headerParameter(headerIfMatch, "ETags of the object, one of which it must still have, or *.")},
	{Name: headerIfNoneMatch, Value: headerParameter(headerIfNoneMatch, "ETags of the object, none of which it may have, or *.")},
	{Name: parameterDryRun, Value: openapi.Parameter{Name: parameterDryRun, In: "query", Schema: openapi.Among("true", "false"), Description: "true: change nothing, and tell what would be."}},
	{Name: "limit", Value: openapi.Parameter{Name: "limit", In: "query", Description: "The length of a page, 50 if it is not given.", Schema: &openapi.Schema{Type: openapi.Types{"integer"}, Minimum: number(1), Maximum: number(maxLimit)}}},
	{Name: "cursor", Value: openapi.Parameter{Name: "cursor", In: "query", Description: "next_cursor of the page before; for the same caller and question.", Schema: openapi.Text()}},
}

func headerParameter(name, words string) openapi.Parameter {
	return openapi.Parameter{Name: name, In: "header", Description: words, Schema: openapi.Text()}
}

func number(n int) *int { return &n }

var commonHeaders = openapi.Members[openapi.Header]{
	{Name: headerRequestID, Value: openapi.Header{Description: "The id of the request: the caller's own, if it is one of letters, digits, dots, dashes and underscores, else a new one.", Schema: openapi.Text()}},
	{Name: headerToken, Value: openapi.Header{Description: "Names the state after the change, for at_least of a check. Missing for a change that belongs to no tree.", Schema: openapi.Text()}},
	{Name: "ETag", Value: openapi.Header{Description: "Of the object as it is now.", Schema: openapi.Text()}},
	{Name: "Location", Value: openapi.Header{Description: "Where what was created is.", Schema: openapi.Text()}},
	{Name: "Retry-After", Value: openapi.Header{Description: "Seconds until it is worth another try.", Schema: &openapi.Schema{Type: openapi.Types{"integer"}}}},
	{Name: "Content-Disposition", Value: openapi.Header{Description: "The name of the file.", Schema: openapi.Text()}},
}

// everyAnswer are the headers that no answer lacks.
var everyAnswer = openapi.Members[openapi.Header]{headerRef(headerRequestID)}

// otherAnswers are those that are no JSON, or have a form of their own.
var otherAnswers = map[string][]func(*openapi.Reflector, *openapi.Members[openapi.Response]){
	"readyz": {func(_ *openapi.Reflector, answers *openapi.Members[openapi.Response]) {
		ready, _ := answers.Get("200")
		ready.Description = "Not ready."
		answers.Set("503", ready)
	}},
	"roster.list":  {asSheetToo},
	"audit.review": {asSheetToo},
	"openapi": {func(_ *openapi.Reflector, answers *openapi.Members[openapi.Response]) {
		answers.Set("200", openapi.Response{Description: "OpenAPI " + openapi.Version + ".", Headers: everyAnswer, Content: jsonOf(&openapi.Schema{Type: openapi.Types{"object"}})})
	}},
	"docs": {func(_ *openapi.Reflector, answers *openapi.Members[openapi.Response]) {
		answers.Set("200", openapi.Response{Description: "A page.", Headers: everyAnswer, Content: openapi.Members[openapi.Content]{{Name: mediaHTML, Value: openapi.Content{Schema: openapi.Text()}}}})
	}},
}

// asSheetToo is a list that comes as CSV too.
func asSheetToo(_ *openapi.Reflector, answers *openapi.Members[openapi.Response]) {
	page, _ := answers.Get("200")
	page.Content.Set("text/csv; charset=utf-8", openapi.Content{Schema: openapi.Text()})
	page.Headers = append(page.Headers, headerRef("Content-Disposition"))
	answers.Set("200", page)
}

// pathWords say what stands in a path, by the part before it.
var pathWords = map[string]string{
	"tenants/id":          "The organization's id.",
	"users/user":          "The user's id.",
	"users/id":            "The user's id.",
	"organizations/id":    "The organization's id.",
	"owners/user":         "The user's id.",
	"members/user":        "The user's id.",
	"administrators/user": "The user's id.",
	"groups/gid":          "The group's id.",
	"links/gid":           "The group's id.",
	"invitations/id":      "The invitation's id.",
	"resources/type":      "The type, for example machine.",
	"resources/rid":       "The resource's id, unique in its type.",
	"access-keys/key":     "The key's id.",
	"tenant-groups/tg":    "The tenant group's id.",
}

// query says what a parameter of a query is.
type query struct {
	words  string
	values []string // that it takes, nil for any text
}

func (q query) schema() *openapi.Schema {
	if q.values == nil {
		return openapi.Text()
	}
	return openapi.Among(q.values...)
}

// queryOf goes by the operation first: the same name may stand for different things.
func queryOf(operation, name string) query {
	if q, ok := queries[operation+"?"+name]; ok {
		return q
	}
	return queries[name]
}

var queries = map[string]query{
	"q":                     {words: "A text to search for."},
	"root_id":               {words: "Only those of this tree."},
	"parent_id":             {words: "Only those directly below this one."},
	"after":                 {words: "Only events after the one with this seq."},
	"action":                {words: "Only events of this action."},
	"actor":                 {words: "Only events by, or on behalf of, this one."},
	"roster.list?state":     {"Only entries in this state.", textsOf([]tenancy.RosterState{tenancy.RosterActive, tenancy.RosterPending})},
	"via":                   {"Only entries with a way of this kind.", textsOf(vias)},
	"at":                    {words: "The instant for which to answer, not in the future; now if left out."},
	"format":                {"json if it is not given.", []string{"json", "csv"}},
	"audit.review?format":   {"json if it is not given; csv has a column for each permission, " + formatWays + " a row for each way.", []string{"json", "csv", formatWays}},
	"invitation.list?state": {"Only invitations in this state.", textsOf(invitationStates)},
	"role":                  {"Only those with this role.", textsOf(tenancy.AccountRoles)},
	"subaccount_role":       {"Only those with this role in the subaccounts.", textsOf(tenancy.AccountRoles)},
	"type":                  {"Only resources of this type.", textsOf(resourceTypes)},
}

// sortedCodes are all codes of problems, by status.
func sortedCodes() []tenancy.Code {
	return slices.SortedFunc(maps.Keys(kinds), func(a, b tenancy.Code) int {
		return cmp.Or(cmp.Compare(kinds[a].status, kinds[b].status), cmp.Compare(a, b))
	})
}

// wordsOf says what a field means, and which form its text has. What is said of the field
// of one schema comes first.
func wordsOf(schema, field string) (words, format string) {
	words = fieldWords[field]
	if own, ok := fieldWords[schema+"."+field]; ok {
		words = own
	}
	if strings.HasSuffix(field, "_at") || field == "at" || field == "since" || field == "resend_after" {
		format = "date-time"
	}
	return words, format
}
