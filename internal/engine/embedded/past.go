package embedded

import (
	"context"
	"errors"
	"iter"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ tenancy.Pasts = (*Engine)(nil)

// keepBlank keeps the datastore as it is with the schema alone: pasts begin with it.
func (e *Engine) keepBlank(context.Context, Config) (err error) {
	base, ok := e.datastore.(forker)
	if !ok {
		return nil
	}
	if e.blank, err = base.Fork(); err == nil {
		e.onStop(e.blank.Close)
	}
	return err
}

// Past implements [tenancy.Pasts]: a datastore of its own, asked as that of the engine is.
func (e *Engine) Past(ctx context.Context, relationships iter.Seq[tenancy.Relationship]) (tenancy.Past, error) {
	p, err := e.past(ctx, relationships)
	if err != nil {
		return nil, engine.Translate(ctx, err)
	}
	return p, nil
}

func (e *Engine) past(ctx context.Context, relationships iter.Seq[tenancy.Relationship]) (*past, error) {
	if e.blank == nil {
		return nil, errors.New("the datastore can't be copied")
	}
	copied, err := e.blank.Fork()
	if err != nil {
		return nil, err
	}
	if _, _, err := copied.Load(ctx, tuplesOf(relationships)); err != nil {
		return nil, errors.Join(err, copied.Close())
	}
	asked, err := newEvaluator(copied, e.evaluator.types)
	if err != nil {
		return nil, errors.Join(err, copied.Close())
	}
	return &past{&fork{copied, asked}}, nil
}

func tuplesOf(relationships iter.Seq[tenancy.Relationship]) iter.Seq2[tuple.Relationship, error] {
	return func(yield func(tuple.Relationship, error) bool) {
		for r := range relationships {
			if !yield(tupleOf(r), nil) {
				return
			}
		}
	}
}

// past is a fork that nobody writes to.
type past struct{ fork *fork }

func (p *past) Check(ctx context.Context, q tenancy.Question) (bool, error) {
	allowed, err := p.fork.check(ctx, q)
	return allowed, engine.Translate(ctx, err)
}

func (p *past) Holds(ctx context.Context, r tenancy.Relationship) (bool, error) {
	reader, err := p.fork.reader(ctx)
	if err != nil {
		return false, engine.Translate(ctx, err)
	}
	found, err := reader.QueryRelationships(ctx, filterOf(r))
	if err != nil {
		return false, engine.Translate(ctx, err)
	}
	for _, err := range found {
		return err == nil, engine.Translate(ctx, err)
	}
	return false, nil
}

// Standing implements [tenancy.Past].
func (p *past) Standing(ctx context.Context, resource tenancy.Object) (map[string][]tenancy.Object, error) {
	reader, err := p.fork.reader(ctx)
	if err != nil {
		return nil, engine.Translate(ctx, err)
	}
	found, err := reader.QueryRelationships(ctx, datastore.RelationshipsFilter{
		OptionalResourceType: resource.Type, OptionalResourceIds: []string{resource.ID},
	})
	if err != nil {
		return nil, engine.Translate(ctx, err)
	}
	standing := map[string][]tenancy.Object{}
	for r, err := range found {
		if err != nil {
			return nil, engine.Translate(ctx, err)
		}
		relation := r.Resource.Relation
		standing[relation] = append(standing[relation], tenancy.Object{Type: r.Subject.ObjectType, ID: r.Subject.ObjectID})
	}
	return standing, nil
}

func filterOf(r tenancy.Relationship) datastore.RelationshipsFilter {
	return datastore.RelationshipsFilter{
		OptionalResourceType: r.Resource.Type, OptionalResourceIds: []string{r.Resource.ID},
		OptionalResourceRelation: r.Relation,
		OptionalSubjectsSelectors: []datastore.SubjectsSelector{{
			OptionalSubjectType: r.Subject.Type, OptionalSubjectIds: []string{r.Subject.ID},
		}},
	}
}

func (p *past) Close() { p.fork.close() }
