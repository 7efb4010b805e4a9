package httpapi_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// tokenOf comes before a user's id where these tests want his token: how one is verified is
// not their business.
const tokenOf = "token-of-"

// byToken knows users by such tokens, and all others as the stack does.
type byToken struct{ httpapi.Authenticator }

func (b byToken) Authenticate(ctx context.Context, credential string) (tenancy.Caller, error) {
	if id, ok := strings.CutPrefix(credential, tokenOf); ok {
		return tenancy.Caller{Kind: tenancy.UserToken, UserID: id}, nil
	}
	return b.Authenticator.Authenticate(ctx, credential)
}

// withTokens is a world whose users call for themselves.
func withTokens(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	calling := *w.stack
	calling.tokens = true
	calling.handler = httpapi.New(w.config(func(c *httpapi.Config) { c.Authenticator = byToken{c.Authenticator} }))
	w.stack = &calling
	return w
}

// TestAUsersTokenIsTheUser: for every operation it has the outcome that a console acting for
// him has, a user who is deactivated or never was is not known, and the trail names him.
func TestAUsersTokenIsTheUser(t *testing.T) {
	w := withTokens(t)
	for _, route := range protected() {
		t.Run(route.Operation, func(t *testing.T) {
			w.stays(t)
			for _, a := range attemptsAt(t, route.Operation) {
				if !a.changes() && isUser(a.actor) {
					a.run(t, w, route)
				}
			}
		})
	}
	for _, operation := range []string{"owner.put", "group.member.put", "link.put"} {
		for _, a := range attemptsAt(t, operation) {
			if a.changes() && a.actor == "bob" {
				a.run(t, withTokens(t), routeOf(t, operation))
			}
		}
	}
}

func routeOf(t *testing.T, operation string) httpapi.Route {
	t.Helper()
	for _, route := range protected() {
		if route.Operation == operation {
			return route
		}
	}
	t.Fatalf("there is no operation %s", operation)
	return httpapi.Route{}
}

// Attack 27: a user's token acts for nobody else, nor for himself by that header.
func TestAUsersTokenActsForNobody(t *testing.T) {
	w := withTokens(t)
	w.stays(t)
	for _, route := range protected() {
		for _, user := range []string{"{alice}", "{bob}", ""} {
			r := w.send(t, request{method: route.Method, path: onOurs(route), body: bodyOf(route), actor: "bob",
				header: map[string]string{"Act-As-User": user}})
			require.Equal(t, 401, r.status, route.Operation)
		}
	}
	require.Empty(t, w.fresh(t))
}

// TestATokenEndsWithItsUser: attack 25, on the very next call.
func TestATokenEndsWithItsUser(t *testing.T) {
	w := withTokens(t)
	self := request{method: "GET", path: "/v1/users/{max}", actor: "max"}
	require.Equal(t, 200, w.send(t, self).status)
	w.must(t, "PUT", "/v1/users/{max}", `{"state":"deactivated"}`)
	require.Equal(t, 401, w.send(t, self).status)
	w.must(t, "PUT", "/v1/users/{max}", `{}`)
	require.Equal(t, 200, w.send(t, self).status)
}
