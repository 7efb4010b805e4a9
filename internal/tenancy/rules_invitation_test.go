package tenancy_test

import (
	"context"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	cooldown = tenancy.DefaultInvitationCooldown
	ttl      = tenancy.DefaultInvitationTTL
)

func TestR26WhoInvites(t *testing.T) {
	const email = "new@example.com"
	run(t, invited,
		trial{"an owner of the home alone", inviteAs("olga2", "top", email, groupMember), refused("forbidden", "acme")},
		trial{"an owner of the group alone", inviteAs("gus", "top", email, groupMember), refused("forbidden", "acme")},
		trial{"a member", inviteAs("mia", "top", email, groupMember), refused("forbidden", "acme")},
		trial{"an owner below", inviteAs("sam", "top", email, groupMember), refused("not-found", "acme")},
		trial{"an owner above, of neither", inviteAs("olga2", "mid", email, groupMember), refused("not-found", "acme")},
		trial{"an owner of another tree", inviteAs("rita", "top", email, groupMember), refused("not-found", "acme")},
		trial{"a stranger", inviteAs("ned", "top", email, groupMember), refused("not-found", "acme")},
		trial{"into no group", inviteAs("olga", "nobody", email, groupMember), refused("not-found", "service")},
		trial{"D-35: the platform", inviteAs("platform", "top", email, groupMember), refused("forbidden", "acme")},
		trial{"a console for nobody", inviteAs("console", "top", email, groupMember), refused("forbidden", "service")},
		trial{"from another tree", inviteAs("olga@stall", "top", email, groupMember), refused("not-found", "acme")},
		trial{"into no role", inviteAs("olga", "top", email, "boss"), refused("invalid", "acme")},
		trial{"an owner of both", inviteAs("olga", "top", email, groupMember), done("acme")},
		trial{"as an owner", inviteAs("olga", "top", email, groupOwner), done("acme")},
		trial{"into another group of the same person", inviteAs("olga", "mid", "nina@example.com", groupMember), done("acme")},
	)
}

func TestR26InvitingNeedsEnterprise(t *testing.T) {
	w := invited(t)
	w.plan("acme", tenancy.PlanPro)
	w.expect(refused("license-required", "acme"), inviteAs("olga", "top", "new@example.com", groupMember))
	w.expect(refused("license-required", "acme"), after(cooldown, resendAs("olga", "nina")))
	w.expect(done("acme"), revokeAs("olga", "nina")) // D-32
}

func TestR26AnAddressIsOne(t *testing.T) {
	w := invited(t)
	for _, email := range []string{
		"", "nina", "@example.com", "nina@", "Nina <nina@example.com>", "<nina@example.com>", " nina@example.com",
		"nina@example.com, ned@example.com", `"ni na"@example.com`, "nina@[192.0.2.1]", "nina@exa mple.com", "nina@-x.example",
		"nina@example.com\r\nBcc: x@y.example", "nina@example..com", "nina@example.com.", "nina@exam_ple.com",
		strings.Repeat("n", 65) + "@example.com", strings.Repeat("n", 64) + "@" + strings.Repeat("e.", 100) + "com",
	} {
		w.expect(refused("invalid", "acme"), inviteAs("olga", "top", email, groupMember))
	}
}

// TestR27InvitationsAreTracked follows one through each state.
func TestR27InvitationsAreTracked(t *testing.T) {
	w := invited(t)
	i := w.invitations["nina"]
	want := tenancy.Invitation{
		ID: i.ID, OrganizationID: w.id("acme"), GroupID: w.id("top"), RootID: w.id("acme"), Email: "nina@example.com",
		Mailbox: "nina@example.com", Role: groupMember, State: tenancy.InvitationPending, InvitedBy: w.id("olga"),
		CreatedAt: clock.Now(), SentAt: clock.Now(), ExpiresAt: clock.Now().Add(ttl),
	}
	require.Equal(t, want, i.Invitation)
	require.Equal(t, clock.Now().Add(cooldown), i.ResendAfter)
	require.Equal(t, []string{"nina@example.com"}, w.invitedTo("acme", tenancy.InvitationPending))
	require.Empty(t, w.invitedTo("acme", tenancy.InvitationExpired))

	w.invite("ned", "olga", "top", "ned@example.com", groupMember)
	w.invite("new", "olga", "top", "new@example.com", groupMember)
	require.NoError(t, acceptAs("nina", "nina")(w))
	require.NoError(t, declineAs("ned", "ned")(w))
	require.NoError(t, revokeAs("olga", "new")(w))
	w.invite("late", "olga", "top", "late@example.com", groupMember)
	w.at(ttl)
	for state, want := range map[tenancy.InvitationState][]string{
		tenancy.InvitationAccepted: {"nina@example.com"}, tenancy.InvitationDeclined: {"ned@example.com"},
		tenancy.InvitationRevoked: {"new@example.com"}, tenancy.InvitationPending: nil,
		tenancy.InvitationExpired: {"late@example.com"},
		"":                        {"nina@example.com", "ned@example.com", "new@example.com", "late@example.com"},
	} {
		require.Equal(t, want, w.invitedTo("acme", state))
	}
}

