package tenancy_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestRandomOperations has random people do random things in two trees. After each the
// answer is the oracle's, and so is what everybody may do everywhere; I-1 and I-2 hold.
func TestRandomOperations(t *testing.T) {
	playGames(t, func(rt *rapid.T, g *game) { rt.Repeat(g.moves()) })
}

// playGames plays many, each with a record of its own.
func playGames(t *testing.T, play func(*rapid.T, *game)) {
	t.Helper()
	rapid.Check(t, func(rt *rapid.T) {
		store, err := openRecord(t.Context(), clock)
		require.NoError(t, err)
		defer store.Close()
		play(rt, newGame(over(store, shared.engine, shared.index).world(t.Context(), rt)))
	})
}

// game is a world and the oracle's model of it.
type game struct {
	*world
	oracle
}

var (
	gamers = []string{"u0", "u1", "u2", "u3"}
	boards = map[string]string{"a": "", "a1": "a", "a11": "a1", "a2": "a", "b": "", "b1": "b"}
	teamOf = map[string]string{"ga": "a", "ga1": "a1", "ga11": "a11", "gb": "b"}
)

// newGame starts with u0 as the owner of everything in tree a, and u1 in tree b.
func newGame(w *world) *game {
	g := &game{world: w, oracle: oracle{
		parent: maps.Clone(boards), home: maps.Clone(teamOf), plan: map[string]bool{"a": true, "b": true}, halted: map[string]bool{},
		owners: pairs{}, links: pairs{}, claims: map[string][]tenancy.Claim{}, retired: map[string]bool{}, teams: map[string]team{},
		people:    map[tenancy.GroupRole]pairs{groupOwner: {}, groupMember: {}},
		delegated: map[string]bool{}, admins: map[[2]string]admin{},
	}}
	g.users(gamers...)
	for _, organization := range []string{"a", "b", "a1", "a2", "b1", "a11"} {
		owner := map[string]string{"a": "u0", "b": "u1"}[g.oracle.root(organization)]
		g.owners[[2]string{organization, owner}] = true
		if parent := boards[organization]; parent == "" {
			w.root(organization, owner)
		} else {
			w.child(organization, parent, owner)
		}
	}
	for group, home := range teamOf {
		owner := g.owners.with(home)[0]
		w.group(group, home, owner)
		g.people[groupOwner][[2]string{group, owner}] = true
	}
	return g
}

