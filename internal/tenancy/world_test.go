package tenancy_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// fixed is a clock that stands still.
type fixed time.Time

func (f fixed) Now() time.Time { return time.Time(f) }

var clock = fixed(time.Date(2026, 3, 4, 5, 6, 7, 8_000_000, time.UTC))

// world is what one test works in. Its names stand for ids that no other test has: "shop"
// is the id "shop_w17_" there, and "shop" again in what the test compares.
type world struct {
	parts
	t       tester
	ctx     context.Context
	service *tenancy.Service
	suffix  string
	seen    map[string]int64 // the last event read, by trail; see [world.heads]
	acting  *tenancy.Caller  // stands in for whoever calls; see [world.undertake]
	// invitations are those that the test has made, by its own names; see [world.invite].
	invitations map[string]tenancy.InvitationView
}

// tester is what a world needs of a test: a *testing.T or a *rapid.T.
type tester interface {
	require.TestingT
	Helper()
}

var worlds atomic.Int64

// newWorld holds nothing yet. When the test ends, whatever it did, its invariants hold.
func newWorld(t *testing.T) *world {
	t.Helper()
	beginAnew()
	w := shared.world(t.Context(), t)
	used++
	t.Cleanup(func() {
		used--
		w.verify(context.Background())
	})
	return w
}

func (p parts) world(ctx context.Context, t tester) *world {
	t.Helper()
	return &world{
		parts: p, t: t, ctx: ctx, service: p.service(tenancy.Options{}),
		suffix: fmt.Sprintf("_w%d_", worlds.Add(1)), seen: map[string]int64{},
		invitations: map[string]tenancy.InvitationView{},
	}
}

func (w *world) id(name string) string { return name + w.suffix }

// mine reports whether a text names something of this world.
func (w *world) mine(text string) bool { return strings.Contains(text, w.suffix) }

// names gives a text with the names of the test in the place of ids.
func (w *world) names(text string) string { return strings.ReplaceAll(text, w.suffix, "") }

// platform acts as the platform.
var platform = tenancy.Caller{Kind: tenancy.PlatformKey, KeyID: "platform-key", RequestID: "r", From: "192.0.2.1"}

// console names nobody that it acts for.
var console = tenancy.Caller{Kind: tenancy.ConsoleKey, KeyID: "console-key", RequestID: "r", From: "192.0.2.1"}

// as acts for a user; "olga@shop" is olga who operates from shop. "platform" and "console"
// act as themselves.
func (w *world) as(actor string) tenancy.Caller {
	if w.acting != nil {
		return *w.acting
	}
	name, organization, named := strings.Cut(actor, "@")
	caller := console
	switch name {
	case "console":
	case "platform":
		caller = platform
	default:
		caller.UserID = w.id(name)
	}
	if named {
		caller.CurrentOrganization = w.id(organization)
	}
	return caller
}

func (w *world) users(names ...string) {
	w.t.Helper()
	for _, name := range names {
		w.setUser(name, tenancy.UserActive)
	}
}

func (w *world) setUser(name string, state tenancy.UserState) {
	w.t.Helper()
	_, _, _, err := w.service.PutUser(w.ctx, platform, w.id(name), tenancy.UserInput{State: state})
	require.NoError(w.t, err)
}

// root makes a tree under Enterprise.
func (w *world) root(name, owner string) {
	w.t.Helper()
	_, _, err := w.service.CreateOrganization(w.ctx, platform,
		tenancy.NewOrganization{ID: w.id(name), Name: name, Detached: true, OwnerID: w.id(owner)})
	require.NoError(w.t, err)
	w.plan(name, tenancy.PlanEnterprise)
}

func (w *world) plan(organization string, plan tenancy.Plan) {
	w.t.Helper()
	_, _, err := w.service.SetSubscription(w.ctx, platform, w.id(organization), plan, tenancy.SubscriptionActive)
	require.NoError(w.t, err)
}

func (w *world) child(name, parent, owner string) {
	w.t.Helper()
	_, _, err := w.service.CreateOrganization(w.ctx, platform,
		tenancy.NewOrganization{ID: w.id(name), Name: name, ParentID: w.id(parent), OwnerID: w.id(owner)})
	require.NoError(w.t, err)
}

func (w *world) owner(organization string, names ...string) {
	w.t.Helper()
	for _, name := range names {
		_, _, err := w.service.PutOwner(w.ctx, platform, w.id(organization), w.id(name))
		require.NoError(w.t, err)
	}
}

func (w *world) group(name, home, owner string, claims ...tenancy.Claim) {
	w.t.Helper()
	_, _, err := w.service.CreateGroup(w.ctx, platform, w.id(home),
		tenancy.NewGroup{ID: w.id(name), Name: name, Claims: claims, OwnerID: w.id(owner)})
	require.NoError(w.t, err)
}

func (w *world) put(group string, role tenancy.GroupRole, names ...string) {
	w.t.Helper()
	for _, name := range names {
		_, _, err := w.service.PutMembership(w.ctx, platform, w.id(group), role, w.id(name), tenancy.MembershipInput{})
		require.NoError(w.t, err)
	}
}

func (w *world) link(group string, targets ...string) {
	w.t.Helper()
	for _, target := range targets {
		_, _, err := w.service.PutLink(w.ctx, platform, w.id(target), w.id(group), tenancy.LinkInput{})
		require.NoError(w.t, err)
	}
}

// may answers a check about a user, as a console asks it.
func (w *world) may(user, permission, organization string) bool {
	w.t.Helper()
	return w.allowed(user, permission, "organization", organization)
}

func (w *world) allowed(user, permission, resourceType, resource string) bool {
	w.t.Helper()
	allowed, _, err := w.service.Check(w.ctx, console, tenancy.Question{
		Subject:    tenancy.Object{Type: "user", ID: w.id(user)},
		Permission: permission,
		Resource:   tenancy.Object{Type: resourceType, ID: w.id(resource)},
	}, tenancy.Token{})
	require.NoError(w.t, err)
	return allowed
}

// twoTrees is the world of most tests, with an owner for each organization.
//
//	acme (olga)           rival (rita)
//	├─ shop (sam)         └─ stall (stan)
//	│  └─ kiosk (kim)
//	└─ farm (finn)
//
// nina is a user who stands nowhere.
func twoTrees(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.growTwoTrees()
	return w
}

func (w *world) growTwoTrees() {
	w.t.Helper()
	w.users("olga", "sam", "kim", "finn", "rita", "stan", "nina")
	w.root("acme", "olga")
	w.child("shop", "acme", "sam")
	w.child("kiosk", "shop", "kim")
	w.child("farm", "acme", "finn")
	w.root("rival", "rita")
	w.child("stall", "rival", "stan")
}
