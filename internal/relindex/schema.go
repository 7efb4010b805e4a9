package relindex

import (
	"context"
	"maps"

	"github.com/authzed/spicedb/pkg/datastore"
	core "github.com/authzed/spicedb/pkg/proto/core/v1"
)

// WriteStoredSchema replaces the unified schema.
func (t *transaction) WriteStoredSchema(_ context.Context, schema *core.StoredSchema) error {
	return t.write(func(s *state) error {
		s.schema = datastore.NewReadOnlyStoredSchemaWithSize(schema.CloneVT(), schema.SizeVT())
		return nil
	})
}

// requireSchemaHash fails unless the stored schema has the given hash. An empty
// one asks for nothing.
func (t *transaction) requireSchemaHash(hash string) error {
	switch {
	case hash == "":
		return nil
	case t.state.schemaHash() == "":
		return datastore.ErrSchemaNotFound
	case t.state.schemaHash() != hash:
		return datastore.ErrSchemaHashPreconditionFailed
	default:
		return nil
	}
}

// namespaceDefinitions returns the namespaces of the legacy schema and of the
// stored one, by name. They must not be changed.
func (s *state) namespaceDefinitions() map[string]*core.NamespaceDefinition {
	return allDefinitions(s.namespaces, s.storedSchema().GetNamespaceDefinitions())
}

// caveatDefinitions is to caveats what namespaceDefinitions is to namespaces.
func (s *state) caveatDefinitions() map[string]*core.CaveatDefinition {
	return allDefinitions(s.caveats, s.storedSchema().GetCaveatDefinitions())
}

func (s *state) storedSchema() *core.StoredSchema_V1StoredSchema {
	if s.schema == nil {
		return nil
	}
	return s.schema.Get().GetV1()
}

func allDefinitions[T schemaDefinition[T]](legacy definitions[T], stored map[string]T) map[string]T {
	all := make(map[string]T, len(legacy)+len(stored))
	for name, definition := range legacy {
		all[name] = definition.Definition
	}
	maps.Copy(all, stored)
	return all
}

// objectTypes returns every namespace, for statistics.
func (s *state) objectTypes() []datastore.RevisionedNamespace {
	var types []datastore.RevisionedNamespace
	for _, definition := range s.namespaceDefinitions() {
		types = append(types, datastore.RevisionedNamespace{Definition: definition})
	}
	return types
}
