package tenancy

import (
	"slices"
	"time"
)

// linkTerms are what a link gives wherever it is made, as it was found valid.
type linkTerms struct {
	scope     LinkScope
	claims    []Claim // nil for all
	expiresAt time.Time
}

// terms validates the input for links of a group. Claims that the group does not even imply
// can't be let through (D-14).
func (in LinkInput) terms(g Group, now time.Time) (linkTerms, error) {
	var v validation
	t := linkTerms{scope: in.Scope, expiresAt: v.end("expires_at", in.ExpiresAt, now)}
	if t.scope == "" {
		t.scope = ScopeOrganization
	}
	oneOf(&v, "scope", t.scope, ScopeOrganization, ScopeSubtree)
	if in.Claims != nil {
		t.claims = append([]Claim{}, v.claims("claims", in.Claims)...)
	}
	implied := Implied(g.Claims)
	for _, c := range t.claims {
		if !slices.Contains(implied, c) {
			v.fail("claims", "%q is more than the group gives", c)
		}
	}
	return t, v.err()
}

// goesDown reports whether all that a link covers is below the group's home. One of
// scope subtree may be made at the home itself, and covers what is below (D-34).
func (t linkTerms) goesDown(g Group, target Organization) bool {
	atHome := target.ID == g.OrganizationID && t.scope == ScopeSubtree
	return atHome || target.isBelow(g.OrganizationID)
}

func (o Organization) isBelow(id string) bool { return slices.Contains(o.Above(), id) }

func errNotBelowHome() *Error {
	return refuse(CodeNotDescendant, "A group is linked to an organization below its home, in the same tree.")
}

func (t linkTerms) between(g Group, target Organization, now time.Time) Link {
	return Link{
		GroupID: g.ID, OrganizationID: target.ID, RootID: target.RootID, Scope: t.scope, Claims: t.claims,
		CreatedAt: now, ExpiresAt: t.expiresAt, Suspended: target.Suspended,
	}
}

// noteTerms notes what differs from the defaults.
func (op *operation) noteTerms(t linkTerms) {
	if t.scope != ScopeOrganization {
		op.note("scope", string(t.scope))
	}
	if t.claims != nil {
		op.note("claims", joinClaims(t.claims))
	}
	op.noteEnd(t.expiresAt)
}

// Gives are the claims of the group that come through a link, with what they imply where the
// link is narrowed (D-14).
func (l Link) Gives(g Group) []Claim {
	if l.Claims == nil {
		return g.Claims
	}
	through := Implied(l.Claims)
	return slices.DeleteFunc(Implied(g.Claims), func(c Claim) bool { return !slices.Contains(through, c) })
}

// hasForce reports whether a link gives anything now.
func (l Link) hasForce() bool { return !l.Unlicensed && !l.Suspended }
