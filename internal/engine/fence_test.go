package engine_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// fuse is a client that fails from the given write on, as if the process had died there:
// before the write has reached SpiceDB, or after it and before its answer.
type fuse struct {
	engine.Client
	writes int // that go well; -1: all
	after  bool
	sent   int
	blown  bool
}

var errDied = status.Error(codes.Unavailable, "the process died here")

func (f *fuse) ReadRelationships(ctx context.Context, in *v1.ReadRelationshipsRequest, opts ...grpc.CallOption) (grpc.ServerStreamingClient[v1.ReadRelationshipsResponse], error) {
	if f.blown {
		return nil, errDied
	}
	return f.Client.ReadRelationships(ctx, in, opts...)
}

func (f *fuse) WriteRelationships(ctx context.Context, in *v1.WriteRelationshipsRequest, opts ...grpc.CallOption) (*v1.WriteRelationshipsResponse, error) {
	f.blown = f.blown || f.sent == f.writes
	f.sent++
	if !f.blown {
		return f.Client.WriteRelationships(ctx, in, opts...)
	}
	if f.after {
		if _, err := f.Client.WriteRelationships(ctx, in, opts...); err != nil {
			return nil, err
		}
	}
	return nil, errDied
}

// everything lists all relationships of the types that the tests write, in order.
func everything(t *testing.T, client engine.Client) []string {
	t.Helper()
	var all []string
	for _, resourceType := range []string{"organization", "group"} {
		stream, err := client.ReadRelationships(t.Context(), &v1.ReadRelationshipsRequest{
			Consistency:        &v1.Consistency{Requirement: &v1.Consistency_FullyConsistent{FullyConsistent: true}},
			RelationshipFilter: &v1.RelationshipFilter{ResourceType: resourceType},
		})
		require.NoError(t, err)
		for {
			response, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			r := response.GetRelationship()
			all = append(all, fmt.Sprintf("%s:%s#%s@%s:%s", r.Resource.ObjectType, r.Resource.ObjectId,
				r.Relation, r.Subject.Object.ObjectType, r.Subject.Object.ObjectId))
		}
	}
	slices.Sort(all)
	return all
}

func version(t *testing.T, e tenancy.Engine, rootID string) int64 {
	t.Helper()
	v, err := e.Version(t.Context(), rootID)
	require.NoError(t, err)
	return v
}

func TestVersionsComeInOrder(t *testing.T) {
	client := dial(t)
	e := engine.New(client, engine.Options{})
	require.Zero(t, version(t, e, "acme"))

	first := tenancy.Delivery{RootID: "acme", Version: 1, Updates: updates(t, "+organization:acme#owner@user:alice")}
	second := tenancy.Delivery{RootID: "acme", Version: 2, Updates: updates(t,
		"+organization:acme#owner@user:bob", "-organization:acme#owner@user:alice")}
	third := tenancy.Delivery{RootID: "acme", Version: 3, Updates: updates(t, "-organization:acme#owner@user:bob")}

	refused := func(d tenancy.Delivery) {
		t.Helper()
		before := everything(t, client)
		require.ErrorIs(t, e.Apply(t.Context(), d), tenancy.ErrFence)
		require.Equal(t, before, everything(t, client))
	}
	refused(second)
	require.NoError(t, e.Apply(t.Context(), first))
	refused(third)
	require.NoError(t, e.Apply(t.Context(), second))
	refused(first)
	require.Equal(t, int64(2), version(t, e, "acme"))
	require.Equal(t, []string{"organization:acme#owner@user:bob", "organization:acme#version@version:2"}, everything(t, client))
	require.Error(t, e.Apply(t.Context(), tenancy.Delivery{RootID: "acme"}))
}

func TestASecondDeliveryWritesNothing(t *testing.T) {
	client := dial(t)
	e := engine.New(client, engine.Options{})
	d := tenancy.Delivery{RootID: "acme", Version: 1, Updates: updates(t, "+organization:acme#owner@user:alice")}
	require.NoError(t, e.Apply(t.Context(), d))
	// Had the second delivery an effect, this would come back.
	d.Updates = updates(t, "+organization:acme#owner@user:mallory")
	require.NoError(t, e.Apply(t.Context(), d))
	require.Equal(t, []string{"organization:acme#owner@user:alice", "organization:acme#version@version:1"}, everything(t, client))
}

func TestTreesHaveFencesOfTheirOwn(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	apply(t, e, 1)
	apply(t, e, 2)
	require.NoError(t, e.Apply(t.Context(), tenancy.Delivery{RootID: "umbrella", Version: 1}))
	require.Equal(t, int64(2), version(t, e, "acme"))
	require.Equal(t, int64(1), version(t, e, "umbrella"))
}

func TestTheLastWordOnARelationshipDecides(t *testing.T) {
	client := dial(t)
	e := engine.New(client, engine.Options{})
	apply(t, e, 1,
		"+organization:acme#owner@user:alice", "-organization:acme#owner@user:alice",
		"-organization:acme#owner@user:bob", "+organization:acme#owner@user:bob")
	require.Equal(t, []string{"organization:acme#owner@user:bob", "organization:acme#version@version:1"}, everything(t, client))
}

