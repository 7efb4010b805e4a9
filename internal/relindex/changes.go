package relindex

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/tuple"
)

// relationshipChanges returns the net effect of a commit on relationships:
// nothing for what was written and taken back, or written as it was.
func (c *commit) relationshipChanges() []tuple.RelationshipUpdate {
	touched := slices.Clone(c.touched)
	slices.SortFunc(touched, touch.compare)
	touched = slices.CompactFunc(touched, func(a, b touch) bool { return a.compare(b) == 0 })

	var changes []tuple.RelationshipUpdate
	for _, t := range touched {
		if update, changed := c.change(t); changed {
			changes = append(changes, update)
		}
	}
	return changes
}

func (t touch) compare(other touch) int {
	if c := t.class.compare(other.class); c != 0 {
		return c
	}
	if c := strings.Compare(t.resourceID, other.resourceID); c != 0 {
		return c
	}
	return strings.Compare(t.subjectID, other.subjectID)
}

// change returns what became of a touched relationship, if anything.
func (c *commit) change(t touch) (tuple.RelationshipUpdate, bool) {
	before, existed := c.before.partition(t.class).find(t.resourceID, t.subjectID)
	after, exists := c.state.partition(t.class).find(t.resourceID, t.subjectID)
	switch {
	case exists && (!existed || !before.grantsSameAs(after)):
		return tuple.Touch(t.relationship(after)), true
	case existed && !exists:
		return tuple.Delete(t.relationship(before)), true
	default:
		return tuple.RelationshipUpdate{}, false
	}
}

func (t touch) relationship(carrying *traits) tuple.Relationship {
	return t.class.relationship(resourceSide, edge{t.resourceID, t.subjectID, carrying})
}

// addSchemaChanges adds to changes what a commit did to the schema, be it the
// legacy or the unified one.
func (c *commit) addSchemaChanges(changes *datastore.RevisionChanges) {
	changed, deleted := definitionChanges(c.before.namespaceDefinitions(), c.state.namespaceDefinitions())
	changes.ChangedDefinitions = append(changes.ChangedDefinitions, changed...)
	changes.DeletedNamespaces = deleted

	changed, deleted = definitionChanges(c.before.caveatDefinitions(), c.state.caveatDefinitions())
	changes.ChangedDefinitions = append(changes.ChangedDefinitions, changed...)
	changes.DeletedCaveats = deleted
}

func definitionChanges[T schemaDefinition[T]](
	before, after map[string]T,
) (changed []datastore.SchemaDefinition, deleted []string) {
	for name, definition := range after {
		if old, existed := before[name]; !existed || !old.EqualVT(definition) {
			changed = append(changed, definition.CloneVT())
		}
	}
	for name := range before {
		if _, exists := after[name]; !exists {
			deleted = append(deleted, name)
		}
	}
	return changed, deleted
}

func (c *commit) metadatas() []*structpb.Struct {
	if c.metadata == nil {
		return nil
	}
	return []*structpb.Struct{c.metadata}
}
