package relindex

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/datastore/options"
)

// reader reads a state: that of a revision, or that of a transaction as far as
// it has come. What it returns shares memory with the store and must not be
// changed, except for schema definitions, which are copies.
type reader struct {
	current func() (*state, error)
	now     func() time.Time
}

var _ datastore.Reader = (*reader)(nil)

// QueryRelationships implements datastore.Reader. options.ChooseEfficient is
// options.ByResource.
func (r *reader) QueryRelationships(
	ctx context.Context, filter datastore.RelationshipsFilter, opts ...options.QueryOptionsOption,
) (datastore.RelationshipIterator, error) {
	s, err := r.current()
	if err != nil {
		return nil, err
	}
	q, err := newQuery(filter, options.NewQueryOptionsWithOptions(opts...))
	if err != nil {
		return nil, err
	}
	q.now = r.now()
	return q.run(ctx, s), nil
}

// ReverseQueryRelationships implements datastore.Reader.
func (r *reader) ReverseQueryRelationships(
	ctx context.Context, filter datastore.SubjectsFilter, opts ...options.ReverseQueryOptionsOption,
) (datastore.RelationshipIterator, error) {
	s, err := r.current()
	if err != nil {
		return nil, err
	}
	q, err := newReverseQuery(filter, options.NewReverseQueryOptionsWithOptions(opts...))
	if err != nil {
		return nil, err
	}
	q.now = r.now()
	return q.run(ctx, s), nil
}

// CountRelationships implements datastore.CounterReader. It walks what it
// counts.
func (r *reader) CountRelationships(ctx context.Context, name string) (int, error) {
	s, err := r.current()
	if err != nil {
		return 0, err
	}
	counter, found := s.counters[name]
	if !found {
		return 0, datastore.NewCounterNotRegisteredErr(name)
	}
	filter, err := datastore.RelationshipsFilterFromCoreFilter(counter.Filter)
	if err != nil {
		return 0, err
	}
	relationships, err := r.QueryRelationships(ctx, filter)
	if err != nil {
		return 0, err
	}
	count := 0
	for _, err := range relationships {
		if err != nil {
			return 0, err
		}
		count++
	}
	return count, nil
}

// LookupCounters returns the counters ordered by name.
func (r *reader) LookupCounters(context.Context) ([]datastore.RelationshipCounter, error) {
	s, err := r.current()
	if err != nil {
		return nil, err
	}
	counters := slices.Collect(maps.Values(s.counters))
	slices.SortFunc(counters, func(a, b datastore.RelationshipCounter) int {
		return strings.Compare(a.Name, b.Name)
	})
	return counters, nil
}

// ReadStoredSchema implements datastore.Reader. All readers of a schema version
// get the same value, so what SpiceDB derives from it is derived once.
func (r *reader) ReadStoredSchema(context.Context) (*datastore.ReadOnlyStoredSchema, error) {
	s, err := r.current()
	if err != nil {
		return nil, err
	}
	if s.schema == nil {
		return nil, datastore.ErrSchemaNotFound
	}
	return s.schema, nil
}
