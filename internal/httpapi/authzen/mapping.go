package authzen

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Mapping gives the callers' names of types and actions our own. A type that it does not
// name is ours; so are the actions on a type for which it names none. Where it names some,
// there are no others. The zero Mapping leaves all names as they are.
type Mapping struct {
	SubjectTypes  map[string]string            `yaml:"subject_types"`
	ResourceTypes map[string]string            `yaml:"resource_types"`
	Actions       map[string]map[string]string `yaml:"actions"` // by their type of resource
}

// ReadMapping reads a mapping from a YAML file; "" is the zero Mapping. An error is one line
// that names the file and what is wrong.
func ReadMapping(path string) (Mapping, error) {
	if path == "" {
		return Mapping{}, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Mapping{}, err
	}
	m, err := parseMapping(text)
	if err != nil {
		return Mapping{}, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

func parseMapping(text []byte) (m Mapping, err error) {
	if err := yaml.UnmarshalWithOptions(text, &m, yaml.Strict()); err != nil {
		what, _, _ := strings.Cut(err.Error(), "\n")
		return m, errors.New(what)
	}
	return m, m.validate()
}

// validate finds the first thing that is wrong, in an order that does not vary.
func (m Mapping) validate() error {
	if err := validTypes("subject_types", m.SubjectTypes, tenancy.SubjectTypes()); err != nil {
		return err
	}
	if err := validTypes("resource_types", m.ResourceTypes, tenancy.ResourceTypes()); err != nil {
		return err
	}
	for _, theirs := range slices.Sorted(maps.Keys(m.Actions)) {
		known := tenancy.PermissionsOf(m.resourceType(theirs))
		if known == nil {
			return fmt.Errorf("actions: %q is no type of resource", theirs)
		}
		if err := validTypes("actions: "+theirs, m.Actions[theirs], known); err != nil {
			return err
		}
	}
	return nil
}

func validTypes(section string, names map[string]string, known []string) error {
	for _, theirs := range slices.Sorted(maps.Keys(names)) {
		if theirs == "" {
			return errors.New(section + ": a name is empty")
		}
		if !slices.Contains(known, names[theirs]) {
			return fmt.Errorf("%s: %q is mapped to %q, which is none of %s", section, theirs, names[theirs], strings.Join(known, ", "))
		}
	}
	return nil
}

func (m Mapping) subjectType(theirs string) string { return ours(m.SubjectTypes, theirs) }

func (m Mapping) resourceType(theirs string) string { return ours(m.ResourceTypes, theirs) }

func ours(names map[string]string, theirs string) string {
	if name, mapped := names[theirs]; mapped {
		return name
	}
	return theirs
}

// permission is what an action on a type of resource asks for, "" if there is no such action.
func (m Mapping) permission(resourceType, action string) string {
	if actions, mapped := m.Actions[resourceType]; mapped {
		return actions[action]
	}
	return action
}

// actions are those that callers can ask for on a type of resource, in order.
func (m Mapping) actions(resourceType string) []string {
	if actions, mapped := m.Actions[resourceType]; mapped {
		return slices.Sorted(maps.Keys(actions))
	}
	known := tenancy.PermissionsOf(m.resourceType(resourceType))
	slices.Sort(known)
	return known
}

// subject and resource are in our words.
func (m Mapping) subject(e entity) tenancy.Object {
	return tenancy.Object{Type: m.subjectType(e.Type), ID: e.ID}
}

func (m Mapping) resource(e entity) tenancy.Object {
	return tenancy.Object{Type: m.resourceType(e.Type), ID: e.ID}
}