func TestD21WhoSeesInvitations(t *testing.T) {
	run(t, invited,
		trial{"an owner of the home", invitationsAs("olga2", "acme"), unchanged},
		trial{"the platform", invitationsAs("platform", "acme"), unchanged},
		trial{"an owner of the group alone", invitationsAs("gus", "acme"), refused("not-found", "acme")},
		trial{"a member", invitationsAs("mia", "acme"), refused("forbidden", "acme")},
		trial{"an owner below", invitationsAs("sam", "acme"), refused("not-found", "acme")},
		trial{"an owner of another tree", invitationsAs("rita", "acme"), refused("not-found", "acme")},
	)
}

// TestR28OneMailboxIsInvitedOnce is the first half of attack 22.
func TestR28OneMailboxIsInvitedOnce(t *testing.T) {
	w := invited(t)
	w.invite("umlaut", "olga", "top", "j\u00fcrgen@b\u00fccher.example", groupMember)
	for _, email := range []string{
		"nina@example.com", "NINA@EXAMPLE.COM", "nina+shop@example.com", "Nina+a+b@Example.com",
		"\uff4eina@example.com", "nina\uff0bx@example.com", "nina@ｅxample.com",
		"ju\u0308rgen@b\u00fccher.example", "J\u00dcRGEN+x@B\u00dcCHER.example", "j\u00fcrgen@xn--bcher-kva.example",
	} {
		w.expect(refused("duplicate-invitation", "acme"), inviteAs("olga", "top", email, groupMember))
		w.expect(refused("duplicate-invitation", "acme"), inviteAs("olga", "top", email, groupOwner))
	}
	for _, email := range []string{"ni.na@example.com", "nina@sub.example.com", "+nina@example.com", "jurgen@b\u00fccher.example"} {
		require.NoError(t, inviteAs("olga", "top", email, groupMember)(w))
	}
}

// TestD16OneMailACooldown is the other half of attack 22: it does not matter what became of
// the first invitation, nor how the address is spelled.
func TestD16OneMailACooldown(t *testing.T) {
	again := inviteAs("olga", "top", "NINA+again@example.com", groupMember)
	for name, end := range map[string]call{"revoked": revokeAs("olga", "nina"), "declined": declineAs("nina", "nina")} {
		t.Run(name, func(t *testing.T) {
			w := invited(t)
			require.NoError(t, end(w))
			w.expect(refused("cooldown", "acme"), again)
			w.expect(refused("cooldown", "acme"), after(cooldown-time.Millisecond, again))
			w.expect(done("acme"), inviteAs("olga", "mid", "nina@example.com", groupMember))
			w.expect(done("acme"), after(cooldown, again))
		})
	}
	t.Run("expired", func(t *testing.T) {
		w := invited(t)
		w.expect(refused("duplicate-invitation", "acme"), after(ttl-time.Millisecond, again))
		w.at(ttl)
		w.expect(done("acme"), again)
	})
	t.Run("accepted", func(t *testing.T) {
		w := invited(t)
		require.NoError(t, acceptAs("nina", "nina")(w))
		w.expect(refused("already-member", "acme"), inviteAs("olga", "top", "Nina@example.com", groupMember))
		require.NoError(t, takeAs("olga", "top", groupMember, "nina")(w))
		w.expect(refused("cooldown", "acme"), inviteAs("olga", "top", "nina@example.com", groupMember))
		w.expect(done("acme"), after(cooldown, inviteAs("olga", "top", "nina@example.com", groupMember)))
	})
}

