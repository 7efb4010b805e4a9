package engine_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/engine"
)

func requireFault(t *testing.T, fault engine.Fault, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, fault, engine.FaultOf(err), "%v", err)
	require.NotContains(t, err.Error(), "\n")
}

func TestAnEngineBelongsToOneRecord(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	require.NoError(t, e.Inspect(t.Context(), ""))
	requireFault(t, engine.FaultUnclaimed, e.Inspect(t.Context(), "ours"))

	require.NoError(t, e.Claim(t.Context(), "ours"))
	require.NoError(t, e.Claim(t.Context(), "ours"))
	require.NoError(t, e.Inspect(t.Context(), "ours"))
	requireFault(t, engine.FaultOtherRecord, e.Inspect(t.Context(), "theirs"))
	requireFault(t, engine.FaultOtherRecord, e.Claim(t.Context(), "theirs"))

	apply(t, e, 1, "+organization:acme#owner@user:alice")
	require.NoError(t, e.Claim(t.Context(), "ours"), "it is ours, whatever it holds")
}

func TestAnEngineThatHoldsSomethingIsNotClaimed(t *testing.T) {
	for _, held := range []string{"organization:acme#owner@user:alice", "backup_report:r#organization@organization:acme", engine.Fence("acme", 1).String()} {
		e := engine.New(dial(t), engine.Options{})
		require.NoError(t, e.Load(t.Context(), repeat(relationship(t, held), 1)))
		requireFault(t, engine.FaultNotEmpty, e.Claim(t.Context(), "ours"))
		requireFault(t, engine.FaultUnclaimed, e.Inspect(t.Context(), "ours"))
	}
}

func TestAnEngineThatHoldsNothingIsReleased(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	require.NoError(t, e.Release(t.Context(), "ours"), "it is nobody's")
	require.NoError(t, e.Claim(t.Context(), "theirs"))
	require.NoError(t, e.Release(t.Context(), "ours"))
	require.NoError(t, e.Inspect(t.Context(), "theirs"), "it is another record's, and stays so")

	require.NoError(t, e.Release(t.Context(), "theirs"))
	require.NoError(t, e.Claim(t.Context(), "ours"))
	apply(t, e, 1, "+organization:acme#owner@user:alice")
	requireFault(t, engine.FaultNotEmpty, e.Release(t.Context(), "ours"))
	require.NoError(t, e.Inspect(t.Context(), "ours"))
}

func TestOfManyClaimsOneHolds(t *testing.T) {
	client := dial(t)
	errs := make([]error, 8)
	var claimers sync.WaitGroup
	for i := range errs {
		claimers.Go(func() {
			errs[i] = engine.New(client, engine.Options{}).Claim(t.Context(), fmt.Sprintf("record-%d", i))
		})
	}
	claimers.Wait()
	won := 0
	for i, err := range errs {
		if err != nil {
			requireFault(t, engine.FaultOtherRecord, err)
			continue
		}
		won++
		require.NoError(t, engine.New(client, engine.Options{}).Inspect(t.Context(), fmt.Sprintf("record-%d", i)))
	}
	require.Equal(t, 1, won)
	require.Len(t, export(t, engine.New(client, engine.Options{})), 1)
}

func TestAClaimWhoseAnswerIsLostHolds(t *testing.T) {
	for what := lostBefore; what < losses; what++ {
		client := dial(t)
		require.NoError(t, engine.New(&lossy{Client: client, plan: []loss{what}}, engine.Options{}).Claim(t.Context(), "ours"), "%d", what)
		require.NoError(t, engine.New(client, engine.Options{}).Inspect(t.Context(), "ours"))
	}
}
