package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// createWithDomainAs creates an organization below a parent, or with "" a root.
func createWithDomainAs(actor, parent, id, domain string) call {
	return func(w *world) error {
		in := tenancy.NewOrganization{ID: w.id(id), Name: id, EmailDomain: domain, Detached: parent == ""}
		if parent != "" {
			in.ParentID = w.id(parent)
		}
		if actor == "platform" {
			in.OwnerID = w.id("olga")
		}
		_, _, err := w.service.CreateOrganization(w.ctx, w.as(actor), in)
		return err
	}
}

func domainAs(actor, organization, domain string) call {
	return func(w *world) error {
		_, _, err := w.service.PatchOrganization(w.ctx, w.as(actor), w.id(organization), tenancy.OrganizationPatch{EmailDomain: &domain})
		return err
	}
}

// ownDomain is a domain that no other test has.
func (w *world) ownDomain(label string) string {
	return label + ".d" + w.suffix[2:len(w.suffix)-1] + ".example"
}

// bureau is invited with an organization of its own e-mail domain below acme, and a group in it.
func bureau(t *testing.T) *world {
	t.Helper()
	w := invited(t)
	require.NoError(t, createWithDomainAs("olga", "acme", "bureau", w.ownDomain("M\u00fcnchen"))(w))
	w.group("clerks", "bureau", "olga")
	return w
}

// TestR30AnOrganizationInvitesItsOwnDomain, in whichever spelling, and no other.
func TestR30AnOrganizationInvitesItsOwnDomain(t *testing.T) {
	w := bureau(t)
	for _, email := range []string{
		"a@example.com", "b@sub." + w.ownDomain("m\u00fcnchen"), "c@" + w.ownDomain("munchen"),
		"d@" + w.ownDomain("m\u00fcnchen") + ".example", "e@" + w.ownDomain("xm\u00fcnchen"), "f+" + w.ownDomain("m\u00fcnchen") + "@example.com",
	} {
		w.expect(refused("email-domain", "acme"), inviteAs("olga", "clerks", email, groupMember))
	}
	for _, email := range []string{
		"a@" + w.ownDomain("M\u00dcNCHEN"), "b@" + w.ownDomain("mu\u0308nchen"), "c@" + w.ownDomain("xn--mnchen-3ya"),
	} {
		w.expect(done("acme"), inviteAs("olga", "clerks", email, groupMember))
	}
	w.expect(done("acme"), inviteAs("olga", "top", "x@other.example", groupMember))
}

// TestR30ADomainIsUnique over the whole service, and tells nothing of who has it.
func TestR30ADomainIsUnique(t *testing.T) {
	w := bureau(t)
	taken := w.ownDomain("XN--MNCHEN-3YA")
	w.expect(refused("domain-taken", "acme"), createWithDomainAs("olga", "acme", "second", taken))
	w.expect(refused("domain-taken", "rival"), createWithDomainAs("rita", "rival", "second", taken))
	w.expect(refused("domain-taken", "service"), createWithDomainAs("platform", "", "second", taken))
	e, _ := tenancy.AsError(createWithDomainAs("rita", "rival", "second", taken)(w))
	require.NotContains(t, e.Detail, "bureau")
	w.expect(refused("invalid", "acme"), createWithDomainAs("olga", "acme", "second", "no domain"))
	w.expect(done("acme", created("second", "acme", "acme", "olga")...),
		createWithDomainAs("olga", "acme", "second", w.ownDomain("other")))
}

func TestR30ADomainNeverChanges(t *testing.T) {
	w := bureau(t)
	for _, actor := range []string{"olga", "platform"} {
		for _, domain := range []string{"", "other.example", "no domain"} {
			w.expect(refused("immutable", "acme"), domainAs(actor, "bureau", domain))
		}
		w.expect(refused("immutable", "acme"), domainAs(actor, "acme", "other.example"))
		w.expect(unchanged, domainAs(actor, "bureau", w.ownDomain("m\u00fcnchen")))
		w.expect(unchanged, domainAs(actor, "acme", ""))
	}
	e, _ := tenancy.AsError(domainAs("olga", "bureau", "other.example")(w))
	require.Equal(t, "email_domain", e.Field)
	view, err := w.service.Organization(w.ctx, w.as("olga"), w.id("bureau"))
	require.NoError(t, err)
	require.Equal(t, w.ownDomain("xn--mnchen-3ya"), view.EmailDomain)
}

// TestD12TheDomainOfADeletedOrganizationIsFreeAgain, and what was invited there is gone.
func TestD12TheDomainOfADeletedOrganizationIsFreeAgain(t *testing.T) {
	w := bureau(t)
	domain := w.ownDomain("xn--mnchen-3ya")
	w.address("ned", "ned@"+domain, true)
	w.invite("ned", "olga", "clerks", "ned@"+domain, groupMember)
	require.NoError(t, deleteAs("olga@acme", "bureau")(w))
	w.expect(refused("not-found", "service"), acceptAs("ned", "ned"))
	w.expect(refused("not-found", "service"), revokeAs("platform", "ned"))
	require.NoError(t, createWithDomainAs("rita", "rival", "second", domain)(w))
}

// TestInvitationsGoWithTheirOrganization into a tree of its own, where its own licence counts.
func TestInvitationsGoWithTheirOrganization(t *testing.T) {
	w := bureau(t)
	domain := w.ownDomain("xn--mnchen-3ya")
	w.address("ned", "ned@"+domain, true)
	w.invite("ned", "olga", "clerks", "ned@"+domain, groupMember)
	require.NoError(t, detachAs("olga", "bureau")(w))
	w.expect(refused("license-required", "bureau"), acceptAs("ned", "ned"))
	w.plan("bureau", tenancy.PlanEnterprise)
	w.expect(done("bureau", "+group:clerks#member@user:ned"), acceptAs("ned", "ned"))
}

// TestD7WhatIsSuspendedTakesNobodyIn.
func TestD7WhatIsSuspendedTakesNobodyIn(t *testing.T) {
	w := invited(t)
	require.NoError(t, stateAs("platform", "acme", tenancy.OrganizationSuspended)(w))
	w.expect(refused("inviter-unqualified", "acme"), acceptAs("nina", "nina"))
	require.NoError(t, stateAs("platform", "acme", tenancy.OrganizationActive)(w))
	w.expect(done("acme", "+group:top#member@user:nina"), acceptAs("nina", "nina"))
}
