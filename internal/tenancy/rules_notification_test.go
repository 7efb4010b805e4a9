package tenancy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// disturbAs sets the do-not-disturb times of an organization: "22:00 06:00 Europe/Berlin", or
// "" for none.
func disturbAs(actor, organization, times string) call {
	return func(w *world) error {
		var d *tenancy.DoNotDisturb
		if times != "" {
			d = &tenancy.DoNotDisturb{}
			_, err := fmt.Sscan(times, &d.From, &d.To, &d.TimeZone)
			require.NoError(w.t, err)
		}
		return setDisturbAs(actor, organization, d)(w)
	}
}

func setDisturbAs(actor, organization string, d *tenancy.DoNotDisturb) call {
	return func(w *world) error {
		_, _, err := w.service.PatchOrganization(w.ctx, w.as(actor), w.id(organization), tenancy.OrganizationPatch{DoNotDisturb: &d})
		return err
	}
}

// target is whom a notification is for: "organization shop", "role owner shop", "group top",
// "group top shop", "user mia" or "user mia shop".
func (w *world) target(text string) (target tenancy.NotificationTarget) {
	w.t.Helper()
	_, _ = fmt.Sscan(text, &target.Type, &target.ID, &target.OrganizationID)
	if target.Type != tenancy.TargetRole {
		target.ID = w.id(target.ID)
	}
	if target.OrganizationID != "" {
		target.OrganizationID = w.id(target.OrganizationID)
	}
	return target
}

// audience asks who would receive a notification at an instant, "" for now.
func (w *world) audience(actor, target, at string) (tenancy.Audience, error) {
	w.t.Helper()
	var instant *string
	if at != "" {
		instant = &at
	}
	return w.service.NotificationAudience(w.ctx, w.as(actor), w.target(target), instant)
}

func audienceAs(actor, target string) call {
	return func(w *world) error {
		_, err := w.audience(actor, target, "")
		return err
	}
}

// recipients are the names of those who would receive a notification.
func (w *world) recipients(target string) (names []string) {
	w.t.Helper()
	audience, err := w.audience("platform", target, "")
	require.NoError(w.t, err)
	for _, id := range audience.Recipients {
		names = append(names, w.names(id))
	}
	return names
}

// TestR60DoNotDisturbTimes asks at instants, most of them about where clocks are set.
func TestR60DoNotDisturbTimes(t *testing.T) {
	w := twoTrees(t)
	for times, instants := range map[string]map[string]bool{
		"": {"2026-01-01T00:00:00Z": false},
		// A night crosses midnight, in the zone and in UTC.
		"22:00 06:00 Europe/Berlin": {
			"2026-01-10T20:59:59.999Z": false, "2026-01-10T21:00:00Z": true, "2026-01-10T23:00:00Z": true,
			"2026-01-11T04:59:59.999Z": true, "2026-01-11T05:00:00Z": false, "2026-01-11T12:00:00Z": false,
			"2026-01-10T22:00:00+01:00": true, "2026-01-11T06:00:00+01:00": false,
			// In summer the same clock shows it an hour earlier in UTC.
			"2026-07-10T19:59:59Z": false, "2026-07-10T20:00:00Z": true, "2026-07-11T04:00:00Z": false,
			// The nights in which clocks are set are an hour shorter and an hour longer.
			"2026-03-28T21:00:00Z": true, "2026-03-29T03:59:59Z": true, "2026-03-29T04:00:00Z": false,
			"2026-10-24T20:00:00Z": true, "2026-10-25T04:59:59Z": true, "2026-10-25T05:00:00Z": false,
		},
		"09:00 17:30 America/New_York": {
			"2026-01-10T13:59:00Z": false, "2026-01-10T14:00:00Z": true, "2026-01-10T22:29:59Z": true, "2026-01-10T22:30:00Z": false,
		},
		// From 01:00Z on 2026-03-29 clocks in Berlin show 03:00; 02:30 never comes.
		"02:30 04:00 Europe/Berlin": {"2026-03-29T00:59:59Z": false, "2026-03-29T01:00:00Z": true, "2026-03-29T02:00:00Z": false},
		"02:15 02:45 Europe/Berlin": {
			"2026-03-29T00:59:59Z": false, "2026-03-29T01:00:00Z": false,
			// On 2026-10-25 it comes at 00:15Z, and again at 01:15Z.
			"2026-10-25T00:14:59Z": false, "2026-10-25T00:15:00Z": true, "2026-10-25T00:45:00Z": false,
			"2026-10-25T01:14:59Z": false, "2026-10-25T01:15:00Z": true, "2026-10-25T01:45:00Z": false,
		},
		"22:00 02:30 Europe/Berlin": {
			"2026-03-29T00:59:59Z": true, "2026-03-29T01:00:00Z": false,
			"2026-10-25T00:29:59Z": true, "2026-10-25T00:30:00Z": false, "2026-10-25T01:00:00Z": true, "2026-10-25T01:30:00Z": false,
		},
		// Half an hour, and days of another date.
		"02:00 02:15 Australia/Lord_Howe":       {"2026-04-04T15:15:00Z": false, "2026-04-04T15:30:00Z": true, "2026-04-04T15:45:00Z": false},
		"00:00 23:59 Pacific/Kiritimati":        {"2026-01-10T10:00:00Z": true, "2026-01-10T09:59:00Z": false},
		"23:59 00:00 UTC":                       {"2026-01-10T23:58:59Z": false, "2026-01-10T23:59:59Z": true, "2026-01-11T00:00:00Z": false},
		"22:00 06:00 America/Argentina/Ushuaia": {"2026-01-11T01:00:00Z": true, "2026-01-11T09:00:00Z": false},
	} {
		require.NoError(t, disturbAs("platform", "shop", times)(w), times)
		for at, suppressed := range instants {
			want := tenancy.Audience{Suppressed: suppressed, Recipients: []string{w.id("sam")}}
			if suppressed {
				want.Reason = "do-not-disturb"
			}
			got, err := w.audience("platform", "organization shop", at)
			require.NoError(t, err)
			require.Equal(t, want, got, "%s at %s", times, at)
		}
	}
}

