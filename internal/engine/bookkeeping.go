package engine

import "github.com/tenantry/tenantry/internal/tenancy"

// recordType is the type of the record that an engine follows, see [Engine.Claim].
const recordType = "record"

// Bookkeeping reports whether a relationship is the engine's own note of how far it has come,
// or of whose it is, and follows from no row: the fences of trees, and the record. Whoever
// compares an engine with a record leaves these out.
func Bookkeeping(r tenancy.Relationship) bool { return isFence(r) || IsClaim(r) }

// IsClaim reports whether a relationship tells whose the engine is.
func IsClaim(r tenancy.Relationship) bool { return r.Resource.Type == recordType }

// isFence reports whether a relationship is the fence of a tree, or of one that has ended.
func isFence(r tenancy.Relationship) bool {
	return r.Relation == "version" && r.Subject.Type == "version"
}
