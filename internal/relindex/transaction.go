package relindex

import (
	"context"
	"fmt"
	"sync"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/datastore/options"
	"github.com/authzed/spicedb/pkg/tuple"
)

// transaction is a state in the making, seen and changed by one ReadWriteTx
// function. Its methods may be called concurrently; what it reads includes what
// it wrote, up to the moment of the call.
type transaction struct {
	*reader

	base     *commit
	revision Revision // of the commit, if it comes to that

	mu      sync.Mutex
	state   state
	wrote   bool
	touched []touch
}

var _ datastore.ReadWriteTransaction = (*transaction)(nil)

// touch names a relationship that a transaction wrote or deleted, maybe in vain.
type touch struct {
	class                 *class
	resourceID, subjectID string
}

func (d *Datastore) begin() (*transaction, error) {
	base, err := d.history.head()
	if err != nil {
		return nil, err
	}
	t := &transaction{
		base:     base,
		revision: max(Revision(d.config.Now().UnixNano()), base.revision+1),
		state:    base.state,
	}
	t.reader = &reader{current: t.snapshot, now: d.config.Now}
	return t, nil
}

func (t *transaction) snapshot() (*state, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.state
	return &s, nil
}

// write runs fn on the state in the making. If fn fails, it has changed nothing,
// also when the transaction goes on and commits.
func (t *transaction) write(fn func(*state) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	before, touched := t.state, len(t.touched)
	if err := fn(&t.state); err != nil {
		t.state, t.touched = before, t.touched[:touched]
		return err
	}
	t.wrote = true
	return nil
}

func (t *transaction) finish() *commit {
	t.mu.Lock()
	defer t.mu.Unlock()
	return &commit{
		revision: t.revision,
		state:    t.state,
		before:   t.base.state,
		touched:  t.touched,
	}
}

// WriteRelationships applies the updates in order. A TOUCH that changes nothing
// and a DELETE of what is not there do nothing; a CREATE of what is there fails,
// also when it has expired.
func (t *transaction) WriteRelationships(_ context.Context, updates []tuple.RelationshipUpdate) error {
	return t.write(func(s *state) error {
		for _, update := range updates {
			if err := t.apply(s, update); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *transaction) apply(s *state, update tuple.RelationshipUpdate) error {
	rel := update.Relationship
	resourceID, subjectID := rel.Resource.ObjectID, rel.Subject.ObjectID
	p := s.partition(classOf(rel.RelationshipReference))
	stored, exists := p.find(resourceID, subjectID)
	wanted := traitsOf(rel)

	switch update.Operation {
	case tuple.UpdateOperationDelete:
		if !exists {
			return nil
		}
		p = p.without(resourceID, subjectID)
	case tuple.UpdateOperationCreate, tuple.UpdateOperationTouch:
		if exists && update.Operation == tuple.UpdateOperationCreate {
			return datastore.NewCreateRelationshipExistsError(&rel)
		}
		if exists && stored.grantsSameAs(wanted) {
			return nil
		}
		p = p.with(resourceID, subjectID, wanted)
	default:
		return fmt.Errorf("relindex: unknown update operation %v", update.Operation)
	}
	s.put(p)
	t.touched = append(t.touched, touch{p.class, resourceID, subjectID})
	return nil
}

// DeleteRelationships deletes what the filter matches, expired relationships
// too, up to the limit if there is one. It says whether the limit was reached.
func (t *transaction) DeleteRelationships(
	ctx context.Context, filter *v1.RelationshipFilter, opts ...options.DeleteOptionsOption,
) (deleted uint64, limited bool, err error) {
	wanted, err := datastore.RelationshipsFilterFromPublicFilter(filter)
	if err != nil {
		return 0, false, err
	}
	limit := options.NewDeleteOptionsWithOptionsAndDefaults(opts...).DeleteLimit
	if limit != nil && *limit == 0 {
		limit = nil
	}
	deleted, err = t.deleteMatching(ctx, wanted, limit)
	return deleted, limit != nil && deleted == *limit, err
}

func (t *transaction) deleteMatching(
	ctx context.Context, filter datastore.RelationshipsFilter, limit *uint64,
) (deleted uint64, err error) {
	matching, err := t.QueryRelationships(ctx, filter, options.WithLimit(limit), options.WithSkipExpiration(true))
	if err != nil {
		return 0, err
	}
	err = t.write(func(s *state) error {
		for rel, err := range matching {
			if err != nil {
				return err
			}
			if err := t.apply(s, tuple.Delete(rel)); err != nil {
				return err
			}
			deleted++
		}
		return nil
	})
	return deleted, err
}
