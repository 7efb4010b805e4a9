package tenancy_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
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
	rosters map[string][]string // by organization
}

var (
	pastUsers         = []string{"u0", "u1", "u2", "u3"}
	pastOrganizations = []string{"a", "a1", "a11", "a2", "b", "b1"}
	pastPermissions   = []string{"own", "access", "view_agents"}
)

func (w *world) seenAt(at time.Time) instantSeen {
	w.t.Helper()
	m := instantSeen{at: at, roots: map[string]string{}, allowed: map[[3]string]bool{}, rosters: map[string][]string{}}
	snap, err := w.store.Snapshot(w.ctx)
	require.NoError(w.t, err)
	for _, o := range pastOrganizations {
		row, err := snap.Organization(w.ctx, w.id(o))
		require.NoError(w.t, err)
		m.roots[o] = row.RootID
	}
	require.NoError(w.t, snap.Close())
	for _, o := range pastOrganizations {
		m.rosters[o] = w.rosterNow(o)
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
	random := rand.New(rand.NewPCG(18, 2))
	w.users(pastUsers...)
	w.root("a", "u0")
	w.root("b", "u1")
	for _, below := range [][2]string{{"a1", "a"}, {"a2", "a"}, {"b1", "b"}, {"a11", "a1"}} {
		w.child(below[0], below[1], "u0")
	}
	for group, home := range map[string]string{"ga": "a", "ga1": "a1", "gb": "b"} {
		w.group(group, home, "u0", "view_agents")
	}
	w.tenantGroup("ta", "a", "")
	w.tenantGroup("tas", "a", "ta")
	var moments []instantSeen
	for at := now.Now(); at.Before(end); at = now.Now() {
		now.set(at.Add(time.Duration(1+random.IntN(60_000)) * time.Millisecond))
		_ = w.randomChange(random, now.Now()) // refused or not
		moments = append(moments, w.seenAt(now.Now()))
	}
	require.Greater(t, len(moments), 80)
	now.set(end.Add(time.Hour))
	today := w.seenAt(now.Now()).roots
	moves, held, ways := 0, 0, map[string]int{}
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
			var roster []string
			for _, e := range entries {
				for _, p := range e.Permissions {
					reviewed[[2]string{e.User.ID, p}] = true
				}
				roster = append(roster, w.waysText(e.User.ID, e.Access))
				countKinds(ways, e.Access)
			}
			if there {
				require.Equal(t, m.rosters[o], roster, "%s at %s", o, m.at)
			} else {
				require.Empty(t, roster)
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
	require.Len(t, ways, 11, "each role of each kind of way: %v", ways)
}

// rosterNow is the roster of today as [world.waysText] tells it.
func (w *world) rosterNow(organization string) (texts []string) {
	w.t.Helper()
	query := tenancy.RosterQuery{State: tenancy.RosterActive}
	entries, err := w.service.Roster(w.ctx, platform, w.id(organization), query, tenancy.PageAll)
	require.NoError(w.t, err)
	for _, e := range entries {
		texts = append(texts, w.waysText(e.User.ID, e.Access))
	}
	return texts
}

// waysText is what a past roster tells of somebody, in any order: today's goes by times too.
func (w *world) waysText(user string, access []tenancy.RosterAccess) string {
	ways := make([]string, len(access))
	for i, way := range access {
		ways[i] = strings.Join(strings.Fields(fmt.Sprint(way.Via, "/", way.Role, " ", way.GroupID, " ", way.TenantGroupID, " in ", way.OrganizationID, " ", way.Claims)), " ")
	}
	slices.Sort(ways)
	return w.names(user + ": " + strings.Join(ways, ", "))
}

func countKinds(kinds map[string]int, access []tenancy.RosterAccess) {
	for _, way := range access {
		kind := string(way.Via)
		if way.Via != tenancy.ViaAccountRole {
			kind += " " + way.Role
		}
		if way.Via == tenancy.ViaLinkedGroup && way.TenantGroupID != "" {
			kind += " by a tenant group"
		}
		kinds[kind]++
	}
}

// randomChange is made by the platform.
func (w *world) randomChange(random *rand.Rand, now time.Time) error {
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	user, organization, group := pick(pastUsers...), pick(pastOrganizations...), pick("ga", "ga1", "gb")
	root, collection := pick("a", "a", "b"), pick("ta", "tas")
	movable := pick(pastOrganizations[1:]...) // a keeps its tenant groups, which end with a root
	roles := tenancy.AccountRoles
	admins := []admin{
		inAll("owner", "owner"), inAll(roles[random.IntN(len(roles))], roles[1+random.IntN(len(roles)-1)]),
		onlyIn("help_desk", "a1", "a11"), butFor("read_only", pick("a1", "a2")),
	}
	role := []tenancy.GroupRole{groupMember, groupMember, groupOwner}[random.IntN(3)]
	ends := now.Add(time.Duration(random.IntN(600)) * time.Second).Format(time.RFC3339Nano)
	changes := []call{
		ownAs("platform", organization, user), ownAs("platform", organization, user), disownAs("platform", organization, user),
		giveAs("platform", group, role, user), giveUntilAs("platform", group, groupMember, user, ends), takeAs("platform", group, role, user),
		claimsAs("platform", group, []tenancy.Claim{"view_agents", "manage_agents", "owner", "manage_billing"}[random.IntN(4)]),
		linkAs("platform", organization, group), linkAs("platform", organization, group), unlinkAs("platform", organization, group),
		subscribeAs("platform", pick("a", "b"), []tenancy.Plan{"enterprise", "enterprise", "free"}[random.IntN(3)], active),
		stateAs("platform", organization, []tenancy.OrganizationState{"active", "active", "suspended"}[random.IntN(3)]),
		detachAs("platform", organization), attachAs("platform", movable, pick(pastOrganizations...)),
		attachAs("platform", movable, pick("a", "b")),
		isolationAs("platform", organization, []tenancy.Isolation{"delegated", "delegated", "isolated"}[random.IntN(3)]),
		administrateAs("platform", root, user, admins[random.IntN(len(admins))]), administrateAs("platform", root, user, admins[random.IntN(len(admins))]),
		dismissAs("platform", root, user),
		placeAs("platform", collection, organization), placeAs("platform", collection, organization), displaceAs("platform", collection, organization),
		useAs("platform", collection, user, tenancy.TenantGroupUserInput{GroupAdministrator: random.IntN(2) == 0, AllTenantPermissions: random.IntN(2) == 0}),
		disuseAs("platform", collection, user),
		teamAs("platform", collection, group), teamOnAs("platform", collection, group, narrow("view_agents")), unteamAs("platform", collection, group),
		linkOnAs("platform", organization, group, narrow("view_agents")),
		linkOnAs("platform", organization, group, tenancy.LinkInput{Scope: tenancy.ScopeSubtree}),
		putUserAs("platform", user, []tenancy.UserState{"active", "active", "deactivated"}[random.IntN(3)]),
	}
	return changes[random.IntN(len(changes))](w)
}

// TestR32TheRosterOfThen has each kind of way, when nothing of it is left.
func TestR32TheRosterOfThen(t *testing.T) {
	w, now := newTimedWorld(t)
	w.growTwoTrees()
	w.growGroups()
	w.growTechs()
	w.users("ada", "art", "gil", "moe")
	w.group("bosses", "acme", "gus", "owner")
	w.put("bosses", groupMember, "gil")
	w.group("own", "shop", "sam", "manage_billing")
	w.put("own", groupMember, "moe")
	w.teamLink("retail", "techs")
	require.NoError(t, linkOnAs("platform", "shop", "techs", tenancy.LinkInput{Scope: tenancy.ScopeSubtree})(w))
	require.NoError(t, linkOnAs("platform", "kiosk", "bosses", narrow("view_agents", "manage_billing"))(w))
	require.NoError(t, linkOnAs("platform", "shop", "own", tenancy.LinkInput{Scope: tenancy.ScopeSubtree, Claims: []tenancy.Claim{}})(w), "at home, for what is below")
	w.place("retail", "kiosk") // beside east, which is in retail
	w.delegateAll("shop", "kiosk")
	w.administrator("ada", butFor("help_desk", "shop"))
	w.administrator("art", onlyIn("billing", "shop"))
	w.invite("a", "olga", "techs", "zoe@example.com", groupMember)
	then := now.Now()
	now.set(then.Add(time.Minute))
	for organization, want := range map[string][]string{
		"shop": {
			"art: account_role/billing in acme [manage_billing]",
			"gail: tenant_group/group_administrator retail in acme []",
			"gil: account_role/owner in acme [owner]",
			"gus: linked_group/owner techs in acme [], linked_group/owner techs retail in acme []",
			"mia: linked_group/member techs in acme [view_agents], linked_group/member techs retail in acme [view_agents]",
			"moe: group/member own in shop [manage_billing]",
			"olga: account_role/owner in acme [owner], linked_group/owner techs in acme [], linked_group/owner techs retail in acme [], owner/owner in shop [owner]",
			"sam: group/owner own in shop [], owner/owner in shop [owner]",
			"tina: tenant_group/all_tenant_permissions retail in acme " + allButOwner(),
			"uwe: tenant_group/user retail in acme []",
		},
		"kiosk": {
			"ada: account_role/help_desk in acme " + fmt.Sprint(tenancy.AccountHelpDesk.Claims()),
			"ed: tenant_group/group_administrator east in acme []",
			"gail: tenant_group/group_administrator retail in acme []",
			"gil: account_role/owner in acme [owner], linked_group/member bosses in acme [manage_billing view_agents]",
			"gus: linked_group/owner bosses in acme [], linked_group/owner techs in acme [], linked_group/owner techs retail in acme []",
			"kim: owner/owner in kiosk [owner]",
			"mia: linked_group/member techs in acme [view_agents], linked_group/member techs retail in acme [view_agents]",
			"moe: linked_group/member own in shop []",
			"olga: account_role/owner in acme [owner], linked_group/owner techs in acme [], linked_group/owner techs retail in acme [], owner/owner in kiosk [owner]",
			"sam: linked_group/owner own in shop []",
			"tina: tenant_group/all_tenant_permissions retail in acme " + allButOwner(),
			"uwe: tenant_group/user retail in acme []",
		},
		"farm": {"finn: owner/owner in farm [owner]"},
		"acme": {
			"ada: account_role/help_desk in acme " + fmt.Sprint(tenancy.AccountHelpDesk.Claims()),
			"art: account_role/billing in acme [manage_billing]",
			"gil: group/member bosses in acme [owner]",
			"gus: group/owner bosses in acme [], group/owner techs in acme []",
			"mia: group/member techs in acme [view_agents]",
			"olga: group/owner techs in acme [], owner/owner in acme [owner]",
		},
	} {
		require.Equal(t, want, w.rosterNow(organization), organization)
		require.Equal(t, want, w.rosterAt(organization, then), organization)
	}
	require.NoError(t, stateAs("platform", "acme", "suspended")(w))
	require.Empty(t, w.rosterAt("kiosk", now.Now()))
	require.Len(t, w.rosterAt("kiosk", then), 12)
}

func (w *world) rosterAt(organization string, at time.Time) (texts []string) {
	w.t.Helper()
	entries, err := w.service.ReviewAt(w.ctx, platform, w.id(organization), at.Format(time.RFC3339Nano), tenancy.PageAll)
	require.NoError(w.t, err)
	for _, e := range entries {
		texts = append(texts, w.waysText(e.User.ID, e.Access))
	}
	return texts
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
	require.Len(t, entries, 4, "mia, nina and sam; and gus owns the group that is linked (D-17)")
	require.Empty(t, entries[0].Permissions)
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
	require.Equal(t, []string{fmt.Sprint("gus", "active", 0), fmt.Sprint("mia", "deactivated", 2), fmt.Sprint("sam", "active", len(tenancy.PermissionsOf("organization")))}, said)
	require.Equal(t, []string{"access", "view_agents"}, all[1].Permissions)
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
	require.Len(t, later, 2, "gus and sam")
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
