package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// Route is one operation of the API as callers reach it. Path is written as in OpenAPI.
// Operation is the name under which the trail tells of it. Query lists the parameters that
// it understands. A Public route asks for no credential.
type Route struct {
	Method    string
	Path      string
	Operation string
	Query     []string
	Public    bool
	handle    handler
}

// handler carries out one call: it decodes what is its own, asks the domain, and says
// what to answer. Whoever calls is known by then, and headers and query are understood.
type handler func(ctx context.Context, c *call) (answer, error)

// Mutates reports whether the operation changes something.
func (r Route) Mutates() bool {
	switch r.Method {
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
		return true
	}
	return r.Method == http.MethodPost && !slices.Contains(questions, r.Operation)
}

// isAuthZEN reports whether the operation is one of the AuthZEN API.
func (r Route) isAuthZEN() bool { return strings.HasPrefix(r.Operation, "authzen.") }

// showsObject reports whether the operation answers with an object, which has an ETag.
func (r Route) showsObject() bool {
	return r.Mutates() || r.Method == http.MethodGet && !r.Public && !slices.Contains(r.Query, "limit")
}

// understands reports whether a parameter may stand in the query.
func (r Route) understands(parameter string) bool {
	return slices.Contains(r.Query, parameter) || parameter == parameterDryRun && r.Mutates()
}

// questions are the operations that are POSTs and change nothing.
var questions = []string{
	operationCheck, operationCheckBatch, operationAuditCheck, operationExplain, operationResources, operationSubjects, operationSelfCheck, operationSelfCheckBatch, operationAudience,
	operationEvaluation, operationEvaluations, operationSearchSubject, operationSearchResource, operationSearchAction,
}

// takesBody reports whether requests of the method may have a body.
func (r Route) takesBody() bool {
	return r.Method != http.MethodGet && r.Method != http.MethodDelete
}

// Routes lists every route of the API but /metrics. It is for the tests that have to
// cover each of them, and for the description of the API.
func Routes() []Route { return slices.Clone(routes) }

// refuseWith is the handler of requests that reach no operation.
func refuseWith(err error) handler {
	return func(context.Context, *call) (answer, error) { return answer{}, err }
}
