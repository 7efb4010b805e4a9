package tenancy_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestR6NoReaderSeesHalfOfAMove attaches and detaches a tree whose change is larger than
// one write of the engine, while others ask: what the move changes for each organization
// (the licence of its links) is the same for all of them in every answer.
func TestR6NoReaderSeesHalfOfAMove(t *testing.T) {
	size := 5000
	if testing.Short() {
		size = 1200
	}
	w := attachable(t)
	w.fill(size)
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() { w.askWhile(ctx, t, size) })
	}
	readers.Go(func() { w.watchFences(ctx, t, "hill", "acme") })
	require.NoError(t, attachAs("both", "hill", "acme")(w))
	require.Equal(t, 3, w.grantsOf(w.ctx, t, size))
	require.NoError(t, detachAs("both", "hill")(w))
	require.Zero(t, w.grantsOf(w.ctx, t, size))
	stop()
	readers.Wait()
	require.NoError(t, attachAs("both", "hill", "acme")(w))
	organizations := 0
	for _, row := range w.rows(w.ctx) {
		require.NotEqual(t, w.id("shop"), row.Tree())
		if o, ok := row.(tenancy.Organization); ok && o.RootID == w.id("acme") {
			organizations++
		}
	}
	require.Equal(t, size+6, organizations)
}

// fill puts organizations under hill, each with a link that has no licence, in one change.
func (w *world) fill(size int) {
	w.t.Helper()
	root := w.id("hill")
	change := tenancy.Change{
		Basis: tenancy.Basis{Trees: map[string]int64{root: trees(w)[root]}},
		Event: tenancy.Event{RootID: root, Action: "test.fill", Result: tenancy.ResultDone},
	}
	for i := range size {
		id := w.id(fmt.Sprint("n", i))
		change.Rows = append(change.Rows,
			tenancy.RowChange{After: tenancy.Organization{ID: id, ParentID: root, RootID: root, Depth: 2, Isolation: tenancy.Isolated, State: tenancy.OrganizationActive}},
			tenancy.RowChange{After: tenancy.Link{GroupID: w.id("inner"), OrganizationID: id, RootID: root, Scope: tenancy.ScopeOrganization, Unlicensed: true}})
	}
	_, err := w.deliverer.Commit(w.ctx, change)
	require.NoError(w.t, err)
}

// grantsOf asks in one question each about organizations far from each other: in how many
// a member of the linked group holds its claim.
func (w *world) grantsOf(ctx context.Context, t *testing.T, size int) (granted int) {
	tree, err := w.store.TreeOf(ctx, tenancy.Object{Type: "organization", ID: w.id("hill")})
	if ctx.Err() != nil {
		return 0
	}
	require.NoError(t, err)
	var questions []tenancy.Question
	for _, n := range []int{0, size / 2, size - 1} {
		questions = append(questions, w.question("mia", "view_agents", fmt.Sprint("n", n)))
	}
	answers, err := w.deliverer.Check(ctx, tree.RootID, tree.Version, questions)
	if ctx.Err() != nil {
		return 0
	}
	require.NoError(t, err)
	for _, allowed := range answers {
		if allowed {
			granted++
		}
	}
	return granted
}

func (w *world) askWhile(ctx context.Context, t *testing.T, size int) {
	for ctx.Err() == nil {
		if n := w.grantsOf(ctx, t, size); n != 0 && n != 3 {
			t.Errorf("a reader sees the move in %d of 3 organizations", n)
			return
		}
	}
}

// watchFences reads the engine past its API: the two trees are always at the same part of
// the move, and a tree that has ended has no fence of its name. A snapshot that the engine
// drops between the two reads says nothing.
func (w *world) watchFences(ctx context.Context, t *testing.T, moving, staying string) {
	seen := 0
	for ctx.Err() == nil {
		one, other, err := w.fences(ctx, moving, staying)
		if err != nil {
			continue
		}
		seen++
		_, part, _ := strings.Cut(one, "/")
		_, otherPart, _ := strings.Cut(other, "/")
		if one != "" && part != otherPart {
			t.Errorf("the trees are at different parts: %q and %q", one, other)
			return
		}
	}
	if seen == 0 {
		t.Error("the fences were never seen together")
	}
}

// fences reads both in one snapshot of the engine.
func (w *world) fences(ctx context.Context, one, other string) (atOne, atOther string, err error) {
	head, err := w.index.HeadRevision(ctx)
	if err != nil {
		return "", "", err
	}
	reader := w.index.SnapshotReader(head.Revision)
	if atOne, err = w.fence(ctx, reader, one); err != nil {
		return "", "", err
	}
	atOther, err = w.fence(ctx, reader, other)
	return atOne, atOther, err
}

func (w *world) fence(ctx context.Context, reader datastore.Reader, root string) (version string, err error) {
	found, err := reader.QueryRelationships(ctx, datastore.RelationshipsFilter{
		OptionalResourceType: "organization", OptionalResourceIds: []string{w.id(root)}, OptionalResourceRelation: "version",
	})
	if err != nil {
		return "", err
	}
	for r, err := range found {
		if err != nil {
			return "", err
		}
		version += r.Subject.ObjectID
	}
	return version, nil
}
