package relindex

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/datastore/options"
	core "github.com/authzed/spicedb/pkg/proto/core/v1"
	"github.com/authzed/spicedb/pkg/tuple"
)

// query is a question about relationships, from either side.
type query struct {
	resourceType, relation string // "": any
	resourceIDs            []string
	resourcePrefix         string
	selectors              []datastore.SubjectsSelector // none: any subject
	caveat                 datastore.CaveatNameFilter
	expiration             datastore.ExpirationFilterOption

	side           side // by which the answer is ordered
	sorted         bool // or else the order holds within a stream only
	after, through *tuple.Relationship
	limit          *uint64

	skipCaveated bool // leave caveated relationships out
	keepExpired  bool // do not leave expired relationships out
	now          time.Time
}

func newQuery(filter datastore.RelationshipsFilter, opts *options.QueryOptions) (*query, error) {
	q := &query{
		resourceType:   filter.OptionalResourceType,
		relation:       filter.OptionalResourceRelation,
		resourceIDs:    sortedSet(filter.OptionalResourceIds),
		resourcePrefix: filter.OptionalResourceIDPrefix,
		selectors:      filter.OptionalSubjectsSelectors,
		caveat:         filter.OptionalCaveatNameFilter,
		expiration:     filter.OptionalExpirationOption,
		after:          opts.After,
		through:        opts.BeforeOrEqual,
		limit:          opts.Limit,
		skipCaveated:   opts.SkipCaveats,
		keepExpired:    opts.SkipExpiration,
	}
	return q, q.order(opts.Sort)
}

func newReverseQuery(filter datastore.SubjectsFilter, opts *options.ReverseQueryOptions) (*query, error) {
	q := &query{
		selectors:    []datastore.SubjectsSelector{filter.AsSelector()},
		after:        opts.AfterForReverse,
		limit:        opts.LimitForReverse,
		skipCaveated: opts.SkipCaveatsForReverse,
		keepExpired:  opts.SkipExpirationForReverse,
	}
	if opts.ResRelation != nil {
		q.resourceType = opts.ResRelation.Namespace
		q.relation = opts.ResRelation.Relation
	}
	return q, q.order(opts.SortForReverse)
}

// order settles how the answer is ordered. It fails where a cursor would mean
// nothing.
func (q *query) order(sort options.SortOrder) error {
	switch sort {
	case options.Unsorted:
		if q.after != nil || q.through != nil {
			return datastore.ErrCursorsWithoutSorting
		}
	case options.ByResource, options.ChooseEfficient:
		q.sorted = true
	case options.BySubject:
		q.side, q.sorted = subjectSide, true
	default:
		return fmt.Errorf("relindex: unknown sort order %d", sort)
	}
	return nil
}

// run answers the query on a state. The answer ends early with the context's
// error when the context ends.
func (q *query) run(ctx context.Context, s *state) datastore.RelationshipIterator {
	return func(yield func(tuple.Relationship, error) bool) {
		if q.limit != nil && *q.limit == 0 {
			return
		}
		var count uint64
		for rel := range q.relationships(s) {
			if count%256 == 0 && ctx.Err() != nil {
				yield(tuple.Relationship{}, ctx.Err())
				return
			}
			if q.through != nil && q.compare(rel.RelationshipReference, q.through.RelationshipReference) > 0 {
				return
			}
			if !yield(rel, nil) {
				return
			}
			count++
			if q.limit != nil && count == *q.limit {
				return
			}
		}
	}
}

// relationships returns the whole answer, in the query's order.
func (q *query) relationships(s *state) stream {
	var streams []stream
	for _, p := range s.partitions {
		streams = append(streams, q.streams(p)...)
	}
	if q.sorted {
		return merge(streams, q.compare)
	}
	return concatenate(streams)
}

// subjectIDs returns the subject ids that the query asks for in a class, sorted,
// none for any; ok is false when it asks for no relationship of that class.
func (q *query) subjectIDs(c *class) (ids []string, ok bool) {
	if q.resourceType != "" && q.resourceType != c.resourceType || q.relation != "" && q.relation != c.relation {
		return nil, false
	}
	if len(q.selectors) == 0 {
		return nil, true
	}
	for _, selector := range q.selectors {
		if !selects(selector, c) {
			continue
		}
		if len(selector.OptionalSubjectIds) == 0 {
			return nil, true
		}
		ok = true
		ids = append(ids, selector.OptionalSubjectIds...)
	}
	return sortedSet(ids), ok
}

// selects says whether a selector asks for subjects of a class, whatever their ids.
func selects(selector datastore.SubjectsSelector, c *class) bool {
	if selector.OptionalSubjectType != "" && selector.OptionalSubjectType != c.subjectType {
		return false
	}
	relation, isEllipsis := selector.RelationFilter, c.subjectRelation == tuple.Ellipsis
	if relation.OnlyNonEllipsisRelations {
		return !isEllipsis
	}
	return relation.IsEmpty() ||
		relation.IncludeEllipsisRelation && isEllipsis ||
		relation.NonEllipsisRelation == c.subjectRelation
}

// accepts says whether a relationship of a class that the query asks for is part
// of the answer. The ids have been looked at by then, except for the prefix.
func (q *query) accepts(ref tuple.RelationshipReference, t *traits) bool {
	return (q.keepExpired || !t.expiredAt(q.now)) &&
		q.acceptsCaveat(t.caveatOf()) &&
		q.acceptsExpiration(t.expirationOf()) &&
		strings.HasPrefix(ref.Resource.ObjectID, q.resourcePrefix) &&
		(q.after == nil || q.compare(ref, q.after.RelationshipReference) > 0)
}

func (q *query) acceptsCaveat(caveat *core.ContextualizedCaveat) bool {
	if caveat == nil {
		return q.caveat.Option != datastore.CaveatFilterOptionHasMatchingCaveat
	}
	switch q.caveat.Option {
	case datastore.CaveatFilterOptionHasMatchingCaveat:
		return !q.skipCaveated && caveat.CaveatName == q.caveat.CaveatName
	case datastore.CaveatFilterOptionNoCaveat:
		return false
	default:
		return !q.skipCaveated
	}
}

func (q *query) acceptsExpiration(expiration *time.Time) bool {
	switch q.expiration {
	case datastore.ExpirationFilterOptionHasExpiration:
		return expiration != nil
	case datastore.ExpirationFilterOptionNoExpiration:
		return expiration == nil
	default:
		return true
	}
}

// compare orders relationships by the query's side, then by the other.
func (q *query) compare(a, b tuple.RelationshipReference) int {
	if q.side == subjectSide {
		a.Resource, a.Subject = a.Subject, a.Resource
		b.Resource, b.Subject = b.Subject, b.Resource
	}
	if c := compareObjects(a.Resource, b.Resource); c != 0 {
		return c
	}
	return compareObjects(a.Subject, b.Subject)
}

func compareObjects(a, b tuple.ObjectAndRelation) int {
	if c := strings.Compare(a.ObjectType, b.ObjectType); c != 0 {
		return c
	}
	if c := strings.Compare(a.ObjectID, b.ObjectID); c != 0 {
		return c
	}
	return strings.Compare(a.Relation, b.Relation)
}

// sortedSet returns ids in order, each once. It leaves ids itself as it is.
func sortedSet(ids []string) []string {
	if len(ids) < 2 {
		return ids
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}
