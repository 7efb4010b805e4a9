package engine_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// fill loads so many owners of acme, and the fence of version 1.
func fill(t *testing.T, e tenancy.Engine, owners int) (all []string) {
	t.Helper()
	fence := engine.Fence("acme", 1)
	require.NoError(t, e.Load(t.Context(), func(yield func(tenancy.Relationship, error) bool) {
		yield(fence, nil)
		for i := range owners {
			r := relationship(t, fmt.Sprintf("organization:acme#owner@user:u%05d", i))
			all = append(all, r.String())
			yield(r, nil)
		}
	}))
	all = append(all, fence.String())
	slices.Sort(all)
	return all
}

func export(t *testing.T, e *engine.Engine) (all []string) {
	t.Helper()
	for r, err := range e.Relationships(t.Context()) {
		require.NoError(t, err)
		all = append(all, r.String())
	}
	slices.Sort(all)
	return all
}

func TestRelationshipsAreAll(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	require.Empty(t, export(t, e))
	require.NoError(t, e.Claim(t.Context(), "the-record"))
	want := append(fill(t, e, 2500), "record:the-record#engine_of@record:the-record")
	require.Equal(t, want, export(t, e))

	for range e.Relationships(t.Context()) {
		break // and nothing is left open
	}
}

// breaking breaks each stream of an export after a message, and does something then.
type breaking struct {
	engine.Client
	meanwhile func()
	code      codes.Code
	opened    int
}

type brokenStream struct {
	grpc.ServerStreamingClient[v1.ExportBulkRelationshipsResponse]
	b    *breaking
	read int
}

func (b *breaking) ExportBulkRelationships(ctx context.Context, in *v1.ExportBulkRelationshipsRequest, opts ...grpc.CallOption) (grpc.ServerStreamingClient[v1.ExportBulkRelationshipsResponse], error) {
	b.opened++
	stream, err := b.Client.ExportBulkRelationships(ctx, in, opts...)
	return &brokenStream{stream, b, 0}, err
}

func (s *brokenStream) Recv() (*v1.ExportBulkRelationshipsResponse, error) {
	if s.read++; s.read > 1 {
		s.b.meanwhile()
		return nil, status.Error(s.b.code, "broken")
	}
	return s.ServerStreamingClient.Recv()
}

// TestABrokenExportGoesOnAtItsState though the relationships change in between.
func TestABrokenExportGoesOnAtItsState(t *testing.T) {
	client := dial(t)
	e := engine.New(client, engine.Options{})
	want := fill(t, e, 2500)
	version := int64(1)
	b := &breaking{Client: client, code: codes.Unavailable, meanwhile: func() {
		version++
		apply(t, e, version, "-organization:acme#owner@user:u02400", "+organization:acme#owner@user:z")
	}}
	require.Equal(t, want, export(t, engine.New(b, engine.Options{})))
	require.Equal(t, 4, b.opened)
	require.NotEqual(t, want, export(t, e))
}

func TestAnExportThatFailsTells(t *testing.T) {
	client := dial(t)
	fill(t, engine.New(client, engine.Options{}), 1500)
	b := &breaking{Client: client, code: codes.Internal, meanwhile: func() {}}
	read, failed := 0, 0
	for _, err := range engine.New(b, engine.Options{}).Relationships(t.Context()) {
		if err != nil {
			requireUnavailable(t, err, "export")
			failed++
			continue
		}
		read++
	}
	require.Equal(t, 1000, read)
	require.Equal(t, 1, failed)
}

func TestHoldsAndRelationshipsOn(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	apply(t, e, 1, "+organization:acme#owner@user:alice", "+group:ops#claim_owner@group:ops#member", "+group:ops#member@user:alice")
	for s, want := range map[string]bool{
		"organization:acme#owner@user:alice":     true,
		"organization:acme#owner@user:bob":       false,
		"organization:umbrella#owner@user:alice": false,
		"group:ops#claim_owner@group:ops#member": true,
		"group:ops#owner@user:alice":             false,
	} {
		holds, err := e.Holds(t.Context(), relationship(t, s))
		require.NoError(t, err)
		require.Equal(t, want, holds, s)
	}
	found, err := e.RelationshipsOn(t.Context(), tenancy.Object{Type: "group", ID: "ops"})
	require.NoError(t, err)
	require.Equal(t, []tenancy.Relationship{
		relationship(t, "group:ops#claim_owner@group:ops#member"), relationship(t, "group:ops#member@user:alice"),
	}, found)
	found, err = e.RelationshipsOn(t.Context(), tenancy.Object{Type: "group", ID: "none"})
	require.NoError(t, err)
	require.Empty(t, found)
}

func TestBookkeepingFollowsFromNoRow(t *testing.T) {
	ended := tenancy.Relationship{
		Resource: tenancy.EndedTree{RootID: "acme"}.Object(), Relation: "version",
		Subject: tenancy.Object{Type: "version", ID: "4"},
	}
	for _, r := range []tenancy.Relationship{engine.Fence("acme", 3), ended, relationship(t, "record:a#engine_of@record:a")} {
		require.True(t, engine.Bookkeeping(r), "%s", r)
	}
	for _, s := range []string{"organization:acme#owner@user:version", "organization:version#parent@organization:acme", "user:record#x@user:y"} {
		require.False(t, engine.Bookkeeping(relationship(t, s)), s)
	}
}
