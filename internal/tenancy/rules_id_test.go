package tenancy_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestR13AnIDIsNeverUsedTwice by one of its kind, in whichever tree.
func TestR13AnIDIsNeverUsedTwice(t *testing.T) {
	gone := func(t *testing.T) *world {
		t.Helper()
		w := withLink(t)
		require.NoError(t, deleteGroupAs("olga", "top")(w))
		return w
	}
	run(t, gone,
		trial{"a deleted group's", groupAs("olga", "acme", "top", "owner"), refused("id-used", "acme")},
		trial{"a deleted group's, by the platform", groupOwnedAs("platform", "acme", "top", "mia"), refused("id-used", "acme")},
		trial{"a deleted group's, in another tree", groupAs("rita", "rival", "top"), refused("id-used", "rival")},
		trial{"a group's that is there", groupAs("olga", "acme", "mid"), refused("id-used", "acme")},
		trial{"a group's of another tree", groupAs("olga", "acme", "alien"), refused("id-used", "acme")},
		trial{"an organization's of the same tree", createAs("olga", "acme", "farm"), refused("id-used", "acme")},
		trial{"an organization's of another tree", createAs("olga", "acme", "stall"), refused("id-used", "acme")},
		trial{"his own root's", createAs("olga", "acme", "acme"), refused("id-used", "acme")},
		trial{"his own root's, delegated", createDelegatedAs("olga", "acme", "acme"), refused("id-used", "acme")},
		trial{"another root's", createAs("olga", "acme", "rival"), refused("id-used", "acme")},
		trial{"another root's, for a root", detachedAs("olga@acme", "rival"), refused("id-used", "rival")},
		trial{"his own root's, for a root", detachedAs("olga@acme", "acme"), refused("id-used", "acme")},
		trial{"a sub-organization's, for a root", detachedAs("olga@acme", "stall"), refused("id-used", "service")},
		trial{"an organization's, for a group", groupAs("olga", "acme", "farm"), done("acme", grouped("farm", "acme", "olga")...)},
	)
	w := gone(t)
	require.False(t, w.may("mia", "access", "acme"), "the id of a deleted group still grants")
}

func createDelegatedAs(actor, parent, id string) call {
	return func(w *world) error {
		in := tenancy.NewOrganization{ID: w.id(id), Name: id, ParentID: w.id(parent), Isolation: tenancy.Delegated}
		_, _, err := w.service.CreateOrganization(w.ctx, w.as(actor), in)
		return err
	}
}

func groupOwnedAs(actor, home, id, owner string) call {
	return func(w *world) error {
		_, _, err := w.service.CreateGroup(w.ctx, w.as(actor), w.id(home), tenancy.NewGroup{ID: w.id(id), Name: id, OwnerID: w.id(owner)})
		return err
	}
}

// TestR13AnotherTreeIsNotToldOfFromWhere looks at the event that a used id of another root
// leaves in that root's trail.
func TestR13AnotherTreeIsNotToldOfFromWhere(t *testing.T) {
	w := twoTrees(t)
	require.Error(t, detachedAs("olga@acme", "rival")(w))
	require.Equal(t, []string{w.id("rival")}, w.last("rival").Organizations)
}

func TestR13AUserIsPutNotReplaced(t *testing.T) {
	w := twoTrees(t)
	_, created, _, err := w.service.PutUser(w.ctx, console, w.id("olga"), tenancy.UserInput{})
	require.NoError(t, err)
	require.False(t, created)
	require.True(t, w.may("olga", "own", "acme"))
}

// TestOneIDIsCreatedOnce by many at once.
func TestOneIDIsCreatedOnce(t *testing.T) {
	w := teams(t)
	for name, c := range map[string]struct {
		do   func(i int) call
		lose tenancy.Code
	}{
		"roots": {func(i int) call { return detachedAs([]string{"olga@acme", "rita@rival"}[i%2], "new-root") }, "id-used"},
		"children": {func(i int) call {
			return createAs([]string{"olga", "rita"}[i%2], []string{"acme", "rival"}[i%2], "new-child")
		}, "id-used"},
		"groups": {func(i int) call {
			return groupAs([]string{"olga", "rita"}[i%2], []string{"acme", "rival"}[i%2], "new-group")
		}, "id-used"},
		"one's members": {func(int) call { return giveAs("gus", "top", groupMember, "nina") }, ""},
		"one's links":   {func(int) call { return linkAs("olga", "shop", "top") }, ""},
		"users":         {func(int) call { return putUserAs("console", "new-user", "active") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			heads := w.heads()
			codes := atOnce(t, w, 8, c.do)
			require.Positive(t, codes[""])
			if c.lose != "" {
				require.Equal(t, map[tenancy.Code]int{"": 1, c.lose: 7}, codes)
			}
			require.Equal(t, 1, strings.Count(strings.Join(w.news(heads), ","), "done"), "one change, one event")
		})
	}
}

