package tenancy_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func checkAtAs(actor, organization string, at time.Time) call {
	return func(w *world) error {
		q := tenancy.Question{Subject: tenancy.Object{Type: "user", ID: w.id("sam")}, Permission: "access", Resource: tenancy.Object{Type: "organization", ID: w.id(organization)}}
		_, _, err := w.service.CheckAt(w.ctx, w.as(actor), w.id(organization), q, at.Format(time.RFC3339Nano))
		return err
	}
}

func reviewAs(actor, organization string, at time.Time) call {
	return func(w *world) error {
		_, err := w.service.ReviewAt(w.ctx, w.as(actor), w.id(organization), at.Format(time.RFC3339Nano), tenancy.PageAll)
		return err
	}
}

// heldAt answers what held, as the platform is told.
func (w *world) heldAt(user, permission, organization string, at time.Time) bool {
	w.t.Helper()
	return w.heldOnAt(user, permission, organization, tenancy.Object{Type: "organization", ID: w.id(organization)}, at)
}

func (w *world) heldOnAt(user, permission, organization string, resource tenancy.Object, at time.Time) bool {
	w.t.Helper()
	q := tenancy.Question{Subject: tenancy.Object{Type: "user", ID: w.id(user)}, Permission: permission, Resource: resource}
	allowed, _, err := w.service.CheckAt(w.ctx, platform, w.id(organization), q, at.Format(time.RFC3339Nano))
	require.NoError(w.t, err)
	return allowed
}

// instantSeen is what was decided at one time: by user, permission and organization, and in which
// tree that was.
type instantSeen struct {
	at      time.Time
	roots   map[string]string
	allowed map[[3]string]bool
}

var (
	pastUsers         = []string{"u0", "u1", "u2", "u3"}
	pastOrganizations = []string{"a", "a1", "a11", "a2", "b", "b1"}
	pastPermissions   = []string{"own", "access", "view_agents"}
)

func (w *world) seenAt(at time.Time) instantSeen {
	w.t.Helper()
	m := instantSeen{at: at, roots: map[string]string{}, allowed: map[[3]string]bool{}}
	snap, err := w.store.Snapshot(w.ctx)
	require.NoError(w.t, err)
	for _, o := range pastOrganizations {
		row, err := snap.Organization(w.ctx, w.id(o))
		require.NoError(w.t, err)
		m.roots[o] = row.RootID
	}
	require.NoError(w.t, snap.Close())
	for _, o := range pastOrganizations {
		for _, u := range pastUsers {
			for _, p := range pastPermissions {
				m.allowed[[3]string{u, p, o}] = w.may(u, p, o)
			}
		}
	}
	return m
}

// TestR82ThePastIsWhatWasDecided: an hour of random changes, with moves from tree to tree and
// back, and all that was decided meanwhile; then each moment is asked about.
func TestR82ThePastIsWhatWasDecided(t *testing.T) {
	w, now := newTimedWorld(t)
	random := rand.New(rand.NewPCG(1, 2))
	w.users(pastUsers...)
	w.root("a", "u0")
	w.root("b", "u1")
	for _, below := range [][2]string{{"a1", "a"}, {"a2", "a"}, {"b1", "b"}, {"a11", "a1"}} {
		w.child(below[0], below[1], "u0")
	}
	for group, home := range map[string]string{"ga": "a", "ga1": "a1", "gb": "b"} {
		w.group(group, home, "u0", "view_agents")
	}
	var moments []instantSeen
	for at := now.Now(); at.Before(end); at = now.Now() {
		now.set(at.Add(time.Duration(1+random.IntN(70_000)) * time.Millisecond))
		_ = w.randomChange(random, now.Now()) // refused or not
		moments = append(moments, w.seenAt(now.Now()))
	}
	require.Greater(t, len(moments), 80)
	now.set(end.Add(time.Hour))
	today := w.seenAt(now.Now()).roots
	moves, held := 0, 0
	for _, i := range random.Perm(len(moments)) {
		m := moments[i]
		for _, o := range pastOrganizations {
			there := m.roots[o] == today[o]
			if !there {
				moves++
			}
			reviewed := map[[2]string]bool{}
			entries, err := w.service.ReviewAt(w.ctx, platform, w.id(o), m.at.Format(time.RFC3339Nano), tenancy.PageAll)
			require.NoError(t, err)
			for _, e := range entries {
				for _, p := range e.Permissions {
					reviewed[[2]string{e.User.ID, p}] = true
				}
			}
			for _, u := range pastUsers {
				for _, p := range pastPermissions {
					want := there && m.allowed[[3]string{u, p, o}]
					require.Equal(t, want, w.heldAt(u, p, o, m.at), "%s %s %s at %s", u, p, o, m.at)
					require.Equal(t, want, reviewed[[2]string{w.id(u), p}])
					if want {
						held++
					}
				}
			}
		}
	}
	require.Positive(t, moves, "nothing was in another tree then")
	require.Positive(t, held)
}

