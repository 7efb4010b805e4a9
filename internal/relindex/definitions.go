package relindex

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/authzed/spicedb/pkg/datastore"
	core "github.com/authzed/spicedb/pkg/proto/core/v1"
)

// schemaDefinition is a namespace or a caveat of the legacy schema, which stores
// each definition by itself.
type schemaDefinition[T any] interface {
	datastore.SchemaDefinition
	CloneVT() T
	EqualVT(T) bool
}

// definitions are the legacy definitions of one kind, by name. They are never
// changed once stored.
type definitions[T schemaDefinition[T]] map[string]datastore.RevisionedDefinition[T]

// with returns the definitions with others added or replaced.
func (d definitions[T]) with(added []T, revision Revision) definitions[T] {
	merged := d.clone()
	for _, definition := range added {
		merged[definition.GetName()] = datastore.RevisionedDefinition[T]{
			Definition:          definition.CloneVT(),
			LastWrittenRevision: revision,
		}
	}
	return merged
}

// without returns the definitions without those of the given names.
func (d definitions[T]) without(names []string) definitions[T] {
	rest := d.clone()
	for _, name := range names {
		delete(rest, name)
	}
	return rest
}

func (d definitions[T]) clone() definitions[T] {
	if d == nil {
		return definitions[T]{}
	}
	return maps.Clone(d)
}

// named returns copies of the definitions with the given names, as far as there
// are any, ordered by name.
func (d definitions[T]) named(names []string) []datastore.RevisionedDefinition[T] {
	var found []datastore.RevisionedDefinition[T]
	for _, name := range sortedSet(names) {
		if definition, ok := d[name]; ok {
			definition.Definition = definition.Definition.CloneVT()
			found = append(found, definition)
		}
	}
	return found
}

// LegacyReadNamespaceByName implements datastore.LegacySchemaReader.
func (r *reader) LegacyReadNamespaceByName(
	_ context.Context, name string,
) (*core.NamespaceDefinition, datastore.Revision, error) {
	s, err := r.current()
	if err != nil {
		return nil, datastore.NoRevision, err
	}
	if stored, ok := s.namespaces[name]; ok {
		return stored.Definition.CloneVT(), stored.LastWrittenRevision, nil
	}
	return nil, datastore.NoRevision, datastore.NewNamespaceNotFoundErr(name)
}

// LegacyListAllNamespaces returns all namespaces ordered by name.
func (r *reader) LegacyListAllNamespaces(context.Context) ([]datastore.RevisionedNamespace, error) {
	s, err := r.current()
	if err != nil {
		return nil, err
	}
	return s.namespaces.named(slices.Collect(maps.Keys(s.namespaces))), nil
}

// LegacyLookupNamespacesWithNames returns those of the named namespaces that
// there are, ordered by name.
func (r *reader) LegacyLookupNamespacesWithNames(
	_ context.Context, names []string,
) ([]datastore.RevisionedNamespace, error) {
	s, err := r.current()
	if err != nil {
		return nil, err
	}
	return s.namespaces.named(names), nil
}

// LegacyReadCaveatByName implements datastore.LegacySchemaReader.
func (r *reader) LegacyReadCaveatByName(
	_ context.Context, name string,
) (*core.CaveatDefinition, datastore.Revision, error) {
	s, err := r.current()
	if err != nil {
		return nil, datastore.NoRevision, err
	}
	if stored, ok := s.caveats[name]; ok {
		return stored.Definition.CloneVT(), stored.LastWrittenRevision, nil
	}
	return nil, datastore.NoRevision, datastore.NewCaveatNameNotFoundErr(name)
}

// LegacyListAllCaveats returns all caveats ordered by name.
func (r *reader) LegacyListAllCaveats(context.Context) ([]datastore.RevisionedCaveat, error) {
	s, err := r.current()
	if err != nil {
		return nil, err
	}
	return s.caveats.named(slices.Collect(maps.Keys(s.caveats))), nil
}

// LegacyLookupCaveatsWithNames returns those of the named caveats that there
// are, ordered by name.
func (r *reader) LegacyLookupCaveatsWithNames(
	_ context.Context, names []string,
) ([]datastore.RevisionedCaveat, error) {
	s, err := r.current()
	if err != nil {
		return nil, err
	}
	return s.caveats.named(names), nil
}

// LegacyWriteNamespaces adds or replaces namespaces.
func (t *transaction) LegacyWriteNamespaces(_ context.Context, namespaces ...*core.NamespaceDefinition) error {
	return t.write(func(s *state) error {
		s.namespaces = s.namespaces.with(namespaces, t.revision)
		return nil
	})
}

// LegacyDeleteNamespaces deletes namespaces, and the relationships of their
// resources if it is asked to. It fails if one does not exist.
func (t *transaction) LegacyDeleteNamespaces(
	ctx context.Context, names []string, option datastore.DeleteNamespacesRelationshipsOption,
) error {
	err := t.write(func(s *state) error {
		for _, name := range names {
			if _, exists := s.namespaces[name]; !exists {
				return datastore.NewNamespaceNotFoundErr(name)
			}
		}
		s.namespaces = s.namespaces.without(names)
		return nil
	})
	if err != nil || option != datastore.DeleteNamespacesAndRelationships {
		return err
	}
	for _, name := range names {
		if _, err := t.deleteMatching(ctx, datastore.RelationshipsFilter{OptionalResourceType: name}, nil); err != nil {
			return fmt.Errorf("delete relationships of namespace %q: %w", name, err)
		}
	}
	return nil
}

// LegacyWriteCaveats adds or replaces caveats. It fails if two have one name.
func (t *transaction) LegacyWriteCaveats(_ context.Context, caveats []*core.CaveatDefinition) error {
	names := make(map[string]bool, len(caveats))
	for _, caveat := range caveats {
		if names[caveat.Name] {
			return fmt.Errorf("relindex: caveat %q is written twice", caveat.Name)
		}
		names[caveat.Name] = true
	}
	return t.write(func(s *state) error {
		s.caveats = s.caveats.with(caveats, t.revision)
		return nil
	})
}

// LegacyDeleteCaveats deletes those of the named caveats that there are.
func (t *transaction) LegacyDeleteCaveats(_ context.Context, names []string) error {
	return t.write(func(s *state) error {
		s.caveats = s.caveats.without(names)
		return nil
	})
}
