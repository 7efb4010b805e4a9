package tenancy

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// This file says when two e-mail addresses are the same. There are two answers.
//
// The *exact address* decides who may accept an invitation (D-16): the part before the @
// without regard to case and to Unicode's canonical forms (NFC), the domain as the DNS
// compares it (IDNA: xn--mnchen-3ya.example is münchen.example). Letters that merely look
// alike, or become ASCII letters when their case changes, stay different: who can make one
// of them his own must not take what was meant for another.
//
// The *mailbox* decides about duplicates and the cooldown, where it is better to take
// two for one: in addition without the plus-tag (ann+shop is ann), and without regard to
// compatibility forms (NFKC: full-width letters, ligatures). Dots count: only few servers
// ignore them.

// The longest address that mail can carry, and its part before the @ (RFC 5321, 4.5.3.1),
// in bytes.
const (
	maxEmailLength     = 254
	maxLocalPartLength = 64
)

// ExactAddress gives an address in the form by which addresses are the same; "" for what is
// no address that mail reaches over the internet.
func ExactAddress(email string) string {
	local, domain, ok := splitAddress(email)
	if !ok {
		return ""
	}
	return strings.Map(lower, norm.NFC.String(local)) + "@" + domain
}

// lower is unicode.ToLower, but that no letter becomes an ASCII letter that was none: İ is
// not i.
func lower(r rune) rune {
	l := unicode.ToLower(r)
	if l < utf8.RuneSelf && r >= utf8.RuneSelf {
		return r
	}
	return l
}

// MailboxOf gives an address in the form that all spellings of one mailbox share; "" for
// what is no address.
func MailboxOf(email string) string {
	local, domain, ok := splitAddress(email)
	if !ok {
		return ""
	}
	local = norm.NFKC.String(cases.Fold().String(norm.NFKC.String(local)))
	if name, _, _ := strings.Cut(local, "+"); name != "" {
		local = name
	}
	return local + "@" + domain
}

// DeliveryAddress gives an address as mail servers take it: with the domain in ASCII. "" for
// what is no address.
func DeliveryAddress(email string) string {
	local, domain, ok := splitAddress(email)
	if !ok {
		return ""
	}
	return norm.NFC.String(local) + "@" + domain
}

// splitAddress takes an address apart, with the domain in its canonical form. It takes one
// bare address: no display name, no comments, no quotes, no IP address for a domain.
func splitAddress(email string) (local, domain string, ok bool) {
	if len(email) > maxEmailLength {
		return "", "", false
	}
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Name != "" || parsed.Address != email {
		return "", "", false
	}
	at := strings.LastIndexByte(email, '@')
	domain, ok = canonicalDomain(email[at+1:])
	return email[:at], domain, ok && at <= maxLocalPartLength
}

var domainProfile = idna.New(
	idna.MapForLookup(), idna.BidiRule(), idna.CheckJoiners(true), idna.CheckHyphens(true),
	idna.StrictDomainName(true), idna.VerifyDNSLength(true), idna.Transitional(false),
)

// canonicalDomain gives a domain as the DNS compares it: lower case, in ASCII.
func canonicalDomain(domain string) (canonical string, ok bool) {
	canonical, err := domainProfile.ToASCII(domain)
	return canonical, err == nil && canonical != "" && !strings.HasSuffix(canonical, ".")
}

// domainOf is the domain of an address in its exact form.
func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
