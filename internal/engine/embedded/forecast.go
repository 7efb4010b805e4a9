package embedded

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/relindex"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// What one forecast may cost. Beyond that it is truncated.
const (
	maxForecastQuestions     = 4096
	maxForecastRelationships = 50_000
)

// forker is a datastore that gives a copy of itself for nothing.
type forker interface {
	Fork() (*relindex.Datastore, error)
}

// Forecast implements [tenancy.Forecaster]: it asks what the updates can touch of a copy of
// the datastore without them, and of one with them. Both are evaluated as every check is.
func (e *Engine) Forecast(ctx context.Context, _ iter.Seq2[tenancy.Relationship, error], updates []tenancy.Update) (tenancy.Forecast, error) {
	base, ok := e.datastore.(forker)
	if !ok {
		return tenancy.Forecast{}, engine.Translate(ctx, errNoCopy)
	}
	f, err := e.forecast(ctx, base, updates)
	return f, engine.Translate(ctx, err)
}

// ForecastFrom does so from the state of the relationships given, whatever the engine holds.
func (e *Engine) ForecastFrom(ctx context.Context, state iter.Seq2[tenancy.Relationship, error], updates []tenancy.Update) (tenancy.Forecast, error) {
	if e.blank == nil {
		return tenancy.Forecast{}, engine.Translate(ctx, errNoCopy)
	}
	base, err := e.blank.Fork()
	if err != nil {
		return tenancy.Forecast{}, engine.Translate(ctx, err)
	}
	defer base.Close()
	source := &source{ctx: ctx, relationships: state}
	if _, _, err := base.Load(ctx, source.tuples); err != nil {
		if source.err != nil {
			return tenancy.Forecast{}, source.err
		}
		return tenancy.Forecast{}, engine.Translate(ctx, err)
	}
	f, err := e.forecast(ctx, base, updates)
	return f, engine.Translate(ctx, err)
}

var errNoCopy = errors.New("the datastore can't be copied")

func (e *Engine) forecast(ctx context.Context, base forker, updates []tenancy.Update) (f tenancy.Forecast, err error) {
	before, err := e.fork(base)
	if err != nil {
		return f, err
	}
	defer before.close()
	after, err := e.fork(base)
	if err != nil {
		return f, err
	}
	defer after.close()
	if err := after.write(ctx, updates, false); err != nil {
		return f, err
	}
	// What comes is there by now, and what goes is there yet: whatever can change goes by
	// relationships of this state.
	questions, whole, err := e.touched(ctx, after, updates)
	if err != nil {
		return f, err
	}
	if err := after.write(ctx, updates, true); err != nil {
		return f, err
	}
	f.Truncated = !whole
	return f, compare(ctx, before, after, questions, &f)
}

func compare(ctx context.Context, before, after *fork, questions []tenancy.Question, f *tenancy.Forecast) error {
	for _, q := range questions {
		had, err := before.check(ctx, q)
		if err != nil {
			return err
		}
		has, err := after.check(ctx, q)
		if err != nil {
			return err
		}
		switch {
		case has && !had:
			f.Gained = append(f.Gained, q)
		case had && !has:
			f.Lost = append(f.Lost, q)
		}
	}
	return nil
}

// touched lists, each once, the questions whose answer the updates may change; whole is
// false if there are more of them.
func (e *Engine) touched(ctx context.Context, union *fork, updates []tenancy.Update) (questions []tenancy.Question, whole bool, err error) {
	reader, err := union.reader(ctx)
	if err != nil {
		return nil, false, err
	}
	r := newReach(e.model, reader, maxForecastRelationships)
	seen := map[tenancy.Question]bool{}
	for _, u := range updates {
		resources, err := r.resources(ctx, u.Relationship)
		if err != nil {
			return nil, false, err
		}
		subjects, err := r.subjects(ctx, u.Relationship)
		if err != nil {
			return nil, false, err
		}
		for _, q := range e.pairs(resources, subjects) {
			if seen[q] {
				continue
			}
			if len(questions) == maxForecastQuestions {
				return questions, false, nil
			}
			seen[q] = true
			questions = append(questions, q)
		}
	}
	return questions, r.left >= 0, nil
}

// pairs are the questions that callers may ask.
func (e *Engine) pairs(resources []node, subjects []tenancy.Object) (questions []tenancy.Question) {
	for _, n := range resources {
		if _, isPermission := e.model.made[n.term()]; !isPermission || !slices.Contains(tenancy.PermissionsOf(n.object.Type), n.name) {
			continue
		}
		for _, subject := range subjects {
			if slices.Contains(tenancy.SubjectTypes(), subject.Type) {
				questions = append(questions, tenancy.Question{Subject: subject, Permission: n.name, Resource: n.object})
			}
		}
	}
	return questions
}

// fork is a copy of the datastore, to be asked and written to.
type fork struct {
	*relindex.Datastore
	evaluator
}

func (e *Engine) fork(base forker) (*fork, error) {
	copied, err := base.Fork()
	if err != nil {
		return nil, err
	}
	asked, err := newEvaluator(copied, e.evaluator.types)
	if err != nil {
		return nil, errors.Join(err, copied.Close())
	}
	return &fork{copied, asked}, nil
}

// close leaves nothing behind that could fail to go.
func (f *fork) close() {
	_ = f.permissions.Close()
	_ = f.Close()
}

func (f *fork) reader(ctx context.Context) (datastore.Reader, error) {
	head, err := f.HeadRevision(ctx)
	if err != nil {
		return nil, err
	}
	return f.SnapshotReader(head.Revision), nil
}

// write makes those of the updates that delete, or those that do not.
func (f *fork) write(ctx context.Context, updates []tenancy.Update, deletes bool) error {
	var mutations []tuple.RelationshipUpdate
	for _, u := range updates {
		if u.Delete != deletes {
			continue
		}
		if deletes {
			mutations = append(mutations, tuple.Delete(tupleOf(u.Relationship)))
		} else {
			mutations = append(mutations, tuple.Touch(tupleOf(u.Relationship)))
		}
	}
	if len(mutations) == 0 {
		return nil
	}
	_, err := f.ReadWriteTx(ctx, func(ctx context.Context, tx datastore.ReadWriteTransaction) error {
		return tx.WriteRelationships(ctx, mutations)
	})
	return err
}
