package estate_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/relindex"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func relationships(t *testing.T, s estate.Shape) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for r, err := range s.All() {
		require.NoError(t, err)
		require.False(t, all[r.String()], "twice: %s", r)
		all[r.String()] = true
	}
	return all
}

func TestSizes(t *testing.T) {
	for _, target := range []int{1, 10_000, 66_000, 100_000} {
		s := estate.Of(target)
		require.NoError(t, s.Validate())
		all := relationships(t, s)
		require.Len(t, all, s.Relationships())
		if target > 1 {
			require.InEpsilon(t, target, len(all), 0.07) // whole trees only
		}
	}
	require.Len(t, relationships(t, estate.Wide(100)), estate.Wide(100).Relationships())
	require.InEpsilon(t, 1_000_000, estate.Of(1_000_000).Relationships(), 0.001)
}

func TestValidate(t *testing.T) {
	require.NoError(t, estate.Wide(1).Validate())
	require.Error(t, estate.Shape{}.Validate())
	require.Error(t, estate.Shape{Trees: 1, Organizations: 1, Groups: 5, People: 1, Links: 2}.Validate())
}

func TestNoQuestionTwice(t *testing.T) {
	s := estate.Of(5_000)
	seen := map[tenancy.Question]bool{}
	allowed := 0
	for n := range s.Questions() {
		q := s.Question(n)
		require.False(t, seen[q.Question], "question %d: %v", n, q)
		seen[q.Question] = true
		if q.Allowed {
			allowed++
		}
	}
	require.Equal(t, s.Questions()/2, allowed)
}

// The answers by construction are those of the engine, also while toggles come and go.
func TestAnswers(t *testing.T) {
	for name, s := range map[string]estate.Shape{"provider": estate.Of(5_000), "wide": estate.Wide(50), "one tree": estate.Of(1)} {
		t.Run(name, func(t *testing.T) {
			e := engine(t)
			require.NoError(t, e.Load(t.Context(), s.All()))
			for n := range 600 {
				q := s.Question(n)
				answers, err := e.Check(t.Context(), []tenancy.Question{q.Question})
				require.NoError(t, err)
				require.Equal(t, q.Allowed, answers[0], "question %d: %v", n, q)
			}
			for n := range 20 {
				l := s.Lookup(n)
				ids, err := e.LookupResources(t.Context(), tenancy.Object{Type: "user", ID: l.User}, l.Permission, "organization")
				require.NoError(t, err)
				require.Len(t, ids, l.Organizations, "%v", l)
				require.ElementsMatch(t, s.Reached(n), ids, "%v", l)
			}
			for n := range 20 {
				l := s.SubjectLookup(n * 7)
				ids, err := e.LookupSubjects(t.Context(), tenancy.Object{Type: "organization", ID: l.Organization}, l.Permission, "user")
				require.NoError(t, err)
				require.ElementsMatch(t, l.People, ids, "%v", l)
			}
		})
	}
}

func engine(t *testing.T) *embedded.Engine {
	t.Helper()
	index, err := relindex.New(relindex.Config{})
	require.NoError(t, err)
	e, err := embedded.Start(t.Context(), embedded.Config{Datastore: index})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, e.Stop())
		require.NoError(t, index.Close())
	})
	return e
}

// A record that was filled holds the rows from which the same relationships follow.
func TestFill(t *testing.T) {
	s := estate.Of(2_000)
	store, err := sqlite.Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, s.Fill(t.Context(), store))
	want := relationships(t, s)
	for r, err := range relation.All(store.Rows(t.Context())) {
		require.NoError(t, err)
		require.True(t, want[r.String()], "%s", r)
		delete(want, r.String())
	}
	require.Empty(t, want)
}

// I-6: a lookup is whole over all pages, also beyond what the engine gives in one page, and
// each is in it once; the same from memory and without one.
func TestLookupsAreWhole(t *testing.T) {
	for name, s := range map[string]estate.Shape{
		"many organizations": estate.Wide(1100),
		"many people":        {Trees: 1, Organizations: 1, Groups: 6, People: 200, Links: 6},
	} {
		t.Run(name, func(t *testing.T) {
			store, err := sqlite.Open(t.Context(), t.TempDir())
			require.NoError(t, err)
			defer store.Close()
			require.NoError(t, s.Fill(t.Context(), store))
			d := delivery.New(store, engine(t), nil)
			requireWhole(t, s, d)
			kept, err := delivery.NewCached(d, 1<<20)
			require.NoError(t, err)
			requireWhole(t, s, kept)
			requireWhole(t, s, kept)
		})
	}
}

func requireWhole(t *testing.T, s estate.Shape, d tenancy.Decisions) {
	t.Helper()
	l := s.Lookup(0)
	organizations := pages(t, func(page tenancy.Page) ([]string, error) {
		ids, _, err := d.Resources(t.Context(), tenancy.ResourceLookup{
			Subject: tenancy.Object{Type: "user", ID: l.User}, Permission: l.Permission, ResourceType: "organization",
		}, page)
		return ids, err
	})
	require.Len(t, organizations, l.Organizations)
	people := pages(t, func(page tenancy.Page) ([]string, error) {
		ids, _, err := d.Subjects(t.Context(), tenancy.SubjectLookup{
			Resource: tenancy.Object{Type: "organization", ID: s.Organization(0, 0)}, Permission: "access", SubjectType: "user",
		}, page)
		return ids, err
	})
	require.Len(t, people, s.Groups*s.People+1)
}

// pages reads a list to its end, each page of which goes on after the one before.
func pages(t *testing.T, fetch func(tenancy.Page) ([]string, error)) (all []string) {
	t.Helper()
	const limit = 300
	for after := ""; ; after = all[len(all)-1] {
		ids, err := fetch(tenancy.Page{After: after, Limit: limit})
		require.NoError(t, err)
		all = append(all, ids...)
		if len(ids) < limit {
			require.True(t, slices.IsSorted(all))
			require.Len(t, slices.Compact(slices.Clone(all)), len(all))
			return all
		}
	}
}