// TestR60WhoSetsDoNotDisturb also where there is nothing to set it on.
func TestR60WhoSetsDoNotDisturb(t *testing.T) {
	const night = "22:00 06:00 Europe/Berlin"
	run(t, teams,
		trial{"a member", disturbAs("mia", "shop", night), refused("forbidden", "acme")},
		trial{"an owner above", disturbAs("olga2", "shop", night), refused("forbidden", "acme")},
		trial{"an owner below", disturbAs("kim", "shop", night), refused("not-found", "acme")},
		trial{"another tree's owner", disturbAs("rita", "shop", night), refused("not-found", "acme")},
		trial{"a console for nobody", disturbAs("console", "shop", night), refused("forbidden", "service")},
		trial{"nothing, where nothing is", disturbAs("sam", "shop", ""), unchanged},
		trial{"an owner", disturbAs("sam", "shop", night), done("acme")},
		trial{"the platform", disturbAs("platform", "shop", night), done("acme")},
	)
	w := twoTrees(t)
	require.NoError(t, disturbAs("sam", "shop", night)(w))
	w.expect(unchanged, disturbAs("sam", "shop", night))
	require.NoError(t, renameAs("sam", "shop")(w))
	view, err := w.service.Organization(w.ctx, w.as("sam"), w.id("shop"))
	require.NoError(t, err)
	require.Equal(t, tenancy.DoNotDisturb{From: "22:00", To: "06:00", TimeZone: "Europe/Berlin"}, view.DoNotDisturb, "what is not given stays")
	view, err = w.service.Organization(w.ctx, w.as("olga"), w.id("shop"))
	require.NoError(t, err)
	require.Zero(t, view.DoNotDisturb, "R-2")
	require.NoError(t, disturbAs("sam", "shop", "")(w))
	require.False(t, w.suppressed("organization shop", "2026-01-01T00:00:00Z"))
}

func (w *world) suppressed(target, at string) bool {
	w.t.Helper()
	audience, err := w.audience("platform", target, at)
	require.NoError(w.t, err)
	return audience.Suppressed
}

