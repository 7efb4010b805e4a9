package tenancy_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// between is a Committer that lets something else happen after the first decision, right
// before it would commit.
type between struct {
	tenancy.Committer
	once sync.Once
	do   func()
}

func (b *between) Commit(ctx context.Context, change tenancy.Change) (map[string]int64, error) {
	b.once.Do(b.do)
	return b.Committer.Commit(ctx, change)
}

// TestNoGapBetweenDecisionAndChange has for each fact that a decision reads somebody who
// changes it before the decision commits. The outcome is as if he had come first, and no
// event tells of the decision that was dropped.
func TestNoGapBetweenDecisionAndChange(t *testing.T) {
	for _, c := range []struct {
		name       string
		do, before call
		code       tenancy.Code
	}{
		{"link, and the licence lapses", linkAs("olga", "shop", "top"), subscribeAs("platform", "acme", "free", active), "license-required"},
		{"link, and the source has another owner", linkAs("olga", "shop", "top"), disownAs("olga2", "acme", "olga"), "forbidden"},
		{"link, and the target has another owner", linkAs("olga", "shop", "top"), disownAs("sam", "shop", "olga"), "forbidden"},
		{"link, and the group has another owner", linkAs("olga", "shop", "top"), takeAs("gus", "top", groupOwner, "olga"), "forbidden"},
		{"link, and the group is deleted", linkAs("olga", "shop", "top"), deleteGroupAs("olga2", "top"), "not-found"},
		{"link, and the link is made", linkAs("olga", "shop", "top"), linkAs("platform", "shop", "top"), ""},
		{"link, and the linker is deactivated", linkAs("olga", "shop", "top"), putUserAs("platform", "olga", "deactivated"), "unauthenticated"},
		{"member, and the group has another owner", giveAs("gus", "top", groupMember, "nina"), takeAs("olga", "top", groupOwner, "gus"), "not-found"},
		{"member, and he is deactivated", giveAs("gus", "top", groupMember, "nina"), putUserAs("platform", "nina", "deactivated"), "not-found"},
		{"member, and the group is deleted", giveAs("gus", "top", groupMember, "nina"), deleteGroupAs("olga2", "top"), "not-found"},
		{"remove a member who is removed", takeAs("gus", "top", groupMember, "mia"), takeAs("olga", "top", groupMember, "mia"), "not-found"},
		{"remove a group's owner, and the other is removed", takeAs("gus", "top", groupOwner, "olga"), takeAs("platform", "top", groupOwner, "gus"), "not-found"},
		{"remove a group's owner, and the other is deactivated", takeAs("gus", "top", groupOwner, "gus"), putUserAs("platform", "olga", "deactivated"), "last-owner"},
		{"owner, and he is deactivated", ownAs("olga", "acme", "nina"), putUserAs("platform", "nina", "deactivated"), "not-found"},
		{"remove an owner, and the other is deactivated", disownAs("sam", "shop", "sam"), putUserAs("platform", "olga", "deactivated"), "last-owner"},
		{"remove an owner, and the other is removed", disownAs("sam", "shop", "sam"), disownAs("sam", "shop", "olga"), "last-owner"},
		{"create below, and the licence lapses", createAs("olga", "acme", "new"), subscribeAs("platform", "acme", "pro", active), "license-required"},
		{"create below, and the parent has another owner", createAs("olga", "shop", "new"), disownAs("sam", "shop", "olga"), "forbidden"},
		{"create below, and the founder is deactivated", createOwnedAs("platform", "shop", "new", "nina"), putUserAs("platform", "nina", "deactivated"), "not-found"},
		{"create a root, and the licence lapses", detachedAs("olga@acme", "new"), subscribeAs("platform", "acme", "free", active), "license-required"},
		{"create a root, and another creates it", detachedAs("olga@acme", "new"), createOwnedAs("platform", "", "new", "nina"), "id-used"},
		{"create a root, and he is no owner", detachedAs("olga@acme", "new"), disownAs("olga2", "acme", "olga"), "not-found"},
		{"create a group, and he is no owner", groupAs("olga", "farm", "new"), disownAs("finn", "farm", "olga"), "forbidden"},
		{"claims, and he is no owner", claimsAs("olga", "top", "owner"), disownAs("olga2", "acme", "olga"), "forbidden"},
		{"delete a group, and it gets a member", deleteGroupAs("olga", "top"), giveAs("gus", "top", groupMember, "nina"), ""},
		{"delete a group, and it is linked", deleteGroupAs("olga", "top"), linkAs("platform", "shop", "top"), ""},
		{"the licence lapses, and a link is made", subscribeAs("platform", "acme", "free", active), linkAs("olga", "shop", "top"), ""},
		{"deactivate, and he is added in a tree of his", putUserAs("platform", "mia", "deactivated"), giveAs("gus", "top", groupOwner, "mia"), ""},
		{"deactivate, and he is added in another tree", putUserAs("platform", "mia", "deactivated"), giveAs("rita", "alien", groupMember, "mia"), ""},
		{"deactivate, and he founds a tree", putUserAs("platform", "olga", "deactivated"), detachedAs("olga@acme", "new"), ""},
		{"deactivate, and he is activated", putUserAs("platform", "mia", "deactivated"), putUserAs("console", "mia", "active"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := teams(t)
			meddle := &between{Committer: w.deliverer, do: func() { require.NoError(t, c.before(w)) }}
			late := *w
			late.service = tenancy.NewService(w.store, w.deliverer, meddle, clock, tenancy.Options{Log: quiet})
			require.Equal(t, c.code, codeOf(t, c.do(&late)))
			w.verifyForce()
		})
	}
}