// randomChange is made by the platform.
func (w *world) randomChange(random *rand.Rand, now time.Time) error {
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	user, organization, group := pick(pastUsers...), pick(pastOrganizations...), pick("ga", "ga1", "gb")
	role := []tenancy.GroupRole{groupMember, groupMember, groupOwner}[random.IntN(3)]
	ends := now.Add(time.Duration(random.IntN(600)) * time.Second).Format(time.RFC3339Nano)
	changes := []call{
		ownAs("platform", organization, user), ownAs("platform", organization, user), disownAs("platform", organization, user),
		giveAs("platform", group, role, user), giveUntilAs("platform", group, groupMember, user, ends), takeAs("platform", group, role, user),
		claimsAs("platform", group, []tenancy.Claim{"view_agents", "manage_agents", "owner", "manage_billing"}[random.IntN(4)]),
		linkAs("platform", organization, group), linkAs("platform", organization, group), unlinkAs("platform", organization, group),
		subscribeAs("platform", pick("a", "b"), []tenancy.Plan{"enterprise", "enterprise", "free"}[random.IntN(3)], active),
		stateAs("platform", organization, []tenancy.OrganizationState{"active", "active", "suspended"}[random.IntN(3)]),
		detachAs("platform", organization), attachAs("platform", organization, pick(pastOrganizations...)),
		attachAs("platform", organization, pick("a", "b")),
		putUserAs("platform", user, []tenancy.UserState{"active", "active", "deactivated"}[random.IntN(3)]),
	}
	return changes[random.IntN(len(changes))](w)
}

// TestThePastHasEndsWhereTheyWere, and not when somebody asked next.
func TestThePastHasEndsWhereTheyWere(t *testing.T) {
	w, now := timed(t)
	now.set(end.Add(10 * time.Minute))
	require.False(t, w.may("mia", "view_agents", "shop"))
	require.Equal(t, now.Now(), w.last("acme").At)
	require.True(t, w.heldAt("mia", "view_agents", "shop", end.Add(-time.Millisecond)))
	require.False(t, w.heldAt("mia", "view_agents", "shop", end))
	require.False(t, w.heldAt("mia", "view_agents", "shop", now.Now()))
}

// TestThePastOfNow is as of the newest change, whenever that was.
func TestThePastOfNow(t *testing.T) {
	w, now := timed(t)
	require.False(t, w.heldAt("nina", "own", "shop", now.Now()))
	w.owner("shop", "nina") // at the same instant
	require.True(t, w.heldAt("nina", "own", "shop", now.Now()))
	require.False(t, w.heldAt("nina", "own", "shop", now.Now().Add(-time.Millisecond)))
	entries, err := w.service.ReviewAt(w.ctx, w.as("nina"), w.id("shop"), "", tenancy.PageAll)
	require.NoError(t, err)
	require.Len(t, entries, 3, "mia, nina and sam")
	require.False(t, w.heldAt("sam", "own", "shop", now.Now().Add(-time.Hour)), "there was no tree")
}

