package cluster

import (
	"context"
	"fmt"
	"testing"
	"time"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/authzed/authzed-go/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// The tests here are of the faults themselves: each shows that a fault has the effect that its
// comment promises, on PostgreSQL and SpiceDB alone.

const exampleSchema = `
definition user {}
definition document {
	relation viewer: user
	permission view = viewer
}`

func TestCluster(t *testing.T) {
	c := Start(t, Options{})
	first, second := c.Engine(t, c.SpiceDB(0)), c.Engine(t, c.SpiceDB(1))
	_, err := first.WriteSchema(t.Context(), &v1.WriteSchemaRequest{Schema: exampleSchema})
	require.NoError(t, err)
	require.NoError(t, write(t.Context(), first, "plan"))

	t.Run("what one node writes the other sees", func(t *testing.T) {
		require.True(t, allowed(t, second, "plan"))
	})

	t.Run("nodes dispatch to each other", func(t *testing.T) {
		between := c.Link(c.SpiceDB(0), c.SpiceDB(1))
		between.Cut(t)
		defer between.Pass(t)
		// Half of all questions belong to the other node, so of many one does.
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for i := range 20 {
			go func() { _, _ = check(ctx, first, fmt.Sprintf("page-%d", i)) }()
		}
		between.AwaitHeld(t, 1)
	})

	t.Run("a node that was killed comes back", func(t *testing.T) {
		c.SpiceDB(0).Kill(t)
		require.False(t, c.SpiceDB(0).Running(t))
		require.True(t, allowed(t, second, "plan"), "the other one goes on")
		c.SpiceDB(0).Start(t)
		c.SpiceDB(0).AwaitReady(t)
		require.True(t, allowed(t, first, "plan"))
	})

	t.Run("a database that was killed has lost nothing", func(t *testing.T) {
		c.Postgres.Kill(t)
		c.Postgres.Start(t)
		c.Postgres.AwaitReady(t)
		require.True(t, allowed(t, second, "plan"))
		require.Eventually(t, func() bool { return write(t.Context(), first, "letter") == nil }, startTimeout, 100*time.Millisecond,
			"SpiceDB meets its dead connections one by one")
	})

	t.Run("a node that is cut off fails, and the other does not", func(t *testing.T) {
		c.Partition(t, c.SpiceDB(0), c.Postgres.Part)
		c.Link(c.SpiceDB(0), c.Postgres.Part).Reset(t) // those that are open would only be silent
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		require.Error(t, write(ctx, first, "memo"))
		require.NoError(t, write(t.Context(), second, "report"))
		c.Heal(t, c.SpiceDB(0), c.Postgres.Part)
		require.True(t, allowed(t, first, "report"))
	})

	t.Run("an answer is lost and what was asked is done", func(t *testing.T) {
		link := c.Link(c.Caller, c.SpiceDB(0))
		link.Swallow(t)
		ctx, cancel := context.WithCancel(t.Context())
		written := make(chan error, 1)
		go func() { written <- write(ctx, first, "invoice") }()
		// Frames of the connection itself are answered first, then the call.
		require.Eventually(t, func() bool { return allowed(t, second, "invoice") }, startTimeout, askPause)
		link.AwaitSwallowed(t, 1)
		select {
		case err := <-written:
			assert.Fail(t, "the caller heard of it", "%v", err)
		default:
		}
		link.Pass(t)
		require.Equal(t, codes.Unavailable, status.Code(<-written), "the connection was reset")
		cancel()
		require.True(t, allowed(t, first, "invoice"), "and a new one works")
	})

	t.Run("a refusing link resets", func(t *testing.T) {
		link := c.Link(c.Caller, c.SpiceDB(1))
		link.Refuse(t)
		require.Equal(t, codes.Unavailable, status.Code(write(t.Context(), second, "memo")))
		link.Pass(t)
	})

	t.Run("a paused part holds what it was asked", func(t *testing.T) {
		c.SpiceDB(0).Pause(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.Equal(t, codes.DeadlineExceeded, status.Code(write(ctx, first, "draft")))
		c.SpiceDB(0).Unpause(t)
		require.True(t, allowed(t, first, "plan"))
	})

	t.Run("on a full disk nothing is written, and when there is room again everything works", func(t *testing.T) {
		c.Postgres.FillDisk(t, 1<<20)
		_, err := c.Postgres.exec(t.Context(), psql(recordDatabase, "CREATE TABLE large AS SELECT generate_series(1, 1000000)")...)
		require.ErrorContains(t, err, "No space left on device")
		c.Postgres.FreeDisk(t)
		c.Postgres.AwaitReady(t)
		require.True(t, allowed(t, second, "plan"))
	})

	t.Run("a slow disk makes commits slow", func(t *testing.T) {
		const slow = 100 * time.Millisecond
		c.Postgres.SlowDisk(t, slow)
		begun := time.Now()
		c.Postgres.SQL(t, recordDatabase, "CREATE TABLE slow ()")
		require.GreaterOrEqual(t, time.Since(begun), slow)
		c.Postgres.SlowDisk(t, 0)
	})

	t.Run("parts stop in order and come back", func(t *testing.T) {
		for _, p := range c.Parts() {
			p.Restart(t)
		}
		require.True(t, allowed(t, second, "plan"))
	})
}

// write makes mia a viewer of a document.
func write(ctx context.Context, engine *authzed.Client, document string) error {
	_, err := engine.WriteRelationships(ctx, &v1.WriteRelationshipsRequest{Updates: []*v1.RelationshipUpdate{{
		Operation: v1.RelationshipUpdate_OPERATION_TOUCH,
		Relationship: &v1.Relationship{
			Resource: object("document", document), Relation: "viewer",
			Subject: &v1.SubjectReference{Object: object("user", "mia")},
		},
	}}})
	return err
}

func check(ctx context.Context, engine *authzed.Client, document string) (bool, error) {
	answer, err := engine.CheckPermission(ctx, &v1.CheckPermissionRequest{
		Consistency: &v1.Consistency{Requirement: &v1.Consistency_FullyConsistent{FullyConsistent: true}},
		Resource:    object("document", document), Permission: "view",
		Subject: &v1.SubjectReference{Object: object("user", "mia")},
	})
	return answer.GetPermissionship() == v1.CheckPermissionResponse_PERMISSIONSHIP_HAS_PERMISSION, err
}

// allowed asks until it is answered, as a caller does who tries again.
func allowed(t *testing.T, engine *authzed.Client, document string) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
	defer cancel()
	for {
		once, done := context.WithTimeout(ctx, 5*time.Second)
		is, err := check(once, engine, document)
		done()
		if err == nil {
			return is
		}
		require.NoError(t, ctx.Err(), "the last answer: %v", err)
	}
}

func object(kind, id string) *v1.ObjectReference {
	return &v1.ObjectReference{ObjectType: kind, ObjectId: id}
}
