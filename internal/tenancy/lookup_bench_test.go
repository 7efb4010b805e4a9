package tenancy_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// benchSubaccounts is how many organizations are delegated to the account of the benchmark.
const benchSubaccounts = 1000

// BenchmarkLookupOfDelegated asks which organizations an administrator of all but one may
// manage: all of them in one page, which no cache knows.
func BenchmarkLookupOfDelegated(b *testing.B) {
	w := manySubaccounts(b)
	lookup := tenancy.ResourceLookup{Subject: w.object("user:ada"), Permission: "manage_users", ResourceType: "organization"}
	var took []time.Duration
	for b.Loop() {
		started := time.Now()
		found, _, err := w.service.LookupResources(b.Context(), console, lookup, tenancy.PageAll)
		took = append(took, time.Since(started))
		require.NoError(b, err)
		require.Len(b, found, benchSubaccounts-1)
	}
	reportP95(b, took)
}

// manySubaccounts is the account top with ada as a user manager of all subaccounts but one; in
// the account itself she is for the bills.
func manySubaccounts(b *testing.B) *world {
	b.Helper()
	w := shared.world(b.Context(), b)
	w.users("olga", "ada")
	w.root("top", "olga")
	rows := make([]tenancy.RowChange, benchSubaccounts)
	for n := range rows {
		id := w.id(fmt.Sprintf("sub%04d", n))
		rows[n].After = tenancy.Organization{
			ID: id, Name: id, ParentID: w.id("top"), RootID: w.id("top"), Depth: 2, State: tenancy.OrganizationActive,
			Isolation: tenancy.Delegated, DelegatedSince: clock.Now(), CreatedAt: clock.Now(),
		}
	}
	basis := tenancy.Basis{Trees: map[string]int64{w.id("top"): trees(w)[w.id("top")]}}
	_, err := w.deliverer.Commit(b.Context(), tenancy.Change{Basis: basis, Rows: rows, Event: tenancy.Event{Result: tenancy.ResultDone}})
	require.NoError(b, err)
	require.NoError(b, administrateAs("olga", "top", "ada", admin{
		role: tenancy.AccountBilling, below: tenancy.AccountUserManager, reach: tenancy.ReachExcept, named: []string{"sub0007"},
	})(w))
	return w
}