// TestR2ThePastIsOfOneOrganization: through one nothing is told of another one, be it below.
func TestR2ThePastIsOfOneOrganization(t *testing.T) {
	w, now := timed(t)
	require.NoError(t, groupAs("sam", "shop", "own", "view_agents")(w))
	machine := tenancy.Object{Type: "machine", ID: w.id("pc")}
	_, _, err := w.service.PutResource(w.ctx, platform, w.id("shop"), machine, tenancy.ResourceInput{Name: "PC"})
	require.NoError(t, err)
	own := tenancy.Object{Type: "group", ID: w.id("own")}
	top := tenancy.Object{Type: "group", ID: w.id("top")}
	shop := tenancy.Object{Type: "organization", ID: w.id("shop")}
	for _, c := range []struct {
		user, permission, organization string
		resource                       tenancy.Object
		want                           bool
	}{
		{"sam", "manage_members", "shop", own, true}, {"sam", "manage_members", "acme", own, false},
		{"gus", "manage_members", "acme", top, true}, {"gus", "manage_members", "shop", top, false},
		{"sam", "manage", "shop", machine, true}, {"sam", "manage", "acme", machine, false},
		{"sam", "own", "shop", shop, true}, {"sam", "own", "acme", shop, false},
	} {
		require.Equal(t, c.want, w.heldOnAt(c.user, c.permission, c.organization, c.resource, now.Now()), fmt.Sprint(c))
	}
}

// TestThePastIsReviewed by page, with the names of today.
func TestThePastIsReviewed(t *testing.T) {
	w, now := timed(t)
	then := now.Now()
	now.set(then.Add(time.Minute))
	require.NoError(t, takeAs("gus", "top", groupMember, "mia")(w))
	require.NoError(t, eraseAs("platform", "mia")(w))
	all, err := w.service.ReviewAt(w.ctx, w.as("sam"), w.id("shop"), then.Format(time.RFC3339Nano), tenancy.PageAll)
	require.NoError(t, err)
	var said []string
	for _, e := range all {
		said = append(said, w.names(fmt.Sprint(e.User.ID, e.User.State, len(e.Permissions))))
	}
	require.Equal(t, []string{fmt.Sprint("mia", "deactivated", 2), fmt.Sprint("sam", "active", len(tenancy.PermissionsOf("organization")))}, said)
	require.Equal(t, []string{"access", "view_agents"}, all[0].Permissions)
	for i, e := range all {
		after := ""
		if i > 0 {
			after = all[i-1].User.ID
		}
		page, err := w.service.ReviewAt(w.ctx, w.as("sam"), w.id("shop"), then.Format(time.RFC3339Nano), tenancy.Page{After: after, Limit: 1})
		require.NoError(t, err)
		require.Equal(t, []tenancy.ReviewEntry{e}, page)
	}
	later, err := w.service.ReviewAt(w.ctx, w.as("sam"), w.id("shop"), now.Now().Format(time.RFC3339Nano), tenancy.PageAll)
	require.NoError(t, err)
	require.Len(t, later, 1)
}

// TestThePastIsNoFuture, and has an instant.
func TestThePastIsNoFuture(t *testing.T) {
	w, now := timed(t)
	for _, when := range []string{now.Now().Add(time.Millisecond).Format(time.RFC3339Nano), "yesterday"} {
		_, err := w.service.ReviewAt(w.ctx, w.as("sam"), w.id("shop"), when, tenancy.PageAll)
		require.Equal(t, tenancy.CodeInvalid, codeOf(t, err), when)
	}
	q := tenancy.Question{Subject: tenancy.Object{Type: "user", ID: "x"}, Permission: "fly", Resource: tenancy.Object{Type: "organization", ID: "x"}}
	_, _, err := w.service.CheckAt(w.ctx, w.as("sam"), w.id("shop"), q, now.Now().Format(time.RFC3339))
	require.Equal(t, tenancy.CodeInvalid, codeOf(t, err))
}
