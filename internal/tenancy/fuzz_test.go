package tenancy

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// FuzzUpdateNotation: what is read back is what was written, and no two updates are written
// the same. So a trail that holds texts holds updates.
func FuzzUpdateNotation(f *testing.F) {
	f.Add("+organization:acme#owner@user:alice", "group", "g", "claim_owner", "group", "h", "member", true)
	f.Add("-link:a/b#group@group:g#", "user", "auth0|x/y=+", "", "", "", "", false)
	f.Add("+a:b#c@d:e#f#g", "a:b", "#", "@", ":", "a", "#", false)
	f.Fuzz(func(t *testing.T, text, resourceType, resourceID, relation, subjectType, subjectID, subjectRelation string, remove bool) {
		if read, err := ParseUpdate(text); err == nil {
			require.Equal(t, text, read.String())
		}
		u := Update{Delete: remove, Relationship: Relationship{
			Resource: Object{resourceType, resourceID}, Relation: relation,
			Subject: Object{subjectType, subjectID}, SubjectRelation: subjectRelation,
		}}
		separated := func(part string) bool { return strings.ContainsAny(part, ":#@") }
		read, err := ParseUpdate(u.String())
		if !slices.ContainsFunc([]string{resourceType, resourceID, relation, subjectType, subjectID, subjectRelation}, separated) {
			require.NoError(t, err)
			require.Equal(t, u, read)
		}
	})
}

var (
	idForm     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}\z`)
	userIDForm = regexp.MustCompile(`^[A-Za-z0-9/_|=+-]{1,128}\z`)
)

// FuzzIDs: the forms are those of the API, and an id that has one stands in paths and in the
// notation of relationships as it is.
func FuzzIDs(f *testing.F) {
	for _, id := range []string{"acme", "auth0|x/y=+", "org_06h2be4am9ocvdjnnnofb899u0", "", "*", "a:b", "a\n", "é", strings.Repeat("x", 65)} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		require.Equal(t, idForm.MatchString(id), ValidID(id))
		require.Equal(t, userIDForm.MatchString(id), ValidUserID(id))
		if !ValidUserID(id) {
			return
		}
		unescaped, err := url.PathUnescape(url.PathEscape(id))
		require.NoError(t, err)
		require.Equal(t, id, unescaped)
		r := Relationship{Resource: Object{"organization", "acme"}, Relation: "owner", Subject: Object{"user", id}}
		read, err := ParseRelationship(r.String())
		require.NoError(t, err)
		require.Equal(t, r, read)
	})
}

// FuzzAddress: every form of an address is its own form, those who are one to the exact
// address are one mailbox, and neither Unicode's forms nor a plus-tag make another mailbox.
func FuzzAddress(f *testing.F) {
	f.Add("ann@example.com", "shop")
	f.Add("Ann.B+old@Bücher.Example", "")
	f.Add("İpek@xn--bcher-kva.example", "x+y")
	f.Add("ﬁ＠ｅ@example.com", "é")
	f.Add("ϓ\u0301ΐ@EXAMPLE.com", "1")
	f.Add(`"a b"@example.com`, "1")
	f.Fuzz(func(t *testing.T, email, tag string) {
		exact, mailbox, delivered := ExactAddress(email), MailboxOf(email), DeliveryAddress(email)
		require.Equal(t, exact == "", mailbox == "")
		require.Equal(t, exact == "", delivered == "")
		if exact == "" {
			return
		}
		if again := ExactAddress(exact); again != "" {
			require.Equal(t, exact, again, "the exact address of an exact address")
			require.Equal(t, mailbox, MailboxOf(exact), "one address, one mailbox")
		}
		if again := MailboxOf(mailbox); again != "" {
			require.Equal(t, mailbox, again, "the mailbox of a mailbox")
		}
		if again := ExactAddress(delivered); again != "" {
			require.Equal(t, exact, again, "mail goes to the address that is meant")
		}
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if spelled := form.String(email); ExactAddress(spelled) != "" {
				require.Equal(t, exact, ExactAddress(spelled))
				require.Equal(t, mailbox, MailboxOf(spelled))
			}
		}
		requireTagged(t, email, tag, mailbox)
	})
}

// requireTagged writes a tag into an address, and finds the same mailbox. What begins with a
// plus is no tag: there is nothing whose it could be.
func requireTagged(t *testing.T, email, tag, mailbox string) {
	t.Helper()
	at := strings.LastIndexByte(email, '@')
	tagged := MailboxOf(email[:at] + "+" + tag + email[at:])
	if tagged == "" || strings.HasPrefix(mailbox, "+") || norm.NFKC.String(email[:at]+"+"+tag) != norm.NFKC.String(email[:at])+"+"+norm.NFKC.String(tag) {
		return // a tag that changes what is before it, as a combining mark does
	}
	require.Equal(t, mailbox, tagged, "%q with the tag %q", email, tag)
}

// FuzzDoNotDisturb: times that are taken hold as minutes on a clock's face do, and at every
// time either they hold or those from their end to their beginning.
func FuzzDoNotDisturb(f *testing.F) {
	f.Add("22:00", "06:00", "Europe/Berlin", int64(1_774_746_000))
	f.Add("06:00", "22:00", "America/New_York", int64(0))
	f.Add("00:00", "23:59", "Etc/GMT+12", int64(-62_135_596_800))
	f.Add("24:00", "6:00", "../../etc/passwd", int64(1))
	f.Fuzz(func(t *testing.T, from, to, zone string, at int64) {
		var v validation
		d := v.doNotDisturb(&DoNotDisturb{From: from, To: to, TimeZone: zone})
		if v.err() != nil {
			return
		}
		now := time.Unix(at, 0)
		holds, err := d.holdsAt(now)
		require.NoError(t, err)
		inverse, err := DoNotDisturb{From: to, To: from, TimeZone: zone}.holdsAt(now)
		require.NoError(t, err)
		require.NotEqual(t, holds, inverse)

		place, err := time.LoadLocation(zone)
		require.NoError(t, err)
		const day = 24 * 60
		since := func(minute int) int { return (minute - minutes(t, from) + day) % day }
		require.Equal(t, since(now.In(place).Hour()*60+now.In(place).Minute()) < since(minutes(t, to)), holds)
	})
}

// minutes reads a time of day.
func minutes(t *testing.T, text string) int {
	t.Helper()
	at, err := time.Parse("15:04", text)
	require.NoError(t, err)
	return at.Hour()*60 + at.Minute()
}
