package engine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	core "github.com/authzed/spicedb/pkg/proto/core/v1"
	"github.com/authzed/spicedb/pkg/schemadsl/compiler"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/tenantry/tenantry/schema"
)

// editionPrefix begins the permission of record that numbers a schema.
const editionPrefix = "edition_"

// editionOf tells which edition of our schema the definitions are, or are made from; 0 if they
// are none of ours. The first edition had no number: it is known by its fences.
func editionOf(definitions []*core.NamespaceDefinition) int {
	terms := termsOf(definitions)
	edition := 0
	for t := range terms {
		if n, err := strconv.Atoi(strings.TrimPrefix(t.name, editionPrefix)); err == nil && isEdition(t) {
			edition = max(edition, n)
		}
	}
	if edition > 0 {
		return edition
	}
	for _, objectType := range []string{"organization", "ended_tree"} {
		admitted := terms[term{objectType, "version"}].admitted
		if !slices.ContainsFunc(admitted, func(a *core.AllowedRelation) bool { return a.GetNamespace() == "version" }) {
			return 0
		}
	}
	return 1
}

// isEdition reports whether a permission numbers a schema, and so means nothing else.
func isEdition(t term) bool {
	return t.objectType == recordType && strings.HasPrefix(t.name, editionPrefix)
}

// judgeSchema compares the schema of a SpiceDB with ours, and returns the edition that it is,
// 0 for none, with a fault if this release can't work with it. Comments, order and spelling
// do not matter. A newer edition is good as long as it has all that this one has: nodes of
// two releases run side by side while a cluster is upgraded.
func judgeSchema(text string) (int, error) {
	if strings.TrimSpace(text) == "" {
		return 0, NewFault(FaultNoSchema, nil, "SpiceDB has no schema yet: it has to be migrated")
	}
	theirs, err := compileSchema(text)
	if err != nil {
		return 0, NewFault(FaultSchemaForeign, err, "SpiceDB has a schema that this release can't read, and leaves alone: %v", err)
	}
	ours, err := compileSchema(schema.Text)
	if err != nil {
		return 0, err
	}
	edition := editionOf(theirs.ObjectDefinitions)
	return edition, judge(edition, differencesOf(ours, theirs))
}

func judge(edition int, differences []difference) error {
	missing := slices.IndexFunc(differences, func(d difference) bool { return d.missing })
	switch {
	case edition == 0:
		return NewFault(FaultSchemaForeign, nil, "SpiceDB has the schema of something else, which is left alone")
	case edition < schema.Edition:
		return NewFault(FaultSchemaOlder, nil, "SpiceDB has edition %d of the schema, and needs edition %d: it has to be migrated", edition, schema.Edition)
	case edition > schema.Edition && missing >= 0:
		return NewFault(FaultSchemaNewer, nil, "SpiceDB has edition %d of the schema, and this release asks for what was in edition %d: %s", edition, schema.Edition, differences[missing].what)
	case edition == schema.Edition && len(differences) > 0:
		return NewFault(FaultSchemaAltered, nil, "SpiceDB has edition %d of the schema, but altered: %s", edition, differences[0].what)
	}
	return nil
}

// difference is one between our schema and another. What is missing there was in ours.
type difference struct {
	what    string
	missing bool
}

// differencesOf lists what counts, in order: all but comments, places in the text, the order
// of what has none, and the number of the edition.
func differencesOf(ours, theirs *compiler.CompiledSchema) (all []difference) {
	add := func(missing bool, format string, args ...any) {
		all = append(all, difference{fmt.Sprintf(format, args...), missing})
	}
	inOurs, inTheirs := typesOf(ours.ObjectDefinitions), typesOf(theirs.ObjectDefinitions)
	compareNames(inOurs, inTheirs, "the type %s", add)
	for _, caveat := range theirs.CaveatDefinitions {
		add(false, "there is also the caveat %s", caveat.GetName())
	}
	for objectType, own := range inOurs {
		if other, ok := inTheirs[objectType]; ok {
			compareNames(own, other, objectType+"#%s", add)
			compareTerms(objectType, own, other, add)
		}
	}
	slices.SortFunc(all, func(a, b difference) int { return strings.Compare(a.what, b.what) })
	return all
}

// typesOf are the relations and permissions of each type of a schema.
func typesOf(definitions []*core.NamespaceDefinition) map[string]map[string]definition {
	types := map[string]map[string]definition{}
	for _, d := range definitions {
		types[d.GetName()] = map[string]definition{}
	}
	for t, d := range termsOf(definitions) {
		if !isEdition(t) {
			types[t.objectType][t.name] = d
		}
	}
	return types
}

// compareNames tells of what is only in one of both.
func compareNames[V any](own, other map[string]V, format string, add func(bool, string, ...any)) {
	for name := range own {
		if _, ok := other[name]; !ok {
			add(true, "there is no "+format, name)
		}
	}
	for name := range other {
		if _, ok := own[name]; !ok {
			add(false, "there is also "+format, name)
		}
	}
}

// compareTerms compares what is in both by its meaning.
func compareTerms(objectType string, own, other map[string]definition, add func(bool, string, ...any)) {
	for name, o := range own {
		t, ok := other[name]
		switch {
		case !ok:
		case (o.rewrite == nil) != (t.rewrite == nil):
			add(true, "%s#%s is a relation in one, and a permission in the other", objectType, name)
		case !proto.Equal(bare(o.rewrite), bare(t.rewrite)):
			add(false, "%s#%s is another permission", objectType, name)
		default:
			compareNames(subjectsOf(o), subjectsOf(t), "subject of "+objectType+"#"+name+" like %s", add)
		}
	}
}

// subjectsOf are whom a relation admits, as the schema language has it.
func subjectsOf(d definition) map[string]bool {
	subjects := map[string]bool{}
	for _, a := range d.admitted {
		subject := a.GetNamespace()
		if a.GetPublicWildcard() != nil {
			subject += ":*"
		} else {
			subject += "#" + a.GetRelation()
		}
		if caveat := a.GetRequiredCaveat(); caveat != nil {
			subject += " with " + caveat.GetCaveatName()
		}
		if a.GetRequiredExpiration() != nil {
			subject += " with expiration"
		}
		subjects[subject] = true
	}
	return subjects
}

// bare is a copy of a permission without the places in the text that its parts come from.
func bare(rewrite *core.UsersetRewrite) *core.UsersetRewrite {
	if rewrite == nil {
		return nil
	}
	copied := rewrite.CloneVT()
	strip(copied.ProtoReflect())
	return copied
}

func strip(m protoreflect.Message) {
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.Name() == "source_position" || field.Name() == "operation_path":
			m.Clear(field)
		case field.Message() == nil || field.IsMap():
		case field.IsList():
			for i := range value.List().Len() {
				strip(value.List().Get(i).Message())
			}
		default:
			strip(value.Message())
		}
		return true
	})
}
