package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestR13ASameNameBringsNothingBack is attack 30: what is made again under the name of what
// was deleted is another thing, and nobody has anything in it by the former one.
func TestR13ASameNameBringsNothingBack(t *testing.T) {
	w := teams(t)
	w.group("here", "farm", "finn", "manage_agents", tenancy.ClaimOwner)
	w.put("here", groupMember, "nina")
	w.link("top", "farm")
	require.True(t, w.may("nina", "own", "farm"))
	require.True(t, w.may("mia", "access", "farm"))
	require.NoError(t, deleteAs("olga@acme", "farm")(w))

	again := must(create(w, tenancy.NewOrganization{ID: w.id("field"), Name: "farm", ParentID: w.id("acme")}))
	g, _, err := w.service.CreateGroup(w.ctx, w.as("olga"), again.ID, tenancy.NewGroup{ID: w.id("there"), Name: "here", Claims: []tenancy.Claim{"manage_agents"}})
	require.NoError(t, err)
	for _, user := range []string{"finn", "nina", "mia", "gus"} {
		for _, q := range []tenancy.Question{
			{Permission: "access", Resource: tenancy.Object{Type: "organization", ID: again.ID}},
			{Permission: "view", Resource: tenancy.Object{Type: "group", ID: g.ID}},
		} {
			q.Subject = tenancy.Object{Type: "user", ID: w.id(user)}
			allowed, _, err := w.service.Check(w.ctx, platform, q)
			require.NoError(t, err)
			require.False(t, allowed, "%s has %v", user, q)
		}
	}
}

func create(w *world, in tenancy.NewOrganization) (tenancy.OrganizationView, error) {
	view, _, err := w.service.CreateOrganization(w.ctx, w.as("olga"), in)
	return view, err
}