// TestR28ParallelInvitations make one, whatever the spelling.
func TestR28ParallelInvitations(t *testing.T) {
	w := invited(t)
	var callers sync.WaitGroup
	codes := make([]tenancy.Code, 20)
	for i := range codes {
		email := "new+" + strings.Repeat("x", i) + "@example.com"
		callers.Go(func() { codes[i] = codeOf(t, inviteAs("olga", "top", email, groupMember)(w)) })
	}
	callers.Wait()
	require.Equal(t, 1, count(codes, ""))
	require.Equal(t, len(codes)-1, count(codes, "duplicate-invitation"))
	require.Len(t, w.invitedTo("acme", tenancy.InvitationPending), 2)
}

func count(codes []tenancy.Code, code tenancy.Code) (n int) {
	for _, c := range codes {
		if c == code {
			n++
		}
	}
	return n
}

func TestR28Resend(t *testing.T) {
	w := invited(t)
	first := w.invitations["nina"]
	early := after(cooldown-90*time.Second, resendAs("olga", "nina"))(w)
	e, ok := tenancy.AsError(early)
	require.True(t, ok)
	require.Equal(t, tenancy.CodeCooldown, e.Code)
	require.Equal(t, 90*time.Second, e.RetryAfter, "the time left")
	w.expect(refused("cooldown", "acme"), after(cooldown-time.Millisecond, resendAs("olga", "nina")))

	w.expect(done("acme"), after(cooldown, resendAs("olga", "nina")))
	again := w.invitations["nina"]
	require.Equal(t, first.ID, again.ID)
	require.Equal(t, first.InvitedBy, again.InvitedBy)
	require.NotEqual(t, first.Token, again.Token)
	require.Equal(t, first.ExpiresAt.Add(cooldown), again.ExpiresAt, "it is good for the whole time again")
	w.expect(refused("cooldown", "acme"), after(2*cooldown-time.Millisecond, resendAs("olga", "nina")))
	w.expect(refused("not-found", "service"), acceptTokenAs("nina", first.Token))
	w.expect(done("acme", "+group:top#member@user:nina"), after(cooldown+ttl-time.Millisecond, acceptAs("nina", "nina")))
}

// TestWhoResendsAndRevokes is attack 21.
func TestWhoResendsAndRevokes(t *testing.T) {
	for name, as := range map[string]func(string) call{
		"resend": func(actor string) call { return after(cooldown, resendAs(actor, "nina")) },
		"revoke": func(actor string) call { return revokeAs(actor, "nina") },
	} {
		run(t, invited,
			trial{name + " by an owner of another tree", as("rita"), refused("not-found", "acme")},
			trial{name + " by an owner below", as("sam"), refused("not-found", "acme")},
			trial{name + " by the group's owner alone", as("gus"), refused("not-found", "acme")},
			trial{name + " by a member", as("mia"), refused("not-found", "acme")},
			trial{name + " by the invited", as("nina"), refused("not-found", "acme")},
			trial{name + " by an owner of the home alone", as("olga2"), refused("forbidden", "acme")},
			trial{name + " by a console for nobody", as("console"), refused("forbidden", "service")},
			trial{name + " from another tree", as("olga@stall"), refused("not-found", "acme")},
			trial{name + " by whoever could make it", as("olga"), done("acme")},
			trial{name + " by the platform", as("platform"), done("acme")},
		)
	}
}

func TestFinalStatesStay(t *testing.T) {
	for name, end := range map[string]call{
		"accepted": acceptAs("nina", "nina"), "revoked": revokeAs("olga", "nina"), "declined": declineAs("nina", "nina"),
	} {
		t.Run(name, func(t *testing.T) {
			w := invited(t)
			require.NoError(t, end(w))
			for _, do := range []call{
				after(cooldown, resendAs("olga", "nina")), revokeAs("olga", "nina"),
				acceptAs("nina", "nina"), declineAs("nina", "nina"),
			} {
				w.expect(refused("invitation-closed", "acme"), do)
			}
		})
	}
}

