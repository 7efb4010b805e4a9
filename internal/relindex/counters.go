package relindex

import (
	"context"
	"maps"

	"github.com/authzed/spicedb/pkg/datastore"
	core "github.com/authzed/spicedb/pkg/proto/core/v1"
)

// RegisterCounter implements datastore.CounterRegisterer.
func (t *transaction) RegisterCounter(_ context.Context, name string, filter *core.RelationshipFilter) error {
	return t.write(func(s *state) error {
		if _, exists := s.counters[name]; exists {
			return datastore.NewCounterAlreadyRegisteredErr(name, filter)
		}
		s.putCounter(datastore.RelationshipCounter{
			Name:               name,
			Filter:             filter.CloneVT(),
			ComputedAtRevision: datastore.NoRevision,
		})
		return nil
	})
}

// UnregisterCounter implements datastore.CounterRegisterer.
func (t *transaction) UnregisterCounter(_ context.Context, name string) error {
	return t.write(func(s *state) error {
		if _, exists := s.counters[name]; !exists {
			return datastore.NewCounterNotRegisteredErr(name)
		}
		s.counters = maps.Clone(s.counters)
		delete(s.counters, name)
		return nil
	})
}

// StoreCounterValue implements datastore.CounterRegisterer.
func (t *transaction) StoreCounterValue(_ context.Context, name string, value int, at datastore.Revision) error {
	return t.write(func(s *state) error {
		counter, exists := s.counters[name]
		if !exists {
			return datastore.NewCounterNotRegisteredErr(name)
		}
		counter.Count, counter.ComputedAtRevision = value, at
		s.putCounter(counter)
		return nil
	})
}

func (s *state) putCounter(counter datastore.RelationshipCounter) {
	counters := map[string]datastore.RelationshipCounter{counter.Name: counter}
	for name, other := range s.counters {
		if name != counter.Name {
			counters[name] = other
		}
	}
	s.counters = counters
}
