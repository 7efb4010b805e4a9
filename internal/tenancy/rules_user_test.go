package tenancy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestUsersAreThePlatformsAndTheConsoles(t *testing.T) {
	run(t, twoTrees,
		trial{"a user, another", putUserAs("olga", "nina", "deactivated"), refused("forbidden", "service")},
		trial{"a user, himself", putUserAs("olga", "olga", "active"), refused("forbidden", "service")},
		trial{"an unknown state", putUserAs("platform", "nina", "gone"), refused("invalid", "service")},
		trial{"what is there", putUserAs("console", "nina", "active"), unchanged},
		trial{"a console deactivates", putUserAs("console", "nina", "deactivated"), done("service")},
		trial{"the platform creates", putUserAs("platform", "new", "active"), done("service")},
		trial{"a console creates, deactivated", putUserAs("console", "new", "deactivated"), done("service")},
	)
	run(t, twoTrees,
		trial{"a user sees himself", seeUserAs("olga", "olga"), unchanged},
		trial{"a user sees no other", seeUserAs("olga", "sam"), refused("not-found", "service")},
		trial{"nor nobody", seeUserAs("olga", "nobody"), refused("not-found", "service")},
		trial{"a console sees all", seeUserAs("console", "sam"), unchanged},
		trial{"and nobody", seeUserAs("console", "nobody"), refused("not-found", "service")},
	)
}

func TestUserInput(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		id    string
		in    tenancy.UserInput
		field string
	}{
		"wildcard":           {id: "*", field: "id"},
		"separator":          {id: "a:b", field: "id"},
		"empty":              {id: "", field: "id"},
		"long":               {id: strings.Repeat("a", 129), field: "id"},
		"no address":         {id: "a", in: tenancy.UserInput{Email: "nowhere"}, field: "email"},
		"named address":      {id: "a", in: tenancy.UserInput{Email: "A <a@b.example>"}, field: "email"},
		"two addresses":      {id: "a", in: tenancy.UserInput{Email: "a@b.example, c@b.example"}, field: "email"},
		"verified nothing":   {id: "a", in: tenancy.UserInput{EmailVerified: true}, field: "email"},
		"control characters": {id: "a", in: tenancy.UserInput{Name: "A\nB"}, field: "name"},
		"long name":          {id: "a", in: tenancy.UserInput{Name: strings.Repeat("ä", 201)}, field: "name"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, _, err := w.service.PutUser(w.ctx, platform, c.id, c.in)
			e, ok := tenancy.AsError(err)
			require.True(t, ok)
			require.Equal(t, tenancy.CodeInvalid, e.Code)
			require.Len(t, e.Fields, 1)
			require.Equal(t, c.field, e.Fields[0].Field)
		})
	}
}

// everywhere is a world in which dora stands in two trees, in every way there is.
func everywhere(t *testing.T) *world {
	t.Helper()
	w := withLink(t)
	w.users("dora")
	w.owner("acme", "dora")
	w.owner("rival", "dora")
	w.put("top", groupMember, "dora")
	w.put("alien", groupOwner, "dora")
	return w
}

// TestD8ADeactivatedUserIsRefusedOnTheNextCall, whatever he tries, and leaves no event:
// attack 25.
func TestD8ADeactivatedUserIsRefusedOnTheNextCall(t *testing.T) {
	stranger := outcome{code: tenancy.CodeUnauthenticated}
	var trials []trial
	for name, do := range map[string]call{
		"sees": seeAs("dora", "acme"), "sees nowhere": seeAs("dora", "nowhere"), "himself": seeUserAs("dora", "dora"),
		"owns": ownAs("dora", "acme", "nina"), "links": linkAs("dora", "kiosk", "top"), "unlinks": unlinkAs("dora", "shop", "top"),
		"group": groupAs("dora", "acme", "new"), "adds": giveAs("dora", "alien", groupMember, "dora"), "creates": createAs("dora@acme", "", "new"),
		"audit": auditAs("dora", "acme"), "users": putUserAs("dora", "dora", "active"),
	} {
		trials = append(trials, trial{name, do, stranger})
	}
	deactivated := func(t *testing.T) *world {
		t.Helper()
		w := everywhere(t)
		require.NoError(t, seeAs("dora", "acme")(w))
		w.setUser("dora", tenancy.UserDeactivated)
		return w
	}
	run(t, deactivated, trials...)
	run(t, deactivated,
		trial{"is not added to a group", giveAs("gus", "top", groupOwner, "dora"), refused("not-found", "acme")},
		trial{"is not made an owner", ownAs("olga", "farm", "dora"), refused("not-found", "acme")},
		trial{"founds nothing", createOwnedAs("platform", "", "new", "dora"), refused("not-found", "service")},
		trial{"can be removed", takeAs("gus", "top", groupMember, "dora"), done("acme")},
	)
	w := deactivated(t)
	_, _, err := w.service.Check(w.ctx, w.as("dora"), tenancy.Question{}, tenancy.Token{})
	require.Equal(t, tenancy.CodeUnauthenticated, codeOf(t, err))
	_, err = w.service.Organizations(w.ctx, w.as("nobody"), tenancy.OrganizationQuery{}, tenancy.PageAll)
	require.Equal(t, tenancy.CodeUnauthenticated, codeOf(t, err))
}

// TestDeactivationTakesAndActivationBringsBack in every tree, with one event in each.
func TestDeactivationTakesAndActivationBringsBack(t *testing.T) {
	w := everywhere(t)
	places := []string{"organization:acme#owner", "organization:rival#owner", "group:top#member", "group:alien#owner"}
	var taken, back []string
	for _, place := range places {
		taken, back = append(taken, "-"+place+"@user:dora"), append(back, "+"+place+"@user:dora")
	}
	events := []string{"acme done", "rival done", "service done"}
	require.True(t, w.may("dora", "view_agents", "shop"))
	w.expect(outcome{events: events, steps: taken}, putUserAs("platform", "dora", tenancy.UserDeactivated))
	for _, organization := range []string{"acme", "shop", "rival"} {
		require.False(t, w.may("dora", "access", organization))
	}
	require.False(t, w.allowed("dora", "manage_members", "group", "alien"))
	require.Equal(t, map[string]string{"state": "deactivated"}, w.last("rival").Detail)
	w.expect(outcome{events: events, steps: back}, putUserAs("console", "dora", tenancy.UserActive))
	require.True(t, w.may("dora", "view_agents", "shop"))
	require.True(t, w.may("dora", "own", "rival"))
}

// TestR82NoPersonalDataInTheTrail puts what is private into everything that takes it.
func TestR82NoPersonalDataInTheTrail(t *testing.T) {
	w := twoTrees(t)
	in := tenancy.UserInput{Email: "private@mail.example", EmailVerified: true, Name: "Private Name"}
	_, _, _, err := w.service.PutUser(w.ctx, console, w.id("olga"), in)
	require.NoError(t, err)
	require.Empty(t, w.last("service").Detail["name"]+w.last("service").Detail["email"])
	in.Email = "Private@"
	_, _, _, err = w.service.PutUser(w.ctx, console, w.id("olga"), in)
	require.Equal(t, tenancy.CodeInvalid, codeOf(t, err))
	for _, trail := range []string{"service", "acme"} {
		require.NotContains(t, strings.ToLower(strings.Join(mapValues(w.last(trail).Detail), " ")), "private")
	}
}

func mapValues(m map[string]string) (values []string) {
	for _, v := range m {
		values = append(values, v)
	}
	return values
}