// TestR29WhoAccepts is attack 16.
func TestR29WhoAccepts(t *testing.T) {
	run(t, invited,
		trial{"another address", acceptAs("ned", "nina"), refused("email-mismatch", "acme")},
		trial{"an unverified address", acceptAs("una", "nina"), refused("email-mismatch", "acme")},
		trial{"no address", acceptAs("blank", "nina"), refused("email-mismatch", "acme")},
		trial{"the inviter", acceptAs("olga", "nina"), refused("email-mismatch", "acme")},
		trial{"the platform", acceptAs("platform", "nina"), refused("forbidden", "service")},
		trial{"a console for nobody", acceptAs("console", "nina"), refused("forbidden", "service")},
		trial{"who operates from where he is not", acceptAs("nina@acme", "nina"), refused("not-found", "acme")},
		trial{"the invited", acceptAs("nina", "nina"), done("acme", "+group:top#member@user:nina")},
	)
	run(t, invited,
		trial{"another declines", declineAs("ned", "nina"), refused("email-mismatch", "acme")},
		trial{"an unverified address declines", declineAs("una", "nina"), refused("email-mismatch", "acme")},
		trial{"the platform declines", declineAs("platform", "nina"), refused("forbidden", "service")},
		trial{"the invited declines", declineAs("nina", "nina"), done("acme")},
	)
	w := invited(t)
	w.setUser("nina", tenancy.UserDeactivated)
	w.expect(outcome{code: "unauthenticated"}, acceptAs("nina", "nina"))
}

// TestD16TheExactAddressAccepts has nina's address in other spellings.
func TestD16TheExactAddressAccepts(t *testing.T) {
	for _, c := range []struct {
		invited, address string
		same             bool
	}{
		{"nina@example.com", "NINA@Example.COM", true},
		{"nina+x@example.com", "Nina+X@example.com", true},
		{"j\u00fcrgen@b\u00fccher.example", "JU\u0308RGEN@xn--bcher-kva.example", true},
		{"nina+x@example.com", "nina@example.com", false},
		{"nina@example.com", "nina+x@example.com", false},
		{"nina@example.com", "n.ina@example.com", false},
		{"nina@example.com", "nina@mail.example.com", false},
		{"nina@example.com", "\uff4eina@example.com", false},
		{"kim@example.com", "K\u0130m@example.com", false},
		{"stra\u00dfe@example.com", "strasse@example.com", false},
		{"smith@example.com", "\u017fmith@example.com", false},
	} {
		w := teams(t)
		w.address("nina", c.address, true)
		w.invite("it", "olga", "top", c.invited, groupMember)
		if c.same {
			w.expect(done("acme", "+group:top#member@user:nina"), acceptAs("nina", "it"))
		} else {
			w.expect(refused("email-mismatch", "acme"), acceptAs("nina", "it"))
		}
	}
}

func TestR29TheRoleIsTheOneInvitedTo(t *testing.T) {
	w := invited(t)
	w.invite("ned", "olga", "top", "ned@example.com", groupOwner)
	w.expect(done("acme", "+group:top#owner@user:ned"), acceptAs("ned", "ned"))
	w.expect(done("acme", "+group:top#member@user:nina"), acceptAs("nina", "nina"))
	require.True(t, w.may("nina", "view_agents", "acme"))
	require.False(t, w.may("ned", "view_agents", "acme"), "R-15")
}

// TestR29TheTokenIsGoodUntilItsExpiry is attack 19.
func TestR29TheTokenIsGoodUntilItsExpiry(t *testing.T) {
	for _, do := range []call{acceptAs("nina", "nina"), declineAs("nina", "nina"), resendAs("olga", "nina"), revokeAs("olga", "nina")} {
		w := invited(t)
		w.at(ttl)
		w.expect(refused("invitation-closed", "acme"), do)
		w.expect(refused("invitation-closed", "acme"), after(ttl+time.Millisecond, do))
		w = invited(t)
		require.NoError(t, after(ttl-time.Millisecond, do)(w))
	}
}

// TestR27ThatOneExpiredIsAChange which whoever comes first has committed, and which the trail
// tells.
func TestR27ThatOneExpiredIsAChange(t *testing.T) {
	for name, first := range map[string]call{
		"its acceptance": acceptAs("nina", "nina"), "a resend": resendAs("olga", "nina"), "a list": invitationsAs("olga", "acme"),
		"another invitation": inviteAs("olga", "top", "nina@example.com", groupMember),
		"a change elsewhere": renameAs("olga", "shop"), "a check": func(w *world) error { w.may("olga", "own", "acme"); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			w := invited(t)
			heads := w.heads()
			w.clock.(*movable).set(clock.Now().Add(ttl))
			_ = first(w)
			event := w.events(w.ctx, w.id("acme"), heads[w.id("acme")])[0]
			require.Equal(t, "ended", event.Action)
			id := w.invitations["nina"].ID
			require.Equal(t, clock.Now().Add(ttl).Format(time.RFC3339Nano)+" "+w.id("acme"), event.Detail["invitation:"+id])
			require.Equal(t, []string{"nina@example.com"}, w.invitedTo("acme", tenancy.InvitationExpired))
		})
	}
}

