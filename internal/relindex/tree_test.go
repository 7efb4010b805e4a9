package relindex

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestTreeLikeSlice compares a tree with a sorted slice after random changes,
// and every earlier tree with what it was when it was made.
func TestTreeLikeSlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wanted := drawEdges(t, 0, 400)
		versions := []tree{treeOf(len(wanted), func(i int) edge { return wanted[i] })}
		contents := [][]edge{wanted}
		for range rapid.IntRange(1, 200).Draw(t, "changes") {
			next, kept := changed(t, versions[len(versions)-1], contents[len(contents)-1])
			versions, contents = append(versions, next), append(contents, kept)
		}
		for i, version := range versions {
			require.Equal(t, len(contents[i]), version.size)
			requireContents(t, version, edge{}, contents[i])
		}
		last := len(versions) - 1
		from := drawEdge(t)
		at, _ := slices.BinarySearchFunc(contents[last], from, edge.compare)
		requireContents(t, versions[last], from, contents[last][at:])
	})
}

// changed adds a random edge, or removes it if it is there.
func changed(t *rapid.T, version tree, contents []edge) (tree, []edge) {
	e := drawEdge(t)
	at, exists := slices.BinarySearchFunc(contents, e, edge.compare)
	_, found := version.find(e.major, e.minor)
	require.Equal(t, exists, found)
	if exists {
		return version.without(e), splice(contents, at, 1)
	}
	return version.with(e), splice(contents, at, 0, e)
}

func requireContents(t *rapid.T, version tree, from edge, wanted []edge) {
	found := []edge{}
	version.ascend(from, func(e edge) bool {
		found = append(found, e)
		return true
	})
	require.Equal(t, slices.Clip(append([]edge{}, wanted...)), found)
}

func drawEdges(t *rapid.T, least, most int) []edge {
	edges := rapid.SliceOfNDistinct(rapid.Custom(drawEdge), least, most, func(e edge) edge { return e }).Draw(t, "edges")
	slices.SortFunc(edges, edge.compare)
	return edges
}

func drawEdge(t *rapid.T) edge {
	return edge{
		major: fmt.Sprint(rapid.IntRange(0, 40).Draw(t, "major")),
		minor: fmt.Sprint(rapid.IntRange(0, 40).Draw(t, "minor")),
	}
}

func TestTreeWithReplaces(t *testing.T) {
	first, second := &traits{}, &traits{}
	built := tree{}.with(edge{"a", "b", first})
	replaced := built.with(edge{"a", "b", second})
	require.Equal(t, 1, replaced.size)
	e, _ := replaced.find("a", "b")
	require.Same(t, second, e.traits)
	e, _ = built.find("a", "b")
	require.Same(t, first, e.traits, "the old tree must stay as it was")
}

func TestTreeEmpties(t *testing.T) {
	const count = 5000
	grown := tree{}
	for i := range count {
		grown = grown.with(edge{major: fmt.Sprint(i)})
	}
	for i := range count {
		grown = grown.without(edge{major: fmt.Sprint(i)})
	}
	require.Equal(t, tree{}, grown)
}

// TestIDsAreStoredOnce guards the memory of a store: a thousand members of a
// group share its id.
func TestIDsAreStoredOnce(t *testing.T) {
	p := &partition{class: &class{"group", "member", "user", "..."}}
	for i := range 1000 {
		p = p.with(string([]byte("a-group")), fmt.Sprint(i), nil)
	}
	var shared []string
	p.byResource.ascend(edge{}, func(e edge) bool {
		shared = append(shared, e.major)
		return true
	})
	for _, id := range shared {
		require.Same(t, stringData(shared[0]), stringData(id))
	}
}
