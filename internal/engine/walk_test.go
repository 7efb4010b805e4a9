package engine

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// folders has what the schema of the product has not, or not yet.
const folders = `
definition user {}
definition folder {
	relation parent: folder
	relation viewer: user | folder#viewer
	permission view = viewer + parent->view
}
definition document {
	relation folder: folder
	relation reader: user
	relation editor: user
	relation banned: user
	permission read = ((reader & editor) + folder->view) - banned
	permission nothing = nil
}`

func question(resource, permission string) node {
	kind, id, _ := strings.Cut(resource, ":")
	return node{tenancy.Object{Type: kind, ID: id}, permission}
}

// over reads relationships from a list.
func over(t *testing.T, list string) reading {
	t.Helper()
	var all []tenancy.Relationship
	for _, line := range strings.Fields(list) {
		r, err := tenancy.ParseRelationship(line)
		require.NoError(t, err)
		all = append(all, r)
	}
	return func(_ context.Context, what wanted) (found []tenancy.Relationship, err error) {
		for _, r := range all {
			named := r.Resource == what.object && r.Relation == what.name
			of := what.subjectType == "" || r.Subject.Type == what.subjectType && r.SubjectRelation == what.subjectRelation
			if named && of && (what.subjectID == "" || r.Subject.ID == what.subjectID) {
				found = append(found, r)
			}
		}
		return found, nil
	}
}

// TestWalk: intersections need a way of each part, exclusions take all away, and circles end.
func TestWalk(t *testing.T) {
	definitions, err := compile(folders)
	require.NoError(t, err)
	g, err := newGrammar(definitions)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		at   node
		held string
		ways []string // each of relationships that follow on each other
	}{
		"nothing":           {question("document:d", "read"), "", nil},
		"one part of two":   {question("document:d", "read"), "document:d#reader@user:max", nil},
		"both parts":        {question("document:d", "read"), "document:d#reader@user:max document:d#editor@user:max", []string{"document:d#reader@user:max document:d#editor@user:max"}},
		"taken away":        {question("document:d", "read"), "document:d#reader@user:max document:d#editor@user:max document:d#banned@user:max", nil},
		"from another":      {question("document:d", "read"), "document:d#reader@user:max document:d#editor@user:max document:d#banned@user:eve", []string{"document:d#reader@user:max document:d#editor@user:max"}},
		"along an arrow":    {question("document:d", "read"), "document:d#folder@folder:f folder:f#viewer@user:max", []string{"document:d#folder@folder:f folder:f#viewer@user:max"}},
		"in a set":          {question("folder:f", "view"), "folder:f#viewer@folder:g#viewer folder:g#viewer@user:max", []string{"folder:f#viewer@folder:g#viewer folder:g#viewer@user:max"}},
		"in a circle":       {question("folder:f", "view"), "folder:f#parent@folder:g folder:g#parent@folder:f folder:g#viewer@user:max", []string{"folder:f#parent@folder:g folder:g#viewer@user:max"}},
		"a set in a circle": {question("folder:f", "view"), "folder:f#viewer@folder:f#viewer", nil},
		"nil":               {question("document:d", "nothing"), "document:d#reader@user:max", nil},
		"of no such term":   {question("document:d", "fly"), "document:d#reader@user:max", nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWalk(g, over(t, c.held), tenancy.Object{Type: "user", ID: "max"})
			ways, err := w.from(t.Context(), c.at)
			require.NoError(t, err)
			require.False(t, w.cut)
			var told []string
			for _, way := range ways {
				var steps []string
				for _, r := range way {
					steps = append(steps, r.String())
				}
				told = append(told, strings.Join(steps, " "))
			}
			require.Equal(t, c.ways, told)
		})
	}
}

// TestWalkIsCutShort, and says so.
func TestWalkIsCutShort(t *testing.T) {
	definitions, err := compile(folders)
	require.NoError(t, err)
	g, err := newGrammar(definitions)
	require.NoError(t, err)
	held := "folder:f#parent@folder:g folder:g#parent@folder:h folder:h#viewer@user:max"
	for left := range 8 {
		w := newWalk(g, over(t, held), tenancy.Object{Type: "user", ID: "max"})
		w.left = left
		ways, err := w.from(t.Context(), question("folder:f", "view"))
		require.NoError(t, err)
		require.True(t, w.cut)
		require.Empty(t, ways)
	}
}

// TestGrammarIsFollowedToTheEnd or not at all.
func TestGrammarIsFollowedToTheEnd(t *testing.T) {
	_, err := ownGrammar()
	require.NoError(t, err)
	for name, text := range map[string]string{
		"everybody":       "definition user {} definition document { relation reader: user:* }",
		"a condition":     "caveat late(hour int) { hour > 17 } definition user {} definition document { relation reader: user with late }",
		"all of an arrow": "definition user {} definition folder { relation viewer: user } definition document { relation folder: folder permission read = folder.all(viewer) }",
		"an arrow to set": "definition user {} definition folder { relation viewer: user } definition document { relation folder: folder#viewer permission read = folder->viewer }",
	} {
		t.Run(name, func(t *testing.T) {
			definitions, err := compile(strings.NewReplacer("{ ", "{\n", " permission", "\npermission", " }", "\n}\n", "{}", "{}\n").Replace(text))
			require.NoError(t, err)
			_, err = newGrammar(definitions)
			require.Error(t, err)
		})
	}
}

// TestAccount: an answer that its ways do not bear is none, unless they were cut short.
func TestAccount(t *testing.T) {
	way := []tenancy.Way{{}}
	for name, c := range map[string]struct {
		answer bool
		found  []tenancy.Way
		cut    bool
		want   tenancy.Ways
		fails  bool
	}{
		"allowed":               {true, way, false, tenancy.Ways{Allowed: true, Ways: way}, false},
		"denied":                {false, nil, false, tenancy.Ways{}, false},
		"allowed without a way": {true, nil, false, tenancy.Ways{}, true},
		"denied with a way":     {false, way, false, tenancy.Ways{}, true},
		"not found yet":         {true, nil, true, tenancy.Ways{Allowed: true, Truncated: true}, false},
		"taken away unread":     {false, way, true, tenancy.Ways{Truncated: true}, false},
		"more than are told":    {true, way, true, tenancy.Ways{Allowed: true, Ways: way, Truncated: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			ways, err := account(tenancy.Question{}, c.answer, c.found, c.cut)
			require.Equal(t, c.fails, err != nil)
			require.Equal(t, c.want, ways)
		})
	}
}