// TestR29TheInviterStillQualifies is attack 20.
func TestR29TheInviterStillQualifies(t *testing.T) {
	for _, c := range []struct {
		name   string
		before call
		want   outcome
	}{
		{"no owner of the home", disownAs("olga2", "acme", "olga"), refused("inviter-unqualified", "acme")},
		{"no owner of the group", takeAs("gus", "top", groupOwner, "olga"), refused("inviter-unqualified", "acme")},
		{"deactivated", putUserAs("platform", "olga", "deactivated"), refused("inviter-unqualified", "acme")},
		{"no licence", subscribeAs("platform", "acme", "pro", active), refused("license-required", "acme")},
		{"a licence that is not paid", subscribeAs("platform", "acme", "enterprise", tenancy.SubscriptionCanceled), refused("license-required", "acme")},
		{"no group", deleteGroupAs("olga", "top"), refused("not-found", "service")},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := invited(t)
			require.NoError(t, c.before(w))
			w.expect(c.want, acceptAs("nina", "nina"))
		})
	}
	t.Run("and again", func(t *testing.T) {
		w := invited(t)
		require.NoError(t, disownAs("olga2", "acme", "olga")(w))
		require.NoError(t, ownAs("olga2", "acme", "olga")(w))
		w.expect(done("acme", "+group:top#member@user:nina"), acceptAs("nina", "nina"))
	})
	t.Run("nobody is asked again then", func(t *testing.T) {
		w := invited(t)
		w.put("top", groupOwner, "olga2")
		require.NoError(t, disownAs("olga2", "acme", "olga")(w))
		w.expect(refused("inviter-unqualified", "acme"), after(cooldown, resendAs("olga2", "nina")))
		w.expect(done("acme"), revokeAs("olga2", "nina"))
	})
	t.Run("declining needs nothing of him", func(t *testing.T) {
		w := invited(t)
		w.plan("acme", tenancy.PlanFree)
		require.NoError(t, disownAs("olga2", "acme", "olga")(w))
		w.expect(done("acme"), declineAs("nina", "nina"))
	})
}

// TestR29ParallelAcceptsGiveOneMembership is attack 18.
func TestR29ParallelAcceptsGiveOneMembership(t *testing.T) {
	w := invited(t)
	heads := w.heads()
	var callers sync.WaitGroup
	codes := make([]tenancy.Code, 50)
	for i := range codes {
		callers.Go(func() { codes[i] = codeOf(t, acceptAs("nina", "nina")(w)) })
	}
	callers.Wait()
	require.Equal(t, 1, count(codes, ""))
	require.Equal(t, len(codes)-1, count(codes, "invitation-closed"))
	w.expect(refused("invitation-closed", "acme"), acceptAs("nina", "nina"))
	dones := 0
	for _, event := range w.news(heads) {
		if event == "acme done" {
			dones++
		}
	}
	require.Equal(t, 1, dones, "one event of success")
	members, err := w.service.Memberships(w.ctx, platform, w.id("top"), groupMember, tenancy.PageAll)
	require.NoError(t, err)
	require.Len(t, members, 2, "mia, and nina once")
}

func TestAlreadyMember(t *testing.T) {
	w := invited(t)
	w.put("top", groupMember, "nina")
	w.expect(refused("already-member", "acme"), acceptAs("nina", "nina"))
	w.expect(refused("duplicate-invitation", "acme"), inviteAs("olga", "top", "nina@example.com", groupMember))
	require.NoError(t, revokeAs("olga", "nina")(w))
	w.expect(refused("already-member", "acme"), after(cooldown, inviteAs("olga", "top", "nina@example.com", groupMember)))
	w.expect(done("acme"), after(cooldown, inviteAs("olga", "top", "nina@example.com", groupOwner)))
}

