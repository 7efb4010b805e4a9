package delivery_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func cached(t *testing.T, record tenancy.Recorder, engine tenancy.Engine) *delivery.Cached {
	t.Helper()
	c, err := delivery.NewCached(delivery.New(record, engine, nil), 1<<20)
	require.NoError(t, err)
	return c
}

func TestARepeatedQuestionIsAnsweredFromMemory(t *testing.T) {
	record, engine := newRecord(), newEngine()
	c := cached(t, record, engine)
	commit(t, c.Deliverer, "acme")
	for range 10 {
		allowed, token, err := c.CheckOne(t.Context(), question("acme"), tenancy.Token{})
		require.NoError(t, err)
		require.True(t, allowed)
		require.Equal(t, tenancy.Token{RootID: "acme", Version: 1}, token)
	}
	require.Equal(t, 1, engine.asked("acme"))
	hits, misses := c.Hits()
	require.EqualValues(t, 9, hits)
	require.EqualValues(t, 1, misses)
}

// TestNoAnswerSurvivesAChangeOfItsTree asks between changes, each of which turns the
// answer around; and another tree's answer stays.
func TestNoAnswerSurvivesAChangeOfItsTree(t *testing.T) {
	record, engine := newRecord(), newEngine()
	c := cached(t, record, engine)
	commit(t, c.Deliverer, "other")
	for version := int64(1); version <= 100; version++ {
		commit(t, c.Deliverer, "acme")
		for range 2 {
			allowed, _, err := c.CheckOne(t.Context(), question("acme"), tenancy.Token{})
			require.NoError(t, err)
			require.Equal(t, version%2 == 1, allowed, "version %d", version)
			_, _, err = c.CheckOne(t.Context(), question("other"), tenancy.Token{})
			require.NoError(t, err)
		}
	}
	require.Equal(t, 1, engine.asked("other"))
}

// TestAnAnswerIsKeptUnderItsOwnVersionOnly lets a change pass while a question is being
// evaluated: the answer is of the later version, and must not be kept under the earlier.
func TestAnAnswerIsKeptUnderItsOwnVersionOnly(t *testing.T) {
	record, engine := newRecord(), newEngine()
	c := cached(t, record, engine)
	commit(t, c.Deliverer, "acme")
	before, err := record.TreeOf(t.Context(), tenancy.Object{Type: "organization", ID: "acme"})
	require.NoError(t, err)

	engine.beforeAnswer(func() { commit(t, c.Deliverer, "acme") })
	allowed, _, err := c.CheckOne(t.Context(), question("acme"), tenancy.Token{})
	require.NoError(t, err)
	require.False(t, allowed, "the answer of version 2")

	record.forget(2) // as if the question were asked at version 1 again
	_, token, err := c.CheckOne(t.Context(), question("acme"), tenancy.Token{})
	require.NoError(t, err)
	require.Equal(t, before.Version, token.Version)
	require.Equal(t, 2, engine.asked("acme"), "the answer of version 2 was kept under version 1")
}

func TestTheCacheIsBounded(t *testing.T) {
	record, engine := newRecord(), newEngine()
	c, err := delivery.NewCached(delivery.New(record, engine, nil), 10_000)
	require.NoError(t, err)
	commit(t, c.Deliverer, "acme")
	var wg sync.WaitGroup
	for caller := range 4 {
		wg.Go(func() {
			for i := range 500 {
				q := question("acme")
				q.Subject.ID = string(rune('a'+caller)) + string(rune('0'+i))
				if _, _, err := c.CheckOne(t.Context(), q, tenancy.Token{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.LessOrEqual(t, c.Bytes(), uint64(10_000))
}