// big is a delivery of 10 updates; with 5 updates a write, of which the fence takes 2, it
// needs 4 writes.
func big(t *testing.T) (tenancy.Delivery, []string) {
	t.Helper()
	d := tenancy.Delivery{RootID: "acme", Version: 2, Updates: updates(t, "-organization:acme#owner@user:alice")}
	var want []string
	for i := range 9 {
		r := fmt.Sprintf("organization:acme#owner@user:u%d", i)
		d.Updates = append(d.Updates, updates(t, "+"+r)...)
		want = append(want, r)
	}
	return d, append(want, "organization:acme#version@version:2")
}

func TestAppliesAtOnce(t *testing.T) {
	e := engine.New(nil, engine.Options{MaxUpdates: 5})
	require.True(t, e.AppliesAtOnce(tenancy.Delivery{Updates: make([]tenancy.Update, 3)}))
	require.False(t, e.AppliesAtOnce(tenancy.Delivery{Updates: make([]tenancy.Update, 4)}))
	two := []tenancy.Tree{{RootID: "other", Version: 1}}
	require.True(t, e.AppliesAtOnce(tenancy.Delivery{With: two, Updates: make([]tenancy.Update, 1)}))
	require.False(t, e.AppliesAtOnce(tenancy.Delivery{With: two, Updates: make([]tenancy.Update, 2)}))
	stock := engine.New(nil, engine.Options{})
	require.True(t, stock.AppliesAtOnce(tenancy.Delivery{Updates: make([]tenancy.Update, 998)}))
	require.False(t, stock.AppliesAtOnce(tenancy.Delivery{Updates: make([]tenancy.Update, 999)}))
}

func TestWritesStayWithinTheLimit(t *testing.T) {
	for _, count := range []int{998, 999, 1996, 1997} {
		client := &fuse{Client: dial(t), writes: -1}
		e := engine.New(client, engine.Options{})
		d := tenancy.Delivery{RootID: "acme", Version: 1}
		for i := range count {
			d.Updates = append(d.Updates, tenancy.Update{Relationship: relationship(t, fmt.Sprintf("organization:acme#owner@user:u%d", i))})
		}
		require.NoError(t, e.Apply(t.Context(), d))
		require.Equal(t, (count+997)/998, client.sent)
		require.Len(t, everything(t, client), count+1)
	}
}

func TestACrashBetweenPartsIsCompleted(t *testing.T) {
	for writes := range 4 {
		for _, after := range []bool{false, true} {
			for _, again := range []int{5, 4, 1000} {
				t.Run(fmt.Sprintf("%d writes, then a crash (after: %v), then %d a write", writes, after, again), func(t *testing.T) {
					client := dial(t)
					apply(t, engine.New(client, engine.Options{}), 1, "+organization:acme#owner@user:alice")
					d, want := big(t)

					crashing := engine.New(&fuse{Client: client, writes: writes, after: after}, engine.Options{MaxUpdates: 5})
					requireUnavailable(t, crashing.Apply(t.Context(), d), "apply")
					e := engine.New(client, engine.Options{MaxUpdates: again})
					whole := writes == 3 && after
					require.Equal(t, whole, version(t, e, "acme") == 2)
					if !whole {
						third := tenancy.Delivery{RootID: "acme", Version: 3, Updates: updates(t, "+organization:acme#owner@user:eve")}
						require.ErrorIs(t, e.Apply(t.Context(), third), tenancy.ErrFence)
						first := tenancy.Delivery{RootID: "acme", Version: 1, Updates: updates(t, "+organization:acme#owner@user:eve")}
						if writes > 0 || after {
							require.ErrorIs(t, e.Apply(t.Context(), first), tenancy.ErrFence)
						}
					}
					require.NoError(t, e.Apply(t.Context(), d))
					require.Equal(t, want, everything(t, client))
				})
			}
		}
	}
}

func TestManyAppliersOfOneDelivery(t *testing.T) {
	client := dial(t)
	apply(t, engine.New(client, engine.Options{}), 1, "+organization:acme#owner@user:alice")
	d, want := big(t)
	var appliers sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		e := engine.New(client, engine.Options{MaxUpdates: 3 + i%3})
		appliers.Go(func() { errs[i] = e.Apply(t.Context(), d) })
	}
	appliers.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Equal(t, want, everything(t, client))
}

// TestAFenceThatCantBeReadIsAnError: a tree of which the engine does not say one version, in
// the one form that we write, is at no version, and gets none.
func TestAFenceThatCantBeReadIsAnError(t *testing.T) {
	client := dial(t)
	e := engine.New(client, engine.Options{})
	for root, stands := range map[string][]string{
		"two-versions":    {"6", "7"},
		"a-version-twice": {"7", "7/3"},
		"version-0":       {"0"},
		"another-form":    {"07"},
		"a-sign":          {"+7"},
		"a-part-of-none":  {"7/0"},
		"another-part":    {"7/03"},
		"no-number":       {"seven"},
	} {
		for _, version := range stands {
			fence := relationship(t, "organization:"+root+"#version@version:"+version)
			require.NoError(t, e.Load(t.Context(), repeat(fence, 1)))
		}
		before := everything(t, client)
		_, err := e.Version(t.Context(), root)
		require.Error(t, err, root)
		require.Error(t, e.Apply(t.Context(), tenancy.Delivery{RootID: root, Version: 9}), root)
		require.Equal(t, before, everything(t, client), root)
	}
	require.Error(t, e.Apply(t.Context(), tenancy.Delivery{RootID: "acme"}), "version 0 of a tree")
}
