package tenancy

// This file is about the e-mail domain of an organization, which is one of its own in the
// whole service and never changes. It is given when the organization is created, and
// free again when that is deleted (D-12).

// domain takes an e-mail domain in any of its spellings; empty means none.
func (v *validation) domain(field, text string) string {
	if text == "" {
		return ""
	}
	domain, ok := canonicalDomain(text)
	if !ok {
		v.fail(field, "must be a domain name")
	}
	return domain
}

// hasDomain reports whether a text names the e-mail domain of the organization.
func (o Organization) hasDomain(text string) bool {
	domain, ok := canonicalDomain(text)
	return domain == o.EmailDomain && (ok || text == "")
}

// takesAddress reports whether the organization invites an address, given in its exact form.
func (o Organization) takesAddress(address string) bool {
	return o.EmailDomain == "" || domainOf(address) == o.EmailDomain
}

func errDomainImmutable() *Error {
	e := refuse(CodeImmutable, "The e-mail domain of an organization never changes.")
	e.Field = "email_domain"
	return e
}

// errDomainTaken tells nothing of the organization that has the domain.
func errDomainTaken() *Error { return refuse(CodeDomainTaken, "The e-mail domain is taken.") }
