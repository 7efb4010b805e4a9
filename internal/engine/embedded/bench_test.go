package embedded_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// About 1,000 relationships: organizations with an owner and six groups each, and one
// member in each group.
const benchOrganizations, benchGroups = 48, 6

func benchEngine(b *testing.B) *embedded.Engine {
	b.Helper()
	e := start(b, embedded.Config{})
	require.NoError(b, e.Load(b.Context(), func(yield func(tenancy.Relationship, error) bool) {
		for i := range benchOrganizations {
			organization := fmt.Sprintf("organization:o%d", i)
			yield(tenancy.ParseRelationship(organization + "#owner@user:boss"))
			yield(tenancy.ParseRelationship(fmt.Sprintf("%s#subtree@subtree:o%d", organization, i)))
			yield(tenancy.ParseRelationship(organization + "#subtree@subtree:root"))
			for j := range benchGroups {
				group := fmt.Sprintf("group:g%d-%d", i, j)
				yield(tenancy.ParseRelationship(organization + "#linked_group@" + group))
				yield(tenancy.ParseRelationship(group + "#claim_view_agents@" + group + "#member"))
				yield(tenancy.ParseRelationship(fmt.Sprintf("%s#member@user:u%d-%d", group, i, j)))
			}
		}
	}))
	return e
}

// viewers asks about another user and organization each time, so that no cache of SpiceDB
// answers: of the allowed only what recurs after 288, of the denied never.
func viewers(user string) func(i int) tenancy.Question {
	return func(i int) tenancy.Question {
		organization, group := i%benchOrganizations, i/benchOrganizations%benchGroups
		id := fmt.Sprintf("u%d-%d", organization, group)
		if user != "" {
			id = fmt.Sprint(user, i)
		}
		return tenancy.Question{
			Subject:    tenancy.Object{Type: "user", ID: id},
			Permission: "view_agents",
			Resource:   tenancy.Object{Type: "organization", ID: fmt.Sprintf("o%d", organization)},
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	e := benchEngine(b)
	for _, way := range []struct {
		name   string
		engine tenancy.Engine
	}{{"direct", e}, {"call", e.Engine}} {
		b.Run(way.name+"/allowed", func(b *testing.B) { benchCheck(b, way.engine, 1, viewers("")) })
		b.Run(way.name+"/denied", func(b *testing.B) { benchCheck(b, way.engine, 1, viewers("nobody-")) })
	}
	for _, count := range []int{2, 10, 100} {
		b.Run(fmt.Sprintf("bulk/%d", count), func(b *testing.B) { benchCheck(b, e, count, viewers("nobody-")) })
	}
}

func benchCheck(b *testing.B, e tenancy.Engine, count int, question func(i int) tenancy.Question) {
	b.ReportAllocs()
	asked := 0
	questions := make([]tenancy.Question, count)
	for b.Loop() {
		for i := range questions {
			questions[i] = question(asked)
			asked++
		}
		if _, err := e.Check(b.Context(), questions); err != nil {
			b.Fatal(err)
		}
	}
}
