package delivery_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// move takes an ownership from one tree to another.
func move(from, to string) tenancy.Change {
	row := func(root string) tenancy.Owner { return tenancy.Owner{OrganizationID: "o", RootID: root, UserID: "u"} }
	return tenancy.Change{Rows: []tenancy.RowChange{{Before: row(from), After: row(to)}}}
}

// TestTreesThatMoveTogetherAreDeliveredTogether, after what each has to receive before,
// whichever of them is asked about.
func TestTreesThatMoveTogetherAreDeliveredTogether(t *testing.T) {
	for _, asked := range []string{"acme", "rival"} {
		t.Run(asked, func(t *testing.T) {
			record, engine := newRecord(), newEngine()
			engine.fail(errDown)
			d := delivery.New(record, engine, nil)
			commit(t, d, "acme")
			commit(t, d, "rival")
			commit(t, d, "rival")
			_, err := d.Commit(t.Context(), move("acme", "rival"))
			require.NoError(t, err)
			engine.fail(nil)
			_, token, err := d.CheckOne(t.Context(), question(asked), tenancy.Token{})
			require.NoError(t, err)
			require.EqualValues(t, 2, engine.version("acme"))
			require.EqualValues(t, 3, engine.version("rival"))
			require.Equal(t, asked, token.RootID)
		})
	}
}

// TestNoAnswerWhileTheOtherTreeIsBehind: what has left a tree may still stand in the
// engine for the tree that it has come to.
func TestNoAnswerWhileTheOtherTreeIsBehind(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	commit(t, d, "rival")
	engine.failTree("acme", errDown)
	_, err := d.Commit(t.Context(), move("acme", "rival"))
	require.NoError(t, err)
	_, _, err = d.CheckOne(t.Context(), question("rival"), tenancy.Token{})
	require.ErrorIs(t, err, errDown)
	require.Zero(t, engine.asked("rival"))
}

// TestDeliverersOfJoinedTreesDoNotWaitForEachOther: each comes from another of two trees
// that have moved together time and again.
func TestDeliverersOfJoinedTreesDoNotWaitForEachOther(t *testing.T) {
	for range 50 {
		record, engine := newRecord(), newEngine()
		engine.inParts = true
		d := delivery.New(record, engine, nil)
		engine.fail(errDown)
		for range 5 {
			commit(t, d, "acme")
			commit(t, d, "rival")
			for _, c := range []tenancy.Change{move("acme", "rival"), move("rival", "acme")} {
				_, err := d.Commit(t.Context(), c)
				require.NoError(t, err)
			}
		}
		engine.fail(nil)
		var wg sync.WaitGroup
		for _, root := range []string{"acme", "rival", "acme", "rival"} {
			wg.Go(func() {
				if _, _, err := d.CheckOne(t.Context(), question(root), tenancy.Token{}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 15, engine.version("acme"))
		require.EqualValues(t, 15, engine.version("rival"))
	}
}
