package tenancy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// roster is a whole roster as texts, read in pages of two: "mia locked: linked_group member
// top@acme [view_agents]".
func (w *world) roster(actor, organization string, query tenancy.RosterQuery) []string {
	w.t.Helper()
	var texts []string
	for _, e := range w.entries(actor, organization, query) {
		texts = append(texts, w.names(textOf(e)))
	}
	return texts
}

func (w *world) entries(actor, organization string, query tenancy.RosterQuery) (entries []tenancy.RosterEntry) {
	w.t.Helper()
	for page := (tenancy.Page{Limit: 2}); ; {
		some, err := w.service.Roster(w.ctx, w.as(actor), w.id(organization), query, page)
		require.NoError(w.t, err)
		entries = append(entries, some...)
		if len(some) < page.Limit {
			return entries
		}
		page.After = some[len(some)-1].Key()
	}
}

func textOf(e tenancy.RosterEntry) string {
	ways := make([]string, len(e.Access))
	for i, way := range e.Access {
		ways[i] = strings.TrimSpace(fmt.Sprintf("%s/%s %s@%s %v", way.Via, way.Role, way.GroupID, way.OrganizationID, way.Claims))
	}
	locked := map[bool]string{true: " locked"}[e.Locked()]
	name := e.User.ID
	if e.State == tenancy.RosterPending {
		name = e.Email + " pending"
	}
	return name + locked + ": " + strings.Join(ways, ", ")
}

var everybody = tenancy.RosterQuery{}

// TestR32EveryWayOfEverybody is the roster of each kind of organization.
func TestR32EveryWayOfEverybody(t *testing.T) {
	w := withLink(t)
	require.Equal(t, []string{
		"gus: group/owner mid@shop [], linked_group/owner top@acme []",
		"mia: group/member mid@shop [view_agents], linked_group/member top@acme [view_agents]",
		"olga: owner/owner @shop [owner], group/owner mid@shop [], linked_group/owner top@acme []",
		"sam: owner/owner @shop [owner]",
	}, w.roster("sam", "shop", everybody), "R-33, D-28: ways from inside and from outside")
	require.Equal(t, []string{
		"both: owner/owner @acme [owner]",
		"gus: group/owner top@acme []",
		"mia: group/member top@acme [view_agents]",
		"olga2: owner/owner @acme [owner]",
		"olga: owner/owner @acme [owner], group/owner top@acme []",
	}, w.roster("olga2", "acme", everybody))
	require.Equal(t, []string{"finn: owner/owner @farm [owner]", "olga: owner/owner @farm [owner]"},
		w.roster("finn", "farm", everybody), "R-2: owning the parent is no way in")
}

// TestD17OwnersOfGroupsStandInTheRoster without a claim, and without access by that (D-28),
// locked outside the group's home.
func TestD17OwnersOfGroupsStandInTheRoster(t *testing.T) {
	w := teams(t)
	w.link("top", "farm")
	require.Equal(t, []string{
		"finn: owner/owner @farm [owner]",
		"gus locked: linked_group/owner top@acme []",
		"mia locked: linked_group/member top@acme [view_agents]",
		"olga: owner/owner @farm [owner], linked_group/owner top@acme []",
	}, w.roster("finn", "farm", everybody))
	require.False(t, w.may("gus", "access", "farm"))
}

// TestRosterOmitsWhatHasNoForce: links without a licence, deactivated people (D-5).
func TestRosterOmitsWhatHasNoForce(t *testing.T) {
	w := withLink(t)
	before := w.roster("sam", "shop", everybody)
	w.plan("acme", tenancy.PlanFree)
	require.Equal(t, []string{
		"gus: group/owner mid@shop []",
		"mia: group/member mid@shop [view_agents]",
		"olga: owner/owner @shop [owner], group/owner mid@shop []",
		"sam: owner/owner @shop [owner]",
	}, w.roster("sam", "shop", everybody))
	w.plan("acme", tenancy.PlanEnterprise)
	require.Equal(t, before, w.roster("sam", "shop", everybody))
	for _, user := range []string{"mia", "olga"} {
		w.setUser(user, tenancy.UserDeactivated)
	}
	require.Equal(t, []string{before[0], before[3]}, w.roster("sam", "shop", everybody))
}

// TestR19SelfGrantsAreMarked in the roster.
func TestR19SelfGrantsAreMarked(t *testing.T) {
	w := teams(t)
	require.NoError(t, giveAs("gus", "mid", groupMember, "gus")(w))
	for _, e := range w.entries("sam", "shop", everybody) {
		for _, way := range e.Access {
			require.Equal(t, w.names(e.User.ID) == "gus" && way.Role == "member", way.SelfGrant, "%+v", e)
		}
	}
}

