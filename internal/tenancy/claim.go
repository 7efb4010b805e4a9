package tenancy

import (
	"slices"
	"strings"
)

// Claim is a privilege in one organization.
type Claim string

// ClaimOwner is tenant ownership: it implies every other claim.
const ClaimOwner Claim = "owner"

// Claims lists every claim, in the order in which they are shown.
var Claims = allClaims()

func allClaims() []Claim {
	claims := []Claim{ClaimOwner, "manage_billing"}
	for _, t := range RegisteredTypes {
		claims = append(claims, t.viewing(), t.managing())
	}
	return claims
}

// viewing and managing are the claims view_X and manage_X, whose X is the plural of the type.
func (t ResourceType) viewing() Claim  { return Claim("view_" + string(t) + "s") }
func (t ResourceType) managing() Claim { return Claim("manage_" + string(t) + "s") }

// Permission is the name under which the engine decides about the claim.
func (c Claim) Permission() string { return permissionName(string(c)) }

// permissionName maps a name of the API to the permission of the schema: asked for as a
// permission, `owner` means ownership by whichever way.
func permissionName(name string) string {
	if name == string(ClaimOwner) {
		return "own"
	}
	return name
}

// canonicalClaims returns the claims without repetition, in the order of [Claims], and
// the names among them that are no claims.
func canonicalClaims(claims []Claim) (canonical []Claim, unknown []Claim) {
	for _, c := range claims {
		if !slices.Contains(Claims, c) {
			unknown = append(unknown, c)
		}
	}
	for _, c := range Claims {
		if slices.Contains(claims, c) {
			canonical = append(canonical, c)
		}
	}
	return canonical, unknown
}

// Implied returns the claims with all that they imply: `owner` every other one, and
// manage_X the claim view_X. It is canonical.
func Implied(claims []Claim) []Claim {
	if slices.Contains(claims, ClaimOwner) {
		return slices.Clone(Claims)
	}
	implied := slices.Clone(claims)
	for _, c := range claims {
		if noun, ok := strings.CutPrefix(string(c), "manage_"); ok {
			implied = append(implied, Claim("view_"+noun))
		}
	}
	implied, _ = canonicalClaims(implied) // there is no view_billing
	return implied
}

func joinClaims(claims []Claim) string {
	names := make([]string, len(claims))
	for i, c := range claims {
		names[i] = string(c)
	}
	return strings.Join(names, " ")
}