// TestR19WhoInvitesHimselfMakesHimselfAMember, and is told so.
func TestR19WhoInvitesHimselfMakesHimselfAMember(t *testing.T) {
	w := invited(t)
	w.address("olga", "olga@example.com", true)
	w.invite("olga", "olga", "top", "olga@example.com", groupMember)
	strict := *w
	strict.service = w.parts.service(tenancy.Options{ForbidSelfGrants: true})
	strict.expect(refused("forbidden", "acme"), acceptAs("olga", "olga"))
	w.expect(done("acme", "+group:top#member@user:olga"), acceptAs("olga", "olga"))
	require.Equal(t, "true", w.last("acme").Detail["self_grant"])
	strict.expect(done("acme", "+group:top#member@user:nina"), acceptAs("nina", "nina"))
	require.NotContains(t, w.last("acme").Detail, "self_grant")
}

// TestR31WhoWasNotInvitedLearnsNothing is attacks 17 and 23.
func TestR31WhoWasNotInvitedLearnsNothing(t *testing.T) {
	w := invited(t)
	token := w.invitations["nina"].Token
	for i := range len(token) {
		for bit := range 7 {
			changed := []byte(token)
			changed[i] ^= 1 << bit
			for _, do := range []func(context.Context, tenancy.Caller, string) (tenancy.InvitationView, tenancy.Token, error){
				w.service.AcceptInvitation, w.service.DeclineInvitation,
			} {
				_, _, err := do(w.ctx, w.as("nina"), string(changed))
				require.Equal(t, tenancy.CodeNotFound, codeOf(t, err))
			}
		}
	}
	for _, none := range []string{"", token[:len(token)-1], token + "A", strings.ToUpper(token), " " + token, w.invitations["nina"].ID} {
		w.expect(refused("not-found", "service"), acceptTokenAs("nina", none))
	}
	// A known address and an unknown one: what the inviter gets differs in nothing else.
	known, _, err := w.service.Invite(w.ctx, w.as("olga"), w.id("top"), "ned@example.com", groupMember)
	require.NoError(t, err)
	unknown, _, err := w.service.Invite(w.ctx, w.as("olga"), w.id("top"), "new@example.com", groupMember)
	require.NoError(t, err)
	known.ID, known.Email, known.Mailbox, known.Token = unknown.ID, unknown.Email, unknown.Mailbox, unknown.Token
	require.Equal(t, unknown, known)
}

// TestTokensAreKeptNowhere looks for one in all that the record holds.
func TestTokensAreKeptNowhere(t *testing.T) {
	w := invited(t)
	require.NoError(t, acceptAs("nina", "nina")(w))
	token := w.invitations["nina"].Token
	require.GreaterOrEqual(t, len(token), len("tit_")+43, "256 bits in base64")
	for _, text := range w.texts() {
		require.NotContains(t, text, token)
	}
	for _, e := range w.events(w.ctx, w.id("acme"), 0) {
		for _, value := range e.Detail {
			require.NotContains(t, value, token)
			require.NotContains(t, value, "@", "people's addresses do not go into the trail")
		}
	}
}

// TestR82WhatTheTrailTellsOfInvitations names the invitation and its group, and nobody's
// address.
func TestR82WhatTheTrailTellsOfInvitations(t *testing.T) {
	w := invited(t)
	w.invitations["i"] = w.invitations["nina"]
	i := w.invitations["i"]
	for _, c := range []struct {
		do     call
		action string
		detail map[string]string
	}{
		{after(cooldown, resendAs("olga", "i")), "invitation.resend", nil},
		{acceptAs("nina", "i"), "invitation.accept", map[string]string{"role": "member", "user_id": w.id("nina")}},
		{revokeAs("olga", "i"), "invitation.revoke", nil},
		{declineAs("nina", "i"), "invitation.decline", nil},
	} {
		_ = c.do(w)
		event := w.last("acme")
		require.Equal(t, c.action, event.Action)
		require.Equal(t, tenancy.Object{Type: "invitation", ID: i.ID}, event.Target)
		require.Equal(t, []string{w.id("acme")}, event.Organizations)
		want := map[string]string{"group_id": w.id("top")}
		maps.Copy(want, c.detail)
		require.Equal(t, want, event.Detail)
	}
	w.invite("new", "olga", "top", "new@example.com", groupOwner)
	event := w.last("acme")
	require.Equal(t, "invitation.create", event.Action)
	require.Equal(t, tenancy.Object{Type: "group", ID: w.id("top")}, event.Target)
	require.Equal(t, map[string]string{"invitation_id": w.invitations["new"].ID, "role": "owner"}, event.Detail)
}

