package schema_test

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// linkWays are the ways that lead through a link which narrows, through a subtree or through a
// tenant group: for each claim the group that has it alone behind a link that lets all through, and the group
// that has all behind a link that lets it alone through (D-14).
func linkWays() (ways []way) {
	for _, claim := range tenancy.Claims {
		one := []tenancy.Claim{claim}
		ways = append(ways,
			linkWay("group with "+string(claim)+" in a subtree", implied(claim), groupIn("subtree:here", one)),
			linkWay("group with "+string(claim)+" in a tenant group", implied(claim), groupInTeam("team", one)),
			linkWay("group with "+string(claim)+" in the tenant group above", implied(claim), groupInTeam("firm", one)),
			linkWay("tenant group link that lets through "+string(claim), implied(claim), narrowedInTeam(tenancy.Claims, one)),
			linkWay("tenant group link before "+string(claim), implied(claim), narrowedInTeam(one, tenancy.Claims)),
			linkWay("link that lets through "+string(claim), implied(claim), narrowedIn("organization:here", tenancy.Claims, one)),
			linkWay("link before "+string(claim), implied(claim), narrowedIn("organization:here", one, tenancy.Claims)),
			linkWay("subtree link that lets through "+string(claim), implied(claim), narrowedIn("subtree:here", tenancy.Claims, one)),
			linkWay("subtree link before "+string(claim), implied(claim), narrowedIn("subtree:here", one, tenancy.Claims)))
	}
	others := slices.DeleteFunc(slices.Clone(tenancy.Claims), func(c tenancy.Claim) bool { return c == tenancy.ClaimOwner })
	return append(ways,
		linkWay("link that lets nothing through", []string{"access"}, narrowedIn("organization:here", tenancy.Claims, nil)),
		linkWay("link that lets ownership through to a group without", append([]string{"access"}, claimPermissions(others)...),
			narrowedIn("organization:here", others, tenancy.Claims)),
		way{"owner of a group in a tenant group", append(groupInTeam("team", tenancy.Claims), "group:g#owner@user:she"), nil},
		way{"member of a group that another tenant group has", append(groupInTeam("other", tenancy.Claims), "group:g#member@user:she"), nil},
		way{"owner of a group in a subtree", append(groupIn("subtree:here", tenancy.Claims), "group:g#owner@user:she"), nil},
		way{"member of a group that a subtree elsewhere has", append(groupIn("subtree:above", tenancy.Claims), "group:g#member@user:she"), nil})
}

// linkWay has her be a member of the group.
func linkWay(name string, gives, relationships []string) way {
	return way{name, append(relationships, "group:g#member@user:she"), gives}
}

// groupIn links group:g with the claims to a place.
func groupIn(place string, claims []tenancy.Claim) []string {
	relationships := []string{place + "#linked_group@group:g", "organization:here#subtree@subtree:here"}
	return append(relationships, groupAt("above", "group", claims...)...)
}

// groupInTeam links group:g with the claims to a tenant group; the organization is in team,
// which is a subgroup of firm.
func groupInTeam(tenantGroup string, claims []tenancy.Claim) []string {
	relationships := append(inTeam(), "tenant_group:"+tenantGroup+"#linked_group@group:g")
	return append(relationships, groupAt("above", "group", claims...)...)
}

// narrowedInTeam puts a link in between, at firm.
func narrowedInTeam(claims, through []tenancy.Claim) []string {
	return append(inTeam(), narrowedIn("tenant_group:firm", claims, through)...)
}

func inTeam() []string { return tenantGroup("firm", "user")[:4] }

// narrowedIn puts a link in between that lets claims through, with what they imply.
func narrowedIn(place string, claims, through []tenancy.Claim) []string {
	relationships := []string{
		place + "#linked_group@link:l", "link:l#group@group:g", "organization:here#subtree@subtree:here",
	}
	for _, claim := range tenancy.Implied(through) {
		relationships = append(relationships, "link:l#claim_"+string(claim)+"@group:g")
	}
	return append(relationships, groupAt("above", "group", claims...)...)
}

func claimPermissions(claims []tenancy.Claim) (permissions []string) {
	for _, claim := range claims {
		permissions = append(permissions, claim.Permission())
	}
	return permissions
}