// atOnce counts the outcomes of n calls that are made together.
func atOnce(t *testing.T, w *world, n int, do func(i int) call) map[tenancy.Code]int {
	t.Helper()
	results := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { results[i] = do(i)(w) })
	}
	wg.Wait()
	codes := map[tenancy.Code]int{}
	for _, err := range results {
		codes[codeOf(t, err)]++
	}
	return codes
}

// TestIDsThatAreNone is attacks 6 and 7.
func TestIDsThatAreNone(t *testing.T) {
	w := twoTrees(t)
	for _, id := range []string{"*", "a b", "a:b", "a#b", "a@b", "a|b", "é", "a/b", strings.Repeat("a", 65), "\x00"} {
		_, _, err := w.service.CreateGroup(w.ctx, w.as("olga"), w.id("acme"), tenancy.NewGroup{ID: id, Name: "n"})
		require.Equal(t, tenancy.CodeInvalid, codeOf(t, err), id)
		_, _, err = w.service.CreateOrganization(w.ctx, w.as("olga"), tenancy.NewOrganization{ID: id, Name: "n", ParentID: w.id("acme")})
		require.Equal(t, tenancy.CodeInvalid, codeOf(t, err), id)
		_, err = w.service.Organization(w.ctx, w.as("olga"), id)
		require.Equal(t, tenancy.CodeNotFound, codeOf(t, err), id)
		_, _, err = w.service.PutMembership(w.ctx, w.as("olga"), id, groupMember, id, tenancy.MembershipInput{})
		require.Equal(t, tenancy.CodeNotFound, codeOf(t, err), id)
		_, _, err = w.service.PutOwner(w.ctx, w.as("olga"), w.id("acme"), id)
		require.Equal(t, tenancy.CodeNotFound, codeOf(t, err), id)
		_, _, err = w.service.Check(w.ctx, console, tenancy.Question{
			Subject: tenancy.Object{Type: "user", ID: "*"}, Permission: "own", Resource: tenancy.Object{Type: "organization", ID: id},
		}, tenancy.Token{})
		require.Equal(t, tenancy.CodeInvalid, codeOf(t, err), id)
	}
}

func TestIDsDifferInCase(t *testing.T) {
	w := twoTrees(t)
	w.expect(refused("not-found", "service"), seeAs("olga", "Acme"))
	w.expect(outcome{code: tenancy.CodeUnauthenticated}, seeAs("Olga", "acme"))
}

func TestGeneratedIDs(t *testing.T) {
	w := twoTrees(t)
	g, _, err := w.service.CreateGroup(w.ctx, w.as("olga"), w.id("acme"), tenancy.NewGroup{Name: "n"})
	require.NoError(t, err)
	require.Regexp(t, `^grp_[0-9a-v]{26}$`, g.ID)
	require.Equal(t, g.ID, w.last("acme").Target.ID)
	require.NoError(t, func() error { _, err := w.service.DeleteGroup(w.ctx, w.as("olga"), g.ID); return err }())
}

// TestNoEndlessTextInTheTrail names things that no console would.
func TestNoEndlessTextInTheTrail(t *testing.T) {
	w := twoTrees(t)
	long := strings.Repeat("é", 1<<16)
	_, _, err := w.service.PutOwner(w.ctx, w.as("olga"), w.id("acme"), long)
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, err))
	require.LessOrEqual(t, len(w.last("acme").Detail["user_id"]), 512)
	_, err = w.service.Organization(w.ctx, w.as("olga"), long)
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, err))
	require.LessOrEqual(t, len(w.last("service").Target.ID), 512)
}