// TestR60WhatDoNotDisturbTakes: all that is wrong is named at once.
func TestR60WhatDoNotDisturbTakes(t *testing.T) {
	w := twoTrees(t)
	good := tenancy.DoNotDisturb{From: "22:00", To: "06:00", TimeZone: "Europe/Berlin"}
	for field, texts := range map[string][]string{
		"from":      {"", "22:00:00", "22:00Z", "2:00", "24:00", "22:60", "22", "22.00", " 22:00", "22:00\n", "-1:00", "２２:00", "10:00 PM"},
		"to":        {"", "06:00:30", "6:00", "22:00"},
		"time_zone": {"", "Local", "localtime", "posixrules", "posix/Europe/Berlin", "right/Europe/Berlin", "Europe", "Europe/Atlantis", "Berlin", "+01:00", "/etc/localtime", "../UTC", "Europe/../UTC", "Europe/Berlin\x00", "europe/berlin"},
	} {
		for _, text := range texts {
			d := good
			*map[string]*string{"from": &d.From, "to": &d.To, "time_zone": &d.TimeZone}[field] = text
			err := setDisturbAs("sam", "shop", &d)(w)
			require.Equal(t, tenancy.CodeInvalid, codeOf(t, err), "%s %q", field, text)
			refusal, _ := tenancy.AsError(err)
			require.Len(t, refusal.Fields, 1)
			require.Equal(t, "do_not_disturb."+field, refusal.Fields[0].Field)
		}
	}
	refusal, _ := tenancy.AsError(setDisturbAs("sam", "shop", &tenancy.DoNotDisturb{})(w))
	require.Len(t, refusal.Fields, 4)
	_, _, err := w.service.CreateOrganization(w.ctx, w.as("sam"), tenancy.NewOrganization{Name: "N", ParentID: w.id("shop"), DoNotDisturb: &tenancy.DoNotDisturb{}})
	require.Equal(t, tenancy.CodeInvalid, codeOf(t, err))
	view, _, err := w.service.CreateOrganization(w.ctx, w.as("sam"), tenancy.NewOrganization{ID: w.id("new"), Name: "N", ParentID: w.id("shop"), DoNotDisturb: &good})
	require.NoError(t, err)
	require.Equal(t, good, view.DoNotDisturb)
}

// notified is teams with top linked to shop, whose nights are quiet:
//
//	shop   owners olga and sam; top (owners gus and olga, member mia, and dan, who is
//	       deactivated); chiefs (homed in acme, carries owner; member cleo) is linked; guests
//	       (no claims; member guy)
func notified(t *testing.T) *world {
	t.Helper()
	w := teams(t)
	w.users("dan", "cleo", "guy")
	w.put("top", groupMember, "dan")
	w.group("chiefs", "acme", "olga", tenancy.ClaimOwner)
	w.put("chiefs", groupMember, "cleo")
	w.group("guests", "shop", "sam")
	w.put("guests", groupMember, "guy")
	w.link("top", "shop")
	w.link("chiefs", "shop")
	w.setUser("dan", tenancy.UserDeactivated)
	require.NoError(t, disturbAs("sam", "shop", "05:00 07:00 UTC")(w)) // around the clock of the tests
	return w
}

// TestR61OnlyOrganizationsAreNotDisturbed: all are asked about at the same instant.
func TestR61OnlyOrganizationsAreNotDisturbed(t *testing.T) {
	w := notified(t)
	for target, want := range map[string][]string{
		"organization shop":   {"cleo", "guy", "mia", "olga", "sam"},
		"organization kiosk":  {"kim", "mia", "olga"},
		"role owner shop":     {"cleo", "olga", "sam"},
		"role owner kiosk":    {"kim", "olga"},
		"role read_only shop": nil,
		"group top":           {"mia"},
		"group top shop":      {"mia"},
		"group chiefs":        {"cleo"},
		"group chiefs kiosk":  nil,
		"group low shop":      {"mia"}, // by another group
		"user mia":            {"mia"},
		"user mia shop":       {"mia"},
		"user dan":            nil,
		"user dan shop":       nil,
		"user gus shop":       nil, // owns a group, and is no member (D-28)
		"user nina":           {"nina"},
		"user nina shop":      nil,
	} {
		require.Equal(t, want, w.recipients(target), target)
		require.Equal(t, target == "organization shop", w.suppressed(target, clock.Now().Format("2006-01-02T15:04:05Z")), target)
	}
	for _, target := range []string{"organization shop", "role owner shop", "group top shop", "user mia shop"} {
		require.False(t, w.suppressed(target, "2026-03-04T12:00:00Z"))
	}
	w.plan("acme", tenancy.PlanPro) // links have no force
	require.Equal(t, []string{"guy", "mia", "olga", "sam"}, w.recipients("organization shop"))
	require.NoError(t, stateAs("platform", "shop", tenancy.OrganizationSuspended)(w))
	for _, target := range []string{"organization shop", "role owner shop", "group guests", "group top shop", "user sam shop"} {
		require.Empty(t, w.recipients(target), "D-7: %s", target)
	}
}