// TestR32SinceWhen: with the membership or the link, whichever is newer.
func TestR32SinceWhen(t *testing.T) {
	w := teams(t)
	joined := clock.Now()
	w.service = tenancy.NewService(w.store, w.deliverer, w.deliverer, fixed(joined.AddDate(0, 0, 1)), tenancy.Options{Log: quiet})
	w.link("top", "shop")
	for _, e := range w.entries("sam", "shop", tenancy.RosterQuery{Via: tenancy.ViaLinkedGroup}) {
		for _, way := range e.Access {
			want := joined
			if way.Via == tenancy.ViaLinkedGroup {
				want = joined.AddDate(0, 0, 1)
			}
			require.Equal(t, want, way.Since, "%+v", way)
		}
	}
}

// invited has olga invite an address to a group, at an instant.
func (w *world) invited(group, email string, role tenancy.GroupRole, at time.Time) tenancy.InvitationView {
	w.t.Helper()
	service := tenancy.NewService(w.store, w.deliverer, w.deliverer, fixed(at), tenancy.Options{Log: quiet, InvitationTTL: time.Hour})
	view, _, err := service.Invite(w.ctx, w.as("olga"), w.id(group), email, role)
	require.NoError(w.t, err)
	return view
}

// TestR32PendingInvitations stand with the active, behind them, until they end. An invited
// person who is known stands twice (D-36), and nothing tells that he is known.
func TestR32PendingInvitations(t *testing.T) {
	w := withLink(t)
	_, _, _, err := w.service.PutUser(w.ctx, platform, w.id("mia"), tenancy.UserInput{Email: "mia@example.com", EmailVerified: true})
	require.NoError(t, err)
	now := clock.Now()
	w.invited("mid", "Mia@example.com", groupOwner, now)
	w.invited("top", "mia+work@example.com", groupOwner, now)
	w.invited("top", "zoe@example.com", groupMember, now)
	revoked := w.invited("mid", "max@example.com", groupMember, now)
	_, err = w.service.RevokeInvitation(w.ctx, w.as("olga"), revoked.ID)
	require.NoError(t, err)
	w.invited("mid", "late@example.com", groupMember, now.Add(-time.Hour))
	want := []string{
		"mia+work@example.com pending: group/owner mid@shop [], linked_group/owner top@acme []",
		"zoe@example.com pending locked: linked_group/member top@acme [view_agents]",
	}
	all := w.roster("sam", "shop", everybody)
	require.Equal(t, want, all[len(all)-2:])
	require.Contains(t, strings.Join(all[:len(all)-2], "\n"), "mia: group/member")
	for name, c := range map[string]struct {
		query tenancy.RosterQuery
		want  []string
	}{
		"pending":       {tenancy.RosterQuery{State: tenancy.RosterPending}, want},
		"active":        {tenancy.RosterQuery{State: tenancy.RosterActive}, all[:len(all)-2]},
		"an address":    {tenancy.RosterQuery{State: tenancy.RosterPending, Text: "+WORK"}, want[:1]},
		"groups":        {tenancy.RosterQuery{State: tenancy.RosterPending, Via: tenancy.ViaGroup}, want[:1]},
		"linked groups": {tenancy.RosterQuery{State: tenancy.RosterPending, Via: tenancy.ViaLinkedGroup}, want},
		"owners":        {tenancy.RosterQuery{State: tenancy.RosterPending, Via: tenancy.ViaOwner}, nil},
	} {
		require.Equal(t, c.want, w.roster("sam", "shop", c.query), name)
	}
	for _, e := range w.entries("sam", "shop", tenancy.RosterQuery{State: tenancy.RosterPending}) {
		require.Zero(t, e.User)
		require.Equal(t, now.Add(time.Hour), e.Access[0].ExpiresAt)
	}
	require.Len(t, w.roster("olga2", "acme", tenancy.RosterQuery{State: tenancy.RosterPending}), 2, "D-17")
	require.Empty(t, w.roster("finn", "farm", tenancy.RosterQuery{State: tenancy.RosterPending}))
	w.plan("acme", tenancy.PlanFree)
	require.Equal(t, []string{"Mia@example.com pending: group/owner mid@shop []"},
		w.roster("sam", "shop", tenancy.RosterQuery{State: tenancy.RosterPending}), "R-9: by a link without a licence nobody is invited")
}