// verifyForce says that in every row stands what the state of its person, the licence of its
// tree and the suspension of its organization say.
func (w *world) verifyForce() {
	w.t.Helper()
	rows := w.rows(w.ctx)
	state, licensed := map[string]tenancy.UserState{}, map[string]bool{}
	suspended, homes := w.suspensions(rows), map[string]string{}
	for _, row := range rows {
		switch row := row.(type) {
		case tenancy.User:
			state[row.ID] = row.State
		case tenancy.Subscription:
			licensed[row.OrganizationID] = row.EffectivePlan() == tenancy.PlanEnterprise
		case tenancy.Group:
			homes[row.ID] = row.OrganizationID
			require.Equal(w.t, suspended[row.OrganizationID], row.Suspended, "%+v", row)
		}
	}
	for _, row := range rows {
		switch row := row.(type) {
		case tenancy.Owner:
			require.Equal(w.t, state[row.UserID] != tenancy.UserActive, row.Inactive, "%+v", row)
			require.Equal(w.t, suspended[row.OrganizationID], row.Suspended, "%+v", row)
		case tenancy.Membership:
			require.Equal(w.t, state[row.UserID] != tenancy.UserActive, row.Inactive, "%+v", row)
			require.Equal(w.t, suspended[homes[row.GroupID]], row.Suspended, "%+v", row)
		case tenancy.TenantGroup:
			require.Equal(w.t, suspended[row.RootID], row.Suspended, "%+v", row)
		case tenancy.TenantGroupPlace:
			require.Equal(w.t, suspended[row.OrganizationID], row.Suspended, "%+v", row)
		case tenancy.TenantGroupUser:
			require.Equal(w.t, state[row.UserID] != tenancy.UserActive, row.Inactive, "%+v", row)
			require.Equal(w.t, suspended[row.RootID], row.Suspended, "%+v", row)
		case tenancy.Link:
			require.Equal(w.t, !licensed[row.RootID], row.Unlicensed, "%+v", row)
			require.Equal(w.t, suspended[row.OrganizationID], row.Suspended, "%+v", row)
		}
	}
}

// suspensions are the organizations that are suspended, themselves or above.
func (w *world) suspensions(rows []tenancy.Row) map[string]bool {
	w.t.Helper()
	organizations := map[string]tenancy.Organization{}
	for _, row := range rows {
		if o, ok := row.(tenancy.Organization); ok {
			organizations[o.ID] = o
		}
	}
	suspended := map[string]bool{}
	for id, o := range organizations {
		for at, ok := o, true; ok; at, ok = organizations[at.ParentID] {
			suspended[id] = suspended[id] || at.State == tenancy.OrganizationSuspended
		}
		require.Equal(w.t, suspended[id], o.Suspended, "%+v", o)
	}
	return suspended
}

// TestItGivesUpAgainstOthersWhoAreAlwaysFaster after a bounded number of attempts.
func TestItGivesUpAgainstOthersWhoAreAlwaysFaster(t *testing.T) {
	w := teams(t)
	late, attempts := w.alwaysLate("acme")
	require.Equal(t, tenancy.CodeConflict, codeOf(t, linkAs("olga", "shop", "top")(late)))
	require.Equal(t, 32, *attempts)
}

// TestR1AUsedIDDoesNotTellWhetherItsTreeIsBusy: to begin a tree asks for its id alone.
func TestR1AUsedIDDoesNotTellWhetherItsTreeIsBusy(t *testing.T) {
	w := teams(t)
	late, attempts := w.alwaysLate("rival")
	require.Equal(t, tenancy.CodeIDUsed, codeOf(t, detachedAs("olga@acme", "rival")(late)))
	require.Equal(t, 1, *attempts)
}

// alwaysLate is the world to somebody before whose every commit the tree moves.
func (w *world) alwaysLate(root string) (late *world, attempts *int) {
	w.t.Helper()
	attempts = new(int)
	names := []tenancy.OrganizationPatch{{Name: ptr("A")}, {Name: ptr("B")}}
	faster := lateCommitter{w.deliverer, func(ctx context.Context, change tenancy.Change) (map[string]int64, error) {
		*attempts++
		_, _, err := w.service.PatchOrganization(ctx, platform, w.id(root), names[*attempts%2])
		require.NoError(w.t, err)
		return w.deliverer.Commit(ctx, change)
	}}
	in := *w
	in.service = tenancy.NewService(w.store, w.deliverer, faster, clock, tenancy.Options{Log: quiet})
	return &in, attempts
}

// lateCommitter has something else done with a change.
type lateCommitter struct {
	tenancy.Committer
	commit func(context.Context, tenancy.Change) (map[string]int64, error)
}

func (l lateCommitter) Commit(ctx context.Context, c tenancy.Change) (map[string]int64, error) {
	return l.commit(ctx, c)
}

func ptr[T any](v T) *T { return &v }
