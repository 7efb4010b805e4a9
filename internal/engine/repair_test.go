package engine_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestRelationshipsAreAllOfThem(t *testing.T) {
	client := dial(t)
	e := engine.New(client, engine.Options{})
	var want []string
	d := tenancy.Delivery{RootID: "acme", Version: 1}
	for i := range 2500 { // of several messages
		text := fmt.Sprintf("organization:acme#owner@user:u%04d", i)
		want = append(want, text)
		d.Updates = append(d.Updates, updates(t, "+"+text)...)
	}
	group := "group:techs#claim_view_agents@group:techs#member"
	d.Updates = append(d.Updates, updates(t, "+"+group)...)
	require.NoError(t, e.Apply(t.Context(), d))
	var shown []string
	for r, err := range e.Relationships(t.Context()) {
		require.NoError(t, err)
		shown = append(shown, r.String())
	}
	slices.Sort(shown)
	want = append([]string{group}, want...)
	require.Equal(t, append(want, "organization:acme#version@version:1"), shown)
	n := 0
	for range e.Relationships(t.Context()) {
		if n++; n == 3 {
			break
		}
	}
	require.Equal(t, 3, n)
}

// TestOverwriteBringsATreeFromAnywhere, in one write or in parts, and moves the fence with it.
func TestOverwriteBringsATreeFromAnywhere(t *testing.T) {
	for name, stands := range map[string]string{
		"nowhere":              "",
		"far behind":           "organization:acme#version@version:1",
		"ahead":                "organization:acme#version@version:9",
		"within some delivery": "organization:acme#version@version:1/8",
		"at an end":            tenancy.EndedTree{RootID: "acme"}.Object().String() + "#version@version:5",
	} {
		for _, most := range []int{5, 1000} {
			t.Run(fmt.Sprintf("%s, %d a write", name, most), func(t *testing.T) {
				client := dial(t)
				e := engine.New(client, engine.Options{MaxUpdates: most})
				d, want := big(t)
				d.Version = 7
				want[len(want)-1] = "organization:acme#version@version:7"
				var fence tenancy.Relationship
				if stands != "" {
					fence = relationship(t, stands)
					require.NoError(t, e.Load(t.Context(), repeat(fence, 1)))
				}
				wrong := relationship(t, "organization:acme#version@version:3")
				require.ErrorIs(t, e.Overwrite(t.Context(), wrong, d), tenancy.ErrFence)
				require.NoError(t, e.Overwrite(t.Context(), fence, d))
				require.Equal(t, want, everything(t, client))
				require.NoError(t, e.Overwrite(t.Context(), fence, d), "somebody else has done it")
				require.Equal(t, want, everything(t, client))
			})
		}
	}
}

// TestAnOverwriteThatDied is completed as every delivery is.
func TestAnOverwriteThatDied(t *testing.T) {
	client := dial(t)
	d, want := big(t)
	require.NoError(t, engine.New(client, engine.Options{}).Load(t.Context(), repeat(relationship(t, "organization:acme#version@version:9"), 1)))
	dying := engine.New(&fuse{Client: client, writes: 2}, engine.Options{MaxUpdates: 5})
	require.Error(t, dying.Overwrite(t.Context(), relationship(t, "organization:acme#version@version:9"), d))
	require.NoError(t, engine.New(client, engine.Options{}).Apply(t.Context(), d))
	require.Equal(t, want, everything(t, client))
}

func TestRemoveUnlessSomethingStandsThere(t *testing.T) {
	client := dial(t)
	e := engine.New(client, engine.Options{})
	apply(t, e, 1, "+organization:ghost#owner@user:alice", "+organization:ghost#owner@user:bob", "+organization:late#root@organization:late")
	orphan := relationship(t, "organization:ghost#owner@user:alice")
	place := func(id, relation string) tenancy.Place {
		return tenancy.Place{Resource: tenancy.Object{Type: "organization", ID: id}, Relation: relation}
	}
	require.ErrorIs(t, e.Remove(t.Context(), []tenancy.Relationship{orphan}, []tenancy.Place{place("ghost", "root"), place("late", "root")}), tenancy.ErrFence)
	require.Contains(t, everything(t, client), orphan.String())
	require.NoError(t, e.Remove(t.Context(), []tenancy.Relationship{orphan}, []tenancy.Place{place("ghost", "root")}))
	require.NoError(t, e.Remove(t.Context(), []tenancy.Relationship{orphan}, nil), "it is gone already")
	require.NotContains(t, everything(t, client), orphan.String())
	require.Contains(t, everything(t, client), "organization:ghost#owner@user:bob")
}
