package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/authn"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// rounds is how often something is done at two nodes: TENANTRY_ROUNDS, of which 200 are run on
// demand.
func rounds(t *testing.T) int { return count(t, "TENANTRY_ROUNDS", 20) }

// TestWhoIsRefusedAtOneNodeIsRefusedAtTheOther on the very next call: nodes remember neither
// callers nor decisions beyond what is committed (R-70, R-80, D-7, D-8).
func TestWhoIsRefusedAtOneNodeIsRefusedAtTheOther(t *testing.T) {
	n := startNodes(t, binary)
	a, b := n.at(0), n.at(1)
	a.people(t, "mia", "omar")
	n.tenants("acme")
	a.steps(t, "mia",
		"PUT /v1/groups/acme-crew/members/omar", object{},
		"PUT /v1/organizations/acme/resources/agent/bot", object{"name": "Bot"})

	t.Run("a service key", func(t *testing.T) {
		keys := n.opened(t)
		for i := range rounds(t) {
			key, secret, err := authn.NewServiceKey(tenancy.PlatformKey, fmt.Sprint("key", i), tenancy.SystemClock{}.Now())
			require.NoError(t, err)
			require.NoError(t, keys.AddServiceKey(t.Context(), key))
			for _, p := range n.doors {
				requireStatus(t, 200, p, secret, "GET", "/v1/users/omar", nil)
			}
			_, stderr, status := output(t, n.env(0), "key", "revoke", key.ID)
			require.Zero(t, status, stderr)
			for _, p := range n.doors {
				requireStatus(t, 401, p, secret, "GET", "/v1/users/omar", nil)
			}
		}
	})

	t.Run("a user", func(t *testing.T) {
		user := func(state string) object {
			return object{"name": "omar", "email": "omar@example.com", "email_verified": true, "state": state}
		}
		for range rounds(t) {
			a.must(t, "", "PUT", "/v1/users/omar", user("active"))
			require.Equal(t, 200, b.as(t, "omar", "GET", "/v1/organizations", nil).status)
			require.True(t, b.allowed(t, "omar", "view_agents", "acme"))
			a.must(t, "", "PUT", "/v1/users/omar", user("deactivated"))
			require.Equal(t, 401, b.as(t, "omar", "GET", "/v1/organizations", nil).status)
			require.False(t, b.allowed(t, "omar", "view_agents", "acme"))
		}
		a.must(t, "", "PUT", "/v1/users/omar", user("active"))
	})

	t.Run("who is in a suspended organization", func(t *testing.T) {
		for range rounds(t) {
			require.True(t, b.allowed(t, "omar", "view_agents", "acme"))
			require.Equal(t, 200, b.as(t, "mia", "GET", "/v1/organizations/acme/owners", nil).status)
			a.must(t, "", "PATCH", "/v1/organizations/acme", object{"state": "suspended"})
			require.Equal(t, 404, b.as(t, "mia", "GET", "/v1/organizations/acme/owners", nil).status)
			require.False(t, b.allowed(t, "omar", "view_agents", "acme"))
			a.must(t, "", "PATCH", "/v1/organizations/acme", object{"state": "active"})
		}
	})

	t.Run("who was in a deleted organization", func(t *testing.T) {
		for i := range rounds(t) {
			id := fmt.Sprint("gone", i)
			a.must(t, "mia", "POST", "/v1/organizations", object{"id": id, "name": id, "parent_id": "acme"})
			require.True(t, b.allowed(t, "mia", "own", id))
			a.must(t, "", "DELETE", "/v1/organizations/"+id, nil)
			require.Equal(t, 404, b.as(t, "mia", "GET", "/v1/organizations/"+id, nil).status)
			require.False(t, b.allowed(t, "mia", "own", id))
		}
	})

	t.Run("an access key", func(t *testing.T) {
		question := object{"permission": "read", "resource": object{"type": "backup_config", "id": "none"}}
		for i := range rounds(t) {
			key := a.must(t, "mia", "POST", "/v1/organizations/acme/access-keys",
				object{"subject": object{"type": "agent", "id": "bot"}, "name": fmt.Sprint("key", i)}).body
			secret := key["secret"].(string)
			requireStatus(t, 200, b, secret, "POST", "/v1/self/check", question)
			a.must(t, "mia", "DELETE", "/v1/organizations/acme/access-keys/"+key["id"].(string), nil)
			requireStatus(t, 401, b, secret, "POST", "/v1/self/check", question)
		}
	})
}

func requireStatus(t *testing.T, status int, p *process, key, method, path string, body any) {
	t.Helper()
	a, err := p.with(key, method, path, body)
	require.NoError(t, err)
	require.Equal(t, status, a.status, a.body)
}