// TestWithAMailServerNobodyElseGetsTheToken: it is made when the mail is sent.
func TestWithAMailServerNobodyElseGetsTheToken(t *testing.T) {
	w := invited(t)
	require.NoError(t, revokeAs("olga", "nina")(w))
	w.at(cooldown)
	mailed := *w
	mailed.service = w.parts.service(tenancy.Options{MailInvitations: true})
	mailed.invite("nina", "olga", "top", "nina@example.com", groupMember)
	require.Empty(t, w.invitations["nina"].Token)
	mails, err := w.store.DueMails(w.ctx, w.clock.Now(), 10)
	require.NoError(t, err)
	require.Len(t, mails, 1)
	require.Equal(t, w.invitations["nina"].Invitation, mails[0].Invitation)
	require.Error(t, inviteAs("olga", "top", "nina@example.com", groupMember)(&mailed))
	after, err := w.store.DueMails(w.ctx, w.clock.Now(), 10)
	require.NoError(t, err)
	require.Equal(t, mails, after, "a refused attempt sends nothing")
}

// TestDeletedGroupsTakeTheirInvitationsAlong with their mails.
func TestDeletedGroupsTakeTheirInvitationsAlong(t *testing.T) {
	w := invited(t)
	w.invite("ned", "olga", "top", "ned@example.com", groupMember)
	require.NoError(t, revokeAs("olga", "ned")(w))
	require.NoError(t, deleteGroupAs("olga", "top")(w))
	require.Empty(t, w.invitedTo("acme", ""))
	w.expect(refused("not-found", "service"), revokeAs("olga", "nina"))
	w.expect(refused("not-found", "service"), acceptAs("nina", "nina"))
}

// TestNoGapBeforeAnInvitationIsAnswered has the facts change right before the change commits.
func TestNoGapBeforeAnInvitationIsAnswered(t *testing.T) {
	accept := acceptAs("nina", "nina")
	for _, c := range []struct {
		name       string
		do, before call
		code       tenancy.Code
	}{
		{"the inviter is no owner of the home", accept, disownAs("olga2", "acme", "olga"), "inviter-unqualified"},
		{"the inviter is no owner of the group", accept, takeAs("gus", "top", groupOwner, "olga"), "inviter-unqualified"},
		{"the inviter is deactivated", accept, putUserAs("platform", "olga", "deactivated"), "inviter-unqualified"},
		{"the licence lapses", accept, subscribeAs("platform", "acme", "free", active), "license-required"},
		{"it is revoked", accept, revokeAs("olga", "nina"), "invitation-closed"},
		{"it is declined", accept, declineAs("nina", "nina"), "invitation-closed"},
		{"it is accepted", declineAs("nina", "nina"), accept, "invitation-closed"},
		{"the group is deleted", accept, deleteGroupAs("olga", "top"), "not-found"},
		{"he is made a member", accept, giveAs("gus", "top", groupMember, "nina"), "already-member"},
		{"he is deactivated", accept, putUserAs("platform", "nina", "deactivated"), "unauthenticated"},
		{"his address changes", accept, addressAs("nina", "other@example.com"), "email-mismatch"},
		{"the mailbox is invited", inviteAs("olga", "top", "new@example.com", groupMember), inviteAs("olga", "top", "New+x@example.com", groupOwner), "duplicate-invitation"},
		{"the caller is no owner", revokeAs("olga", "nina"), disownAs("olga2", "acme", "olga"), "not-found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := invited(t)
			meddle := &between{Committer: w.deliverer, do: func() { require.NoError(t, c.before(w)) }}
			late := *w
			late.service = tenancy.NewService(w.store, w.deliverer, meddle, w.clock, tenancy.Options{Log: quiet})
			require.Equal(t, c.code, codeOf(t, c.do(&late)))
		})
	}
}

func addressAs(user, email string) call {
	return func(w *world) error {
		_, _, _, err := w.service.PutUser(w.ctx, platform, w.id(user), tenancy.UserInput{Email: email, EmailVerified: true})
		return err
	}
}
