package relindex

import (
	"slices"

	"github.com/authzed/spicedb/pkg/datastore"
	core "github.com/authzed/spicedb/pkg/proto/core/v1"
)

// state is all that the store holds at one revision. What it points to is never
// changed: a writer works on a copy of the struct and puts new parts in place of
// old ones.
type state struct {
	partitions []*partition // none empty, ordered by class
	namespaces definitions[*core.NamespaceDefinition]
	caveats    definitions[*core.CaveatDefinition]
	counters   map[string]datastore.RelationshipCounter
	schema     *datastore.ReadOnlyStoredSchema // nil before the first is written
}

func (s *state) schemaHash() string {
	return s.storedSchema().GetSchemaHash()
}

func (s *state) relationshipCount() uint64 {
	var count uint64
	for _, p := range s.partitions {
		count += uint64(p.size()) //nolint:gosec // a size is never negative
	}
	return count
}

// partition returns the partition of a class, an empty one if there is none.
func (s *state) partition(c *class) *partition {
	if i, found := s.position(c); found {
		return s.partitions[i]
	}
	return &partition{class: c.clone()}
}

// put makes p the partition of its class.
func (s *state) put(p *partition) {
	i, found := s.position(p.class)
	switch {
	case found && p.size() == 0:
		s.partitions = splice(s.partitions, i, 1)
	case found:
		s.partitions = splice(s.partitions, i, 1, p)
	case p.size() > 0:
		s.partitions = splice(s.partitions, i, 0, p)
	}
}

func (s *state) position(c *class) (int, bool) {
	return slices.BinarySearchFunc(s.partitions, c, func(p *partition, c *class) int {
		return p.compare(c)
	})
}
