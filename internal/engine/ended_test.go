package engine_test

import (
	"fmt"
	"testing"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const placeOfAcme = "organization:acme#root@organization:acme"

// TestAnEndedTreeKeepsItsVersion, and no relationship that names it. What was meant for
// an earlier version comes too late; the tree goes on where it ended.
func TestAnEndedTreeKeepsItsVersion(t *testing.T) {
	client := dial(t)
	e := engine.New(client, engine.Options{})
	first := tenancy.Delivery{RootID: "acme", Version: 1, Updates: updates(t, "+"+placeOfAcme)}
	last := tenancy.Delivery{RootID: "acme", Version: 2, Updates: updates(t, "-"+placeOfAcme)}
	require.NoError(t, e.Apply(t.Context(), first))
	require.NoError(t, e.Apply(t.Context(), last))
	require.Empty(t, everything(t, client))
	require.EqualValues(t, 2, version(t, e, "acme"))

	require.ErrorIs(t, e.Apply(t.Context(), first), tenancy.ErrFence)
	require.NoError(t, e.Apply(t.Context(), last), "it is in already")
	require.Empty(t, everything(t, client))

	apply(t, e, 3, "+"+placeOfAcme)
	require.EqualValues(t, 3, version(t, e, "acme"))
	require.ErrorIs(t, e.Apply(t.Context(), last), tenancy.ErrFence)
	require.Equal(t, []string{placeOfAcme, "organization:acme#version@version:3"}, everything(t, client))
	apply(t, e, 4, "-"+placeOfAcme)
	require.EqualValues(t, 4, version(t, e, "acme"))
}

// attaching is a delivery that ends the tree acme in another one, with 9 updates in all;
// it needs several writes where one takes few updates.
func attaching(t *testing.T) (d tenancy.Delivery, want []string) {
	t.Helper()
	d = tenancy.Delivery{RootID: "acme", Version: 2, With: []tenancy.Tree{{RootID: "umbrella", Version: 4}},
		Updates: updates(t, "-"+placeOfAcme, "+organization:acme#root@organization:umbrella")}
	want = append(want, "organization:acme#root@organization:umbrella", "organization:umbrella#version@version:4")
	for i := range 7 {
		r := fmt.Sprintf("group:g%d#home@organization:acme", i)
		d.Updates = append(d.Updates, updates(t, "+"+r)...)
		want = append(want, r)
	}
	return d, want
}

// beforeAttaching brings acme to version 1 and umbrella to version 3.
func beforeAttaching(t *testing.T, client engine.Client) {
	t.Helper()
	e := engine.New(client, engine.Options{})
	apply(t, e, 1, "+"+placeOfAcme)
	for version := range int64(3) {
		require.NoError(t, e.Apply(t.Context(), tenancy.Delivery{RootID: "umbrella", Version: version + 1}))
	}
}

// TestTreesMoveInOneStep from whichever tree they are asked, and in one write if they fit.
func TestTreesMoveInOneStep(t *testing.T) {
	client := &fuse{Client: dial(t), writes: -1}
	beforeAttaching(t, client)
	client.sent = 0
	e := engine.New(client, engine.Options{})
	d, want := attaching(t)
	require.NoError(t, e.Apply(t.Context(), d))
	require.Equal(t, 1, client.sent)
	require.ElementsMatch(t, want, everything(t, client))
	other := tenancy.Delivery{RootID: "umbrella", Version: 4, With: []tenancy.Tree{{RootID: "acme", Version: 2}}, Updates: d.Updates}
	require.NoError(t, e.Apply(t.Context(), other))
	require.ElementsMatch(t, want, everything(t, client))
	require.EqualValues(t, 2, version(t, e, "acme"))
}

func TestTreesMoveOnlyWhenAllAreThere(t *testing.T) {
	client := dial(t)
	e := engine.New(client, engine.Options{})
	apply(t, e, 1, "+"+placeOfAcme)
	require.NoError(t, e.Apply(t.Context(), tenancy.Delivery{RootID: "umbrella", Version: 1}))
	before := everything(t, client)
	d, _ := attaching(t)
	require.ErrorIs(t, e.Apply(t.Context(), d), tenancy.ErrFence)
	require.Equal(t, before, everything(t, client))
}

// TestACrashBetweenPartsOfTwoTreesIsCompleted from the other tree's side.
func TestACrashBetweenPartsOfTwoTreesIsCompleted(t *testing.T) {
	for writes := range 5 {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d writes, then a crash (after: %v)", writes, after), func(t *testing.T) {
				client := dial(t)
				beforeAttaching(t, client)
				d, want := attaching(t)
				crashing := engine.New(&fuse{Client: client, writes: writes, after: after}, engine.Options{MaxUpdates: 6})
				requireUnavailable(t, crashing.Apply(t.Context(), d), "apply")
				e := engine.New(client, engine.Options{MaxUpdates: 7})
				whole := writes == 4 && after
				require.Equal(t, whole, version(t, e, "acme") == 2)
				require.Equal(t, whole, version(t, e, "umbrella") == 4)
				other := tenancy.Delivery{RootID: "umbrella", Version: 4, With: []tenancy.Tree{{RootID: "acme", Version: 2}}, Updates: d.Updates}
				require.NoError(t, e.Apply(t.Context(), other))
				require.ElementsMatch(t, want, everything(t, client))
			})
		}
	}
}

// TestEndedTreesNameNothing reads what is left of one.
func TestEndedTreesNameNothing(t *testing.T) {
	client := dial(t)
	e := engine.New(client, engine.Options{})
	apply(t, e, 1, "+"+placeOfAcme)
	apply(t, e, 2, "-"+placeOfAcme)
	stream, err := client.ReadRelationships(t.Context(), &v1.ReadRelationshipsRequest{
		Consistency:        &v1.Consistency{Requirement: &v1.Consistency_FullyConsistent{FullyConsistent: true}},
		RelationshipFilter: &v1.RelationshipFilter{ResourceType: "ended_tree"},
	})
	require.NoError(t, err)
	response, err := stream.Recv()
	require.NoError(t, err)
	require.NotContains(t, response.GetRelationship().String(), "acme")
}
