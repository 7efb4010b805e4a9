package tenancy

import "slices"

// permissions are the names that may be asked for, by type of resource (API, "Objects").
var permissions = map[string][]string{
	"organization":      append([]string{"own", "access", "view_roster", "manage_users", "manage_groups"}, claimNames()...),
	"group":             {"manage_members", "view"},
	"tenant_group":      {"administer", "use"},
	"module":            {"use"},
	"backup_report":     {"view", "manage", "submit"},
	"agent":             {"view", "manage"},
	"machine":           {"view", "manage"},
	"encryption_key":    {"view", "manage", "use"},
	"connection_string": {"view", "manage", "use"},
	"backup_config":     {"view", "manage", "read"},
	"gateway":           {"view", "manage"},
	"monitored_system":  {"view", "manage"},
}

var subjectTypes = []string{"user", "machine", "agent"}

func claimNames() []string {
	names := make([]string, len(Claims))
	for i, c := range Claims {
		names[i] = string(c)
	}
	return names
}

// PermissionsOf returns the permissions that may be asked for on a type of resource; nil
// for a type that is not known.
func PermissionsOf(resourceType string) []string { return slices.Clone(permissions[resourceType]) }

// SubjectTypes returns the types of those who can hold permissions.
func SubjectTypes() []string { return slices.Clone(subjectTypes) }

// ResourceTypes returns the types of resources about which may be asked, in order.
func ResourceTypes() []string {
	types := make([]string, 0, len(permissions))
	for t := range permissions {
		types = append(types, t)
	}
	slices.Sort(types)
	return types
}

// Question asks whether a subject has a permission on a resource. It is what the engine
// is asked; the names are those of the schema.
type Question struct {
	Subject    Object
	Permission string
	Resource   Object
}
