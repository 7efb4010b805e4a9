// Package httpapi is the console's API over HTTP: it decodes and authenticates a request,
// has a use case of package tenancy carry it out, and writes the answer.
//
// It decides nothing about tenants. What it refuses by itself is what can't be read (400),
// who is not known (401), what is too large (413) and who calls too often (429, limits.go);
// the rest is the domain's, whose
// codes are mapped to statuses once, in problem.go.
//
// # Nothing is ignored
//
// A request is refused if any part of it is not understood: a field, a query parameter, a
// header of this API, a body where none belongs. So nobody's intention is lost (a
// dry run is never carried out for real), and what is added later breaks no caller.
package httpapi