// TestOfTwoNodesOneWins what only one can have.
func TestOfTwoNodesOneWins(t *testing.T) {
	n := startNodes(t, binary)
	a := n.at(0)
	a.people(t, "mia", "one", "two", "guest")
	n.tenants("acme", "other")
	a.steps(t, "mia", "POST /v1/organizations", object{"id": "pair", "name": "Pair", "parent_id": "acme"})
	a.steps(t, "", "POST /v1/organizations", object{"id": "moved", "name": "Moved", "detached": true, "owner_id": "mia"})
	owner := func(user string) change {
		return change{method: "DELETE", path: "/v1/organizations/pair/owners/" + user}
	}
	created := func(i int, parent string, more object) change {
		body := object{"name": "New", "parent_id": parent}
		for name, value := range more {
			body[name] = value
		}
		return change{user: "mia", method: "POST", path: "/v1/organizations", body: body}
	}

	t.Run("the last owner", func(t *testing.T) {
		a.steps(t, "", "PUT /v1/organizations/pair/owners/one", object{}, "PUT /v1/organizations/pair/owners/two", object{},
			"DELETE /v1/organizations/pair/owners/mia", nil)
		for range rounds(t) {
			n.oneWins(t, owner("one"), owner("two"), "last-owner")
			a.steps(t, "", "PUT /v1/organizations/pair/owners/one", object{}, "PUT /v1/organizations/pair/owners/two", object{})
		}
	})
	t.Run("an invitation", func(t *testing.T) {
		for i := range rounds(t) {
			email := fmt.Sprintf("guest%d@example.com", i) // one mail a cooldown for one mailbox
			a.must(t, "", "PUT", "/v1/users/guest", object{"name": "guest", "email": email, "email_verified": true})
			invitation := a.must(t, "mia", "POST", "/v1/groups/acme-crew/invitations", object{"email": email, "role": "member"}).body
			accept := change{user: "guest", method: "POST", path: "/v1/invitations/accept", body: object{"token": invitation["accept_token"]}}
			n.oneWins(t, accept, accept, "invitation-closed")
			a.must(t, "mia", "DELETE", "/v1/groups/acme-crew/members/guest", nil)
		}
	})
	t.Run("an id", func(t *testing.T) {
		for i := range rounds(t) {
			id := object{"id": fmt.Sprint("same", i)}
			n.oneWins(t, created(i, "acme", id), created(i, "other", id), "id-used")
		}
	})
	t.Run("an e-mail domain", func(t *testing.T) {
		for i := range rounds(t) {
			domain := object{"email_domain": fmt.Sprintf("domain%d.example", i)}
			n.oneWins(t, created(i, "acme", domain), created(i, "other", domain), "domain-taken")
		}
	})
	t.Run("a parent that is deleted", func(t *testing.T) {
		for i := range rounds(t) {
			top := fmt.Sprint("top", i)
			a.must(t, "mia", "POST", "/v1/organizations", object{"id": top, "name": top, "parent_id": "acme"})
			deleted := change{method: "DELETE", path: "/v1/organizations/" + top}
			n.oneWins(t, deleted, created(i, top, nil), "deletion-blocked", "not-found")
		}
	})
	t.Run("the third level", func(t *testing.T) { // R-3; the one that is moved has no licence before
		attach := change{method: "POST", path: "/v1/organizations/moved/attach", body: object{"parent_id": "acme-shop"}}
		for i := range rounds(t) {
			by := n.oneWins(t, attach, created(i, "moved", nil), "depth-exceeded", "license-required")
			require.Zero(t, by, "nothing is below the third level")
			a.must(t, "", "POST", "/v1/organizations/moved/detach", nil)
		}
	})
}

// oneWins makes two changes at the same time, each at a node of its own, of which one succeeds
// and the other is refused with one of the codes. It returns which succeeded.
func (n *nodes) oneWins(t *testing.T, first, second change, codes ...string) (winner int) {
	t.Helper()
	changes, answers, errs := [2]change{first, second}, [2]answer{}, [2]error{}
	<-together(len(changes), func(i int) {
		c := changes[i]
		answers[i], errs[i] = n.at(i).try(c.user, c.method, c.path, c.body)
	})
	for i := range changes {
		require.NoError(t, errs[i])
		if answers[i].status < 300 {
			winner = i
		}
	}
	require.Less(t, answers[winner].status, 300, "none wins: %v, %v", answers[0].body, answers[1].body)
	require.Contains(t, codes, answers[1-winner].body["code"], "the other one: %d %v", answers[1-winner].status, answers[1-winner].body)
	return winner
}
