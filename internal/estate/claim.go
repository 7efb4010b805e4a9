package estate

import "github.com/tenantry/tenantry/internal/tenancy"

// nouns are those of the claims view_X and manage_X, in an order of their own.
var nouns = []string{
	"agents", "backup_configs", "machines", "backup_reports",
	"gateways", "encryption_keys", "monitored_systems", "connection_strings",
}

// claimsPerGroup is how many claims a group holds: to manage one thing, and to view two.
const claimsPerGroup = 3

func claims(group int) []tenancy.Claim {
	return []tenancy.Claim{
		tenancy.Claim("manage_" + noun(group)),
		tenancy.Claim("view_" + noun(group+1)),
		tenancy.Claim("view_" + noun(group+2)),
	}
}

func noun(i int) string { return nouns[i%len(nouns)] }

// held are the permissions that follow from the claims of a group, where it is active.
func held(group int) []string {
	return []string{
		"access",
		"manage_" + noun(group), "view_" + noun(group),
		"view_" + noun(group+1), "view_" + noun(group+2),
	}
}

// notHeld are as many that do not.
func notHeld(group int) []string {
	return []string{
		"own",
		"manage_" + noun(group+1), "manage_" + noun(group+2),
		"view_" + noun(group+3), "manage_" + noun(group+4),
	}
}

// permissions is the length of both.
const permissions = 5