// TestR61GroupUsersAreNotified in the organizations of their tenant groups (R-51, D-3).
func TestR61GroupUsersAreNotified(t *testing.T) {
	w := collected(t)
	for target, want := range map[string][]string{
		"organization shop":        {"gail", "sam", "tina", "uwe"},
		"organization kiosk":       {"ed", "gail", "kim", "tina", "uwe"},
		"organization farm":        {"finn"},
		"role administrator shop":  {"tina"},
		"role administrator kiosk": {"tina"},
		"role administrator farm":  nil,
		"role owner shop":          {"sam"},
		"role user_manager shop":   nil,
		"user uwe shop":            {"uwe"},
		"user ed shop":             nil,
	} {
		require.Equal(t, want, w.recipients(target), target)
	}
	require.Equal(t, tenancy.CodeForbidden, codeOf(t, audienceAs("gail", "role administrator shop")(w)))
	require.NoError(t, audienceAs("tina", "role administrator shop")(w))
}

// TestR61WhoAsksForAnAudience: questions leave no event, refusals theirs.
func TestR61WhoAsksForAnAudience(t *testing.T) {
	const all = "organization shop|role owner shop|group top|group top shop|user mia|user mia shop|user gus shop|user nobody|user nobody shop"
	answered, hidden, forbidden := unchanged, refused("not-found", "acme"), refused("forbidden", "acme")
	unknown, nobody := refused("not-found", "service"), refused("forbidden", "service")
	w := notified(t)
	for actor, want := range map[string][9]outcome{
		"platform":       {answered, answered, answered, answered, answered, answered, answered, unknown, hidden},
		"platform@stall": {hidden, hidden, hidden, hidden, answered, hidden, hidden, unknown, hidden},
		"console":        {nobody, nobody, nobody, nobody, nobody, nobody, nobody, nobody, nobody},
		"sam":            {answered, answered, answered, answered, unknown, answered, hidden, unknown, hidden},
		"cleo":           {answered, answered, answered, answered, unknown, answered, hidden, unknown, hidden},
		"olga2":          {forbidden, forbidden, answered, forbidden, unknown, forbidden, forbidden, unknown, forbidden},
		"mia":            {forbidden, forbidden, answered, forbidden, answered, answered, forbidden, unknown, forbidden},
		"mia@farm":       {hidden, hidden, hidden, hidden, unknown, hidden, hidden, unknown, hidden},
		"gus":            {hidden, hidden, answered, hidden, unknown, hidden, hidden, unknown, hidden},
		"guy":            {forbidden, forbidden, hidden, hidden, unknown, forbidden, forbidden, unknown, forbidden},
		"rita":           {hidden, hidden, hidden, hidden, unknown, hidden, hidden, unknown, hidden},
		"nina":           {hidden, hidden, hidden, hidden, unknown, hidden, hidden, unknown, hidden},
	} {
		for i, target := range strings.Split(all, "|") {
			t.Run(actor+"/"+target, func(t *testing.T) {
				in := *w
				in.t, in.ctx = t, t.Context()
				in.expect(want[i], audienceAs(actor, target))
			})
		}
	}
}

// TestR61WhatAnAudienceIsAskedAbout.
func TestR61WhatAnAudienceIsAskedAbout(t *testing.T) {
	w := notified(t)
	for field, target := range map[string]tenancy.NotificationTarget{
		"target.type":            {Type: "planet", ID: w.id("shop")},
		"target.id":              {Type: "role", ID: "king", OrganizationID: w.id("shop")},
		"target.organization_id": {Type: "role", ID: "owner"},
	} {
		_, err := w.service.NotificationAudience(w.ctx, w.as("sam"), target, nil)
		refusal, _ := tenancy.AsError(err)
		require.Equal(t, tenancy.CodeInvalid, refusal.Code, field)
		require.Equal(t, field, refusal.Fields[0].Field)
	}
	_, err := w.audience("sam", "organization shop kiosk", "")
	require.Equal(t, tenancy.CodeInvalid, codeOf(t, err))
	for _, at := range []string{"", "tomorrow", "2026-01-01", "2026-01-01T25:00:00Z"} {
		_, err := w.service.NotificationAudience(w.ctx, w.as("sam"), w.target("organization shop"), &at)
		require.Equal(t, tenancy.CodeInvalid, codeOf(t, err), at)
	}
	_, err = w.audience("rita", "role king shop", "")
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, err), "what is not seen is not there, whatever is asked")
}

// TestR61AudiencesFollowTheClock: who is over is no recipient from that instant on.
func TestR61AudiencesFollowTheClock(t *testing.T) {
	for name, targets := range map[string]string{"an organization": "organization shop", "a group": "group top", "a person": "user mia shop"} {
		t.Run(name, func(t *testing.T) {
			w, now := timed(t)
			require.Contains(t, w.recipients(targets), "mia")
			now.set(end)
			require.NotContains(t, w.recipients(targets), "mia")
			requireEnded(t, w, "group.member:top/mia")
		})
	}
}
