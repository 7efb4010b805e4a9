package sqlite

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// remembering is a memory over a record that is a map, and counts what it reads there.
type remembering struct {
	memory
	t      *testing.T
	record map[string]tenancy.Tree // by id of organization
	reads  int
	during func() // is called while the record is read, after it has answered
}

func newRemembering(t *testing.T) *remembering {
	return &remembering{t: t, during: func() {}, record: map[string]tenancy.Tree{
		"a1": {RootID: "a", Version: 1}, "a2": {RootID: "a", Version: 1}, "b1": {RootID: "b", Version: 5},
	}}
}

func (r *remembering) read(id string) tenancy.Tree {
	tree, err := r.tree(r.t.Context(), tenancy.Object{Type: "organization", ID: id}, func(context.Context) (tenancy.Tree, error) {
		r.reads++
		tree, ok := r.record[id]
		r.during()
		if !ok {
			return tree, tenancy.ErrNoRow
		}
		return tree, nil
	})
	if err != nil {
		require.ErrorIs(r.t, err, tenancy.ErrNoRow)
	}
	return tree
}

// requireTrue reads each resource twice: what is remembered is what the record holds, and
// it is remembered after the first time.
func (r *remembering) requireTrue() {
	r.t.Helper()
	for id, tree := range r.record {
		require.Equal(r.t, tree, r.read(id))
	}
	reads := r.reads
	for id, tree := range r.record {
		require.Equal(r.t, tree, r.read(id))
	}
	require.Equal(r.t, reads, r.reads)
}

// ended is a change that alters a row of a tree and no resource.
func ended(root string) tenancy.Change {
	return tenancy.Change{Rows: []tenancy.RowChange{{Before: tenancy.Link{RootID: root}}}}
}

func TestMemoryOfTrees(t *testing.T) {
	for name, commit := range map[string]func(r *remembering){
		"a change": func(r *remembering) {
			r.leave(ended("a"))
			r.record["a1"], r.record["a2"] = tenancy.Tree{RootID: "a", Version: 2}, tenancy.Tree{RootID: "a", Version: 2}
			r.settle()
		},
		"a commit whose outcome is unknown": func(r *remembering) {
			r.leave(ended("a"))
			r.settle()
			r.record["a1"], r.record["a2"] = tenancy.Tree{RootID: "a", Version: 2}, tenancy.Tree{RootID: "a", Version: 2}
		},
		"a resource that moves to another tree": func(r *remembering) {
			before, after := tenancy.Organization{ID: "a2", RootID: "a"}, tenancy.Organization{ID: "a2", RootID: "b"}
			r.leave(tenancy.Change{Rows: []tenancy.RowChange{{Before: before, After: after}}})
			r.record = map[string]tenancy.Tree{
				"a1": {RootID: "a", Version: 2}, "a2": {RootID: "b", Version: 6}, "b1": {RootID: "b", Version: 6},
			}
			r.settle()
		},
		"a resource that is created": func(r *remembering) {
			require.Zero(r.t, r.read("a3"))
			r.leave(tenancy.Change{Rows: []tenancy.RowChange{{After: tenancy.Organization{ID: "a3", RootID: "a"}}}})
			for _, id := range []string{"a1", "a2", "a3"} {
				r.record[id] = tenancy.Tree{RootID: "a", Version: 2}
			}
			r.settle()
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRemembering(t)
			r.requireTrue()
			commit(r)
			r.requireTrue()
		})
	}
}

func TestMemoryForgetsWhatIsDeleted(t *testing.T) {
	r := newRemembering(t)
	r.requireTrue()
	r.leave(tenancy.Change{Rows: []tenancy.RowChange{{Before: tenancy.Group{ID: "a2", RootID: "a"}}}})
	delete(r.record, "a2")
	r.record["a1"] = tenancy.Tree{RootID: "a", Version: 2}
	r.settle()
	r.requireTrue() // the tree is known again
	require.Zero(t, r.read("a2"))
}

// What is read before or while a transaction commits may be the state before.
func TestMemoryKeepsNothingOfACommit(t *testing.T) {
	after := tenancy.Tree{RootID: "a", Version: 2}
	for name, step := range map[string]func(r *remembering){
		"read before it is left": func(r *remembering) { r.leave(ended("a")); r.record["a1"] = after; r.settle() },
		"read while it commits":  func(r *remembering) { r.record["a1"] = after; r.settle() },
		"read and never ended":   func(r *remembering) { r.record["a1"] = after },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRemembering(t)
			if name != "read before it is left" {
				r.leave(ended("a"))
			}
			r.during = func() { step(r) }
			require.EqualValues(t, 1, r.read("a1").Version)
			r.during = func() {}
			require.Equal(t, after, r.read("a1"))
		})
	}
}

// One who has committed may settle only when the next one has left: what is read then is no
// less the state before.
func TestMemoryKeepsNothingOfTwoCommits(t *testing.T) {
	r := newRemembering(t)
	r.leave(ended("b"))
	r.leave(ended("a"))
	require.EqualValues(t, 1, r.read("a1").Version)
	after := tenancy.Tree{RootID: "a", Version: 2}
	r.record["a1"] = after
	r.settle()
	r.settle()
	require.Equal(t, after, r.read("a1"))
}

func TestMemoryIsBounded(t *testing.T) {
	r := newRemembering(t)
	for i := range maxRemembered + 10 {
		id := fmt.Sprint(i)
		r.record[id] = tenancy.Tree{RootID: "root" + id, Version: 1}
		r.read(id)
	}
	require.LessOrEqual(t, len(r.resources), maxRemembered)
	require.LessOrEqual(t, len(r.trees), maxRemembered)
	require.Equal(t, r.record["a1"], r.read("a1"))
}