// TestR34SearchedAndFiltered: who is found is shown with every way.
func TestR34SearchedAndFiltered(t *testing.T) {
	w := withLink(t)
	_, _, _, err := w.service.PutUser(w.ctx, platform, w.id("mia"), tenancy.UserInput{Name: "ＭÏA Straße", Email: "Mia.M@Example.com"})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		query tenancy.RosterQuery
		want  string
	}{
		"part of an id":            {tenancy.RosterQuery{Text: "OLG"}, "olga"},
		"part of an address":       {tenancy.RosterQuery{Text: "m@example"}, "mia"},
		"part of a name":           {tenancy.RosterQuery{Text: "mïa STRASS"}, "mia"},
		"no pattern":               {tenancy.RosterQuery{Text: "%"}, ""},
		"owners":                   {tenancy.RosterQuery{Via: tenancy.ViaOwner}, "olga sam"},
		"groups":                   {tenancy.RosterQuery{Via: tenancy.ViaGroup}, "gus mia olga"},
		"linked groups":            {tenancy.RosterQuery{Via: tenancy.ViaLinkedGroup}, "gus mia olga"},
		"account roles":            {tenancy.RosterQuery{Via: tenancy.ViaAccountRole}, ""},
		"active":                   {tenancy.RosterQuery{State: tenancy.RosterActive}, "gus mia olga sam"},
		"pending":                  {tenancy.RosterQuery{State: tenancy.RosterPending}, ""},
		"all of it":                {tenancy.RosterQuery{State: tenancy.RosterActive, Via: tenancy.ViaOwner, Text: "am"}, "sam"},
		"a way that he has not":    {tenancy.RosterQuery{Via: tenancy.ViaGroup, Text: "sam"}, ""},
		"what all ids have":        {tenancy.RosterQuery{Text: w.suffix}, "gus mia olga sam"},
		"somebody who is not here": {tenancy.RosterQuery{Text: "finn"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var found []string
			for _, e := range w.entries("sam", "shop", c.query) {
				found = append(found, w.names(e.User.ID))
				require.NotEmpty(t, e.Access)
			}
			require.Equal(t, c.want, strings.Join(found, " "))
		})
	}
	entry := w.roster("sam", "shop", tenancy.RosterQuery{Via: tenancy.ViaOwner, Text: "olga"})
	require.Equal(t, []string{"olga: owner/owner @shop [owner], group/owner mid@shop [], linked_group/owner top@acme []"}, entry)
}

// TestR34Exported: the same as the list, whatever its length.
func TestR34Exported(t *testing.T) {
	w := withLink(t)
	var exported []tenancy.RosterEntry
	take := func(entries []tenancy.RosterEntry) error {
		require.NoError(t, ownAs("platform", "shop", "nina")(w), "a later change does not show")
		exported = append(exported, entries...)
		return nil
	}
	want := w.entries("sam", "shop", everybody)
	require.NoError(t, w.service.ExportRoster(w.ctx, w.as("sam"), w.id("shop"), everybody, take))
	require.Equal(t, want, exported)
	require.Equal(t, tenancy.CodeForbidden, codeOf(t, w.service.ExportRoster(w.ctx, w.as("mia"), w.id("shop"), everybody, take)))
	require.Equal(t, want, exported)
}

// TestR32WaysOfLinks: narrowed ones show what they give (D-14), ending ones until when, and
// those of a whole part of the tree stand in every roster below (D-18).
func TestR32WaysOfLinks(t *testing.T) {
	w := teams(t)
	w.group("wide", "acme", "gus", "manage_agents")
	w.put("wide", groupMember, "nina")
	until := clock.Now().Add(time.Hour)
	end := until.Format(time.RFC3339Nano)
	require.NoError(t, linkOnAs("platform", "kiosk", "wide", tenancy.LinkInput{Claims: []tenancy.Claim{"view_agents"}, ExpiresAt: &end})(w))
	require.NoError(t, linkOnAs("platform", "shop", "wide", tenancy.LinkInput{Scope: tenancy.ScopeSubtree})(w))
	nina := tenancy.RosterQuery{Text: "nina"}
	require.Equal(t, []string{"nina locked: linked_group/member wide@acme [manage_agents]"}, w.roster("sam", "shop", nina))
	require.ElementsMatch(t, []string{
		"linked_group/member wide@acme [manage_agents] 0001-01-01 00:00:00 +0000 UTC",
		"linked_group/member wide@acme [view_agents] " + until.String(),
	}, waysUntil(w, w.entries("kim", "kiosk", nina)), "each way by itself")
	require.NoError(t, linkOnAs("platform", "acme", "wide", tenancy.LinkInput{Scope: tenancy.ScopeSubtree})(w))
	require.Equal(t, []string{"nina: group/member wide@acme [manage_agents]"}, w.roster("olga2", "acme", nina), "D-34: a link at home is for what is below")
}

func waysUntil(w *world, entries []tenancy.RosterEntry) (texts []string) {
	for _, e := range entries {
		for _, way := range e.Access {
			texts = append(texts, w.names(fmt.Sprintf("%s/%s %s@%s %v %v", way.Via, way.Role, way.GroupID, way.OrganizationID, way.Claims, way.ExpiresAt)))
		}
	}
	return texts
}
