package embedded

import (
	"context"
	"errors"
	"iter"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// loader is a datastore that has a way of its own to be filled, which is faster than any
// that SpiceDB knows.
type loader interface {
	Load(ctx context.Context, relationships iter.Seq2[tuple.Relationship, error]) (uint64, datastore.Revision, error)
}

// Load implements [tenancy.Engine], straight into the datastore. It trusts the caller that
// the relationships fit the schema. After an error a part may be loaded; the engine is of
// no use then.
func (e *Engine) Load(ctx context.Context, relationships iter.Seq2[tenancy.Relationship, error]) error {
	source := &source{ctx: ctx, relationships: relationships}
	load := e.loadInChunks
	if ds, ok := e.datastore.(loader); ok {
		load = func(ctx context.Context, tuples iter.Seq2[tuple.Relationship, error]) error {
			_, _, err := ds.Load(ctx, tuples)
			return err
		}
	}
	if err := load(ctx, source.tuples); source.err != nil {
		return source.err
	} else if err != nil {
		return engine.Translate(ctx, err)
	}
	return nil
}

// source turns relationships into those of the datastore. It ends with its context, and
// keeps the error that it ended with apart from those of the datastore.
type source struct {
	ctx           context.Context
	relationships iter.Seq2[tenancy.Relationship, error]
	err           error
}

func (s *source) tuples(yield func(tuple.Relationship, error) bool) {
	for r, err := range s.relationships {
		s.err = errors.Join(err, engine.Translate(s.ctx, s.ctx.Err()))
		if err := failpoint.Err(failpoint.LoadHalf); err != nil {
			s.err = err
		}
		if !yield(tupleOf(r), s.err) || s.err != nil {
			return
		}
	}
}

func tupleOf(r tenancy.Relationship) tuple.Relationship {
	relation := r.SubjectRelation
	if relation == "" {
		relation = tuple.Ellipsis
	}
	return tuple.Relationship{RelationshipReference: tuple.RelationshipReference{
		Resource: tuple.ONR(r.Resource.Type, r.Resource.ID, r.Relation),
		Subject:  tuple.ONR(r.Subject.Type, r.Subject.ID, relation),
	}}
}
