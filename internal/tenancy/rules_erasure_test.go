package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func eraseAs(actor, user string) call {
	return func(w *world) error {
		_, _, err := w.service.EraseUser(w.ctx, w.as(actor), w.id(user))
		return err
	}
}

func eraseAddressAs(actor, email string) call {
	return func(w *world) error {
		_, _, err := w.service.EraseAddress(w.ctx, w.as(actor), email)
		return err
	}
}

// TestErasureIsThePlatforms alone, whoever is to be erased.
func TestErasureIsThePlatforms(t *testing.T) {
	mine := func(w *world) string { return "box" + w.suffix + "@example.com" }
	run(t, everywhere,
		trial{"the platform", eraseAs("platform", "nina"), done("service")},
		trial{"nobody known", eraseAs("platform", "never"), refused("not-found", "service")},
		trial{"a console", eraseAs("console", "nina"), refused("forbidden", "service")},
		trial{"an owner", eraseAs("olga", "nina"), refused("forbidden", "service")},
		trial{"himself", eraseAs("nina", "nina"), refused("forbidden", "service")},
		trial{"an address, an owner", func(w *world) error { return eraseAddressAs("olga", mine(w))(w) }, refused("forbidden", "service")},
		trial{"no address", eraseAddressAs("platform", "x"), refused("invalid", "service")},
	)
}

// TestErasureOfAUser leaves the id, and chains that hold.
func TestErasureOfAUser(t *testing.T) {
	w := everywhere(t)
	in := tenancy.UserInput{Email: "dora" + w.suffix + "@example.com", EmailVerified: true, Name: "Dora"}
	_, _, _, err := w.service.PutUser(w.ctx, platform, w.id("dora"), in)
	require.NoError(t, err)
	require.NoError(t, ownAs("dora", "rival", "nina")(w))
	require.Error(t, seeAs("dora", "never")(w))
	require.NoError(t, ownAs("dora", "acme", "nina")(w))
	require.Equal(t, "192.0.2.1", w.last("acme").From)
	places := []string{"organization:acme#owner", "organization:rival#owner", "group:top#member", "group:alien#owner"}
	var taken []string
	for _, place := range places {
		taken = append(taken, "-"+place+"@user:dora")
	}
	require.False(t, w.may("dora", "own", "shop"))
	w.expect(outcome{events: []string{"acme done", "rival done", "service done"}, steps: taken}, eraseAs("platform", "dora"))

	user, err := w.service.User(w.ctx, platform, w.id("dora"))
	require.NoError(t, err)
	require.Equal(t, tenancy.User{ID: w.id("dora"), State: tenancy.UserDeactivated, Version: user.Version}, user)
	require.Equal(t, tenancy.CodeUnauthenticated, codeOf(t, seeAs("dora", "acme")(w)))
	require.False(t, w.may("dora", "own", "rival"))
	for _, organization := range []string{"acme", "rival"} {
		v, err := w.service.VerifyAudit(w.ctx, platform, w.id(organization))
		require.NoError(t, err)
		require.True(t, v.Valid())
		for _, e := range w.events(w.ctx, w.id(organization), 0) {
			require.Equal(t, e.OnBehalfOf == w.id("dora"), e.From == "", e.Action)
		}
	}
	w.expect(outcome{events: []string{"service done"}}, eraseAs("platform", "dora")) // again
}

// TestErasureOfAnAddress takes all spellings of a mailbox out of every tree, and revokes what
// is pending; the events name no user.
func TestErasureOfAnAddress(t *testing.T) {
	w := teams(t)
	address := "box" + w.suffix + "@example.com"
	invite := func(group, owner, email string) tenancy.InvitationView {
		i, _, err := w.service.Invite(w.ctx, w.as(owner), w.id(group), email, tenancy.GroupMember)
		require.NoError(t, err)
		return i
	}
	pending := invite("top", "olga", "Box"+w.suffix+"+tag@EXAMPLE.com")
	other := invite("top", "olga", "other"+w.suffix+"@example.com")
	require.NoError(t, eraseAddressAs("platform", address)(w))
	e := w.last("acme")
	require.Equal(t, "address.erase", e.Action)
	require.Equal(t, tenancy.Object{Type: "address"}, e.Target, "R-31")
	require.Empty(t, e.Detail)
	for id, want := range map[string][2]string{
		pending.ID: {"", "revoked"}, other.ID: {other.Email, "pending"},
	} {
		i := w.invitationRow(id)
		require.Equal(t, want, [2]string{i.Email, string(i.State)})
		require.Equal(t, want[0] == "", i.Mailbox == "")
	}
	w.expect(outcome{}, eraseAddressAs("platform", address))
}

func (w *world) invitationRow(id string) tenancy.Invitation {
	snap, err := w.store.Snapshot(w.ctx)
	require.NoError(w.t, err)
	i, err := snap.Invitation(w.ctx, id)
	require.NoError(w.t, err)
	require.NoError(w.t, snap.Close())
	return i
}
