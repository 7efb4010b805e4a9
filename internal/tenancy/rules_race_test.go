package tenancy_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// rounds is how often a race is run.
func rounds() int {
	if testing.Short() {
		return 50
	}
	return 1000
}

// atOnce does two things at the same time, and returns their codes.
func (w *world) atOnce(one, other call) (codes [2]tenancy.Code) {
	w.t.Helper()
	var wg sync.WaitGroup
	for i, do := range []call{one, other} {
		wg.Go(func() { codes[i] = codeOf(w.t, do(w)) })
	}
	wg.Wait()
	return codes
}

// TestR11NothingIsCreatedBelowWhatIsDeleted at the same time: one of the two succeeds.
func TestR11NothingIsCreatedBelowWhatIsDeleted(t *testing.T) {
	w := twoTrees(t)
	for i := range rounds() {
		top, below := fmt.Sprint("top", i), fmt.Sprint("below", i)
		w.child(top, "acme", "olga")
		codes := w.atOnce(deleteAs("platform", top), createAs("olga", top, below))
		switch codes {
		case [2]tenancy.Code{"", tenancy.CodeNotFound}:
		case [2]tenancy.Code{tenancy.CodeDeletionBlocked, ""}:
			require.NoError(t, deleteAs("platform", below)(w))
			require.NoError(t, deleteAs("platform", top)(w))
		default:
			require.Failf(t, "not one of them succeeded", "%q", codes)
		}
	}
}

// TestR3NoFourthLevelByTwoAttaches at the same time, of which one makes the other's place
// deeper: attack 14. Before that the other's place has no licence.
func TestR3NoFourthLevelByTwoAttaches(t *testing.T) {
	w := fourTrees(t)
	for range rounds() {
		codes := w.atOnce(attachAs("platform", "two", "three"), attachAs("platform", "one", "under"))
		require.Empty(t, codes[0])
		require.Contains(t, []tenancy.Code{tenancy.CodeDepthExceeded, tenancy.CodeLicenseRequired}, codes[1])
		require.NoError(t, detachAs("ann", "two")(w))
	}
}

// TestR6AnOrganizationIsAttachedOnce when two attach it at the same time.
func TestR6AnOrganizationIsAttachedOnce(t *testing.T) {
	w := fourTrees(t)
	for range rounds() {
		codes := w.atOnce(attachAs("platform", "two", "three"), attachAs("platform", "two", "four"))
		require.Contains(t, [][2]tenancy.Code{{"", tenancy.CodeInvalid}, {tenancy.CodeInvalid, ""}}, codes)
		require.NoError(t, detachAs("ann", "two")(w))
	}
}

// fourTrees has four trees of ann: one, two (with under below it), three and four, of which
// the latter two pay.
func fourTrees(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.users("ann")
	for _, root := range []string{"one", "two", "three", "four"} {
		w.root(root, "ann")
	}
	w.child("under", "two", "ann")
	w.plan("one", tenancy.PlanFree)
	w.plan("two", tenancy.PlanFree)
	return w
}

// TestR7NoLinkIsMadeIntoWhatIsDetached at the same time: afterwards none is left.
func TestR7NoLinkIsMadeIntoWhatIsDetached(t *testing.T) {
	w := teams(t)
	for range rounds() {
		codes := w.atOnce(detachAs("olga", "shop"), linkAs("olga", "kiosk", "top"))
		require.Empty(t, codes[0])
		require.Contains(t, []tenancy.Code{"", tenancy.CodeNotDescendant}, codes[1])
		links, err := w.service.LinksInto(w.ctx, platform, w.id("kiosk"), tenancy.PageAll)
		require.NoError(t, err)
		require.Empty(t, links)
		require.NoError(t, attachAs("olga", "shop", "acme")(w))
	}
}

// TestR29AnInvitationIsAcceptedOnce when two accept it at the same time.
func TestR29AnInvitationIsAcceptedOnce(t *testing.T) {
	w := invited(t)
	w.users("nora")
	for i := range rounds() {
		email := fmt.Sprintf("nora%d@example.com", i)
		w.address("nora", email, true)
		w.invite("nora", "olga", "top", email, groupMember)
		codes := w.atOnce(acceptAs("nora", "nora"), acceptAs("nora", "nora"))
		require.Contains(t, [][2]tenancy.Code{{"", tenancy.CodeInvitationClosed}, {tenancy.CodeInvitationClosed, ""}}, codes)
		require.NoError(t, takeAs("olga", "top", groupMember, "nora")(w))
	}
}
