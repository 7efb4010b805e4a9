package authzen

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func read(t *testing.T, text string) (Mapping, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mapping.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return ReadMapping(path)
}

func TestReadMapping(t *testing.T) {
	m, err := read(t, "subject_types: {person: user}\nresource_types: {record: machine, customer: organization}\nactions:\n  record: {read: view, write: manage, store: manage}\n  agent: {see: view}\n")
	require.NoError(t, err)
	require.Equal(t, "user", m.subjectType("person"))
	require.Equal(t, "user", m.subjectType("user"), "what is not named is ours")
	require.Equal(t, "machine", m.resourceType("record"))
	require.Equal(t, "manage", m.permission("record", "store"))
	require.Empty(t, m.permission("record", "view"), "where actions are named there are no others")
	require.Equal(t, "view", m.permission("agent", "see"))
	require.Equal(t, "view_agents", m.permission("customer", "view_agents"))
	require.Equal(t, []string{"read", "store", "write"}, m.actions("record"))
	require.Equal(t, []string{"manage_members", "view"}, m.actions("group"))
	require.Contains(t, m.actions("customer"), "view_agents")
	require.Nil(t, m.actions("spaceship"))

	m, err = ReadMapping("")
	require.NoError(t, err)
	require.Equal(t, Mapping{}, m)
	m, err = read(t, "")
	require.NoError(t, err)
	require.Equal(t, Mapping{}, m)
}

// Each is one line that names the file and what is wrong.
func TestReadMappingRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"subject_types: {person: human}":                                         `subject_types: "person" is mapped to "human"`,
		"subject_types: {person: organization}":                                  `"person" is mapped to "organization"`,
		"resource_types: {record: version}":                                      `"record" is mapped to "version"`,
		"resource_types: {'': machine}":                                          "resource_types: a name is empty",
		"actions: {record: {read: view}}":                                        `actions: "record" is no type of resource`,
		"resource_types: {record: machine}\nactions: {record: {read: assigned}}": `actions: record: "read" is mapped to "assigned"`,
		"resource_types: {record: machine}\nactions: {record: {read: [view]}}":   "",
		"resources: {record: machine}":                                           "",
		"resource_types: {record: machine, record: agent}":                       "",
		"- record":  "",
		"a: b: c":   "",
		"\tnothing": "",
	} {
		_, err := read(t, text)
		require.Error(t, err, text)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "mapping.yaml")
		require.NotContains(t, strings.TrimSpace(err.Error()), "\n")
	}
	_, err := ReadMapping(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