func (g *game) moves() map[string]func(*rapid.T) {
	user, organization := rapid.SampledFrom(gamers), rapid.SampledFrom([]string{"a", "a1", "a11", "a2", "b", "b1"})
	group := rapid.SampledFrom([]string{"ga", "ga1", "ga11", "gb"})
	actor := rapid.OneOf(user, user, rapid.Just("platform"))
	role := rapid.SampledFrom([]tenancy.GroupRole{groupOwner, groupMember})
	moves := g.teamMoves(actor, user, organization)
	maps.Copy(moves, map[string]func(*rapid.T){
		"": g.compare,
		"look up": func(t *rapid.T) {
			g.t = t
			g.compareLookups(user.Draw(t, "user"), rapid.SampledFrom([]string{"own", "access", "view_agents"}).Draw(t, "permission"), rapid.IntRange(1, 4).Draw(t, "limit"))
		},
		"own": func(t *rapid.T) {
			a, o, u := actor.Draw(t, "actor"), organization.Draw(t, "organization"), user.Draw(t, "user")
			g.play(t, g.own(a, o, u), ownAs(a, o, u))
		},
		"disown": func(t *rapid.T) {
			a, o, u := actor.Draw(t, "actor"), organization.Draw(t, "organization"), user.Draw(t, "user")
			g.play(t, g.disown(a, o, u), disownAs(a, o, u))
		},
		"give": func(t *rapid.T) {
			a, gr, r, u := actor.Draw(t, "actor"), group.Draw(t, "group"), role.Draw(t, "role"), user.Draw(t, "user")
			g.play(t, g.give(a, gr, r, u), giveAs(a, gr, r, u))
		},
		"take": func(t *rapid.T) {
			a, gr, r, u := actor.Draw(t, "actor"), group.Draw(t, "group"), role.Draw(t, "role"), user.Draw(t, "user")
			g.play(t, g.take(a, gr, r, u), takeAs(a, gr, r, u))
		},
		"claims": func(t *rapid.T) {
			claims := rapid.SampledFrom([][]tenancy.Claim{nil, {"view_agents"}, {"manage_agents"}, {"owner"}, {"manage_billing"}}).Draw(t, "claims")
			a, gr := actor.Draw(t, "actor"), group.Draw(t, "group")
			g.play(t, g.setClaims(a, gr, claims), claimsAs(a, gr, claims...))
		},
		"link": func(t *rapid.T) {
			a, o, gr := actor.Draw(t, "actor"), organization.Draw(t, "organization"), group.Draw(t, "group")
			g.play(t, g.oracle.link(a, o, gr), linkAs(a, o, gr))
		},
		"unlink": func(t *rapid.T) {
			a, o, gr := actor.Draw(t, "actor"), organization.Draw(t, "organization"), group.Draw(t, "group")
			g.play(t, g.unlink(a, o, gr), unlinkAs(a, o, gr))
		},
		"licence": func(t *rapid.T) {
			o, enterprise := organization.Draw(t, "organization"), rapid.Bool().Draw(t, "enterprise")
			g.play(t, g.setPlan(o, enterprise), subscribeAs("platform", o, map[bool]tenancy.Plan{true: "enterprise", false: "free"}[enterprise], active))
		},
		"state": func(t *rapid.T) {
			a, o, halted := actor.Draw(t, "actor"), organization.Draw(t, "organization"), rapid.Bool().Draw(t, "suspended")
			g.play(t, g.setState(a, o, halted), stateAs(a, o, map[bool]tenancy.OrganizationState{true: "suspended", false: "active"}[halted]))
		},
		"delete": func(t *rapid.T) {
			a, from, o := actor.Draw(t, "actor"), organization.Draw(t, "from"), organization.Draw(t, "organization")
			if code := g.remove(a, from, o); a == "platform" {
				g.play(t, code, deleteAs(a, o))
			} else {
				g.play(t, code, deleteAs(a+"@"+from, o))
			}
		},
		"attach": func(t *rapid.T) {
			a, o, parent := actor.Draw(t, "actor"), organization.Draw(t, "organization"), organization.Draw(t, "parent")
			g.play(t, g.attach(a, o, parent), attachAs(a, o, parent))
		},
		"detach": func(t *rapid.T) {
			a, o := actor.Draw(t, "actor"), organization.Draw(t, "organization")
			g.play(t, g.detach(a, o), detachAs(a, o))
		},
		"delegate": func(t *rapid.T) {
			a, o, delegated := actor.Draw(t, "actor"), organization.Draw(t, "organization"), rapid.Bool().Draw(t, "delegated")
			g.play(t, g.delegate(a, o, delegated), isolationAs(a, o, map[bool]tenancy.Isolation{true: "delegated", false: "isolated"}[delegated]))
		},
		"administrate": func(t *rapid.T) {
			a, o, u, as := actor.Draw(t, "actor"), rapid.SampledFrom([]string{"a", "a", "b", "a1"}).Draw(t, "root"), user.Draw(t, "user"), drawAdmin(t)
			g.play(t, g.administrate(a, o, u, as), administrateAs(a, o, u, as))
		},
		"dismiss": func(t *rapid.T) {
			a, o, u := actor.Draw(t, "actor"), rapid.SampledFrom([]string{"a", "b", "a1"}).Draw(t, "root"), user.Draw(t, "user")
			g.play(t, g.dismiss(a, o, u), dismissAs(a, o, u))
		},
		"user": func(t *rapid.T) {
			u, retired := user.Draw(t, "user"), rapid.Bool().Draw(t, "deactivated")
			g.retired[u] = retired
			g.play(t, "", putUserAs("console", u, map[bool]tenancy.UserState{true: "deactivated", false: "active"}[retired]))
		},
	})
	return moves
}

func (g *game) play(t *rapid.T, want tenancy.Code, do call) {
	g.t = t
	require.Equal(t, want, codeOf(t, do(g.world)))
}

// compare asks about everybody everywhere, in one call for each tree.
func (g *game) compare(t *rapid.T) {
	g.t = t
	g.verify(g.ctx)
	g.verifyForce()
	for root, version := range trees(g.world) {
		var questions []tenancy.Question
		var want []bool
		for organization := range g.parent {
			if g.id(g.oracle.root(organization)) != root {
				continue
			}
			for _, user := range gamers {
				for _, permission := range []string{"own", "access", "view_agents", "view_roster", "manage_groups"} {
					questions = append(questions, g.question(user, permission, organization))
					want = append(want, g.oracle.may(user, permission, organization))
				}
			}
		}
		got, err := g.deliverer.Check(g.ctx, root, version, questions)
		require.NoError(t, err)
		for i, q := range questions {
			require.Equal(t, want[i], got[i], "%v", q)
		}
	}
}

// drawAdmin may be what nobody can be.
func drawAdmin(t *rapid.T) admin {
	role := rapid.SampledFrom(tenancy.AccountRoles)
	a := admin{role: role.Draw(t, "account role"), below: role.Draw(t, "subaccount role"),
		reach: rapid.SampledFrom([]tenancy.Reach{tenancy.ReachAll, tenancy.ReachList, tenancy.ReachExcept}).Draw(t, "reach")}
	if a.reach != tenancy.ReachAll {
		a.named = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a1", "a11", "a2"}), 0, 2, rapid.ID[string]).Draw(t, "named")
	}
	return a
}
